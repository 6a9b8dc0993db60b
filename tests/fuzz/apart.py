"""Reading in another process, which a decoder of somebody else's may end, or fill."""

from __future__ import annotations

import logging
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as Late
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from pathlib import Path

from targets import read

SECONDS = 10
"""Of the processor: others may be at work on the machine."""

GIGABYTE = 1 << 30
_LIMIT = 6 << 30
_PATIENCE = 120
"""Seconds of the clock after which a process is taken to wait for something."""


class Broken(Exception):  # noqa: N818  what the other process came to
    """It died, took too long, or took too much memory."""


def largest() -> int:
    """Give the most memory that this process has had, in bytes."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit


class Apart:
    """A process that reads damaged files; another one where it came to its end."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, spawn, initializer=_prepare)
        self._most = self._pool.submit(largest).result()

    def read(self, kind: str, path: Path) -> None:
        """Read a file of a kind as `targets.read` does.

        Raises
        ------
        Broken
            As it says.
        Exception
            Whatever else than an error of labcolor's own came out.
        """
        told = self._pool.submit(_read, kind, path)
        try:
            seconds, most = told.result(_PATIENCE)
        except BrokenProcessPool as error:
            self._begin()
            message = f"{path} ended its process"
            raise Broken(message) from error
        except Late as error:
            self._kill()
            self._begin()
            message = f"{path} took more than {_PATIENCE} s of the clock"
            raise Broken(message) from error
        if seconds > SECONDS:
            message = f"{path} took {seconds:.1f} s"
            raise Broken(message)
        if most - self._most > GIGABYTE:
            self.close()
            self._begin()
            message = f"{path} took {(most - self._most) >> 20} MB"
            raise Broken(message)

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown()

    def _kill(self) -> None:
        for process in multiprocessing.active_children():
            if process.pid in self._pool._processes:
                process.kill()
        self._pool.shutdown()


@contextmanager
def reading(kind: str) -> Iterator[Callable[[str, Path], None]]:
    """Choose where files are read: films apart, since FFmpeg may end a process."""
    if kind != "films":
        yield read
        return
    with closing(Apart()) as apart:
        yield apart.read


def _prepare() -> None:
    import resource

    logging.getLogger("labcolor").setLevel(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (_LIMIT, _LIMIT))
    read("films", Path("/dev/null"))  # so that what is imported is not counted


def _read(kind: str, path: Path) -> tuple[float, int]:
    began = time.process_time()
    read(kind, path)
    return time.process_time() - began, largest()
