# SPDX-License-Identifier: EUPL-1.2
"""PyPI's paho-mqtt, a client that we did not write, against the real room."""

import json
import threading
import time
from datetime import datetime, timezone

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

V3, V5 = mqtt.MQTTv311, mqtt.MQTTv5
BOTH = pytest.mark.parametrize("version", [V3, V5], ids=["3.1.1", "5"])


def stamp(offset=0.0):
    return datetime.fromtimestamp(time.time() + offset, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Gateway:
    """A paho client with what happened to it."""

    def __init__(self, room, version, name=None, password=None, client_id="", will=None, clean=True, inflight=20):
        self.acks, self.messages, self.reasons = {}, [], []
        self.connected, self.gone = threading.Event(), threading.Event()
        self.name = name or room.gateway
        extra = {} if version == V5 else {"clean_session": clean}
        c = self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=client_id, protocol=version, reconnect_on_failure=False, **extra)
        c.username_pw_set(self.name, room.keys.get(self.name) if password is None else password)
        c.max_inflight_messages_set(inflight)
        if will:
            c.will_set(*will)
        c.on_connect = self.on_connect
        c.on_disconnect = self.on_disconnect
        c.on_publish = lambda client, data, mid, reason, properties: self.acks.__setitem__(mid, reason)
        c.on_message = lambda client, data, message: self.messages.append(message)
        properties = None
        if version == V5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = 0 if clean else 600
        c.connect("127.0.0.1", room.mqtt, keepalive=20, **({"clean_start": clean, "properties": properties} if version == V5 else {}))
        c.loop_start()

    def on_connect(self, client, data, flags, reason, properties):
        self.reasons.append(reason)
        self.session = flags.session_present
        self.connected.set()

    def on_disconnect(self, client, data, flags, reason, properties):
        self.reasons.append(reason)
        self.gone.set()

    def entered(self):
        assert self.connected.wait(10), "no CONNACK within 10 s"
        assert not self.reasons[0].is_failure, self.reasons
        return self

    def send(self, topic, payload, qos=1, retain=False):
        data = payload if isinstance(payload, (str, bytes)) else json.dumps(payload)
        return self.client.publish(topic, data, qos, retain).mid

    def acknowledged(self, mid, seconds=10):
        return until(lambda: mid in self.acks, seconds) and self.acks[mid]

    def leave(self):
        self.client.disconnect()
        self.client.loop_stop()

    def vanish(self):
        """As a gateway that loses its power: no DISCONNECT."""
        self.client.loop_stop()
        self.client._sock_close()


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def last_level(room, lamp):
    buckets = room.get(f"/api/assets/{lamp}/series?property=level&points=2000", room.view)["buckets"]
    return buckets[-1]["last"] if buckets else None


@BOTH
@pytest.mark.parametrize("qos", [0, 1])
def test_a_reading_arrives(room, version, qos):
    gateway = Gateway(room, version).entered()
    lamp, level = room.lamps[room.gateway][qos + (2 if version == V5 else 0)], 10 * qos + (33 if version == V5 else 44)
    mid = gateway.send(f"vigie/1/{room.gateway}/readings", {"id": lamp, "t": stamp(), "seq": 1, "level": level, "power": 38.2}, qos)
    if qos:
        assert not gateway.acknowledged(mid).is_failure
        # What is acknowledged is judged within turns.
    assert until(lambda: last_level(room, lamp) == level), f"{lamp}: {last_level(room, lamp)}, not {level}"
    gateway.leave()


@BOTH
def test_an_acknowledged_batch_is_whole(room, version):
    gateway = Gateway(room, version).entered()
    lamps = room.lamps[room.gateway]
    level = 71 if version == V5 else 72
    batch = {"readings": [{"id": lamp, "t": stamp(), "level": level} for lamp in lamps]}
    assert not gateway.acknowledged(gateway.send(f"vigie/1/{room.gateway}/readings", batch)).is_failure
    for lamp in lamps[:3] + lamps[-3:]:
        assert until(lambda: last_level(room, lamp) == level), lamp
    gateway.leave()


@BOTH
def test_a_wrong_password_is_refused_with_the_standards_reason(room, version):
    gateway = Gateway(room, version, password="wrong")
    assert gateway.connected.wait(10)
    # 3.1.1: return code 4 or 5; 5: 0x86 or 0x87. paho gives both as MQTT 5 reasons.
    assert gateway.reasons[0].value in (134, 135), gateway.reasons
    gateway.client.loop_stop()


@BOTH
def test_an_unknown_gateway_is_refused(room, version):
    gateway = Gateway(room, version, name="G-nobody", password="x")
    assert gateway.connected.wait(10)
    assert gateway.reasons[0].value in (134, 135), gateway.reasons
    gateway.client.loop_stop()


def test_a_foreign_topic_is_refused_by_its_reason(room):
    gateway = Gateway(room, V5).entered()
    lamp = room.lamps[room.neighbour][0]
    mid = gateway.send(f"vigie/1/{room.neighbour}/readings", {"id": lamp, "t": stamp(), "level": 99})
    assert gateway.acknowledged(mid).value == 0x87
    # The connection stands: the next message is taken.
    own = gateway.send(f"vigie/1/{room.gateway}/readings", {"id": room.lamps[room.gateway][0], "t": stamp(), "level": 12})
    assert not gateway.acknowledged(own).is_failure
    assert last_level(room, lamp) != 99
    gateway.leave()


def test_a_foreign_topic_ends_a_3_1_1_connection(room):
    gateway = Gateway(room, V3).entered()
    lamp = room.lamps[room.neighbour][1]
    gateway.send(f"vigie/1/{room.neighbour}/readings", {"id": lamp, "t": stamp(), "level": 98})
    assert gateway.gone.wait(10), "3.1.1 has no reasons in PUBACK: the connection must end"
    assert not gateway.acks and last_level(room, lamp) != 98
    gateway.client.loop_stop()


@BOTH
def test_a_foreign_lamp_is_left_out_of_a_batch(room, version):
    gateway = Gateway(room, version).entered()
    own, foreign = room.lamps[room.gateway][5], room.lamps[room.neighbour][2]
    level = 61 if version == V5 else 62
    mid = gateway.send(f"vigie/1/{room.gateway}/readings", [{"id": i, "t": stamp(), "level": level} for i in (foreign, own)])
    assert not gateway.acknowledged(mid).is_failure
    assert until(lambda: last_level(room, own) == level)
    assert last_level(room, foreign) != level
    gateway.leave()


@BOTH
def test_a_retained_message_is_refused(room, version):
    gateway = Gateway(room, version).entered()
    lamp = room.lamps[room.gateway][6]
    # paho obeys 'retain available = 0' of a 5 CONNACK only by name: it sends, and must be told 0x9A.
    mid = gateway.send(f"vigie/1/{room.gateway}/readings", {"id": lamp, "t": stamp(), "level": 97}, retain=True)
    assert until(lambda: gateway.gone.is_set() or mid in gateway.acks), "neither told nor shut out"
    if version == V5:
        told = gateway.acks[mid].value if mid in gateway.acks else gateway.reasons[-1].value
        assert told == 0x9A, gateway.reasons
    else:
        assert gateway.gone.is_set() and mid not in gateway.acks
    assert last_level(room, lamp) != 97
    gateway.client.loop_stop()




@BOTH
def test_the_will_tells_that_the_gateway_is_gone(room, version):
    name = room.calm[version == V5]

    def lost():
        return [a for a in room.get("/api/alarms", room.view)["alarms"] if a["asset"] == name and a["active"]]

    topic = f"vigie/1/{name}/link"
    gateway = Gateway(room, version, name, will=(topic, '{"up":false}', 1, False)).entered()
    assert not gateway.acknowledged(gateway.send(topic, '{"up":true}')).is_failure
    assert until(lambda: not lost(), 30), f"the gateway is thought lost while it is here: {lost()}"
    gateway.vanish()
    assert until(lost, 30), "no alarm of the gateway within 30 s of its will"
    again = Gateway(room, version, name).entered()
    again.acknowledged(again.send(topic, '{"up":true}'))
    # The alarm returns 10 s after the gateway did.
    assert until(lambda: not lost(), 30), f"the gateway came back and is still thought lost: {lost()}"
    again.leave()


@BOTH
def test_only_its_own_orders_may_be_subscribed_to(room, version):
    gateway = Gateway(room, version).entered()
    answers = {}
    gateway.client.on_subscribe = lambda client, data, mid, reasons, properties: answers.__setitem__(mid, reasons)
    _, own = gateway.client.subscribe(f"vigie/1/{room.gateway}/orders", 1)
    _, foreign = gateway.client.subscribe(f"vigie/1/{room.neighbour}/orders", 1)
    assert until(lambda: own in answers and foreign in answers)
    assert answers[own][0].value == 1
    assert answers[foreign][0].is_failure
    gateway.leave()


@BOTH
def test_the_session_is_kept_over_a_reconnect(room, version):
    first = Gateway(room, version, client_id="kept-" + str(version), clean=False).entered()
    done = threading.Event()
    first.client.on_subscribe = lambda *all: done.set()
    first.client.subscribe(f"vigie/1/{room.gateway}/orders", 1)
    assert done.wait(10)
    first.vanish()
    again = Gateway(room, version, client_id="kept-" + str(version), clean=False).entered()
    assert again.session
    again.leave()
