# SPDX-License-Identifier: EUPL-1.2
import shutil
import tempfile

import pytest
from room import Room


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


@pytest.fixture
def own_room():
    """A room that a test may kill."""
    folder = tempfile.mkdtemp(prefix="vigie-wire-")
    room = Room(folder)
    room.view = room.key("view")
    yield room
    if room.process and room.process.poll() is None:
        room.process.kill()
        room.process.wait(10)
    shutil.rmtree(folder, ignore_errors=True)
