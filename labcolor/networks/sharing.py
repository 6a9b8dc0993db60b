"""Threads that share the work on a layer, and the memory for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeAlias

from labcolor.networks.planes import Floats
from labcolor.networks.room import Room

Finish: TypeAlias = Callable[[Floats], None]
"""Changes (…, outputs) in place, before it is stored."""

_NUMBERS = 1 << 21
"""Numbers that one product takes and makes: many enough for the BLAS, few enough for caches."""


class Sharing:
    """Several threads, of which the one that asks is one.

    Parameters
    ----------
    threads : int

    Attributes
    ----------
    room : Room
        Memory for all of them.
    """

    def __init__(self, threads: int) -> None:
        self.room = Room()
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, "labcolor-network")

    def share(self, work: Callable[[int, int], None], count: int, numbers: int = 0) -> None:
        """Have `work(start, stop)` done for all of `count`.

        Parameters
        ----------
        work : callable
            Does a part.
        count : int
            Of rows, channels or whatever is shared out.
        numbers : int
            How many numbers all the work handles, which decides on the number of parts.
        """
        least = -(-max(1, numbers // _NUMBERS) // self._threads)
        parts = min(count, least * self._threads)
        edges = [count * part // parts for part in range(parts + 1)]
        left = pairwise(edges)  # of which each thread takes the next

        def some() -> None:
            for start, stop in left:
                work(start, stop)

        others = [self._pool.submit(some) for _ in range(self._threads - 1)]
        some()
        for other in others:
            other.result()
