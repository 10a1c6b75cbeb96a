# SPDX-License-Identifier: EUPL-1.2
"""A mail server for the room under test: takes every mail and lets a test read the newest to somebody."""
import email
import email.policy
import os
import re
import socketserver
import threading
import time

PORT = int(os.environ.get("BROWSER_MAIL_PORT", "0"))


class Letters:
    """Serves in a thread of its own; without a port (a Vigie that somebody else runs) there are no mails."""

    def __init__(self):
        self.mails = []
        if not PORT:
            return
        letters = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"220 letters ESMTP\r\n")
                who = ""
                while line := self.rfile.readline():
                    verb = line[:4].upper()
                    if verb == b"RCPT":
                        who = line[line.index(b"<") + 1:line.index(b">")].decode()
                    if verb == b"DATA":
                        self.wfile.write(b"354 go\r\n")
                        body = []
                        while (data := self.rfile.readline()) not in (b".\r\n", b""):
                            body.append(data[1:] if data.startswith(b".") else data)
                        letters.mails.append((who, email.message_from_bytes(b"".join(body), policy=email.policy.default)))
                    self.wfile.write({b"EHLO": b"250-letters\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, b"250 ok\r\n"))
                    if verb == b"QUIT":
                        return

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(("127.0.0.1", PORT), Talk)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def link(self, who, path, seconds=60):
        """The address below `path` that stands in a mail to somebody, the newest first; waits until there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for to, mail in reversed(self.mails):
                found = re.search(re.escape(path) + r"[\w-]+", mail.get_body(("plain",)).get_content()) if to == who else None
                if found:
                    return found[0]
            time.sleep(0.25)
        raise AssertionError(f"no mail to {who} with {path}; there are {[(to, mail['subject']) for to, mail in self.mails]}")


LETTERS = Letters()
