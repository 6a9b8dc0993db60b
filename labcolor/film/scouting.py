"""Where the segments of a film will begin, found without colouring it: for several machines.

Cuts are found in small pictures, and what ends a segment depends on cuts and time alone. At a cut
a segment goes on from nothing but the last small pictures; so it can be coloured before those
before it are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from labcolor.film.cuts import LOOK_BACK, Shots
from labcolor.film.motion import Motion, Small, shrunk
from labcolor.film.pipeline import reader_of
from labcolor.film.plan import Plan
from labcolor.film.reading import Picture, Position
from labcolor.film.segments import End, Start, is_over
from labcolor.film.state import State
from labcolor.film.steady import BLOCK


class Boundary(NamedTuple):
    """Where one segment ends and the next begins."""

    end: End
    start: Start


class _Seen(NamedTuple):
    picture: Picture
    small: Small


def boundaries(plan: Plan, start: Start) -> Iterator[Boundary]:
    """Find where segments begin.

    Parameters
    ----------
    plan : Plan
    start : Start
        Of the segment to begin with.

    Yields
    ------
    Boundary
        The end of that segment, then those of the ones after it, up to the last but one.
    """
    film = plan.film
    known = State.unpacked(start.state)
    number, count, behind = start.number, known.settled, deque(known.behind, maxlen=LOOK_BACK)
    first: Picture | None = None
    before: Picture | None = None
    for seen, way in _admitted(plan, start, Shots[_Seen](known.behind)):
        picture = seen.picture
        first = first or picture
        count = count if way else 0
        if before and count % BLOCK == 0:
            age, at_cut = (picture.pts - first.pts) * film.time_base, count == 0
            if is_over(age, film.rate, at_cut=at_cut):
                number, first = number + 1, picture
                state = State(count, tuple(behind)).packed()
                position = Position(before.pts, before.checksum)
                yield Boundary(End(picture.pts, at_cut), Start(number, position, state, at_cut))
        count, before = count + 1, picture
        behind.append(seen.small)


def _admitted(
    plan: Plan, start: Start, shots: Shots[_Seen]
) -> Iterator[tuple[_Seen, Motion | None]]:
    film = plan.film
    for picture in reader_of(plan).pictures(start.after):
        small = np.rot90(shrunk(picture.luma, film.levels.bits), film.turns).copy()
        yield from shots.push(_Seen(picture, small), small)
    yield from shots.finish()
