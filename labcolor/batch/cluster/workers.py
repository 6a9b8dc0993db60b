"""The workers of a scheduler, as a run sees them: each has one photograph at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

from labcolor.batch.cluster.recipe import Recipe
from labcolor.batch.cluster.worker import Answer, answer
from labcolor.batch.task import Made, Task
from labcolor.errors import ClusterError, PhotoError

if TYPE_CHECKING:
    from distributed import Client

_FRESH = 0.5
"""Seconds after which the workers are counted again."""

_log = logging.getLogger("labcolor")


class _Slot(threading.local):
    """Whether a thread holds one of the workers."""

    is_held = False


class Cluster:
    """Has photographs coloured by workers; called from several threads.

    Parameters
    ----------
    client : distributed.Client
        Connected.
    recipe : Recipe
        How they colour.
    jobs : int, optional
        Photographs in hand at one time, where not all workers are wanted.
    """

    def __init__(self, client: Client, recipe: Recipe, jobs: int | None = None) -> None:
        self._client = client
        self._recipe = recipe
        self._in_hand = 0
        self._slot = _Slot()
        self._door = threading.Lock()
        self._changed = threading.Condition()
        self._waits = False
        self._count, self._counted = 0, -_FRESH
        # more workers may come as the jobs of a queue begin
        self.jobs = jobs or max(64, 2 * self._threads())

    @contextmanager
    def free(self, _pixels: int, stop: threading.Event) -> Iterator[None]:
        """Wait for an idle worker, so that whoever dies takes one photograph along, or a stop.

        Raises
        ------
        ClusterError
            The scheduler is gone.
        """
        with self._door, self._changed:
            while self._in_hand >= self._threads() and not stop.is_set():
                self._changed.wait(0.5)
            self._in_hand += 1
        self._slot.is_held = True
        try:
            yield
        finally:
            self._give_back()

    def _give_back(self) -> None:
        """Let another thread have the worker of this one."""
        if self._slot.is_held:
            self._slot.is_held = False
            with self._changed:
                self._in_hand -= 1
                self._changed.notify()

    def make(self, task: Task, _stop: threading.Event) -> Made | None:
        """Have a photograph coloured into parts; see `labcolor.batch.make.make`.

        Raises
        ------
        ClusterError
            The scheduler is gone, or a worker cannot take the work.
        PhotoError
            The photograph kills its workers, among the other reasons.
        """
        try:
            told = self._told(task)
        finally:
            self._give_back()  # what is made gets its name while the worker makes the next
        for warning in told.warnings:
            _log.warning("%s", warning)
        if told.errors:
            for error, cause in pairwise(told.errors):
                error.__cause__ = cause
            raise told.errors[0]
        return told.made

    def _told(self, task: Task) -> Answer:
        """Give a task away, and wait for what becomes of it."""
        from distributed import KilledWorker

        try:
            future = self._client.submit(answer, task, self._recipe, pure=False)
            try:
                return future.result()
            finally:
                future.release()  # nothing of it is kept, or computed again
        except KilledWorker as error:
            message = (
                f"{task.name} killed every worker that tried it, perhaps because it is too large; "
                "colour it by itself."
            )
            raise PhotoError(message) from error
        except Exception as error:
            raise self._lost(error) from error

    def _threads(self) -> int:
        """Count the photographs that all workers can take at one time, as of a moment ago."""
        if time.monotonic() - self._counted < _FRESH:
            return self._count
        try:
            threads = sum(self._client.nthreads().values())
        except Exception as error:
            raise self._lost(error) from error
        if not threads and not self._waits:
            _log.warning("The scheduler has no worker; the run waits for one.")
        self._waits = not threads
        self._count, self._counted = threads, time.monotonic()
        return threads

    def _lost(self, error: Exception) -> ClusterError:
        from concurrent.futures import CancelledError

        if isinstance(error, CancelledError) or self._client.status != "running":
            return ClusterError("The scheduler is gone; check its machine.")
        reason = str(error).partition("\n")[0] or type(error).__name__
        return ClusterError(f"A worker failed ({reason}); check the cluster.")
