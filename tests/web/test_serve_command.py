"""`labcolor serve`: how it starts, what it refuses, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from unittest import mock

import numpy as np
import pytest
import requests
from click.testing import CliRunner

from labcolor.cli import group
from labcolor.errors import LabcolorError, UsageError

from .conftest import encoded, wait_for


def refusal(*options: str) -> LabcolorError:
    with pytest.raises(LabcolorError) as error:
        CliRunner().invoke(group, ["serve", "--no-browser", *options], catch_exceptions=False)
    return error.value


def test_another_host_demands_a_key():
    """Or that somebody says aloud that there is none."""
    for host in ("0.0.0.0", "192.168.7.7", "::"):
        error = refusal("--host", host)
        assert isinstance(error, UsageError)
        assert "--key" in str(error)
        assert "--no-auth" in str(error)


def test_it_binds_to_this_machine_alone_by_default():
    with mock.patch("labcolor.web.serving.serve") as serve:
        CliRunner().invoke(group, ["serve", "--port", "0"], catch_exceptions=False)
    config, listener = serve.call_args.args
    listener.close()
    assert (config.host, config.key) == ("127.0.0.1", None)
    assert config.url.startswith("http://127.0.0.1:")
    assert not config.fetches_urls
    assert serve.call_args.kwargs["browser"]


def test_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert "choose another --port" in str(refusal("--port", str(port)))


@pytest.mark.parametrize("url", ["nas", "ftp://nas", "http://nas/labcolor", "http://"])
def test_a_url_that_is_none(url):
    assert "is not of the form" in str(refusal("--url", url))


def test_a_missing_extra_is_one_sentence():
    hide = "import sys; sys.modules['fastapi'] = None; from labcolor.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", hide, "serve"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "pip install 'labcolor[web]'" in run.stderr
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well(start, number):
    server = start()
    assert requests.get(f"{server.url}/healthz").json() == {"health": "ok"}
    status, said = server.end(number)
    assert status == 0
    assert "Traceback" not in said


def test_three_in_hand_are_answered_when_it_is_told_to_end(start):
    """SIGTERM: three answers, and exit 0 within ten seconds."""
    server = start()
    wait_for(lambda: requests.get(f"{server.url}/readyz").status_code == 200)
    picture = encoded(np.random.default_rng(0).integers(0, 256, (1500, 2000), np.uint8), "JPEG")
    with ThreadPoolExecutor(3) as pool:
        url = f"{server.url}/v1/colour"
        slow = partial(requests.post, url, data=picture)
        asked = [pool.submit(slow) for _ in range(3)]

        def in_hand() -> bool:
            text = requests.get(f"{server.url}/metrics").text
            running = [line for line in text.splitlines() if line.startswith("labcolor_running ")]
            waiting = [line for line in text.splitlines() if line.startswith("labcolor_waiting ")]
            return float(running[0].split()[1]) + float(waiting[0].split()[1]) == 3

        wait_for(in_hand)
        status, said = server.end(within=10)
        assert status == 0, said
        assert [one.result().status_code for one in asked] == [200] * 3


def test_the_browser_is_opened():
    """Once requests are taken."""
    from labcolor.web.config import Config
    from labcolor.web.serving import _Server, bound, serve

    listener = bound("127.0.0.1", 0)
    opened = threading.Event()
    said: list[str] = []
    server: list[_Server] = []
    init = _Server.__init__

    def remembered(self, *args):
        server.append(self)
        init(self, *args)

    with (
        mock.patch.object(_Server, "__init__", remembered),
        mock.patch("webbrowser.open", side_effect=lambda _: opened.set()),
    ):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        run = partial(serve, Config(url=url), listener, say=said.append, browser=True)
        thread = threading.Thread(target=run)
        thread.start()
        assert opened.wait(15)
        assert requests.get(f"{url}/healthz").status_code == 200
        server[0].should_exit = True
        thread.join(15)
    assert not thread.is_alive()
    assert url in said[0]
