# SPDX-License-Identifier: EUPL-1.2
"""Counterparts for mail and push messages that we did not write in Swift: a mail server that takes everything, a push service."""

import base64
import http.server
import os
import socketserver
import ssl
import subprocess
import threading


def certificate(folder, name):
    """Key and certificate of 'localhost', valid for two days."""
    paths = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", paths[0], "-out", paths[1]],
        check=True, capture_output=True, timeout=60)
    return paths


class Served:
    """Anything that serves, in a thread, until the end of a `with`."""

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self):
        return self.server.server_address[1]


class Relay(Served):
    """
    A city's mail server: STARTTLS, then AUTH PLAIN 'vigie'/'secret', then it takes mails into `mails`.
    verdicts: what it says of the next mails after their end; 250 where none is left.
    """

    def __init__(self, key, pem):
        self.mails, self.verdicts, self.signed_in = [], [], []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        relay = self

        class Talk(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")
                self.wfile.flush()

            def handle(self):
                secure = known = False
                sender = recipient = None
                self.say("220 relay.example ESMTP")
                while line := self.rfile.readline():
                    words = line.decode().strip()
                    verb = words.split(" ")[0].upper()
                    if verb == "EHLO":
                        more = ["SIZE 1000000", "8BITMIME", "SMTPUTF8"] + (["AUTH LOGIN PLAIN"] if secure else ["STARTTLS"])
                        self.wfile.write(b"250-relay.example\r\n" + b"".join(
                            f"250{'-' if i < len(more) - 1 else ' '}{one}\r\n".encode() for i, one in enumerate(more)))
                    elif verb == "STARTTLS":
                        self.say("220 begin")
                        self.connection = context.wrap_socket(self.connection, server_side=True)
                        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
                        secure = True
                    elif verb == "AUTH":
                        relay.signed_in.append(base64.b64decode(words.split(" ")[2]))
                        known = relay.signed_in[-1] == b"\0vigie\0secret"
                        self.say("235 hello" if known else "535 no")
                    elif not known and verb in ("MAIL", "RCPT", "DATA"):
                        self.say("530 sign in first")
                    elif verb == "MAIL":
                        sender = words[words.index("<") + 1:words.index(">")]
                        self.say("250 ok")
                    elif verb == "RCPT":
                        recipient = words[words.index("<") + 1:words.index(">")]
                        self.say("550 5.1.1 unknown" if recipient.startswith("nobody@") else "250 ok")
                    elif verb == "DATA":
                        self.say("354 go")
                        lines = []
                        while (data := self.rfile.readline()) not in (b".\r\n", b""):
                            lines.append(data[1:] if data.startswith(b".") else data)
                        verdict = relay.verdicts.pop(0) if relay.verdicts else "250 taken"
                        if verdict.startswith("2"):
                            relay.mails.append((sender, recipient, b"".join(lines)))
                        self.say(verdict)
                    elif verb == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")
                    self.wfile.flush()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Talk)


class PushService(Served):
    """A browser's push service: keeps what it was sent; `status` is what it answers."""

    def __init__(self, key, pem):
        self.messages, self.status = [], 201
        service = self

        class Take(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.messages.append((self.path, dict(self.headers), body))
                self.send_response(service.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Take)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
