# SPDX-License-Identifier: EUPL-1.2
"""Keys of gateways and of programs, made and taken back by `vigie` beside a running room: seen over the wire, by paho."""

import subprocess

import pytest
from room import ENVIRONMENT, VIGIE
from test_paho import BOTH, V3, V5, Gateway, stamp, until

# 3.1.1: return code 4 or 5; 5: 0x86 or 0x87. paho gives both as MQTT 5 reasons.
REFUSED = (134, 135)


def refused(room, version, name, password):
    gateway = Gateway(room, version, name, password)
    assert gateway.connected.wait(10), "no CONNACK within 10 s"
    gateway.client.loop_stop()
    return gateway.reasons[0].value in REFUSED


@BOTH
def test_a_key_that_is_taken_back_ends_its_connection_and_is_refused(room, version):
    name = room.spare[version == V5]
    first = room.own("gateway", "key", name, "--data", room.data).strip().split(";")[1]
    gateway = Gateway(room, version, name, first).entered()
    room.own("gateway", "revoke", name, "--data", room.data)
    assert gateway.gone.wait(10), "the connection of a revoked gateway is still open after 10 s"
    if version == V5:
        assert gateway.reasons[-1].value == 0x87, gateway.reasons
    gateway.client.loop_stop()
    # The password had been right a moment ago, and is not remembered.
    assert refused(room, version, name, first)

    # A new key opens at once; the next one ends it, and is the only one that is taken.
    second = room.own("gateway", "key", name, "--data", room.data).strip().split(";")[1]
    gateway = Gateway(room, version, name, second).entered()
    third = room.own("gateway", "key", name, "--data", room.data).strip().split(";")[1]
    assert gateway.gone.wait(10), "the connection by the former key is still open after 10 s"
    gateway.client.loop_stop()
    assert refused(room, version, name, second) and refused(room, version, name, first)
    last = Gateway(room, version, name, third).entered()
    lamp = room.lamps[name][0]
    assert not last.acknowledged(last.send(f"vigie/1/{name}/readings", {"id": lamp, "t": stamp(), "level": 7})).is_failure
    last.leave()
    # What was done stands in the log, and the keys do not.
    entries = [entry for entry in room.get("/api/log", room.view)["entries"] if entry["subject"] == name]
    assert [("retirée" in entry["french"]) for entry in reversed(entries)][-4:] == [False, True, False, False], entries
    assert not any(key in str(entries) for key in (first, second, third))


def test_the_connections_of_others_stay(room):
    other = Gateway(room, V5, room.neighbour).entered()
    name = room.spare[0]
    key = room.own("gateway", "key", name, "--data", room.data).strip().split(";")[1]
    gateway = Gateway(room, V3, name, key).entered()
    room.own("gateway", "revoke", name, "--data", room.data)
    assert gateway.gone.wait(10)
    gateway.client.loop_stop()
    lamp = room.lamps[room.neighbour][4]
    assert not other.acknowledged(other.send(f"vigie/1/{room.neighbour}/readings", {"id": lamp, "t": stamp(), "level": 8})).is_failure
    assert not other.gone.is_set()
    other.leave()


def fails(room, *arguments):
    done = subprocess.run(
        [VIGIE, *arguments, "--data", room.data], capture_output=True, text=True, timeout=60, cwd=room.folder, env=ENVIRONMENT)
    assert done.returncode == 64, f"{arguments}: {done.returncode} {done.stdout}{done.stderr}"
    return done.stderr


def test_commands_about_keys_say_what_is_wrong(room):
    assert "no asset 'G-nobody'" in fails(room, "gateway", "key", "G-nobody")
    assert "not a gateway" in fails(room, "gateway", "key", room.lamps[room.gateway][0])
    assert "has no key" in fails(room, "gateway", "revoke", room.lamps[room.gateway][0])
    assert "no account 'nobody'" in fails(room, "user", "key", "nobody", "--title", "x")
    assert "--days 0" in fails(room, "user", "key", "prog", "--title", "x", "--days", "0")


def test_a_key_of_a_program_never_does_more_than_its_account(room):
    login = "lecteur"
    room.own("user", "add", login, "--name", "Lecteur", "--right", "operate", "--trade", "alarms", "--communes", "21231",
             "--make-password", "--data", room.data)
    for more in (["--right", "manage", "--trade", "alarms", "--communes", "21231"], ["--right", "view", "--trade", "log", "--communes", "21231"],
                 ["--right", "view", "--trade", "alarms"], ["--right", "view", "--communes", "21231"]):
        assert "may not do more than its account" in fails(room, "user", "key", login, "--title", "trop", *more)
    room.own("user", "key", login, "--title", "juste", "--right", "view", "--trade", "alarms", "--communes", "21231", "--data", room.data)
    answer = room.get("/api/log", room.view)
    marks = [f"account:{mark}" for mark, name in answer["names"].items() if name == login]
    told = [entry["french"] for entry in answer["entries"] if entry["subject"] in marks]
    assert len(told) == 2 and "juste" in told[0] and "ouvert" in told[1], told
