# SPDX-License-Identifier: EUPL-1.2
"""A room of its own for the tests on the wire: the real `vigie serve` as a child, on free ports, with 300 lamps."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VIGIE = os.environ.get("WIRE_PROGRAM", os.path.join(ROOT, ".build/debug/vigie"))
# The settings of whoever runs the tests are not those of the room under test.
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("VIGIE_")}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Room:
    def __init__(self, folder, lamps=300):
        self.folder, self.data = folder, os.path.join(folder, "data")
        self.http, self.mqtt = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http}"
        self.process = None
        city = os.path.join(folder, "city")
        self.own("generate", "city", "--lamps", str(lamps), "--out", city)
        self.own("import", "areas", city + "/areas.geojson", "--data", self.data)
        self.own("import", "assets", city + "/assets.csv", "--data", self.data)
        self.own("user", "add", "prog", "--name", "Programme", "--right", "configure", "--make-password", "--data", self.data)
        with open(city + "/assets.csv", encoding="utf-8-sig") as file:
            head = file.readline().rstrip("\n").split(";")
            rows = [dict(zip(head, line.rstrip("\n").split(";"))) for line in file]
        self.lamps = {}
        for row in rows:
            if row["kind"] == "lamp":
                self.lamps.setdefault(row["link_parent"], []).append(row["id"])
        # The gateways with the most lamps: one is ours, one is a neighbour's, two come and go once only (else they flap, and are held).
        self.gateway, self.neighbour, *self.calm = sorted(self.lamps, key=lambda g: -len(self.lamps[g]))[:4]
        made = self.own("gateway", "key", self.gateway, self.neighbour, *self.calm, "--data", self.data)
        self.keys = dict(line.split(";") for line in made.split())

    def own(self, *arguments):
        done = subprocess.run([VIGIE, *arguments], capture_output=True, text=True, timeout=120, cwd=self.folder, env=ENVIRONMENT)
        assert done.returncode == 0, f"vigie {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def key(self, right):
        return self.own("user", "key", "prog", "--title", f"tests {right}", "--right", right, "--data", self.data).strip()

    def start(self):
        self.log = open(os.path.join(self.folder, "serve.log"), "ab")
        self.process = subprocess.Popen(
            [VIGIE, "serve", "--data", self.data, "--set", f"http.port={self.http}", "--set", f"mqtt.port={self.mqtt}",
             "--set", "log.level=notice"], stdout=self.log, stderr=self.log, cwd=self.folder, env=ENVIRONMENT)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self.process.poll() is None, "the room ended: " + self.said()
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        with socket.create_connection(("127.0.0.1", self.mqtt), timeout=2):
                            return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the room is not ready after 60 s: " + self.said())

    def end(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
                raise AssertionError("the room did not end within 30 s of the signal")
        return self.process.returncode if self.process else None

    def said(self):
        with open(os.path.join(self.folder, "serve.log"), encoding="utf-8", errors="replace") as file:
            return file.read()[-4000:]

    def get(self, path, key):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
