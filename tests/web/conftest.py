"""A server to talk to, and photographs to send."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data

pytest.importorskip("fastapi", reason="the page and the API need pip install 'labcolor[web]'")
pytest.importorskip("httpx2", reason="its tests need pip install 'labcolor[test-web]'")

from starlette.testclient import TestClient

from labcolor.web.app import create_app
from labcolor.web.config import Config

URL = "http://127.0.0.1:8313"


@pytest.fixture(scope="session")
def grey() -> np.ndarray:
    """Return a black-and-white photograph, (240, 200) uint8."""
    rgb = data.astronaut()[::2, ::2][:240, :200]
    return np.asarray(Image.fromarray(rgb).convert("L"))


@pytest.fixture(scope="session")
def jpeg(grey: np.ndarray) -> bytes:
    return encoded(grey, "JPEG", quality=92)


def encoded(pixels: np.ndarray, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form, **options)
    return stream.getvalue()


@pytest.fixture(scope="session")
def application() -> Iterator[TestClient]:
    """Run one application for all tests that need nothing special of it."""
    with TestClient(create_app(Config(url=URL)), base_url=URL) as client:
        yield client


@pytest.fixture
def client(application: TestClient) -> TestClient:
    return application


@pytest.fixture
def make_client() -> Iterator[Callable[..., TestClient]]:
    """Make an application that is told something."""
    opened = []

    def make(**config: Any) -> TestClient:
        client = TestClient(create_app(Config(url=URL, **config)), base_url=URL)
        opened.append(client.__enter__())
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


class Server:
    """`labcolor serve` in a process of its own."""

    def __init__(self, *options: str) -> None:
        program = "from labcolor.cli import main; main()"
        command = [sys.executable, "-c", program, "serve", "--no-browser", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, *options], stderr=subprocess.PIPE, text=True, env={**os.environ}
        )
        assert self.process.stderr
        line = self.process.stderr.readline()
        found = re.search(r"http://\S+", line)
        assert found, line + self.process.stderr.read()
        self.url = found[0]

    def end(self, number: int = signal.SIGTERM, within: float = 15) -> tuple[int, str]:
        """Send a signal; return the exit status and what was said."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, said = self.process.communicate(timeout=within)
        return self.process.returncode, said

    def resident(self) -> int:
        """Return the resident memory in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found
        return int(found[1]) * 1024


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Start `labcolor serve`, and end it afterwards."""
    servers = []

    def begin(*options: str) -> Server:
        servers.append(Server(*options))
        return servers[-1]

    yield begin
    for server in servers:
        if server.process.poll() is None:
            server.end()


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.01)
