"""Where one shot ends and the next begins.

A cut is where the picture is not found again in the next one, nor the ones around it in each
other. The second half tells it from a flash, after which everything is as it was before; that
brightness flickers as a whole is taken out where pictures are compared (`labcolor.film.motion`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from labcolor.film.motion import Motion, Small, likeness, motion

LOOK_AHEAD = 2
"""Pictures after the one in question that a flash may take to be over."""
LOOK_BACK = LOOK_AHEAD + 1
"""Pictures before the one in question that are looked at."""
FOUND = 0.35
"""The share of a picture that is found again, on this side of which it is another shot."""

T = TypeVar("T")


class Shots(Generic[T]):
    """Tells of each picture of a film whether a shot begins with it, `LOOK_AHEAD` pictures later.

    Parameters
    ----------
    past : iterable of (h, w) uint8
        Small pictures, the last ones before the first that comes; none at a film's beginning.
    """

    def __init__(self, past: Iterable[Small] = ()) -> None:
        self._past = deque(past, maxlen=LOOK_BACK)
        self._coming: deque[tuple[T, Small]] = deque()

    def push(self, item: T, small: Small) -> Iterator[tuple[T, Motion | None]]:
        """Take the next picture; give the one, if any, of which all is known by it.

        Yields
        ------
        item : T
        motion : Motion or None
            From the picture before; None where a shot begins.
        """
        self._coming.append((item, small))
        if len(self._coming) > LOOK_AHEAD:
            yield self._next()

    def finish(self) -> Iterator[tuple[T, Motion | None]]:
        """Give the rest, after the last picture."""
        while self._coming:
            yield self._next()

    def _next(self) -> tuple[T, Motion | None]:
        coming = [small for _, small in self._coming]
        way = motion(self._past[-1], coming[0]) if self._past else None
        if way and is_cut(self._past, coming, way.likeness):
            way = None
        item, small = self._coming.popleft()
        self._past.append(small)
        return item, way


def is_cut(before: Sequence[Small], after: Sequence[Small], alike: float) -> bool:
    """Tell whether a shot begins with a picture.

    Parameters
    ----------
    before : sequence of (h, w) uint8
        Small pictures before it, the nearest last.
    after : sequence of (h, w) uint8
        The picture itself, and those after it.
    alike : float
        How much of it is found in the one before: `labcolor.film.motion.Motion.likeness`.
    """
    if alike >= FOUND:
        return False
    around = [(before[-1], later) for later in after[1 : 1 + LOOK_AHEAD]]
    around += [(earlier, after[0]) for earlier in list(before)[-1 - LOOK_AHEAD : -1]]
    return all(likeness(*pair) < FOUND for pair in around)
