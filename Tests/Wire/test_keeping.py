# SPDX-License-Identifier: EUPL-1.2
"""The commands of docs/operating/backup.md as processes beside a running room, while paho sends: what they write, and what they end with."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time

import pytest
from conftest import room_of_its_own
from load import Load, Stream, iso, lines
from room import ROOT, vigie
from test_paho import V5, Gateway, until


@pytest.fixture(scope="module")
def kept():
    """A room under a small load, with an alarm that stands, a note in the log, and a backup that was taken meanwhile."""
    with room_of_its_own() as room:
        room.start()
        load, alarm = Load(room), Load(room, lamps=1, gateway=room.neighbour)
        gateway = Gateway(room, V5, room.neighbour).entered()
        # An impact (bit 6 of the lamp's faults) is an alarm at once.
        gateway.send(f"vigie/1/{room.neighbour}/readings", {"id": alarm.lamps[0], "t": iso(time.time()), "temperature": 20.5, "faults": 64})
        assert until(lambda: standing(room), 30), "no alarm of the lamp's own fault"
        gateway.leave()
        stream = Stream(room, load)
        assert until(lambda: len(load.collect(stream.gateway)) > 100), "no load"
        room.before = set(load.collect(stream.gateway))
        room.backup = os.path.join(room.folder, "backup")
        room.alarms = standing(room)
        room.told = room.own("backup", "--out", room.backup, "--data", room.data)
        room.load, room.stream = load, stream
        yield room
        stream.end()
        load.check()
        assert room.end() == 0, room.said()
        done = vigie("check", "--data", room.data)
        assert done.returncode == 0, done.stdout + done.stderr


def standing(room):
    """The alarms of impacts: other conditions have delays, and may come meanwhile."""
    alarms = room.get("/api/alarms", room.view)["alarms"]
    return sorted((a["target"], a["asset"], a["since"], a["state"]) for a in alarms if a["condition"] == "lamp.impact" and a["active"])


def ends(code, *arguments):
    done = vigie(*arguments)
    assert done.returncode == code, f"vigie {' '.join(arguments)}: {done.returncode}, not {code}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def files(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)


def test_a_backup_under_load_comes_back_whole_and_serves(kept, tmp_path):
    manifest = json.load(open(kept.backup + ".manifest.json", encoding="utf-8"))
    assert hashlib.sha256(open(kept.backup, "rb").read()).hexdigest() == manifest["sha256"]
    assert re.search(rf"log up to entry {manifest['logHead']}, {manifest['logHash']}", kept.told)
    assert f"sha256 {manifest['sha256']}" in kept.told

    new = str(tmp_path / "new")
    assert "and sound" in kept.own("restore", kept.backup, "--data", new)
    assert "all is well" in kept.own("check", "--data", new)
    with room_of_its_own() as other:
        # The brought back folder in place of this room's own.
        shutil.rmtree(other.data)
        other.data, other.where, other.view = new, ["--data", new], kept.view
        other.start()
        assert standing(other) == kept.alarms
        log = {entry["number"]: entry["hash"] for entry in kept.get("/api/log", kept.view)["entries"]}
        again = {entry["number"]: entry["hash"] for entry in other.get("/api/log", other.view)["entries"]}
        assert manifest["logHead"] >= 3 and again[manifest["logHead"]] == manifest["logHash"]
        assert all(again[number] == log[number] for number in range(1, manifest["logHead"] + 1))
        # What was acknowledged before the backup began is there, and once.
        acknowledged, kept.load.acknowledged = kept.load.acknowledged, kept.before
        try:
            kept.load.check(other)
        finally:
            kept.load.acknowledged = acknowledged
        # Gateways come in with their keys, and the room goes on.
        gateway = Gateway(other, V5, kept.gateway, kept.keys[kept.gateway]).entered()
        mid = gateway.send(f"vigie/1/{kept.gateway}/readings", {"id": kept.lamps[kept.gateway][0], "t": iso(time.time()), "level": 3})
        assert not gateway.acknowledged(mid).is_failure
        gateway.leave()
        assert other.end() == 0
        ends(0, "check", "--data", new)


def test_a_folder_gives_the_backup_the_name_of_the_time(kept, tmp_path):
    said = kept.own("backup", "--out", str(tmp_path), "--data", kept.data)
    path = said.split(":")[0]
    assert re.fullmatch(r"vigie-\d{8}T\d{6}Z\.backup", os.path.basename(path)) and os.path.isdir(path + ".floor/intake")


def test_the_portable_format_comes_back_too(kept, tmp_path):
    kept.own("backup", "--archive", "--out", str(tmp_path / "move"), "--data", kept.data)
    assert open(tmp_path / "move", "rb").read(16) == b"VIGIE-ARCHIVE-1\n"
    kept.own("restore", str(tmp_path / "move"), "--data", str(tmp_path / "new"))
    kept.own("check", "--data", str(tmp_path / "new"))


@pytest.mark.parametrize("archive", [False, True], ids=["sqlite", "archive"])
def test_a_damaged_backup_is_refused_and_nothing_is_written(kept, tmp_path, archive):
    path = str(tmp_path / "copy")
    kept.own("backup", "--out", path, "--data", kept.data, *(["--archive"] if archive else []))
    whole = open(path, "rb").read()
    new = str(tmp_path / "new")
    for bent in (whole[:len(whole) // 2], whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:], b"", b"not a backup"):
        with open(path, "wb") as file:
            file.write(bent)
        assert "manifest" in ends(65, "restore", path, "--data", new)
        assert files(new) == [], "something was written"
    with open(path, "wb") as file:
        file.write(whole)
    # The intake beside it, in its middle.
    segment = next(name for name in files(path + ".floor") if "/intake/" in name and os.path.getsize(name) > 2000)
    bytes_ = bytearray(open(segment, "rb").read())
    bytes_[len(bytes_) // 2] ^= 0xFF
    with open(segment, "wb") as file:
        file.write(bytes_)
    assert "is damaged" in ends(65, "restore", path, "--data", new)
    assert files(new) == [], "something was written"


def test_nothing_is_ever_overwritten(kept, tmp_path):
    before = {name: os.path.getsize(name) for name in files(kept.backup + ".floor") + [kept.backup]}
    assert "never overwrites" in ends(73, "backup", "--out", kept.backup, "--data", kept.data)
    assert {name: os.path.getsize(name) for name in before} == before
    # Neither a running installation nor one that was brought back.
    assert "is not empty" in ends(73, "restore", kept.backup, "--data", kept.data)
    new = str(tmp_path / "new")
    ends(0, "restore", kept.backup, "--data", new)
    assert "is not empty" in ends(73, "restore", kept.backup, "--data", new)
    # A journal without intake is something, too.
    shutil.rmtree(new + "/intake")
    shutil.rmtree(new + "/floor")
    assert "exists already" in ends(73, "restore", kept.backup, "--data", new)


def test_commands_say_what_is_not_there(kept, tmp_path):
    for command in (["backup", "--out", str(tmp_path / "x")], ["check"], ["check", "log"], ["replay"], ["export", "readings"], ["export", "log"]):
        assert "There is no journal" in ends(66, *command, "--data", str(tmp_path / "nothing"))
    assert not os.path.exists(tmp_path / "nothing") and not os.path.exists(tmp_path / "x")
    assert "There is no file" in ends(66, "restore", str(tmp_path / "nothing"), "--data", str(tmp_path / "new"))
    assert "cannot be written" in ends(73, "export", "readings", "--output", str(tmp_path / "no" / "x"), "--data", kept.data)
    ends(73, "backup", "--out", str(tmp_path / "no" / "folder" / "x"), "--data", kept.data)
    ends(64, "export", "readings", "--format", "xml", "--data", kept.data)
    assert "There is no asset 'L-NONE'" in ends(66, "export", "readings", "--asset", "L-NONE", "--data", kept.data)
    ends(64, "export", "readings", "--from", "5", "--data", kept.data)
    ends(64, "replay", "--from", "yesterday", "--data", kept.data)
    ends(64, "check", "config", "--set", "http.prot=1")
    (tmp_path / "bent").mkdir()
    (tmp_path / "bent" / "vigie.sqlite").write_bytes(b"this is no database, it is a text of more than a hundred bytes " * 40)
    assert "cannot be opened" in ends(74, "check", "--data", str(tmp_path / "bent"))


def test_the_exported_readings_are_those_that_were_sent(kept, tmp_path):
    name = kept.calm[0]
    load = Load(kept, lamps=3, gateway=name)
    gateway = Gateway(kept, V5, name).entered()
    load.send(gateway, 60)
    assert load.all_acknowledged(gateway)
    gateway.leave()
    sent = [load.reading(number) for number in range(60)]
    chosen = [part for lamp in load.lamps for part in ("--asset", lamp)]

    # What was acknowledged is judged within a turn.
    def csv_rows(*more):
        text = kept.own("export", "readings", *chosen, *more, "--data", kept.data)
        return [(r["id"], r["time"].replace(".000Z", "Z"), r["property"], float(r["value"]), r["unit"]) for r in csv.DictReader(io.StringIO(text))]

    def rows(readings):
        return sorted(
            (r["id"], r["t"].replace(".000Z", "Z"), key, float(r[key]), unit) for r in readings for key, unit in (("level", "%"), ("power", "W")))

    assert until(lambda: len(csv_rows()) == 120), len(csv_rows())
    assert sorted(csv_rows()) == rows(sent)
    begin, end = iso(load.begin + 5), iso(load.begin + 9)
    assert sorted(csv_rows("--from", begin.replace(".000Z", "Z"), "--to", end.replace(".000Z", "Z"))) == rows(
        [r for r in sent if begin <= r["t"] <= end])

    out = str(tmp_path / "readings.ndjson")
    kept.own("export", "readings", "--format", "ndjson", *chosen, "--output", out, "--data", kept.data)
    exported = lines(open(out, encoding="utf-8").read())
    assert rows(exported) == rows(sent)
    # As devices send them: the same again is taken as what it is, duplicates.
    kept.own("export", "readings", "--data", kept.data)


def test_a_third_party_verifies_the_exported_log(kept, tmp_path):
    page = open(os.path.join(ROOT, "docs/operating/log-verification.md"), encoding="utf-8").read()
    program = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    (tmp_path / "verify.py").write_text(program, encoding="utf-8")

    def verify(path):
        done = subprocess.run([sys.executable, "verify.py", path], capture_output=True, text=True, timeout=60, cwd=tmp_path)
        return done.returncode, done.stdout + done.stderr

    (tmp_path / "log.jsonl").write_text(kept.own("export", "log", "--data", kept.data), encoding="utf-8")
    code, said = verify("log.jsonl")
    assert code == 0 and said.startswith("intact up to entry"), said
    number, seal = re.search(r"entry (\d+), hash (\w+)", said).groups()

    told = kept.own("check", "log", "--export", str(tmp_path / "checked.jsonl"), "--data", kept.data)
    assert told.startswith("intact")
    assert (tmp_path / "checked.jsonl").read_text().startswith((tmp_path / "log.jsonl").read_text())
    # The button of the page gives the same bytes.
    assert kept.text("/console/log.jsonl", kept.view).startswith((tmp_path / "log.jsonl").read_text())

    whole = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    assert len(whole) == int(number) >= 3 and json.loads(whole[-1])["hash"] == seal
    bent = {
        "changed": [whole[0], whole[1].replace('"author":"vigie"', '"author":"marie"'), *whole[2:]],
        "missing": [whole[0], *whole[2:]], "is not bound": [json.dumps({**json.loads(whole[1]), "number": 1}) + "\n", *whole[2:]],
        "are missing": [whole[1], whole[0], *whole[2:]],
    }
    for what, text in bent.items():
        (tmp_path / "bent.jsonl").write_text("".join(text), encoding="utf-8")
        code, said = verify("bent.jsonl")
        assert code == 1, f"{what}: {said}"


def test_the_recorded_span_is_judged_again(kept):
    said = ends(0, "replay", "--data", kept.data)
    assert re.search(r"\d+ raised or returned alarms are the same, 0 differ", said), said
    assert re.search(r"judged again: [1-9]\d* readings", said), said
    assert "0 differ" in ends(0, "replay", "--to", iso(time.time()).replace(".", "x").split("x")[0] + "Z", "--data", kept.data)
    assert "Nothing was recorded in that span" in ends(66, "replay", "--to", "2020-01-02T00:00:00Z", "--data", kept.data)


def test_the_running_room_is_checked(kept):
    assert "all is well" in ends(0, "check", "--data", kept.data)


def test_what_check_finds_is_a_line_each(kept, tmp_path):
    new = str(tmp_path / "new")
    ends(0, "restore", kept.backup, "--data", new)
    # The log defends itself against an UPDATE; whoever owns the file takes that away first.
    database = sqlite3.connect(new + "/vigie.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="the log is not changed"):
        database.execute("UPDATE logbook SET french = 'autre chose' WHERE number = 2")
    database.rollback()
    database.execute("DROP TRIGGER logbook_no_update")
    assert database.execute("UPDATE logbook SET french = 'autre chose' WHERE number = 2").rowcount == 1
    database.commit()
    database.close()
    assert "log: " in ends(1, "check", "--data", new)
    assert "2" in ends(1, "check", "log", "--data", new)
    assert "the log" in ends(73, "backup", "--out", str(tmp_path / "x"), "--data", new)
    assert not [name for name in os.listdir(tmp_path) if name.startswith("x")], "a backup of a broken log was left"


def test_accounts_from_the_machine(kept):
    password = kept.own("user", "add", "marie", "--name", "Marie", "--right", "operate", "--make-password", "--data", kept.data).split()[1]
    again = kept.own("user", "password", "marie", "--make-password", "--data", kept.data).split()[1]
    assert len(password) == len(again) == 20 and password != again
    listed = [line.split("\t") for line in kept.own("user", "list", "--data", kept.data).splitlines()]
    assert ["marie", "Marie", "open", "operate"] in listed, listed
    assert "exists already" in ends(64, "user", "add", "marie", "--name", "Marie", "--make-password", "--data", kept.data)
    assert "no account" in ends(64, "user", "password", "nobody", "--make-password", "--data", kept.data)
    short = vigie("user", "password", "marie", "--data", kept.data, input="short\n")
    assert short.returncode == 64 and "12 characters" in short.stderr
    assert not any(word in json.dumps(kept.get("/api/log", kept.view)) for word in (password, again))
