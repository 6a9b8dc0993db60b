"""Files that somebody is still writing, told from those that are complete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

REST = 2.0
"""Seconds for which a complete file has neither grown nor changed its date."""


class Growth:
    """Remembers when files last changed, by looking at them again and again.

    The clock of a network's disk may be another, so no date is compared with now.

    Parameters
    ----------
    clock : callable
        Gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[Path, tuple[int, int]] = {}
        self._since: dict[Path, float] = {}
        self._taken: dict[Path, tuple[int, int]] = {}

    def growing(self, paths: Iterable[Path]) -> frozenset[Path]:
        """Look at files, and name those that are not at rest yet."""
        now, found = self._clock(), set()
        for path in paths:
            try:
                status = path.stat()
            except (OSError, ValueError):
                self._last.pop(path, None)
                continue
            mark = status.st_size, status.st_mtime_ns
            if self._last.get(path) != mark:
                self._last[path], self._since[path] = mark, now
            if now - self._since[path] < REST or not status.st_size:
                found.add(path)
        return frozenset(found)

    def taken(self, path: Path) -> bool:
        """Whether a file has been taken, and has not changed since."""
        return path in self._taken and self._taken[path] == self._last.get(path)

    def take(self, paths: Iterable[Path]) -> list[Path]:
        """Name the files that have not been taken since they last changed, and take them."""
        fresh = [path for path in paths if path in self._last and not self.taken(path)]
        self._taken.update((path, self._last[path]) for path in fresh)
        return fresh
