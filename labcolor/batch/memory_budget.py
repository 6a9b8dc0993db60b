"""A memory budget: a bound on the pixels that are in memory at one time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MemoryBudget:
    """Lets photographs in as far as their pixels fit, first come, first served.

    A photograph larger than the whole budget is let in alone.

    Parameters
    ----------
    pixels : int
        How many may be in memory.
    """

    def __init__(self, pixels: int) -> None:
        self._whole = self._free = pixels
        self._door = threading.Lock()
        self._changed = threading.Condition()

    @contextmanager
    def held(self, pixels: int) -> Iterator[None]:
        """Wait for so many pixels of the budget, and hold them while the block runs."""
        share = min(pixels, self._whole)
        # who waits holds the door: small ones behind a large one do not keep it waiting for ever
        with self._door, self._changed:
            self._changed.wait_for(lambda: self._free >= share)
            self._free -= share
        try:
            yield
        finally:
            with self._changed:
                self._free += share
                self._changed.notify_all()
