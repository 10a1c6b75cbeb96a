# SPDX-License-Identifier: EUPL-1.2
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager

import pytest
from room import Room

HERE = os.path.dirname(os.path.abspath(__file__))


@pytest.fixture(scope="session")
def room():
    folder = tempfile.mkdtemp(prefix="vigie-wire-")
    room = Room(folder)
    room.view, room.operate = room.key("view"), room.key("operate")
    room.start()
    yield room
    code = room.end()
    said = room.said()
    assert code == 0, f"the room ended with {code}: {said}"
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def room_of_its_own(**options):
    folder = tempfile.mkdtemp(prefix="vigie-wire-")
    room = None
    try:
        room = Room(folder, **options)
        room.view = room.key("view")
        yield room
    finally:
        if room and room.process and room.process.poll() is None:
            room.process.kill()
            room.process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_room():
    """A room that a test may kill."""
    with room_of_its_own() as room:
        yield room


@pytest.fixture(scope="session")
def trouble_library(tmp_path_factory):
    """The library of troubles, compiled (trouble.c)."""
    if not shutil.which("cc"):
        pytest.skip("SKIPPED LOUDLY: no C compiler 'cc', so no trouble can be made: a full disk, a slow one, a clock that jumps")
    path = str(tmp_path_factory.mktemp("trouble") / "trouble.so")
    done = subprocess.run(
        ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", path, HERE + "/trouble.c", "-ldl", "-pthread"],
        capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return path
