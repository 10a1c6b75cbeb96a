# SPDX-License-Identifier: EUPL-1.2
"""The troubles of docs/operating/troubles.md, made for the whole process (trouble.c): what the operator sees, and that nothing is lost."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import pytest
from conftest import room_of_its_own
from load import Load, Stream, iso
from room import free_port, vigie
from test_paho import V3, V5, Gateway, until

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
STOPPED_FOR = 62
TROUBLE = "Le disque ne prend plus les lectures"


class Talk(threading.Thread):
    """Lamps that speak every second and say nothing that could be wrong."""

    def __init__(self, room, lamps, gateway=None):
        super().__init__(daemon=True)
        self.room, self.lamps, self.over = room, lamps, threading.Event()
        self.gateway = gateway or Gateway(room, V5).entered()
        self.start()

    def run(self):
        while not self.over.wait(1):
            readings = [{"id": lamp, "t": iso(time.time()), "temperature": 20.5} for lamp in list(self.lamps)]
            self.gateway.send(f"vigie/1/{self.room.gateway}/readings", {"readings": readings})

    def end(self):
        self.over.set()
        self.join()
        self.gateway.leave()


def silent(room):
    """Lamps of which the room says that they are stale or lost."""
    states = room.states()
    return sum(states.get(state, 0) for state in ("stale", "lost"))


@pytest.fixture(scope="module", autouse=True)
def stopped(trouble_library):
    """A room that is suspended (SIGSTOP) while the tests before the last one run. Its lamps may be silent for 15 s."""
    with room_of_its_own(period=5) as room:
        room.start()
        talk = Talk(room, room.lamps[room.gateway][:10])
        assert until(lambda: silent(room) == 0 and room.metric("readings_judged_total") >= 20)
        room.alarms = len(room.get("/api/alarms", room.view)["alarms"])
        room.process.send_signal(signal.SIGSTOP)
        room.stopped_at = time.monotonic()
        # Gateways keep what they would say, and give the connection up when nobody answers any more.
        talk.over.set()
        yield room
        room.process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def troubled(trouble_library):
    """A room with every trouble at hand."""
    with room_of_its_own(period=5, settings=["mqtt.receive-maximum=20"], preload=trouble_library) as room:
        yield room.start()
        assert room.end() == 0, room.said()
        done = vigie("check", "--data", room.data)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_full_disk_acknowledges_nothing_says_so_and_loses_nothing(troubled):
    room = troubled
    load, gateway = Load(room), Gateway(room, V5).entered()
    load.send(gateway, 15)
    assert load.all_acknowledged(gateway)
    room.trouble("full")
    load.send(gateway, 15)
    assert until(lambda: room.ready()[0] == 503), "/readyz says that all is well on a full disk"
    assert "No space left on device" in room.ready()[1]
    page = room.text("/console/health", room.view)
    assert "rien n'est acquitté" in page.replace("&#39;", "'") and "No space left on device" in page
    assert room.metric("intake_trouble") == 1
    assert TROUBLE in room.text("/console/alarms", room.view), "whoever looks at the alarms is not told"
    # Others come in meanwhile, and are not acknowledged either; nobody is cut off.
    other, more = Gateway(room, V3, room.neighbour).entered(), Load(room, gateway=room.neighbour)
    more.send(other, 15)
    time.sleep(1.5)
    assert len(load.collect(gateway)) == 15 and not more.collect(other), "acknowledged on a full disk"
    assert not gateway.gone.is_set() and not other.gone.is_set()

    room.well("full")
    assert load.all_acknowledged(gateway) and more.all_acknowledged(other), "not acknowledged although there is room again"
    assert until(lambda: room.ready()[0] == 200)
    assert TROUBLE not in room.text("/console/alarms", room.view)
    assert room.metric("intake_trouble") == 0 and room.metric("journal_trouble") == 0
    assert until(lambda: room.metric("readings_judged_total") >= 45)
    load.check()
    more.check()
    # The log tells of it.
    assert until(lambda: room.entries("L'entrée est de nouveau écrite")), room.entries()
    told = [entry["french"] for entry in room.entries("L'entrée")]
    assert "ne peut pas être écrite" in told[0] and "Lectures : 30." in told[-1], told
    gateway.leave()
    other.leave()


def test_a_slow_disk_holds_the_gateways_back_and_is_shown(troubled):
    room = troubled
    lamps = room.lamps[room.gateway]
    load, gateway = Load(room, lamps=len(lamps)), Gateway(room, V3, inflight=1000).entered()
    room.trouble("slow", 300)
    # 5 kB each, so that what the sockets hold is a few messages; twenty may be unacknowledged.
    filler = "x" * 5000
    messages, behind = 150, []
    for number in range(messages):
        reading = load.reading(number)
        load.mids[gateway.send(f"vigie/1/{room.gateway}/readings", {"filler": filler, "readings": [reading]})] = number
        load.count += 1
    while not load.all_acknowledged(gateway, 0.3):
        behind.append(room.metric("mqtt_messages_total") - room.metric("mqtt_acknowledged_total"))
        assert len(behind) < 200, f"{len(load.acknowledged)} of {messages} are acknowledged: {behind}"
    # Twenty, and what was read with the last of them: how much that is, the kernel says.
    assert behind and 0 < max(behind) < messages - 40, f"the gateway was not held back: {behind}"
    assert room.metric("turn_sync_seconds") >= 0.3
    page = room.text("/console/health", room.view)
    assert "Écriture sur disque" in page
    room.well("slow")
    load.check()
    gateway.leave()


def postgres_programs():
    versions = [int(name) for name in os.listdir("/usr/lib/postgresql") if name.isdigit()] if os.path.isdir("/usr/lib/postgresql") else []
    return f"/usr/lib/postgresql/{max(versions)}/bin" if versions else None


@pytest.fixture
def database():
    """A PostgreSQL of its own; `run('stop')` and `run('start')`."""
    programs = postgres_programs()
    if not programs:
        pytest.skip("SKIPPED LOUDLY: no PostgreSQL (make setup installs it)")
    folder = tempfile.mkdtemp(prefix="vigie-wire-postgres-")
    as_postgres = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_postgres = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]

    def run(what):
        more = ["-m", "immediate"] if what == "stop" else ["-w", "-l", folder + "/log", "-o", f"-k {folder} -c listen_addresses= -c fsync=off"]
        subprocess.run([*as_postgres, programs + "/pg_ctl", "-D", folder + "/data", *more, what], check=True, stdout=subprocess.DEVNULL, cwd="/")

    subprocess.run([*as_postgres, programs + "/initdb", "-D", folder + "/data", "-U", "vigie", "--auth=trust", "--no-sync", "-E", "UTF8",
                    "--locale=C"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    run("start")
    run.url = f"postgres://vigie@/postgres?host={folder}"
    yield run
    try:
        run("stop")
    except subprocess.CalledProcessError:
        pass  # A test that failed while it was away.
    shutil.rmtree(folder, ignore_errors=True)


def test_a_database_that_is_away_stops_no_reading(database):
    with room_of_its_own(journal=database.url) as room:
        room.start()
        load, gateway = Load(room), Gateway(room, V5).entered()
        load.send(gateway, 15)
        assert load.all_acknowledged(gateway)
        database("stop")
        for _ in range(10):
            load.send(gateway)
            assert load.all_acknowledged(gateway, 10), "a reading is not acknowledged while the database is away"
            time.sleep(0.2)
        assert until(lambda: room.ready()[0] == 503), "/readyz says that all is well without a database"
        # First the lost connection, as the database's library says it; then that nobody is there.
        assert until(lambda: "the journal cannot be reached" in room.ready()[1]), room.ready()
        # Gateways come in with the keys last seen, and only with those.
        other = Gateway(room, V5, room.neighbour).entered()
        stranger = Gateway(room, V5, room.calm[0], "wrong")
        assert stranger.connected.wait(10) and stranger.reasons[0].is_failure
        stranger.client.loop_stop()
        database("start")
        assert until(lambda: room.ready()[0] == 200, 30), room.ready()
        load.send(gateway, 15)
        assert load.all_acknowledged(gateway)
        assert until(lambda: room.entries("Le journal est de nouveau écrit")), room.entries()
        load.check()
        gateway.leave()
        other.leave()
        assert room.end() == 0, room.said()


def broker_configuration(folder, port):
    path = os.path.join(folder, "mosquitto.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write(
            f"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\npersistence true\npersistence_location {folder}/\n"
            "autosave_on_changes true\nautosave_interval 1\nmax_queued_messages 0\nmax_inflight_messages 0\n")
    return path


@pytest.mark.skipif(not os.access(MOSQUITTO, os.X_OK), reason="SKIPPED LOUDLY: no mosquitto (make setup installs it)")
def test_a_broker_that_goes_away_is_shown_and_comes_back_with_all_that_it_took(tmp_path):
    port = free_port()
    settings = broker_configuration(str(tmp_path), port)

    def broker():
        with open(tmp_path / "mosquitto.log", "ab") as log:
            return subprocess.Popen([MOSQUITTO, "-c", settings], stdout=log, stderr=log)

    process = broker()
    try:
        with room_of_its_own(settings=[f"mqtt.brokers=mqtt://127.0.0.1:{port}"]) as room:
            room.start()
            ready = f'vigie_broker_ready{{broker="127.0.0.1:{port}"}} '

            def is_ready():
                return ready + "1" in room.text("/metrics", room.view)

            assert until(is_ready), room.said()
            assert "injoignable" not in room.text("/console/health", room.view)
            room.real, room.mqtt = room.mqtt, port
            load, gateway = Load(room), Gateway(room, V5).entered()
            load.send(gateway, 40)
            assert load.all_acknowledged(gateway)
            assert until(lambda: room.metric("readings_judged_total") == 40)
            # Killed: the room says so and goes on.
            process.kill()
            process.wait(10)
            gateway.client.loop_stop()
            assert until(lambda: not is_ready(), 10), "the room does not see that its broker is gone"
            page = room.text("/console/health", room.view)
            assert f"Le courtier 127.0.0.1:{port} est injoignable" in page, "the health page does not say it"
            assert f"Courtier injoignable : 127.0.0.1:{port}" in room.text("/console/map", room.view), "the map does not say it"
            assert room.ready()[0] == 200
            process = broker()
            assert until(is_ready, 30), "the room does not come back to its broker: " + room.said()
            assert "est injoignable" not in room.text("/console/health", room.view)
            # Ended under load: what it acknowledged, it keeps for the room's session, and the room takes it from there.
            gateway = Gateway(room, V5).entered()
            sent = threading.Thread(target=lambda: load.send(gateway, 400))
            sent.start()
            assert until(lambda: len(load.collect(gateway)) > 60)
            process.terminate()
            process.wait(10)
            sent.join()
            gateway.client.loop_stop()
            load.collect(gateway)
            process = broker()
            assert until(is_ready, 30), room.said()
            # What was not acknowledged is sent again, as gateways do.
            again = Gateway(room, V5).entered()
            for number in set(range(load.count)) - load.acknowledged:
                load.mids[again.send(f"vigie/1/{room.gateway}/readings", load.reading(number))] = number
            assert load.all_acknowledged(again)
            assert until(lambda: room.metric("readings_total") >= load.count, 20), room.said()
            load.check()
            again.leave()
            room.mqtt = room.real
            assert room.end() == 0, room.said()
    finally:
        process.kill()
        process.wait(10)


def test_a_clock_that_jumps_makes_nobody_lost_and_is_shown(troubled):
    room = troubled
    lamps = list(room.lamps[room.gateway][:10])
    talk = Talk(room, lamps)
    # Those of the tests before are silent by now, and rightly so; behind gateways that were never heard nobody is awaited.
    assert until(lambda: silent(room) == sum(room.states().values()) - room.states().get("unknown", 0) - len(lamps), 40), room.states()
    calm = silent(room)

    room.trouble("clock", 7200)
    assert until(lambda: room.metric("clock_jump_seconds") > 7000), "a jump of two hours is not seen"
    assert "L'horloge a sauté de 7" in room.text("/console/health", room.view).replace("&#39;", "'").replace("&#x27;", "'")
    time.sleep(3)
    assert silent(room) == calm, f"lost for the room's own clock: {room.states()}"
    room.trouble("clock", 0)
    assert until(lambda: room.metric("clock_jump_seconds") < -7000, 15), "the jump back is not seen: does the turn sleep until its hour comes?"
    time.sleep(3)
    assert silent(room) == calm, f"lost for the room's own clock: {room.states()}"
    # Delays of alarms of those who were silent before may end by the jump; of the others nobody is told.
    told = [line for line in room.get("/api/alarms", room.view)["alarms"] if line["condition"].endswith(".lost")]
    # Gateways stand in them, too, and those of ours that came back and are not acknowledged.
    most = calm + len(room.lamps) + len(lamps)
    assert sum(line.get("count") or 1 for line in told) <= most, f"more than the {calm} that were silent: {told}"
    assert len(room.entries("L'horloge de la machine a sauté")) == 2
    # Time goes on as it should: who is silent now is called lost in three periods, not in two hours.
    gone = lamps.pop()
    talk.lamps = lamps
    assert until(lambda: silent(room) == calm + 1, 40), f"{gone} is silent and nobody says so"
    talk.end()


def test_a_room_that_was_suspended_for_a_minute_calls_nobody_lost(stopped):
    room = stopped
    time.sleep(max(0, STOPPED_FOR - (time.monotonic() - room.stopped_at)))
    # The former connection is given up by its gateway, and the next one stands before the door.
    gateway = Gateway(room, V5)
    room.process.send_signal(signal.SIGCONT)
    talk = Talk(room, room.lamps[room.gateway][:10], gateway.entered())
    assert until(lambda: room.metric("standstill_seconds") >= STOPPED_FOR - 2), "that it stood still is not seen"
    page = room.text("/console/health", room.view)
    assert "La salle est restée immobile" in page
    time.sleep(3)
    assert silent(room) == 0, room.states()
    assert room.metric("clock_jump_seconds") == 0
    # Neither the lamps nor the gateway raised an alarm, not even for a moment: what returned would still wait for an acknowledgement.
    assert len(room.get("/api/alarms", room.view)["alarms"]) == room.alarms, room.get("/api/alarms", room.view)
    assert room.entries("La salle est restée immobile")
    talk.end()
    assert room.end() == 0, room.said()
