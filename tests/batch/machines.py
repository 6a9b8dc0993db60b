"""A scheduler, workers and the command as processes, on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

distributed = pytest.importorskip("distributed", reason="wants labcolor[cluster]")

COMMAND = (sys.executable, "-c", "from labcolor.cli import main; main()")
DASK = (sys.executable, "-m", "dask")


class Machines:
    """A scheduler and workers, each a process of its own, as on so many machines."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.started: list[subprocess.Popen[bytes]] = []
        self.file = place / "scheduler.json"
        host = ("--host", "127.0.0.1", "--no-dashboard")
        file = ("--scheduler-file", str(self.file))
        self.scheduler = self.start("scheduler", *host, "--port", "0", *file)
        self.wait(self.file.is_file)
        self.address = str(json.loads(self.file.read_text())["address"])

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self.place / "log").open("ab")
        settings = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "2500ms"}
        with log:
            process = subprocess.Popen(
                [*DASK, *words],
                env=os.environ | settings,
                cwd=self.place,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def worker(self, preload: str, *options: str) -> subprocess.Popen[bytes]:
        name = f"worker-{len(self.started)}"
        file = self.place / f"{name.replace('-', '_')}.py"
        file.write_text(preload)
        one = self.start(
            *("worker", self.address, "--nthreads", "1", "--no-dashboard"),
            *("--preload", str(file), "--local-directory", str(self.place)),
            *("--name", name, *options),
        )
        self.wait(lambda: name in self.names())
        return one

    def pids(self) -> list[int]:
        """Return the processes that work; their nannies are others."""
        with distributed.Client(self.address, set_as_default=False) as client:
            return sorted(client.run(os.getpid, on_error="ignore").values())

    def names(self) -> list[str]:
        """Return what the workers are called that the scheduler knows."""
        with distributed.Client(self.address, set_as_default=False) as client:
            return [str(one["name"]) for one in client.scheduler_info()["workers"].values()]

    def wait(self, until: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, (self.place / "log").read_text()[-3000:]
            time.sleep(0.02)

    def stop(self) -> None:
        for process in reversed(self.started):
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
