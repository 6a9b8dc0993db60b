"""Colouring the pictures of a film from a place on: read, followed, rendered, encoded."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labcolor.film.cuts import LOOK_AHEAD
from labcolor.film.encoding import Encoder
from labcolor.film.levels import Codes
from labcolor.film.options import Options
from labcolor.film.plan import Plan
from labcolor.film.reading import Picture, Reader
from labcolor.film.render import Renderer
from labcolor.film.segments import End, Segment, Start, is_over, sha256_of
from labcolor.film.stages import staged
from labcolor.film.steady import BLOCK, Follower, Look, Settled
from labcolor.film.upright import looked_at

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer

_AHEAD = 4  # pictures between two stages
_BYTES_AHEAD = 12_000_000
"""Of luma that may wait to be rendered: colours come by the block, and the encoder wants work
while the next block is looked at."""


class Rendered(NamedTuple):
    """A picture in colour."""

    picture: Picture
    planes: tuple[Codes, Codes, Codes]
    settled: Settled[Picture]


class Pipeline:
    """Colours pictures of a film.

    Parameters
    ----------
    plan : Plan
    colorizer : Colorizer
        What colours single pictures.
    options : Options
    clock : dict of str to float, optional
        Is told the seconds of CPU that the threads of the stages took.
    """

    def __init__(
        self,
        plan: Plan,
        colorizer: Colorizer,
        options: Options,
        clock: dict[str, float] | None = None,
    ) -> None:
        self._plan, self._film = plan, plan.film
        self._colorizer, self._options, self._clock = colorizer, options, clock

    @contextmanager
    def rendered(self, start: Start, end: End | None = None) -> Iterator[Iterator[Rendered]]:
        """Give the pictures in colour.

        Parameters
        ----------
        start : Start
            From where on.
        end : End, optional
            Of what is wanted. No more is read then than its colours depend on.
        """
        follower: Follower[Picture] = Follower(
            self._colorizer, self._options.steady, self._options.every, state=start.state
        )
        with (
            closing(staged(self._looks(start, end, follower), *self._room("read"))) as looks,
            closing(staged(self._settled(looks, follower), *self._room("follow"))) as settled,
            closing(staged(self._rendered(settled), *self._room("render"))) as rendered,
        ):
            yield rendered

    def _room(self, stage: str) -> tuple[int, dict[str, float] | None, str]:
        return self._block() if stage == "follow" else _AHEAD, self._clock, stage

    def _block(self) -> int:
        """Count the pictures that may wait to be rendered: a block, or what memory allows."""
        height, width = self._film.shape
        bytes_each = height * width * (1 if self._film.levels.bits == 8 else 2)
        return max(_AHEAD, min(BLOCK, _BYTES_AHEAD // bytes_each))

    def _looks(
        self, start: Start, end: End | None, follower: Follower[Picture]
    ) -> Iterator[Look[Picture]]:
        beyond, enough = 0, LOOK_AHEAD + (1 if end and end.at_cut else BLOCK)
        for picture in reader_of(self._plan).pictures(start.after):
            yield looked_at(picture, self._film, follower)
            beyond += end is not None and picture.pts >= end.before
            if beyond == enough:
                return

    @staticmethod
    def _settled(
        looks: Iterator[Look[Picture]], follower: Follower[Picture]
    ) -> Iterator[Settled[Picture]]:
        for look in looks:
            yield from follower.push(look)
        yield from follower.finish()

    def _rendered(self, settled: Iterator[Settled[Picture]]) -> Iterator[Rendered]:
        renderer = Renderer(
            self._plan.coding.levels, self._plan.tags.shares, self._plan.coding.subsampling
        )
        shape = renderer.chroma_shape(*self._film.shape)
        for one in settled:
            stored = one.turned(-self._film.turns)
            luma = self._plan.recoded(one.item.luma)
            # a block begins afresh, so that a film that is taken up there goes on the same way
            back = None if one.state else stored.back
            planes = renderer(luma, stored.chroma(*shape, self._colorizer.upsample), back)
            yield Rendered(one.item, planes, one)


def reader_of(plan: Plan) -> Reader:
    """Give what reads the pictures that a plan wants."""
    return Reader(plan.film, plan.fields, plan.cut.begin, plan.cut.end)


class Written(NamedTuple):
    """A segment that was written.

    Attributes
    ----------
    segment : Segment
    state : bytes, optional
        What the next one goes on from; None where there is none, or where that is known anyway.
    following : Rendered, optional
        The first picture of the next one.
    """

    segment: Segment
    state: bytes | None
    following: Rendered | None


def write_segment(
    plan: Plan,
    part: Path,
    number: int,
    first: Rendered,
    coming: Iterator[Rendered],
    *,
    end: End | None = None,
    tell: Callable[[Picture], None] = lambda _: None,
) -> Written:
    """Write a segment.

    Parameters
    ----------
    plan : Plan
    part : Path
        Its file, under a name for the meantime.
    number : int
    first : Rendered
        Its first picture.
    coming : iterator of Rendered
        Those after it.
    end : End, optional
        Of the segment, where that is known already.
    tell : callable
        Is told of each picture.
    """
    last, count, shots, damaged, lost, unstamped = first, 0, 0, 0, 0, 0
    following: Rendered | None = first
    with Encoder(part, plan.film, plan.tags, plan.coding, plan.threads) as encoder:
        while following and not (count and _ends(plan, first, following, end)):
            last = following
            picture = last.picture
            encoder.add(last.planes, picture.pts, picture.duration)
            count += 1
            shots += last.settled.first
            damaged += picture.damaged
            lost += picture.lost
            unstamped += picture.unstamped
            tell(picture)
            following = next(coming, None)
    state = following.settled.state if following else None
    segment = Segment(
        *(number, sha256_of(part), count, first.picture.pts, last.picture.pts),
        *(last.picture.duration, last.picture.checksum),
        hashlib.sha256(state).hexdigest() if state else "",
        *(shots, damaged, lost, unstamped),
    )
    return Written(segment, state, following)


def _ends(plan: Plan, first: Rendered, now: Rendered, end: End | None) -> bool:
    """Whether a segment ends before a picture."""
    if end is not None:
        return now.picture.pts >= end.before
    if now.settled.state is None:  # in the midst of a block
        return False
    age = (now.picture.pts - first.picture.pts) * plan.film.time_base
    return is_over(age, plan.film.rate, at_cut=now.settled.first)
