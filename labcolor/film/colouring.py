"""Colours a film: read, followed, rendered and encoded in stages, joined at the end."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from labcolor._version import __version__
from labcolor.errors import FilmError, StoppedError
from labcolor.film.encoding import Encoder
from labcolor.film.joining import join
from labcolor.film.levels import Codes
from labcolor.film.libav import libav, unreadable
from labcolor.film.moments import shown
from labcolor.film.options import Options
from labcolor.film.plan import Plan, make_plan
from labcolor.film.reading import Picture, Reader
from labcolor.film.render import Renderer
from labcolor.film.segments import LONGEST, SHORTEST, Segment, Work, sha256_of
from labcolor.film.stages import staged
from labcolor.film.steady import BLOCK, Follower, Look, Settled
from labcolor.film.upright import looked_at
from labcolor.photo.model import Mark
from labcolor.photo.target import cannot_write, move_without_replacing, sync_folder

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer

_log = logging.getLogger("labcolor")

Watch = Callable[["Progress"], None]

_AHEAD = 4  # pictures between two stages
_BYTES_AHEAD = 12_000_000
"""Of luma that may wait to be rendered: colours come by the block, and the encoder wants work
while the next block is looked at."""
_SHORT = Fraction(1)  # seconds that a film may lack of what it says it has
_PLENTY = 2  # segments and the film of them are on the disk at one time


class Progress(NamedTuple):
    """How far a film is.

    Attributes
    ----------
    pictures : int
        Coloured so far.
    of : int
        How many there may be; 0 where that is not known.
    moment : Fraction
        Of the last one, seconds.
    """

    pictures: int
    of: int
    moment: Fraction


@dataclass(frozen=True)
class Result:
    """What became of a film.

    Attributes
    ----------
    path : Path
        Of the film in colour.
    width, height : int
    pictures : int
    shots : int
        How many shots were found.
    damaged, lost, unstamped : int
        Pictures of damaged packets, packets of which nothing could be decoded, and pictures
        without a time stamp.
    seconds : Fraction
        From the first picture to the end of the last.
    """

    path: Path
    width: int
    height: int
    pictures: int
    shots: int
    damaged: int
    lost: int
    unstamped: int
    seconds: Fraction


def colour(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str] | None,
    colorizer: Colorizer,
    options: Options | None = None,
    *,
    overwrite: bool = False,
    watch: Watch | None = None,
    stopping: Callable[[], bool] | None = None,
    clock: dict[str, float] | None = None,
) -> Result:
    """Colour a film.

    What is coloured lies in a hidden folder beside the film to be until it is whole; the same call
    goes on where another one was stopped.

    Parameters
    ----------
    path : path
        The film.
    output : path, optional
        The film to be; its ending chooses the container. By default NAME-colour beside the film,
        in a container like its own, or in Matroska where that cannot hold everything.
    colorizer : Colorizer
        What colours single pictures.
    options : Options, optional
    overwrite : bool
        Whether an output that is there already may be replaced.
    watch : callable, optional
        Is told how far the film is, after each picture.
    stopping : callable, optional
        Is asked after each segment whether to leave the rest for another call.
    clock : dict of str to float, optional
        Is told the seconds of CPU that the threads of the stages took.

    Returns
    -------
    Result

    Raises
    ------
    FilmError
        The film cannot be read or is of a kind that is not coloured.
    OutputError
        The result cannot be written.
    UsageError
        An option makes no sense for this film.
    BackendError
        PyAV is not installed.
    StoppedError
        Because `stopping` said so.
    """
    options = options or Options()
    plan = make_plan(Path(path), Path(output) if output else None, options, overwrite=overwrite)
    plan.say()
    target = plan.target
    try:
        work = Work(target, _identity(plan, colorizer, options))
        plan.check_room(work)
        if not work.complete:
            _Colouring(plan, work, colorizer, options, watch, stopping, clock).go()
        _check_whole(plan, work, options)
        return _finish(plan, work, colorizer, options, overwrite=overwrite)
    except OSError as error:
        raise cannot_write(target, error) from error
    except libav().error.FFmpegError as error:
        raise unreadable(plan.film.path, error) from error


def _identity(plan: Plan, colorizer: Colorizer, options: Options) -> dict[str, Any]:
    """Say of what and how the film is made, fit for JSON; versions and the machine's cores too."""
    import cv2

    status = plan.film.path.stat()
    y, x = np.mgrid[:64, :64].astype(np.uint8)
    card = x * 3 + y ^ x  # any picture does that is no plain one
    wishes = asdict(replace(options, accept_damaged=False))
    return {
        "versions": [__version__, libav().__version__, cv2.__version__, np.__version__],
        "threads": [plan.threads, cv2.getNumThreads()],
        "film": [status.st_size, status.st_mtime_ns],
        "colours": [
            hashlib.sha256(colorizer.chroma(card).tobytes()).hexdigest(),
            *(colorizer.detail, colorizer.upsample, colorizer.method, colorizer.source),
        ],
        "options": {key: str(value) for key, value in wishes.items()},
        "coding": [plan.coding.pixels, *(f"{k}={v}" for k, v in plan.coding.options.items())],
    }


class _Rendered(NamedTuple):
    """A picture in colour."""

    picture: Picture
    planes: tuple[Codes, Codes, Codes]
    settled: Settled[Picture]


class _Colouring:
    """Makes the segments that are missing."""

    def __init__(
        self,
        plan: Plan,
        work: Work,
        colorizer: Colorizer,
        options: Options,
        watch: Watch | None,
        stopping: Callable[[], bool] | None,
        clock: dict[str, float] | None,
    ) -> None:
        self._plan, self._work, self._film = plan, work, plan.film
        self._upsample = colorizer.upsample
        self._watch = watch or (lambda _: None)
        self._stopping = stopping or (lambda: False)
        self._clock = clock
        self._reader = Reader(plan.film, plan.fields, plan.cut.begin, plan.cut.end)
        self._follower: Follower[Picture] = Follower(
            colorizer, options.steady, options.every, state=work.state
        )
        self._renderer = Renderer(plan.coding.levels, plan.tags.shares, plan.coding.subsampling)
        self._turns = plan.film.rotation // 90 % 4
        self._done = sum(segment.pictures for segment in work.segments)

    def go(self) -> None:
        """Colour the pictures, a segment after the other.

        Raises
        ------
        StoppedError
            Somebody asked for it.
        """
        after = self._work.segments[-1].position if self._work.segments else None
        looks = staged(self._looks(after), _AHEAD, self._clock, "read")
        settled = staged(self._settled(looks), self._block(), self._clock, "follow")
        rendered = staged(self._rendered(settled), _AHEAD, self._clock, "render")
        try:
            waiting = next(rendered, None)
            while waiting:
                waiting = self._segment(waiting, rendered)
                if waiting and self._stopping():
                    message = (
                        f"{self._film.path} was stopped; the same call goes on with the rest."
                    )
                    raise StoppedError(message)
        finally:
            rendered.close()
            settled.close()
            looks.close()
        self._work.end()

    def _block(self) -> int:
        """Count the pictures that may wait to be rendered: a block, or what memory allows."""
        height, width = self._film.shape
        bytes_each = height * width * (1 if self._film.levels.bits == 8 else 2)
        return max(_AHEAD, min(BLOCK, _BYTES_AHEAD // bytes_each))

    def _looks(self, after: Any) -> Iterator[Look[Picture]]:
        for picture in self._reader.pictures(after):
            yield looked_at(picture, self._film, self._follower)

    def _settled(self, looks: Iterator[Look[Picture]]) -> Iterator[Settled[Picture]]:
        for look in looks:
            yield from self._follower.push(look)
        yield from self._follower.finish()

    def _rendered(self, settled: Iterator[Settled[Picture]]) -> Iterator[_Rendered]:
        shape = self._renderer.chroma_shape(*self._film.shape)
        for one in settled:
            stored = one.turned(-self._turns)
            luma = self._plan.recoded(one.item.luma)
            # a block begins afresh, so that a film that is taken up there goes on the same way
            back = None if one.state else stored.back
            planes = self._renderer(luma, stored.chroma(*shape, self._upsample), back)
            yield _Rendered(one.item, planes, one)

    def _segment(self, first: _Rendered, coming: Iterator[_Rendered]) -> _Rendered | None:
        """Write a segment; give the first picture of the next."""
        number = len(self._work.segments)
        last, count, shots, damaged, lost, unstamped = first, 0, 0, 0, 0, 0
        following: _Rendered | None = first
        plan = self._plan
        with Encoder(self._work.part, plan.film, plan.tags, plan.coding, plan.threads) as encoder:
            while following and not (count and self._is_over(first, following)):
                last = following
                picture = last.picture
                encoder.add(last.planes, picture.pts, picture.duration)
                count += 1
                shots += last.settled.first
                damaged += picture.damaged
                lost += picture.lost
                unstamped += picture.unstamped
                self._done += 1
                self._tell(picture)
                following = next(coming, None)
        state = following.settled.state if following else None
        segment = Segment(
            *(number, sha256_of(self._work.part), count, first.picture.pts, last.picture.pts),
            *(last.picture.duration, last.picture.checksum),
            hashlib.sha256(state).hexdigest() if state else "",
            *(shots, damaged, lost, unstamped),
        )
        self._work.add(segment, state)
        return following

    def _is_over(self, first: _Rendered, now: _Rendered) -> bool:
        """Whether a segment ends before a picture."""
        if now.settled.state is None:  # in the midst of a block
            return False
        age = (now.picture.pts - first.picture.pts) * self._film.time_base
        if now.settled.first:
            return age >= SHORTEST
        return age + BLOCK / self._film.rate > LONGEST

    def _tell(self, picture: Picture) -> None:
        moment = picture.pts * self._film.time_base - self._film.start
        self._watch(Progress(self._done, self._plan.pictures, moment))


def _check_whole(plan: Plan, work: Work, options: Options) -> None:
    """Refuse to finish a film that breaks off, unless that is accepted.

    Raises
    ------
    FilmError
        There are no pictures, or the film is shorter than it says.
    """
    film = plan.film
    if not work.segments:
        message = f"There is no picture in {film.path} in the part that was asked for."
        raise FilmError(message)
    last = work.segments[-1]
    reached = (last.last + last.duration) * film.time_base - film.start
    if plan.cut.end is not None or film.seconds - reached <= _SHORT or options.accept_damaged:
        return
    message = (
        f"{film.path} breaks off at {shown(reached)} of {shown(film.seconds)}; copy it again from "
        "its source, or colour what is left of it with --accept-damaged."
    )
    raise FilmError(message)


def _finish(
    plan: Plan, work: Work, colorizer: Colorizer, options: Options, *, overwrite: bool
) -> Result:
    """Join the segments under a hidden name, and give the film its own."""
    target = plan.target
    hidden = work.folder / f"film.part{target.suffix}"
    mark = {"comment": Mark.of(colorizer.method, colorizer.source).sentence}
    left_out = join(
        hidden,
        plan.film,
        work,
        plan.container,
        plan.streams,
        plan.cut,
        mark if options.mark else {},
        accept_damaged=options.accept_damaged,
    )
    if left_out:
        _log.warning(
            "%d packets of sound or subtitles of %s are damaged and left out.",
            *(left_out, plan.film.path),
        )
    with hidden.open("rb+") as file:
        os.fsync(file.fileno())
    if overwrite:
        hidden.replace(target)
    else:
        move_without_replacing(hidden, target)
    sync_folder(target.parent)
    done = work.segments
    work.remove()
    result = Result(
        path=target,
        width=plan.film.width,
        height=plan.film.height,
        pictures=sum(one.pictures for one in done),
        shots=sum(one.shots for one in done),
        damaged=sum(one.damaged for one in done),
        lost=sum(one.lost for one in done),
        unstamped=sum(one.unstamped for one in done),
        seconds=(done[-1].last + done[-1].duration - done[0].first) * plan.film.time_base,
    )
    _say_what_was_wrong(plan.film.path, result)
    return result


def _say_what_was_wrong(path: Path, result: Result) -> None:
    if result.damaged or result.lost:
        _log.warning(
            "%s is damaged: %d pictures are coloured as far as they could be decoded, %d packets "
            "could not be.",
            *(path, result.damaged, result.lost),
        )
    if result.unstamped:
        _log.warning("%d pictures of %s had no time stamp.", result.unstamped, path)
