"""Waiting for a worker: what a person looks at comes first, and nobody waits without end.

One network pass and one merge keep the cores busy, so that more threads than two only make
everybody wait longer (52 ms for a megapixel with two, 325 ms with eight, on two cores).
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from itertools import count
from typing import Any, TypeVar, cast

from labcolor.web.failures import Refused

T = TypeVar("T")

_RETRY = "2"  # seconds


class Priority(IntEnum):
    """Who comes first."""

    PREVIEW = 0
    FULL = 1
    JOB = 2


@dataclass(order=True)
class _Entry:
    priority: Priority
    number: int
    pixels: int = field(compare=False)
    work: Callable[[], Any] = field(compare=False)
    answer: asyncio.Future[Any] = field(compare=False)


class Queue:
    """Runs work in threads, a few at a time; all its methods belong to the event loop.

    Where there are several workers one is kept for previews, and large pictures are in hand
    together only as far as there is room for their pixels.

    Parameters
    ----------
    workers : int
        Pieces of work in hand at one time.
    waiting : int
        Requests that may wait.
    pixels : int
        Room for the pictures in hand; a larger one goes alone.
    """

    def __init__(self, workers: int, waiting: int, pixels: int) -> None:
        self._workers, self._most, self._room = workers, waiting, pixels
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="labcolor")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="labcolor-film")
        self._waiting: list[_Entry] = []
        self._running: list[_Entry] = []
        self._numbers = count()

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return sum(entry.priority is not Priority.JOB for entry in self._waiting)

    @property
    def running(self) -> int:
        """How many pieces of work are in hand."""
        return len(self._running)

    @property
    def is_full(self) -> bool:
        """Whether another request would be refused."""
        return self.waiting >= self._most

    async def run(self, priority: Priority, work: Callable[[], T], pixels: int = 0) -> T:
        """Wait for a worker, and for the work.

        Whoever is cancelled while waiting gives the slot up. Work of jobs is not counted among
        those who wait: a job has one piece of it here at a time.

        Raises
        ------
        Refused
            429: too many wait.
        """
        if priority is not Priority.JOB and self.is_full:
            sentence = f"{self._most} requests are already waiting; try again in {_RETRY} seconds."
            raise Refused(429, sentence, {"retry-after": _RETRY})
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        # what is known about the request, such as its number, is known to the worker too
        work = partial(contextvars.copy_context().run, work)
        entry = _Entry(priority, next(self._numbers), pixels, work, answer)
        self._waiting.append(entry)
        self._start()
        try:
            return cast(T, await answer)
        except asyncio.CancelledError:
            if entry in self._waiting:
                self._waiting.remove(entry)
            raise

    async def run_aside(self, work: Callable[[], T]) -> T:
        """Have something done that takes minutes, in a thread of its own, one after the other."""
        return await asyncio.get_running_loop().run_in_executor(self._aside, work)

    def close(self) -> None:
        """Start nothing any more."""
        for entry in self._waiting:
            entry.answer.cancel()
        self._waiting.clear()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._aside.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        """Give the free workers what may run, the first in line first."""
        for entry in sorted(self._waiting):
            if self._may_run(entry):
                self._waiting.remove(entry)
                self._running.append(entry)
                task = asyncio.ensure_future(self._carry_out(entry))
                task.add_done_callback(lambda _: self._start())

    def _may_run(self, entry: _Entry) -> bool:
        if not self._running:
            return True
        free = self._workers - len(self._running)
        kept = 1 if self._workers > 1 and entry.priority is not Priority.PREVIEW else 0
        taken = sum(one.pixels for one in self._running)
        return free > kept and (entry.pixels == 0 or taken + entry.pixels <= self._room)

    async def _carry_out(self, entry: _Entry) -> None:
        loop = asyncio.get_running_loop()
        try:
            result = await loop.run_in_executor(self._threads, entry.work)
        except asyncio.CancelledError:
            entry.answer.cancel()
        except BaseException as error:  # noqa: BLE001, RUF100  is somebody else's to handle
            if not entry.answer.done():
                entry.answer.set_exception(error)
        else:
            if not entry.answer.done():
                entry.answer.set_result(result)
        finally:
            self._running.remove(entry)
