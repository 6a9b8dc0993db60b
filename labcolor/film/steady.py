"""Colours that follow the motion of a film and stay within a shot.

The network sees every second picture. What it says is brought to a small grid along the edges of
L*, and there it is remembered (`labcolor.film.memory`) in both directions: from the beginning of
the shot on, and back from a second or two of pictures to come. Where the two meet is a picture's
colour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import numpy as np

from labcolor.color.floats import Floats
from labcolor.color.guided import Guided
from labcolor.color.lightness import Pixels, lightness
from labcolor.color.merge import merge
from labcolor.color.reduce import reduce
from labcolor.color.upsample import Bilinear, Chroma
from labcolor.errors import PhotoError, UsageError
from labcolor.film.cuts import LOOK_BACK, Shots
from labcolor.film.memory import Memory
from labcolor.film.motion import GRID, Motion, Small, shrunk
from labcolor.film.rounding import SteadyRounding
from labcolor.film.state import State

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer

BLOCK = 24
"""Pictures that get their colours together; each is preceded by at least as many to come."""

_GUIDE = 288
"""Side of the L* along whose edges colours go from the grid to the picture."""

T = TypeVar("T")


@dataclass(frozen=True)
class Look(Generic[T]):
    """A picture as far as its colours depend on it.

    Attributes
    ----------
    item : T
        Whatever the caller wants back with the colours.
    small : (h, w) uint8
        For motion.
    grey : (S, S) float32, 0…1
        For the network, and for the edges along which its colours go back to the picture.
    """

    item: T
    small: Small
    grey: Floats


class Settled(NamedTuple, Generic[T]):
    """A picture whose colours are known.

    Attributes
    ----------
    item : T
        What came with it.
    ab : (72, 72, 2) float32
        The colours.
    grey : (S, S) float32, 0…1
        The picture made small.
    back : (72, 72, 2) float32, optional
        Where each cell was in the picture before, in cells, x and y; None where pictures are not
        to keep to one another, or there is none before it in its shot.
    first : bool
        Whether a shot begins with it.
    state : bytes, optional
        With the first picture of each block, what a `Follower` needs to go on from there.
    """

    item: T
    ab: Floats
    grey: Floats
    back: Floats | None
    first: bool
    state: bytes | None

    def turned(self, quarters: int) -> Settled[T]:
        """Turn colours and picture by so many quarters of a full turn, counterclockwise."""
        if quarters % 4 == 0:
            return self
        ab, grey = (np.rot90(one, quarters).copy() for one in (self.ab, self.grey))
        back = self.back
        if back is not None:
            back = np.rot90(back, quarters)
            for _ in range(quarters % 4):
                back = np.dstack([back[..., 1], GRID - 1 - back[..., 0]])
            back = np.ascontiguousarray(back)
        return self._replace(ab=ab, grey=grey, back=back)

    def chroma(self, height: int, width: int, upsample: str = "guided") -> Chroma:
        """Give the colours at the size of a picture."""
        if upsample == "bilinear":
            return Bilinear(self.ab, height, width)
        return Guided(self.ab, lightness(self.grey), height, width)


@dataclass
class _Waiting(Generic[T]):
    look: Look[T]
    motion: Motion | None  # from the picture before, within the shot
    light: Floats  # L* on the grid
    seen: Floats | None


class Follower(Generic[T]):
    """Follows the pictures of a film one by one, and gives them colours a second later.

    Parameters
    ----------
    colorizer : Colorizer
        What colours single pictures.
    steady : float, 0…1
        How much pictures keep to one another; 0 leaves each to itself.
    every : int, 1 or above
        The network sees one picture of so many; all of them where nothing is to be steady.
    state : bytes, optional
        To go on from the picture with which another one gave it.

    Raises
    ------
    UsageError
        A value is out of range.
    """

    def __init__(
        self,
        colorizer: Colorizer,
        steady: float = 1.0,
        every: int = 2,
        *,
        state: bytes | None = None,
    ) -> None:
        if not 0 <= steady <= 1:
            message = f"The steadiness must be from 0 to 1, not {steady}."
            raise UsageError(message)
        if every < 1:
            message = f"The network sees one picture of 1 or more, not of {every}."
            raise UsageError(message)
        if colorizer.like and colorizer.like.several == "nearest":
            message = (
                "A film uses the mean of several references, since the nearest one would change "
                "from picture to picture."
            )
            raise UsageError(message)
        self._colorizer = colorizer
        self._steady = steady
        self._every = every if steady else 1
        self._side = max(_GUIDE, colorizer.input_size * colorizer.detail)
        known = State.unpacked(state)
        self._shots: Shots[Look[T]] = Shots(known.behind)
        self._shot: deque[_Waiting[T]] = deque()
        self._begun = known.settled  # pictures of the shot so far
        self._settled = known.settled  # those of them that have their colours
        self._memory = known.memory
        self._behind = deque(known.behind, maxlen=LOOK_BACK)  # the last before those of `_shot`

    def look(self, item: T, grey: Pixels, bits: int | None = None) -> Look[T]:
        """Look at a picture; may be called from any thread.

        Parameters
        ----------
        item : T
            Whatever is wanted back with its colours.
        grey : (h, w) uint8 or uint16
            sRGB.
        bits : int, optional
            Of the levels; by default those of the array.
        """
        return Look(item, shrunk(grey, bits or 8 * grey.itemsize), reduce(grey, self._side))

    def push(self, look: Look[T]) -> Iterator[Settled[T]]:
        """Take the next picture; give those, if any, whose colours are known by it."""
        for admitted in self._shots.push(look, look.small):
            yield from self._admit(*admitted)

    def finish(self) -> Iterator[Settled[T]]:
        """Give the rest, after the last picture."""
        for admitted in self._shots.finish():
            yield from self._admit(*admitted)
        yield from self._end_shot()

    def _admit(self, look: Look[T], way: Motion | None) -> Iterator[Settled[T]]:
        """Take a picture into its shot."""
        if way is None:
            yield from self._end_shot()
        light = lightness(_resized(look.grey, GRID))
        seen = self._asked(look, light) if self._begun % self._every == 0 else None
        self._shot.append(_Waiting(look, way, light, seen))
        self._begun += 1
        if len(self._shot) == 2 * BLOCK:
            yield from self._settle(BLOCK)

    def _end_shot(self) -> Iterator[Settled[T]]:
        while self._shot:
            yield from self._settle(min(BLOCK, len(self._shot)))
        self._memory, self._begun, self._settled = None, 0, 0

    def _asked(self, look: Look[T], cells: Floats) -> Floats:
        """Ask the network, and bring what it says to the grid."""
        colorizer = self._colorizer
        seen = _resized(look.grey, colorizer.input_size * colorizer.detail)
        ab = colorizer.chroma(np.round(seen * 65535).astype(np.uint16))
        on_grid = Guided(ab, lightness(seen), GRID, GRID).rows(0, cells)
        return np.ascontiguousarray(on_grid.transpose(1, 2, 0))

    def _settle(self, count: int) -> Iterator[Settled[T]]:
        """Give the first so many of the waiting pictures their colours."""
        # all that the colours of the pictures from `_shot` on depend on
        state: bytes | None = State(self._settled, tuple(self._behind), self._memory).packed()
        later = self._from_behind(count)
        for number in range(count):
            one = self._shot.popleft()
            if self._memory is None:
                assert one.seen is not None
                self._memory = Memory.of(one.seen, one.light)
            elif one.motion:
                memory = self._memory.at(one.motion.back, one.light, one.seen, self._steady)
                self._memory = memory.mixed(one.light, one.seen)
            other = later[number]
            ab = self._memory.joined(other) if other else self._memory.ab
            back = one.motion.back.places if one.motion and self._steady else None
            yield Settled(one.look.item, ab, one.look.grey, back, self._settled == 0, state)
            state = None
            self._behind.append(one.look.small)
            self._settled += 1

    def _from_behind(self, count: int) -> list[Memory | None]:
        """Remember backwards; give what that says of the first pictures before their own word."""
        memory: Memory | None = None
        found: list[Memory | None] = []
        way: Motion | None = None
        for number in reversed(range(len(self._shot))):
            one = self._shot[number]
            if memory and way:
                memory = memory.at(way.forth, one.light, one.seen, self._steady)
            if number < count:
                found.append(memory)
            if memory:
                memory = memory.mixed(one.light, one.seen)
            elif one.seen is not None:
                memory = Memory.of(one.seen, one.light)
            way = one.motion
        return found[::-1]


class Steady:
    """Colours films that come as arrays, from whatever reads them.

    >>> steady = Steady(Colorizer())  # doctest: +SKIP
    >>> for bgr in steady(frames):  # doctest: +SKIP
    ...     write(bgr)

    Parameters
    ----------
    colorizer : Colorizer
        What colours single pictures.
    steady, every
        As for `Follower`.
    """

    def __init__(self, colorizer: Colorizer, steady: float = 1.0, every: int = 2) -> None:
        Follower(colorizer, steady, every)  # says what is wrong with them
        self._colorizer, self._steady, self._every = colorizer, steady, every

    def __call__(self, frames: Iterable[Pixels]) -> Iterator[Pixels]:
        """Colour the pictures of a film.

        Parameters
        ----------
        frames : iterable of (h, w) grey or (h, w, 3) BGR, uint8 or uint16
            In their order, all of one size; read as they are needed, some 50 ahead.

        Yields
        ------
        (h, w, 3) BGR
            Of the same depth, one for each.

        Raises
        ------
        PhotoError
            A picture is of another size than the first.
        """
        follower: Follower[Pixels] = Follower(self._colorizer, self._steady, self._every)
        rounding = SteadyRounding()
        size: tuple[int, ...] | None = None
        for frame in frames:
            size = size or frame.shape[:2]
            if frame.shape[:2] != size:
                message = f"The pictures of a film must have one size, {size}, not {frame.shape}."
                raise PhotoError(message)
            for settled in follower.push(follower.look(frame, _grey(frame))):
                yield self._coloured(settled, rounding)
        for settled in follower.finish():
            yield self._coloured(settled, rounding)

    def _coloured(self, settled: Settled[Pixels], rounding: SteadyRounding) -> Pixels:
        height, width = settled.item.shape[:2]
        chroma = settled.chroma(height, width, self._colorizer.upsample)
        if settled.item.dtype != np.uint8:  # of 65536 levels none is seen to flicker
            return merge(settled.item, chroma)
        return rounding(merge(settled.item, chroma, dtype=np.float32) * 255, settled.back)


def _grey(frame: Pixels) -> Pixels:
    import cv2

    return frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)


def _resized(plane: Floats, side: int) -> Floats:
    import cv2

    if len(plane) == side:
        return plane
    return cv2.resize(plane, (side, side), interpolation=cv2.INTER_AREA)
