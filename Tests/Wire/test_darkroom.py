# SPDX-License-Identifier: EUPL-1.2
"""The process in which a stranger's picture is decoded: what the kernel says of its walls, and what comes out of it."""

import os
import random
import struct
import subprocess
import time
import zlib

import pytest
from room import VIGIE


def png(width, height, row=None):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(1)
    line = b"\0" + (row or b"\x40\x80\xc0" * width)
    data = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", data)
            + chunk(b"IEND", b""))


def develop(data, orientation="1"):
    return subprocess.run([VIGIE, "darkroom", orientation], input=data, capture_output=True, timeout=60, check=False)


def frame(jpeg):
    """Width and height in the frame of a JPEG."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC2):
        at += 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
    height, width = struct.unpack(">HH", jpeg[at + 5:at + 9])
    return width, height


def test_a_picture_comes_out_upright_and_small():
    out = develop(png(3000, 1000), "6")
    assert out.returncode == 0 and out.stderr == b"", out
    assert out.stdout[:2] == b"\xff\xd8" and frame(out.stdout) == (683, 2048)


@pytest.mark.parametrize("what", [b"", b"GIF89a", png(20, 20)[:60], b"\xff\xd8\xff\xd9", os.urandom(4096), png(30_000, 1)[:33]])
def test_no_picture_is_told_by_its_exit(what):
    out = develop(what)
    assert out.returncode == 1 and out.stdout == b"", out


def test_called_wrongly_it_does_nothing():
    assert develop(png(4, 4), "9").returncode == 4


def test_the_kernel_has_walled_it_in_while_it_decodes():
    """While it works, it is under a filter, may gain no right, and holds three descriptors: the way in, the way out, and nothing for errors."""
    extra = os.open("/etc/hostname", os.O_RDONLY)
    os.set_inheritable(extra, True)
    process = subprocess.Popen(
        [VIGIE, "darkroom", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, close_fds=False)
    try:
        process.stdin.write(png(6000, 6000))
        process.stdin.close()
        status, descriptors = {}, []
        for _ in range(2000):
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            if status.get("Seccomp") == "2":
                break
            time.sleep(0.002)
        assert status["Seccomp"] == "2" and status["NoNewPrivs"] == "1", status
        # Not to be dumped or traced by its user: only root still sees its descriptors.
        if os.geteuid() == 0:
            descriptors = sorted(os.listdir(f"/proc/{process.pid}/fd"))
            assert descriptors == ["0", "1", "2"]
        assert frame(process.stdout.read()) == (2048, 2048)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(extra)


def test_bent_files_never_take_it_down():
    dice = random.Random(7)
    whole = png(200, 150, bytes(dice.randrange(256) for _ in range(600)))
    for _ in range(20):
        bent = bytearray(whole)
        for _ in range(dice.randrange(1, 6)):
            bent[dice.randrange(len(bent))] = dice.randrange(256)
        assert develop(bytes(bent)).returncode in (0, 1)
