"""A site on the loopback interface, whose pages behave as well or badly as a test asks."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from labcolor.weights.catalogue import WeightFile


class Visit(BaseHTTPRequestHandler):
    """One request; pages answer through its methods."""

    server: Site

    def do_GET(self) -> None:
        self.server.visits.append(self)
        self.server.pages[self.path](self)

    def answer(self, status: int, headers: dict[str, object], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    """Serves `pages`, a behaviour by path, and remembers its visits."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.pages: dict[str, Callable[[Visit], None]] = {}
        self.visits: list[Visit] = []
        self.closing = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def asked_ranges(self) -> list[str | None]:
        """List the Range header of every visit."""
        return [visit.headers["Range"] for visit in self.visits]

    def handle_error(self, *_: object) -> None:
        """Say nothing where a client hung up: tests make it."""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.closing.set()
    site.shutdown()
    site.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _store_of_its_own(home: Path) -> None:
    """No test here looks into the store of whoever runs it."""


@pytest.fixture(scope="session")
def data() -> bytes:
    """Make the content of a published file, several pieces long and no two of them alike."""
    return np.random.default_rng(1).bytes(300_001)


@pytest.fixture
def published(data: bytes) -> Callable[..., WeightFile]:
    """Make the catalogue's entry for `data`, offered at some addresses."""

    def entry(*urls: str) -> WeightFile:
        return WeightFile(
            name="tiny.caffemodel",
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            urls=urls,
            licence="BSD-2-Clause",
            attribution="Copyright (c) nobody",
            source="made by the test",
        )

    return entry
