# SPDX-License-Identifier: EUPL-1.2
"""Two real rooms: what is another's goes from one to the other by Open311, once, whatever is killed, and what becomes of it comes back."""

import json
import re
import signal
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from room import Room

OWN = """
departments:
  roads: {fr: Voirie, en: Roads}
bodies:
  other: {fr: La ville voisine, en: The other city}
default: roads
rules:
  - {title: {fr: Autoroutes, en: Motorways}, categories: [pothole], body: other}
categories:
  pothole: {fr: Nid-de-poule, en: Pothole, department: roads}
"""
THEIRS = """
departments:
  roads: {fr: Voirie, en: Roads}
default: roads
categories:
  trou: {fr: Nid-de-poule, en: Pothole, department: roads}
"""


class Browser:
    """Signed in at a room: forms with their token."""

    def __init__(self, room, login, password):
        self.room = room
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        token = re.search(r'name="csrf" value="([^"]+)"', self.get("/sign-in"))[1]
        self.post("/sign-in", {"login": login, "password": password}, token)

    def get(self, path):
        with self.opener.open(self.room.url + path, timeout=20) as answer:
            return answer.read().decode()

    def post(self, path, fields, token=None):
        if token is None:
            token = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/console/reports"))[1]
        body = urllib.parse.urlencode({"csrf": token, **fields}).encode()
        try:
            with self.opener.open(urllib.request.Request(self.room.url + path, data=body, headers={"Origin": self.room.url}), timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as no:
            raise AssertionError(f"{path}: {no.code} {no.read().decode()[:3000]}")


def made(room, key, fields):
    request = urllib.request.Request(
        room.url + "/api/reports", data=json.dumps(fields).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())["reference"]


def requests(room):
    with urllib.request.urlopen(room.url + "/open311/v2/requests.json", timeout=20) as answer:
        return json.loads(answer.read())


def until(found, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found():
                return True
        except OSError:
            pass
        time.sleep(0.3)
    return False


@pytest.fixture()
def cities(tmp_path):
    """Ours and the other; the other's key is set up in ours."""
    rooms = []
    for name, tree in (("ours", OWN), ("theirs", THEIRS)):
        folder = tmp_path / name
        folder.mkdir()
        room = Room(str(folder), settings=["errands.inside=true", "open311.follow=1s"])
        (folder / "categories.yaml").write_text(tree, encoding="utf-8")
        room.own("import", "categories", str(folder / "categories.yaml"), *room.where)
        room.password = room.own(
            "user", "add", "ada", "--name", "Ada", "--right", "configure", "--make-password", *room.where).split()[1]
        rooms.append(room)
    ours, theirs = rooms
    sender = theirs.own("user", "key", "prog", "--title", "open311", "--right", "operate", "--trade", "open311", *theirs.where).strip()
    ours.sender = ours.own("user", "key", "prog", "--title", "reports", "--right", "operate", "--trade", "reports", *ours.where).strip()
    for room in rooms:
        room.start()
    browser = Browser(ours, "ada", ours.password)
    browser.post("/console/partners/@other", {"url": theirs.url + "/open311/v2", "key": sender, "automatic": "on"})
    page = browser.post("/console/partners/@other/map", {"map-pothole": "trou"})
    assert sender not in page, "a key is never shown"
    yield ours, theirs
    for room in rooms:
        room.end(signal.SIGKILL)


def test_what_is_anothers_goes_there_once_and_comes_back_done(cities):
    ours, theirs = cities
    references = []
    for number in range(12):
        reference = made(ours, ours.sender, {
            "category": "pothole", "latitude": 47.32 + number / 1000, "longitude": 5.04, "description": f"Trou {number} devant chez Ada Roy",
            "name": "Ada Roy", "email": "ada@example.org", "key": f"wire-partner-{number:04}-key"})
        references.append(reference)
        # Killed at another moment of the way each time: ours, theirs, or neither.
        time.sleep(0.15 * number)
        if number % 3 == 0:
            ours.end(signal.SIGKILL)
            ours.start()
        elif number % 3 == 1:
            theirs.end(signal.SIGKILL)
            theirs.start()
    browser = Browser(ours, "ada", ours.password)

    def sheets():
        return [browser.get(f"/console/reports/{reference}") for reference in references]

    assert until(lambda: all("ouvert là-bas" in page or "open there" in page for page in sheets()), 240), ours.said()
    there = requests(theirs)
    assert len(there) == 12, "nothing is lost and nothing is doubled"
    numbers = {one["service_request_id"] for one in there}
    other = Browser(theirs, "ada", theirs.password)
    for one in numbers:
        page = other.get(f"/console/reports/{one}")
        assert "Ada Roy" not in page and "ada@example.org" not in page, "nobody agreed that this goes"
    first = sorted(numbers)[0]
    other.post(f"/console/reports/{first}/acts", {"act": "finish", "finish-proof": "word", "finish-name": "Bob", "finish-text": ""})
    assert until(lambda: sum("clos là-bas" in page or "closed there" in page for page in sheets()) == 1), ours.said()
    closed = [one for one in requests(ours) if one["status"] == "closed"]
    assert len(closed) == 1
    other.post(f"/console/reports/{first}/acts", {"act": "reopen", "reopen-text": "Encore là"})
    assert until(lambda: all(one["status"] == "open" for one in requests(ours))), ours.said()
