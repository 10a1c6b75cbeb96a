# SPDX-License-Identifier: EUPL-1.2
"""schemathesis, which we did not write, against the API that the real room describes and serves."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance"


def test_the_api_keeps_what_its_description_promises(room, tmp_path):
    key = room.key("configure")
    done = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", room.url + "/api/openapi.json",
         "--header", f"Authorization: Bearer {key}", "--include-path-regex", "^/(api|tiles|healthz|readyz|metrics)",
         "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "25", "--max-failures", "20",
         "--warnings", "off", "--max-time", "75", "--request-timeout", "10", "--seed", "20261121", "--generation-database", "none", "--no-color"],
        capture_output=True, text=True, timeout=240, cwd=tmp_path, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    assert done.returncode == 0, "\n".join(line[:300] for line in done.stdout.splitlines()) + done.stderr[-2000:]
    assert room.process.poll() is None, "the room ended: " + room.said()


def test_an_order_sent_twice_under_one_key_is_one_order(room):
    lamp = room.lamps[room.gateway][0]
    body = json.dumps({"which": [lamp], "command": "level", "level": 40, "for": 5, "reason": "wire"}).encode()
    seen = []
    for _ in range(2):
        request = urllib.request.Request(room.url + "/api/orders", data=body, method="POST", headers={
            "Authorization": f"Bearer {room.operate}", "Content-Type": "application/json", "Idempotency-Key": "wire-1"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            seen.append((answer.status, json.load(answer)["number"]))
    assert [status for status, _ in seen] == [201, 200] and seen[0][1] == seen[1][1]
    assert room.get(f"/api/orders/{seen[0][1]}/ledger", room.view)["lines"][0]["asset"] == lamp


@pytest.mark.parametrize("path", ["/api/alarms", "/api/log", "/api/counts", "/metrics"])
def test_without_a_key_the_api_says_401(room, path):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(room.url + path, timeout=10)
    assert refused.value.code == 401
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_prometheus_collects_the_figures_with_a_key(room):
    request = urllib.request.Request(room.url + "/metrics", headers={"Authorization": f"Bearer {room.view}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/plain")
        assert b"vigie_refusals_total" in answer.read()
