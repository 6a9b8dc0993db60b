"""Room for pixels: a bound on what is in memory at one time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Room:
    """Lets photographs in as long as there is room for their pixels, in the order of their coming.

    A photograph larger than the whole room is let in alone.

    Parameters
    ----------
    pixels : int
        How many there is room for.
    """

    def __init__(self, pixels: int) -> None:
        self._whole = self._free = pixels
        self._door = threading.Lock()
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, pixels: int) -> Iterator[None]:
        """Wait for room, and take it for as long as the block runs."""
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
