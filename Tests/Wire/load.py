# SPDX-License-Identifier: EUPL-1.2
"""Readings by paho with what was acknowledged of them, to be looked for afterwards: each there, and once."""

import json
import math
import threading
import time
from datetime import datetime, timezone

from test_paho import V5, Gateway, until


def iso(at):
    return datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Load:
    """Message n is of lamp n modulo their number; a lamp's readings are a second of its own time apart, so that each is a bucket of the series."""

    def __init__(self, room, lamps=20, gateway=None, ago=1500):
        self.room, self.name = room, gateway or room.gateway
        self.lamps = room.lamps[self.name][:lamps]
        self.begin = int(time.time()) - ago
        self.count, self.mids, self.acknowledged = 0, {}, set()

    def reading(self, number):
        lamp, turn = self.lamps[number % len(self.lamps)], number // len(self.lamps)
        return {"id": lamp, "t": iso(self.begin + turn), "seq": turn + 1, "level": turn % 101, "power": turn / 10}

    def send(self, gateway, count=1):
        for _ in range(count):
            number, self.count = self.count, self.count + 1
            self.mids[gateway.send(f"vigie/1/{self.name}/readings", self.reading(number))] = number

    def collect(self, gateway):
        """What this connection was told; before it is left."""
        for mid, reason in list(gateway.acks.items()):
            if mid in self.mids:
                assert not reason.is_failure, reason
                self.acknowledged.add(self.mids[mid])
        return self.acknowledged

    def all_acknowledged(self, gateway, seconds=30):
        return until(lambda: len(self.collect(gateway)) == self.count, seconds)

    def check(self, room=None, key=None):
        """Every acknowledged reading is in the room's series, and none is there twice."""
        room = room or self.room
        for index, lamp in enumerate(self.lamps):
            first = self.begin * 1000 - 500
            answer = room.get(f"/api/assets/{lamp}/series?property=level&from={first}&to={first + 1_500_000}&points=5000", key or room.view)
            found = {}
            for bucket in answer["buckets"]:
                assert bucket["count"] == 1, f"{lamp}: a reading is there twice: {bucket}"
                # A bucket is named by its beginning, 0.3 s before its reading at most.
                turn = math.ceil(datetime.fromisoformat(bucket["at"]).timestamp() - self.begin - 0.001)
                found[turn] = round(bucket["last"])
            sent = range(index, self.count, len(self.lamps))
            assert all(turn * len(self.lamps) + index in sent and level == turn % 101 for turn, level in found.items()), f"{lamp}: {found}"
            missing = [n for n in sent if n in self.acknowledged and n // len(self.lamps) not in found]
            assert not missing, f"{lamp}: acknowledged and lost: {missing}"


class Stream(threading.Thread):
    """Sends until it is told to end, some messages a second, by a connection of its own."""

    def __init__(self, room, load, rate=50):
        super().__init__(daemon=True)
        self.load, self.rate, self.over = load, rate, threading.Event()
        self.gateway = Gateway(room, V5).entered()
        self.start()

    def run(self):
        while not self.over.wait(1 / self.rate):
            self.load.send(self.gateway)

    def end(self):
        self.over.set()
        self.join()
        assert self.load.all_acknowledged(self.gateway), f"{len(self.load.acknowledged)} of {self.load.count} are acknowledged"
        self.gateway.leave()


def lines(text):
    return [json.loads(line) for line in text.splitlines()]
