"""A film of which all segments are there: joined into one file, its faults told of."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from labcolor.errors import FilmError
from labcolor.film.joining import join
from labcolor.film.libav import libav, unreadable
from labcolor.film.moments import shown
from labcolor.film.options import Options
from labcolor.film.plan import Plan
from labcolor.film.segments import Segment
from labcolor.photo.model import Mark
from labcolor.photo.target import cannot_write

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer

_log = logging.getLogger("labcolor")

_SHORT = Fraction(1)  # seconds that a film may lack of what it says it has


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


@contextmanager
def errors_of(plan: Plan) -> Iterator[None]:
    """Say in labcolor's own words what disks and FFmpeg say."""
    try:
        yield
    except OSError as error:
        raise cannot_write(plan.target, error) from error
    except libav().error.FFmpegError as error:
        raise unreadable(plan.film.path, error) from error


def finish(
    plan: Plan,
    folder: Path,
    segments: Sequence[Segment],
    colorizer: Colorizer,
    options: Options,
    part: Path,
) -> Result:
    """Join the segments.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Where the segments lie.
    segments : sequence of Segment
        All of them, in their order.
    colorizer : Colorizer
        What has coloured them.
    options : Options
    part : Path
        The film, under a name for the meantime; it is on the disk when this returns.

    Raises
    ------
    FilmError
        There are no pictures, the film is shorter than it says, or its sound is damaged.
    """
    _check_whole(plan, segments, options)
    mark = {"comment": Mark.of(colorizer.method, colorizer.source).sentence}
    left_out = join(
        part,
        plan.film,
        folder,
        segments,
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
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    first, last = segments[0], segments[-1]
    result = Result(
        path=plan.target,
        width=plan.film.width,
        height=plan.film.height,
        pictures=sum(one.pictures for one in segments),
        shots=sum(one.shots for one in segments),
        damaged=sum(one.damaged for one in segments),
        lost=sum(one.lost for one in segments),
        unstamped=sum(one.unstamped for one in segments),
        seconds=(last.last + last.duration - first.first) * plan.film.time_base,
    )
    _say_what_was_wrong(plan.film.path, result)
    return result


def _check_whole(plan: Plan, segments: Sequence[Segment], options: Options) -> None:
    """Refuse to finish a film that breaks off, unless that is accepted.

    Raises
    ------
    FilmError
        There are no pictures, or the film is shorter than it says.
    """
    film = plan.film
    if not segments:
        message = f"There is no picture in {film.path} in the part that was asked for."
        raise FilmError(message)
    last = segments[-1]
    reached = (last.last + last.duration) * film.time_base - film.start
    if plan.cut.end is not None or film.seconds - reached <= _SHORT or options.accept_damaged:
        return
    message = (
        f"{film.path} breaks off at {shown(reached)} of {shown(film.seconds)}; copy it again from "
        "its source, or colour what is left of it with --accept-damaged."
    )
    raise FilmError(message)


def _say_what_was_wrong(path: Path, result: Result) -> None:
    if result.damaged or result.lost:
        _log.warning(
            "%s is damaged: %d pictures are coloured as far as they could be decoded, %d packets "
            "could not be.",
            *(path, result.damaged, result.lost),
        )
    if result.unstamped:
        _log.warning("%d pictures of %s had no time stamp.", result.unstamped, path)
