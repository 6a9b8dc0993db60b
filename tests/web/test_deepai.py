"""`POST /api/colorizer`: clients of DeepAI's colorizer, with another URL and nothing else.

The two clients are those of DeepAI's own documentation, in Python and for curl, which the public
ones copy.
"""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
import requests

KEY = "quickstart-QUdJIGlzIGNvbWluZy4uLi4K"


@pytest.fixture
def server(start):
    return start("--key", KEY)


def is_a_jpeg_in_colour(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and len(content) > 1000


def test_the_client_in_python(server, jpeg, tmp_path):
    path = tmp_path / "file.jpg"
    path.write_bytes(jpeg)
    with path.open("rb") as image:
        r = requests.post(
            f"{server.url}/api/colorizer",
            files={
                "image": image,
            },
            headers={"api-key": KEY},
        )
    answer = r.json()
    assert set(answer) == {"id", "output_url"}  # `status` would be read as a failure
    assert is_a_jpeg_in_colour(requests.get(answer["output_url"]).content)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_client_of_curl(server, jpeg, tmp_path):
    path = tmp_path / "file.jpg"
    path.write_bytes(jpeg)
    command = ["curl", "-s", "-F", f"image=@{path}", "-H", f"Api-Key:{KEY}"]
    said = subprocess.check_output([*command, f"{server.url}/api/colorizer"])
    url = json.loads(said)["output_url"]
    assert is_a_jpeg_in_colour(subprocess.check_output(["curl", "-s", url]))


def test_another_key(server, jpeg):
    answer = requests.post(f"{server.url}/api/colorizer", files={"image": jpeg})
    assert answer.status_code == 401
    assert set(answer.json()) == {"err"}
    requests.get(f"{server.url}/metrics", headers={"api-key": KEY + "x"})
    _, said = server.end()
    assert KEY not in said


def test_a_url_is_not_fetched_unless_that_is_allowed(client):
    answer = client.post("/api/colorizer", data={"image": "https://example.org/a.jpg"})
    assert answer.status_code == 400
    assert "--fetch-urls" in answer.json()["err"]


def test_a_result_lives_for_an_hour(client, jpeg):
    url = client.post("/api/colorizer", files={"image": jpeg}).json()["output_url"]
    assert client.get(url).status_code == 200
    store = client.app.state.labcolor.results
    now = store._clock
    store._clock = lambda: now() + 3601
    try:
        assert client.get(url).status_code == 404
    finally:
        store._clock = now
    assert client.get("/api/results/AAAAAAAAAAAAAAAAAAAAAAAA/output.jpg").status_code == 404
