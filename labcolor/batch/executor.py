"""What colours the photographs of a run: by default the threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from labcolor.batch.make import make
from labcolor.batch.memory_budget import MemoryBudget
from labcolor.batch.options import OutputOptions
from labcolor.batch.task import Made, Task

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer

PIXELS_EACH = 32_000_000
"""Pixels of 8 bits in memory for each job; one takes about ten bytes."""


class Executor(Protocol):
    """Does what `labcolor.batch.make.make` says; called from several threads.

    Attributes
    ----------
    jobs : int
        Photographs that may be in hand at one time.
    """

    jobs: int

    def free(self, pixels: int, stop: threading.Event) -> AbstractContextManager[None]:
        """Wait until one more photograph fits, or for a stop; count it while the block runs."""

    def make(self, task: Task, stop: threading.Event) -> Made | None:
        """Have a photograph coloured into parts; see `labcolor.batch.make.make`."""


class ThreadExecutor:
    """The threads that ask, as many as the memory budget admits.

    Parameters
    ----------
    colorizers : callable
        From the settings that a photograph keeps to what colours it, such as
        `labcolor.batch.own_settings.Colorizers`.
    options : OutputOptions
        What else is done.
    jobs : int
        Photographs in hand at one time.
    """

    def __init__(
        self, colorizers: Callable[[str], Colorizer], options: OutputOptions, jobs: int
    ) -> None:
        self.jobs = jobs
        self._colorizers = colorizers
        self._options = options
        self._budget = MemoryBudget(PIXELS_EACH * jobs)

    def free(self, pixels: int, _stop: threading.Event) -> AbstractContextManager[None]:
        """Wait for memory, which the others give back before they stop."""
        return self._budget.held(pixels)

    def make(self, task: Task, stop: threading.Event) -> Made | None:
        """Colour a photograph into parts, here and now."""
        return make(task, self._colorizers(task.own), self._options, stop)
