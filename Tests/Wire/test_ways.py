# SPDX-License-Identifier: EUPL-1.2
"""A gateway that the room may reach by its own listener and by Debian's mosquitto: an order takes one way, also after a restart."""

import json
import os
import signal
import subprocess
import time
import types
import urllib.request

import pytest
from conftest import room_of_its_own
from room import free_port
from test_paho import V5, Gateway, stamp, until
from test_trouble import MOSQUITTO, broker_configuration


def order(room, lamp, key):
    """Places an order for one lamp and gives its number."""
    body = json.dumps({"which": [lamp], "command": "level", "level": 40, "for": 30, "reason": "wire"}).encode()
    request = urllib.request.Request(room.url + "/api/orders", data=body, method="POST", headers={
        "Authorization": f"Bearer {room.operate}", "Content-Type": "application/json", "Idempotency-Key": key})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["number"]


def orders(gateway):
    return [json.loads(message.payload)["order"] for message in gateway.messages]


def listening(place):
    gateway = Gateway(place, V5).entered()
    gateway.client.subscribe(f"vigie/1/{place.gateway}/orders", 1)
    return gateway


@pytest.mark.skipif(not os.access(MOSQUITTO, os.X_OK), reason="SKIPPED LOUDLY: no mosquitto (make setup installs it)")
def test_an_order_goes_by_the_way_through_which_its_gateway_was_last_heard(tmp_path):
    port = free_port()
    with open(tmp_path / "mosquitto.log", "ab") as log:
        broker = subprocess.Popen([MOSQUITTO, "-c", broker_configuration(str(tmp_path), port)], stdout=log, stderr=log)
    try:
        with room_of_its_own(settings=[f"mqtt.brokers=mqtt://127.0.0.1:{port}"]) as room:
            room.operate = room.key("operate")
            room.start()

            def is_ready():
                return f'vigie_broker_ready{{broker="127.0.0.1:{port}"}} 1' in room.text("/metrics", room.view)

            assert until(is_ready), room.said()
            # One gateway, in at both; it speaks by the one or the other.
            direct = listening(room)
            around = listening(types.SimpleNamespace(gateway=room.gateway, keys=room.keys, mqtt=port))
            time.sleep(0.5)
            lamps = room.lamps[room.gateway]

            def speaks(by):
                mid = by.send(f"vigie/1/{room.gateway}/readings", {"id": lamps[20], "t": stamp(), "level": 70})
                assert not by.acknowledged(mid).is_failure

            def heard(count):
                assert until(lambda: room.metric("readings_judged_total") >= count)

            first = order(room, lamps[0], "ways-1")
            assert until(lambda: orders(direct) == [first]), "it came in at the listener: that is its way"
            speaks(around)
            heard(1)
            second = order(room, lamps[1], "ways-2")
            assert until(lambda: orders(around) == [second]), room.said()
            # A restart: the way was kept, though nothing was heard since. Both connections are new.
            direct.vanish()
            assert room.end(signal.SIGTERM) == 0
            room.start()
            assert until(is_ready), room.said()
            third = order(room, lamps[2], "ways-3")
            assert until(lambda: third in orders(around)), room.said()
            direct = listening(room)
            time.sleep(0.5)
            fourth = order(room, lamps[3], "ways-4")
            assert until(lambda: fourth in orders(direct)), room.said()
            time.sleep(1)
            assert orders(around) == [second, third] and orders(direct) == [fourth], "each by one way, and once"
            direct.leave()
            around.leave()
    finally:
        broker.kill()
        broker.wait(10)
