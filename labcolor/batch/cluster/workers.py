"""The workers of a scheduler, as a run sees them: each has one task at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from labcolor.batch.cluster.films import made_of_film
from labcolor.batch.cluster.recipe import Recipe
from labcolor.batch.cluster.worker import Answer, answer, answer_step
from labcolor.batch.task import Made, Task
from labcolor.errors import ClusterError, PhotoError

if TYPE_CHECKING:
    from distributed import Client, Future

_FRESH = 0.5
"""Seconds after which the workers are counted again."""
_MOMENT = 0.5
"""Seconds of waiting after which it is looked whether something else has changed."""

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
        self._ended = threading.Condition()
        self._waits = False
        self._most = jobs
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
            while self._in_hand >= self._slots() and not stop.is_set():
                self._changed.wait(_MOMENT)
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
            self.give_spare_back()

    def make(self, task: Task, stop: threading.Event) -> Made | None:
        """Have a photograph coloured into parts; see `labcolor.batch.make.make`.

        Raises
        ------
        ClusterError
            The scheduler is gone, or a worker cannot take the work.
        PhotoError
            The photograph kills its workers, among the other reasons.
        """
        try:
            if task.film:
                return made_of_film(self, task, stop)
            made: Made | None = self.told(self._submitted(answer, task, self._recipe), task)
            return made
        finally:
            self._give_back()  # what is made gets its name while the worker makes the next

    def give(self, step: Callable[..., Any], task: Task, *more: Any) -> Future[Any]:
        """Give away a step of what a task is; see `labcolor.batch.cluster.worker.answer_step`."""
        future = self._submitted(answer_step, step, task, self._recipe, *more)
        future.add_done_callback(self._notice)
        return future

    def _notice(self, _: Future[Any]) -> None:
        with self._ended:
            self._ended.notify_all()

    def _submitted(self, function: Callable[..., Answer], *arguments: Any) -> Future[Any]:
        try:
            return self._client.submit(function, *arguments, pure=False)
        except Exception as error:
            raise self._lost(error) from error

    def told(self, future: Future[Any], task: Task) -> Any:
        """Wait for what becomes of a task or a step; tell its warnings, and raise its errors."""
        told = self._answer(future, task)
        for warning in told.warnings:
            _log.warning("%s", warning)
        if told.errors:
            for error, cause in pairwise(told.errors):
                error.__cause__ = cause
            raise told.errors[0]
        return told.made

    def _answer(self, future: Future[Any], task: Task) -> Answer:
        from distributed import KilledWorker

        try:
            told: Answer = future.result()
            return told
        except KilledWorker as error:
            message = (
                f"{task.name} killed every worker that tried it, perhaps because it is too large; "
                "colour it by itself."
            )
            raise PhotoError(message) from error
        except Exception as error:
            raise self._lost(error) from error
        finally:
            future.release()  # nothing of it is kept, or computed again

    def ended(self, futures: Collection[Future[Any]]) -> list[Future[Any]]:
        """Wait a moment for one of several steps to end; name those that have."""
        with self._ended:
            if not any(one.done() for one in futures):
                self._ended.wait(_MOMENT)
        return [one for one in futures if one.done()]

    def take_spare(self) -> bool:
        """Take one more worker, if one is idle and nobody waits for it."""
        if not self._door.acquire(blocking=False):
            return False
        try:
            with self._changed:
                is_idle = self._in_hand < self._slots()
                self._in_hand += is_idle
            return is_idle
        finally:
            self._door.release()

    def give_spare_back(self) -> None:
        """Let others have it."""
        with self._changed:
            self._in_hand -= 1
            self._changed.notify()

    def _slots(self) -> int:
        """Count the tasks that may be in hand at one time."""
        threads = self._threads()
        return min(threads, self._most) if self._most else threads

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
        if isinstance(error, CancelledError) or self._client.status != "running":
            return ClusterError("The scheduler is gone; check its machine.")
        reason = str(error).partition("\n")[0] or type(error).__name__
        return ClusterError(f"A worker failed ({reason}); check the cluster.")
