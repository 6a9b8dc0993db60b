"""Many requests: who is sent away, what is freed, what stays small, what answers at once."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
import requests

from .conftest import encoded, wait_for
from .traffic import Monitor, ask


def figure(server, name: str) -> float:
    text = requests.get(f"{server.url}/metrics").text
    return next(
        float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} ")
    )


@pytest.fixture
def server(start):
    server = start("--workers", "1")
    wait_for(lambda: requests.get(f"{server.url}/readyz").status_code == 200)
    return server


@pytest.fixture(scope="module")
def slow() -> bytes:
    """Make a picture that takes a while."""
    noise = np.random.default_rng(0).integers(0, 256, (1500, 2000), np.uint8)
    return encoded(noise, "JPEG")


def post_and_leave(server, picture: bytes) -> None:
    """Send a picture, and hang up before there is an answer."""
    host, port = server.url.removeprefix("http://").split(":")
    head = (
        f"POST /v1/colour?detail=2 HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Content-Length: {len(picture)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + picture)
        wait_for(lambda: figure(server, "labcolor_waiting") >= 1)


def test_a_client_that_goes_away_frees_its_place(server, slow):
    """Also one that goes in the midst of its upload, whose file does not stay."""
    with ThreadPoolExecutor(1) as pool:
        url = f"{server.url}/v1/colour"
        first = pool.submit(requests.post, url, params={"detail": 2}, data=slow)
        wait_for(lambda: figure(server, "labcolor_running") == 1)
        post_and_leave(server, slow)
        wait_for(lambda: figure(server, "labcolor_waiting") == 0, 2)
        assert first.result().status_code == 200
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        head = f"POST /v1/colour HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 99999\r\n\r\n"
        line.sendall(head.encode() + slow[:50000])
    wait_for(lambda: requests.get(f"{server.url}/readyz").status_code == 200)
    assert figure(server, "labcolor_running") == 0


def test_who_is_sent_away_is_told_when_to_come_again(make_client, slow):
    client = make_client(workers=1, waiting=1)
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(client.post, "/v1/colour", content=slow) for _ in range(6)]
        answers = [one.result() for one in asked]
    assert {one.status_code for one in answers} == {200, 429}
    for one in answers:
        assert (one.status_code == 429) == ("retry-after" in one.headers)


def test_500_mixed_requests_leave_the_memory_as_it_was(start, jpeg):
    """At most 1.1 times what it was after 50; /healthz answers throughout."""
    server = start()
    wait_for(lambda: requests.get(f"{server.url}/readyz").status_code == 200)
    monitor = Monitor(server.url)
    monitor.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(partial(ask, server.url, jpeg), range(50)))
            early = server.resident()
            list(pool.map(partial(ask, server.url, jpeg), range(50, 500)))
            late = server.resident()
    finally:
        monitor.stop()
    assert late <= 1.1 * early
    assert monitor.statuses == {200}
