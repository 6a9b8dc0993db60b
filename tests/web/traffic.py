"""What many people ask of a server at one time, and a monitor that looks after it meanwhile."""

from __future__ import annotations

import struct
import threading
import time
import zlib

import requests


def ask(url: str, picture: bytes, number: int) -> None:
    """Ask for one thing of five kinds, and see that the answer is right."""
    with requests.Session() as session:
        kind = number % 5
        if kind == 0:
            answer = session.post(f"{url}/v1/colour", data=picture)
        elif kind == 1:
            answer = session.post(f"{url}/api/colorizer", files={"image": picture})
        elif kind == 2:
            answer = session.post(f"{url}/v1/photos", data=picture)
            photo = f"{url}/v1/photos/{answer.json()['id']}"
            settings = {"strength": number % 30 / 10, "hint": "60,150=#8a7070"}
            assert session.get(f"{photo}/preview", params=settings).status_code == 200
            assert session.get(f"{photo}/result", params=settings).status_code == 200
        elif kind == 3:
            answer = session.get(f"{url}/metrics")
        else:
            assert session.post(f"{url}/v1/colour", data=b"no").status_code == 415
            return
        assert answer.ok, answer.text


class Monitor(threading.Thread):
    """Asks for /healthz fifty times a second, from `start` to `stop`.

    Attributes
    ----------
    seconds : list of float
        How long each answer took.
    statuses : set of int
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.statuses: set[int] = set()
        self._url, self._ends = url, threading.Event()

    def run(self) -> None:
        with requests.Session() as session:
            while not self._ends.wait(0.02):
                began = time.perf_counter()
                self.statuses.add(session.get(f"{self._url}/healthz").status_code)
                self.seconds.append(time.perf_counter() - began)

    def stop(self) -> None:
        self._ends.set()
        self.join()


def bomb(width: int, height: int) -> bytes:
    """Make a PNG of that many pixels, all black, in few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        sum_ = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + sum_

    compressor = zlib.compressobj(9)
    rows = b"".join(compressor.compress(bytes(1 + width // 8)) for _ in range(height))
    data = rows + compressor.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
