# SPDX-License-Identifier: EUPL-1.2
"""The listener with TLS, and the simulated city that must know whom it speaks to."""

import os
import shutil
import subprocess

import pytest
from conftest import room_of_its_own
from room import ENVIRONMENT, VIGIE, free_port
from test_paho import until


def certificate(folder, name):
    paths = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", paths[0], "-out", paths[1]],
        check=True, capture_output=True, timeout=60)
    return paths


@pytest.mark.skipif(not shutil.which("openssl"), reason="SKIPPED LOUDLY: no openssl, so no certificate can be made")
def test_the_simulated_city_speaks_tls_to_whom_it_trusts_and_to_nobody_else(tmp_path):
    key, own = certificate(str(tmp_path), "own")
    _, other = certificate(str(tmp_path), "other")
    with room_of_its_own(settings=[f"mqtt.certificate={own}", f"mqtt.key={key}"]) as room:
        made = room.own("gateway", "key", *room.lamps, "--same", *room.where)
        room.start()

        def city(trust):
            control = free_port()
            with open(os.path.join(room.folder, os.path.basename(trust) + ".log"), "ab") as log:
                return subprocess.Popen(
                    [VIGIE, "simulate", "--city", room.folder + "/city", "--mqtt", f"localhost:{room.mqtt}", "--tls-trust", trust,
                     "--password", made.split()[-1].split(";")[-1], "--control", str(control)],
                    stdout=log, stderr=log, env=ENVIRONMENT, cwd=room.folder)

        def said(trust):
            with open(os.path.join(room.folder, os.path.basename(trust) + ".log"), encoding="utf-8", errors="replace") as file:
                return file.read()

        stranger = city(other)
        try:
            assert until(lambda: "trying again" in said(other)), said(other)
            assert room.metric("readings_total") == 0, "it told its readings to somebody whom it does not know"
        finally:
            stranger.terminate()
            stranger.wait(10)
        known = city(own)
        try:
            assert until(lambda: room.metric("readings_judged_total") > 20), said(own) + room.said()
        finally:
            known.terminate()
            known.wait(10)
        assert room.end() == 0, room.said()
