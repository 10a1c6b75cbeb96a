# SPDX-License-Identifier: EUPL-1.2
"""kill -9 under load: every reading that paho saw acknowledged is there after the restart, and none is there twice."""

import signal
import time

from test_paho import V5, Gateway, stamp, until


def test_kill_9_loses_nothing_that_was_acknowledged(own_room):
    room = own_room.start()
    lamps = room.lamps[room.gateway][:20]
    begin = time.time() - 600
    sent, acks = {lamp: 0 for lamp in lamps}, {lamp: set() for lamp in lamps}
    for life in range(3):
        gateway = Gateway(room, V5).entered()
        mids = {}
        for number in range(200 * (life + 1)):
            lamp = lamps[number % len(lamps)]
            # Times of a lamp's readings are a second apart: one bucket of the series each.
            at = begin - time.time() + sent[lamp]
            reading = {"id": lamp, "t": stamp(at), "seq": sent[lamp] + 1, "level": sent[lamp] % 101}
            mids[gateway.send(f"vigie/1/{room.gateway}/readings", reading)] = (lamp, sent[lamp])
            sent[lamp] += 1
        assert until(lambda: len(gateway.acks) >= 60 * (life + 1)), "nothing is acknowledged"
        room.end(signal.SIGKILL)
        gateway.client.loop_stop()
        for mid, reason in list(gateway.acks.items()):
            assert not reason.is_failure, reason
            acks[mids[mid][0]].add(mids[mid][1])
        room.start()
    assert sum(map(len, acks.values())) >= 360
    first, last = int(begin * 1000) - 1000, int(begin * 1000) + 100_000
    for lamp in lamps:
        buckets = room.get(f"/api/assets/{lamp}/series?property=level&from={first}&to={last}&points=5000", room.view)["buckets"]
        levels = [round(bucket["last"]) for bucket in buckets]
        assert all(bucket["count"] == 1 for bucket in buckets), f"{lamp}: a reading is there twice"
        assert len(levels) == len(set(levels)) and len(levels) <= sent[lamp], f"{lamp}: a reading is there twice"
        assert acks[lamp] <= set(levels), f"{lamp}: acknowledged and lost: {sorted(acks[lamp] - set(levels))}"
