"""Many requests: who is sent away, what is freed, what stays small, what answers at once."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import requests

from .conftest import encoded, wait_for


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
    slowest, stop = 0.0, threading.Event()

    def watch() -> None:
        nonlocal slowest
        with requests.Session() as session:
            while not stop.wait(0.05):
                began = time.perf_counter()
                session.get(f"{server.url}/healthz")
                slowest = max(slowest, time.perf_counter() - began)

    strengths = itertools.count()

    def ask(number: int) -> None:
        with requests.Session() as session:
            kind = number % 5
            if kind == 0:
                answer = session.post(f"{server.url}/v1/colour", data=jpeg)
            elif kind == 1:
                answer = session.post(f"{server.url}/api/colorizer", files={"image": jpeg})
            elif kind == 2:
                answer = session.post(f"{server.url}/v1/photos", data=jpeg)
                photo = f"{server.url}/v1/photos/{answer.json()['id']}"
                settings = {"strength": next(strengths) % 30 / 10, "hint": "60,150=#8a7070"}
                assert session.get(f"{photo}/preview", params=settings).status_code == 200
                assert session.get(f"{photo}/result", params=settings).status_code == 200
            elif kind == 3:
                answer = session.get(f"{server.url}/metrics")
            else:
                assert session.post(f"{server.url}/v1/colour", data=b"no").status_code == 415
                return
            assert answer.ok, answer.text

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, range(50)))
            early = server.resident()
            list(pool.map(ask, range(50, 500)))
            late = server.resident()
    finally:
        stop.set()
        watcher.join()
    assert late <= 1.1 * early
    assert slowest < 1  # benchmarks/serving.py has the figures
