# SPDX-License-Identifier: EUPL-1.2
"""A room of its own for the tests on the wire: the real `vigie serve` as a child, on free ports, with 300 lamps."""

import csv
import json
import os
import re
import signal
import socket
import subprocess
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


def vigie(*arguments, folder=None, **more):
    """A command of vigie as a process of its own: what it ended with, and what it said."""
    return subprocess.run([VIGIE, *arguments], capture_output=True, text=True, timeout=120, cwd=folder, env=ENVIRONMENT, **more)


class Room:
    """
    period: seconds between two reports of a lamp, where not those of the city.
    settings: 'key=value' for `serve`.
    journal: the URL of a PostgreSQL database; else SQLite in the data folder.
    preload: a library for `serve` (see trouble.c), told its folders.
    """

    def __init__(self, folder, lamps=300, period=None, settings=(), preload=None, journal=None):
        self.folder, self.data = os.path.realpath(folder), os.path.join(os.path.realpath(folder), "data")
        self.flags = os.path.join(self.folder, "flags")
        os.mkdir(self.flags)
        self.settings, self.preload = list(settings), preload
        self.where = ["--data", self.data, *(["--journal", journal] if journal else [])]
        self.choose_ports()
        self.process = None
        city = os.path.join(self.folder, "city")
        self.own("generate", "city", "--lamps", str(lamps), "--out", city)
        if period:
            self.change_period(city + "/assets.csv", period)
        self.own("import", "areas", city + "/areas.geojson", *self.where)
        self.own("import", "assets", city + "/assets.csv", *self.where)
        self.own("user", "add", "prog", "--name", "Programme", "--right", "configure", "--make-password", *self.where)
        with open(city + "/assets.csv", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        self.lamps = {}
        for row in rows:
            if row["kind"] == "lamp":
                self.lamps.setdefault(row["link_parent"], []).append(row["id"])
        # The gateways with the most lamps: one is ours, one is a neighbour's, two come and go once only (else they flap, and are held),
        # two have no key yet.
        self.gateway, self.neighbour, *others = sorted(self.lamps, key=lambda g: -len(self.lamps[g]))
        self.calm, self.spare = others[:2], others[2:4]
        made = self.own("gateway", "key", self.gateway, self.neighbour, *self.calm, *self.where)
        self.keys = dict(line.split(";") for line in made.split())

    @staticmethod
    def change_period(path, period):
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        for row in rows:
            if row["kind"] == "lamp":
                row["period"] = period
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)

    def choose_ports(self):
        self.http, self.mqtt = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http}"

    def own(self, *arguments):
        done = vigie(*arguments, folder=self.folder)
        assert done.returncode == 0, f"vigie {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def key(self, right):
        return self.own("user", "key", "prog", "--title", f"tests {right}", "--right", right, *self.where).strip()

    def start(self):
        self.log = open(os.path.join(self.folder, "serve.log"), "ab")
        settings = [f"http.port={self.http}", f"mqtt.port={self.mqtt}", "log.level=notice", *self.settings]
        environment = dict(ENVIRONMENT)
        if self.preload:
            environment |= {"LD_PRELOAD": self.preload, "TROUBLE_FLAGS": self.flags, "TROUBLE_DATA": self.data}
        self.process = subprocess.Popen(
            [VIGIE, "serve", *self.where, *(part for setting in settings for part in ("--set", setting))],
            stdout=self.log, stderr=self.log, cwd=self.folder, env=environment)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            assert self.process.poll() is None, "the room ended: " + self.said()
            try:
                if self.ready()[0] == 200:
                    with socket.create_connection(("127.0.0.1", self.mqtt), timeout=2):
                        return self
            except OSError:
                pass
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

    # What the room answers.

    def ready(self):
        """The status of /readyz and its sentence."""
        try:
            with urllib.request.urlopen(self.url + "/readyz", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as no:
            return no.code, no.read().decode()

    def text(self, path, key):
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {key}", "Accept-Language": "fr"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    def get(self, path, key):
        return json.loads(self.text(path, key))

    def metric(self, name):
        found = re.search(rf"^vigie_{re.escape(name)} (\S+)$", self.text("/metrics", self.view), re.MULTILINE)
        assert found, f"no figure vigie_{name}"
        return float(found[1])

    def states(self, kind="lamp"):
        """How many assets of a kind are in each state."""
        return {row["state"]: row["count"] for row in self.get("/api/counts", self.view)["counts"] if row["kind"] == kind}

    def entries(self, words=""):
        """Entries of the log that hold these words in French, oldest first."""
        return [entry for entry in reversed(self.get("/api/log", self.view)["entries"]) if words in entry["french"]]

    # What goes wrong with it (see trouble.c).

    def trouble(self, name, value=""):
        path = os.path.join(self.flags, name)
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(str(value))
        os.replace(path + ".new", path)

    def well(self, name):
        os.remove(os.path.join(self.flags, name))
