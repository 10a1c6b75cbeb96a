# SPDX-License-Identifier: EUPL-1.2
"""Open311 GeoReport v2 of the real room: the PyPI client `three`, which we did not write, and whatever a stranger may send."""

import itertools
import json
import os
import random
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

import pytest
from room import ROOT

# `three` was last published for Python 2: it takes ifilter from itertools, which Python 3 has as filter.
if not hasattr(itertools, "ifilter"):
    itertools.ifilter = filter
three = pytest.importorskip("three", reason="SKIPPED LOUDLY: the client 'three' is not installed (make setup)")

PLACE = {"lat": "47.3220", "long": "5.0415"}


@pytest.fixture(scope="module")
def city(room):
    """The room with categories and a key that may send requests."""
    room.own("import", "categories", os.path.join(ROOT, "examples/categories.yaml"), *room.where)
    room.sender = room.own(
        "user", "key", "prog", "--title", "open311", "--right", "operate", "--trade", "open311", *room.where).strip()
    return room


def client(city, **more):
    return three.Three(city.url + "/open311/v2", api_key=city.sender, **more)


def fetch(city, path, data=None, headers=None):
    """Status, content type and body, refusals too."""
    request = urllib.request.Request(city.url + path, data=data, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as no:
        return no.code, no.headers["Content-Type"], no.read()


def test_three_makes_a_request_and_finds_it_again(city):
    city311 = client(city)
    assert city311.discovery()["endpoints"][0]["url"].endswith("/open311/v2")
    services = {service["service_code"]: service for service in city311.services()}
    assert len(services) > 20 and services["nid-de-poule"]["metadata"] is True
    questions = city311.services("nid-de-poule")["attributes"]
    assert "danger" in [question["code"] for question in questions]
    made = city311.post(
        "nid-de-poule", address="3 rue de la Liberté, Dijon", name="Ada Roy", email="ada@example.org", description="Un trou, là",
        **PLACE, **{"attribute[danger]": "yes"})
    assert city311.post_response.status_code == 201, made
    number, token = made[0]["service_request_id"], made[0]["token"]
    found = city311.request(number)[0]
    assert (found["status"], found["service_code"]) == ("open", "nid-de-poule")
    assert abs(found["lat"] - 47.322) < 1e-6 and abs(found["long"] - 5.0415) < 1e-6
    assert "Ada" not in json.dumps(found) and "trou, là" not in json.dumps(found), "nobody has released what was typed"
    assert city311.token(token)[0]["service_request_id"] == number
    assert number in [one["service_request_id"] for one in city311.requests("nid-de-poule", status="open")]
    assert city311.requests("nid-de-poule", status="closed") == []
    assert number in [one["service_request_id"] for one in city311.requests(start="01-01-2020", end="01-01-2020", service_request_id=number)]
    assert len(city311.requests(count=1)) == 1


def test_three_is_refused_in_the_standards_form(city):
    stranger = three.Three(city.url + "/open311/v2", api_key="vigie_stranger")
    assert stranger.post("nid-de-poule", description="x", **PLACE)[0]["code"] == 403
    assert client(city).post("no-such-service", description="x", **PLACE)[0]["code"] == 404
    assert client(city).post("nid-de-poule", description="x")[0]["code"] == 400
    assert client(city).request("99999-A")[0]["code"] == 404


@pytest.mark.parametrize("path, root, item", [
    ("discovery", "discovery", "endpoints"), ("services", "services", "service"), ("services/nid-de-poule", "service_definition", "attributes"),
    ("requests", "service_requests", "request"), ("servicerequestupdates", "service_request_updates", "request_update"),
])
def test_each_answer_is_the_same_as_xml_and_as_json(city, path, root, item):
    client(city).post("tag", description="un tag & <b>", **PLACE)
    status, kind, body = fetch(city, f"/open311/v2/{path}.xml")
    assert (status, kind) == (200, "text/xml; charset=utf-8")
    tree = ElementTree.fromstring(body)
    assert tree.tag == root and tree[0].tag in (item, "service_code", "changeset")
    status, kind, body = fetch(city, f"/open311/v2/{path}.json")
    assert (status, kind) == (200, "application/json; charset=utf-8")
    document = json.loads(body)
    assert len(document) == len(tree)


def test_whatever_is_sent_is_answered_in_form(city):
    # With a key in the header, since an address without one may ask three hundred times a minute.
    key = {"Authorization": f"Bearer {city.sender}"}
    chance = random.Random(311)
    names = ["service_code", "lat", "long", "description", "attribute[danger]", "attribute[", "email", "phone", "media_url", "api_key",
             "jurisdiction_id", "status", "start_date", "end_date", "page", "page_size", "service_request_id", ""]
    values = ["", "nid-de-poule", "tag", "47.3", "5.04", "-1", "nan", "1e999", "9" * 30, "yes", "open", "2026-11-21T08:00:00Z", "<&>\"'",
              "é" * 500, "\u202e", "'; DROP TABLE report; --", "file:///etc/passwd", city.sender, "2026-02-30T00:00:00+99:99", ",,,,"]
    raw = [b"%zz", b"\xff\xfe=1", b"&&&&", b"a" * 70_000, b"service_code=%00", b"=", b"", b"{", b"\x00"]
    for turn in range(400):
        form = urllib.parse.urlencode([(chance.choice(names), chance.choice(values)) for _ in range(chance.randrange(8))])
        suffix = chance.choice(["json", "xml"])
        if chance.random() < 0.5:
            body = form.encode() if turn % 5 else chance.choice(raw)
            kind = chance.choice(["application/x-www-form-urlencoded"] * 4 + ["multipart/form-data; boundary=x", "text/plain", ""])
            status, answered, said = fetch(city, f"/open311/v2/requests.{suffix}", data=body, headers={"Content-Type": kind} | key)
        else:
            path = chance.choice(["requests", "servicerequestupdates", "services", "requests/" + urllib.parse.quote(chance.choice(values), safe="")])
            status, answered, said = fetch(city, f"/open311/v2/{path}.{suffix}?{form}", headers=key)
        assert status in (200, 201, 400, 403, 404, 413, 415), (status, form, said[:300])
        assert answered == ("text/xml; charset=utf-8" if suffix == "xml" else "application/json; charset=utf-8"), (answered, form)
        if suffix == "xml":
            document = ElementTree.fromstring(said)
            assert status < 400 or document.tag == "errors"
        else:
            document = json.loads(said)
            assert status < 400 or document[0]["code"] == status
    assert city.process.poll() is None, "the room ended: " + city.said()


def test_the_open_data_hold_no_word_of_a_citizen(city):
    client(city).post("tag", description="SECRETWORD", address="SECRETADDRESS", email="secret@example.org", **PLACE)
    for path, kind in [("/open-data/reports.csv", "text/csv; charset=utf-8"), ("/open-data/reports.geojson", "application/geo+json")]:
        status, answered, body = fetch(city, path)
        assert (status, answered) == (200, kind)
        assert b"tag" in body and b"SECRET" not in body.upper()
    assert len(json.loads(body)["features"]) >= 1
