# SPDX-License-Identifier: EUPL-1.2
"""The installation guide as it is written: its nginx in front of a room, its unit under systemd's own eyes, its cron line in a shell."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.parse

import pytest
from conftest import room_of_its_own
from room import ROOT, VIGIE, free_port

GUIDE = os.path.join(ROOT, "docs/operating/install.md")
BROWSER = "127.0.0.9"


def block(language, holding):
    with open(GUIDE, encoding="utf-8") as file:
        found = [text for text in re.findall(rf"```{language}\n(.*?)```", file.read(), re.DOTALL) if holding in text]
    assert len(found) == 1, f"{len(found)} blocks of {GUIDE} hold {holding!r}"
    return found[0]


def replaced(text, *pairs):
    """What differs here from the machine of the guide; each must be there, so that the guide cannot change unseen."""
    for old, new in pairs:
        assert old in text, f"the guide's configuration no longer holds {old!r}"
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def proxied():
    for program in ("nginx", "openssl"):
        if not shutil.which(program):
            pytest.skip(f"SKIPPED LOUDLY: no {program}, so nothing stands before the room")
    tls, plain = free_port(), free_port()
    assets = os.path.join(tempfile.mkdtemp(prefix="vigie-assets-"), "assets")
    # As the guide copies them: the files themselves, not a folder 'dist' of them.
    os.mkdir(assets)
    for name in ("vigie.css", "console.js"):
        with open(os.path.join(assets, name), "w", encoding="utf-8") as file:
            file.write("/* as built */")
    settings = [f"assets.folder={assets}", f"http.public-url=https://localhost:{tls}", "http.trusted-proxies=127.0.0.1, ::1"]
    with room_of_its_own(settings=settings) as room, tempfile.TemporaryDirectory(prefix="vigie-proxy-") as folder:
        made = room.own("user", "add", "marie.curie", "--name", "Marie Curie", "--right", "configure", "--make-password", *room.where)
        room.password = made.split()[1]
        room.start()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
            check=True, capture_output=True, timeout=60)
        site = replaced(
            block("nginx", "proxy_pass"), ("listen 443 ssl", f"listen 127.0.0.1:{tls} ssl"), ("listen 80;", f"listen 127.0.0.1:{plain};"),
            ("vigie.example.fr;", "localhost;"), ("/etc/letsencrypt/live/vigie.example.fr/fullchain.pem", f"{folder}/cert.pem"),
            ("/etc/letsencrypt/live/vigie.example.fr/privkey.pem", f"{folder}/key.pem"), ("127.0.0.1:8080", f"127.0.0.1:{room.http}"))
        user = "user root;\n" if os.geteuid() == 0 else ""
        temporary = "".join(f"{part}_temp_path {folder}/{part};\n" for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
            file.write(f"daemon off;\n{user}pid {folder}/nginx.pid;\nerror_log stderr warn;\nevents {{}}\n"
                       f"http {{\naccess_log off;\n{temporary}{site}}}\n")
        command = ["nginx", "-p", folder, "-e", "stderr", "-c", f"{folder}/nginx.conf"]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=30)
        assert tried.returncode == 0 and "[warn]" not in tried.stderr, tried.stderr
        nginx = subprocess.Popen(command)
        try:
            room.tls, room.plain, room.certificate = tls, plain, f"{folder}/cert.pem"
            until = time.monotonic() + 20
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", tls), timeout=2):
                    break
                assert time.monotonic() < until and nginx.poll() is None, "nginx does not listen"
                time.sleep(0.05)
            yield room
        finally:
            nginx.terminate()
            nginx.wait(10)
        assert room.end() == 0, room.said()
        shutil.rmtree(os.path.dirname(assets))


class Browser:
    """What a browser does about cookies and forms, from an address of its own."""

    def __init__(self, room):
        self.room, self.cookies = room, {}

    def ask(self, method, path, fields=None, **headers):
        """Leaves the connection open: the answer is read by who asked."""
        context = ssl.create_default_context(cafile=self.room.certificate)
        connection = http.client.HTTPSConnection("localhost", self.room.tls, timeout=20, context=context, source_address=(BROWSER, 0))
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://localhost:{self.room.tls}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            assert "Secure" in line and "HttpOnly" in line, line
            self.cookies[name] = value
        return answer

    def page(self, path):
        answer = self.ask("GET", path)
        return answer.status, answer.read().decode()

    @staticmethod
    def csrf(page):
        return re.search(r'name="csrf" value="([^"]+)"', page)[1]

    def sign_in(self):
        status, page = self.page("/sign-in")
        assert status == 200
        fields = {"csrf": self.csrf(page), "login": "marie.curie", "password": self.room.password}
        answer = self.ask("POST", "/sign-in", fields)
        assert answer.status == 303, answer.read().decode()[:2000]
        return self


@pytest.fixture(scope="module")
def marie(proxied):
    return Browser(proxied).sign_in()


def test_signing_in_works_and_the_room_knows_from_where(proxied, marie):
    assert any(name.startswith("__Host-") for name in marie.cookies), marie.cookies
    status, page = marie.page("/console/map")
    assert status == 200 and "room-map" in page
    answer = proxied.get("/api/log", proxied.view)
    names = answer["names"]
    told = [re.sub(r"@[a-z2-7]{16}", lambda mark: names.get(mark[0], mark[0]), entry["french"]) for entry in answer["entries"]]
    assert f"S'est connecté depuis {BROWSER}" in told, told


def test_a_forged_forwarded_for_changes_nothing(proxied):
    browser = Browser(proxied)
    page = browser.page("/sign-in")[1]
    fields = {"csrf": browser.csrf(page), "login": "marie.curie", "password": proxied.password}
    assert browser.ask("POST", "/sign-in", fields, **{"X-Forwarded-For": "198.51.100.1"}).status == 303
    assert "198.51.100.1" not in json.dumps(proxied.get("/api/log", proxied.view)["names"])


def test_a_form_is_taken_with_its_token_only(marie):
    page = marie.page("/console/log")[1]
    fields = {"csrf": marie.csrf(page), "text": "par le mandataire"}
    answer = marie.ask("POST", "/console/log", fields)
    assert answer.status == 303, answer.read().decode()[:500]
    fields["csrf"] = "x"
    assert marie.ask("POST", "/console/log", fields).status == 403


def test_the_live_feed_passes_as_it_is_written(marie):
    stream = marie.ask("GET", "/live?topics=log,counts")
    assert stream.status == 200 and stream.headers["Content-Type"].startswith("text/event-stream")
    page = marie.page("/console/log")[1]
    assert marie.ask("POST", "/console/log", {"csrf": marie.csrf(page), "text": "mot en direct"}).status == 303
    # The stream stays open, so a proxy that kept it back would give nothing until the time-out.
    seen = b""
    while "mot en direct".encode() not in seen:
        line = stream.readline()
        assert line, seen
        seen += line


def test_styles_and_scripts_are_served_from_the_folder_of_the_guide(marie):
    paths = re.findall(r'"(/assets/(?:vigie|console)\.[^"]*(?:css|js))"', marie.page("/console/map")[1])
    assert len(paths) == 2, paths
    for path in paths:
        assert marie.page(path) == (200, "/* as built */"), path


def test_headers_come_once_and_nothing_is_added(marie):
    answer = marie.ask("GET", "/console/map")
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options"):
        assert len(answer.headers.get_all(name) or []) == 1, f"{name}: {answer.headers.get_all(name)}"
    assert answer.headers["Server"] == "nginx", "the version of the proxy is nobody's business"


def test_http_2_is_spoken_and_plain_http_leads_to_tls(proxied):
    context = ssl.create_default_context(cafile=proxied.certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", proxied.tls), timeout=10) as raw:
        with context.wrap_socket(raw, server_hostname="localhost") as secured:
            assert secured.selected_alpn_protocol() == "h2"
    connection = http.client.HTTPConnection("127.0.0.1", proxied.plain, timeout=10)
    connection.request("GET", "/console/map?x=1", headers={"Host": "localhost"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/console/map?x=1")


def test_figures_are_for_the_network_of_the_watch_only(marie):
    assert marie.ask("GET", "/metrics").status == 403


def test_a_large_body_reaches_the_room(proxied):
    connection = http.client.HTTPSConnection(
        "localhost", proxied.tls, timeout=60, context=ssl.create_default_context(cafile=proxied.certificate))
    body = b"\n" * 3_000_000
    key = proxied.key("operate")
    connection.request("POST", "/api/readings", body, {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"})
    assert connection.getresponse().status not in (413, 502, 504)


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("SKIPPED LOUDLY: no systemd-analyze")
    with open(os.path.join(ROOT, "packaging/vigie.service"), encoding="utf-8") as file:
        text = replaced(file.read(), ("/opt/vigie/bin/vigie", VIGIE))
    (tmp_path / "vigie.service").write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", tmp_path / "vigie.service"], capture_output=True, text=True, timeout=60)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "vigie.service" in line]
    assert done.returncode == 0 and not ours, ours


def test_the_cron_line_backs_up_with_the_settings_of_the_service(room, tmp_path):
    with open(GUIDE, encoding="utf-8") as file:
        line = next(line for line in file if line.startswith("15 3 * * *"))
    assert "%" not in line, "cron makes a line feed of a per cent sign"
    command = line.split(None, 6)[6] if line.split()[5] == "root" else None
    assert command, "the sixth field of a line in /etc/cron.d is the user"
    secrets, target = tmp_path / "secrets.env", tmp_path / "backup"
    secrets.write_text("VIGIE_DATA_FOLDER='" + room.data + "'\n", encoding="utf-8")
    (tmp_path / "vigie.yaml").write_text("log:\n  level: notice\n", encoding="utf-8")
    target.mkdir()
    old = target / "vigie-old.backup.floor"
    old.mkdir()
    os.utime(old, (0, 0))
    command = replaced(
        command, ("/etc/vigie/secrets.env", str(secrets)), ("runuser -u vigie -- /opt/vigie/bin/vigie", VIGIE),
        ("/etc/vigie/vigie.yaml", str(tmp_path / "vigie.yaml")), ("/srv/backup", str(target)))
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=120, env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stdout + done.stderr
    names = sorted(os.listdir(target))
    assert len(names) == 3 and any(name.endswith(".manifest.json") for name in names) and not old.exists(), names
