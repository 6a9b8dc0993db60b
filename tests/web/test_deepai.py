"""`POST /api/colorizer`: clients of DeepAI's colorizer, with another URL and nothing else.

Two are programs that others publish, installed as they are: `deepaicolorizer` from PyPI (MIT) and
`deepai` from npm (BSD-2-Clause), DeepAI's own. Two are the examples of DeepAI's documentation, for
Python and curl.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import requests

KEY = "quickstart-QUdJIGlzIGNvbWluZy4uLi4K"
DEEPAI = "https://api.deepai.org"
NODE_MODULES = Path(__file__).parents[2] / "node_modules"


@pytest.fixture
def server(start):
    return start("--key", KEY)


def is_a_jpeg_in_colour(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and len(content) > 1000


def with_another_url(source: Path, target: Path, url: str) -> None:
    """Copy a client's file, changed in nothing but the address of the server."""
    text = source.read_text(encoding="utf-8")
    assert DEEPAI in text
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text.replace(DEEPAI, url), encoding="utf-8")


def run_client(folder: Path, *command: str) -> bytes:
    """Run a client in a folder where it finds itself changed; return the picture that it saved."""
    said = subprocess.run(
        [*command, KEY, "file.jpg", "result.jpg"],
        cwd=folder,
        env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr[:2000]
    return (folder / "result.jpg").read_bytes()


def test_a_public_client_in_python(server, jpeg, tmp_path):
    try:
        files = metadata.files("deepaicolorizer") or []
    except metadata.PackageNotFoundError:
        pytest.skip("deepaicolorizer is not here: pip install 'labcolor[test-web]'")
    (source,) = (one for one in files if one.name == "__init__.py")
    with_another_url(Path(source.locate()), tmp_path / "colorizer/__init__.py", server.url)
    (tmp_path / "file.jpg").write_bytes(jpeg)
    script = (
        "import sys, colorizer; key, photo, result = sys.argv[1:]; "
        "api = colorizer.Colorizer(key); "
        "api.saveImage(result, api.colorizeByFile(open(photo, 'rb')))"
    )
    assert is_a_jpeg_in_colour(run_client(tmp_path, sys.executable, "-c", script))


@pytest.mark.skipif(
    not (shutil.which("node") and (NODE_MODULES / "deepai").is_dir()),
    reason="DeepAI's client for Node.js is not here: npm install --no-save deepai",
)
def test_the_client_that_deepai_publishes(server, jpeg, tmp_path):
    client = tmp_path / "node_modules/deepai"
    shutil.copytree(NODE_MODULES / "deepai", client)
    address = client / "lib/core/apiBaseUrl.js"
    with_another_url(address, address, server.url)
    (tmp_path / "file.jpg").write_bytes(jpeg)
    script = (
        "const fs = require('fs'), deepai = require('deepai');"
        "const [key, photo, result] = process.argv.slice(1);"
        "deepai.setApiKey(key);"
        "(async () => {"
        "  const image = fs.createReadStream(photo);"
        "  const answer = await deepai.callStandardApi('colorizer', { image });"
        "  const picture = await (await fetch(answer.output_url)).arrayBuffer();"
        "  fs.writeFileSync(result, Buffer.from(picture));"
        "})()"
    )
    assert is_a_jpeg_in_colour(run_client(tmp_path, "node", "-e", script))


def test_the_example_in_python(server, jpeg, tmp_path):
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
def test_the_example_for_curl(server, jpeg, tmp_path):
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
