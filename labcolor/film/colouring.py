"""Colours a film on this machine, a segment after the other; they are joined at the end."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from labcolor._version import __version__
from labcolor.errors import StoppedError
from labcolor.film.finishing import Result, errors_of, finish
from labcolor.film.libav import libav
from labcolor.film.options import Options
from labcolor.film.pipeline import Pipeline, write_segment
from labcolor.film.plan import Plan, make_plan
from labcolor.film.reading import Picture
from labcolor.film.segments import Work
from labcolor.photo.target import move_without_replacing, sync_folder

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer

Watch = Callable[["Progress"], None]


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
    with errors_of(plan):
        work = Work(plan.target, identity(plan, colorizer, options))
        plan.check_room(work)
        if not work.complete:
            pipeline = Pipeline(plan, colorizer, options, clock)
            _Colouring(plan, work, pipeline, watch, stopping).go()
        hidden = work.folder / f"film.part{plan.target.suffix}"
        result = finish(plan, work.folder, work.segments, colorizer, options, hidden)
        _name(hidden, plan.target, overwrite=overwrite)
        work.remove()
    return result


def _name(hidden: Path, target: Path, *, overwrite: bool) -> None:
    """Give the film its name."""
    if overwrite:
        hidden.replace(target)
    else:
        move_without_replacing(hidden, target)
    sync_folder(target.parent)


def identity(plan: Plan, colorizer: Colorizer, options: Options) -> dict[str, Any]:
    """Say of what and how a film is made, fit for JSON; versions and the encoder's threads too."""
    import cv2

    status = plan.film.path.stat()
    y, x = np.mgrid[:64, :64].astype(np.uint8)
    card = x * 3 + y ^ x  # any picture does that is no plain one
    wishes = asdict(replace(options, accept_damaged=False))
    return {
        "versions": [__version__, libav().__version__, cv2.__version__, np.__version__],
        "threads": plan.threads,
        "film": [status.st_size, status.st_mtime_ns],
        "colours": [
            hashlib.sha256(colorizer.chroma(card).tobytes()).hexdigest(),
            *(colorizer.detail, colorizer.upsample, colorizer.method, colorizer.source),
        ],
        "options": {key: str(value) for key, value in wishes.items()},
        "coding": [plan.coding.pixels, *(f"{k}={v}" for k, v in plan.coding.options.items())],
    }


class _Colouring:
    """Makes the segments that are missing."""

    def __init__(
        self,
        plan: Plan,
        work: Work,
        pipeline: Pipeline,
        watch: Watch | None,
        stopping: Callable[[], bool] | None,
    ) -> None:
        self._plan, self._work, self._pipeline = plan, work, pipeline
        self._watch = watch or (lambda _: None)
        self._stopping = stopping or (lambda: False)
        self._done = work.pictures

    def go(self) -> None:
        """Colour the pictures, a segment after the other.

        Raises
        ------
        StoppedError
            Somebody asked for it.
        """
        while not self._work.complete:
            self._fill_gap()

    def _fill_gap(self) -> None:
        """Make segments from the first that is missing on, up to one that is there or the end."""
        work, start = self._work, self._work.start
        number = start.number
        with self._pipeline.rendered(start) as coming:
            first = next(coming, None)
            while first and not work.holds(number, first.picture.pts):
                written = write_segment(
                    self._plan, work.part, number, first, coming, tell=self._tell
                )
                work.add(written.segment, written.state)
                number, first = number + 1, written.following
                if first and self._stopping():
                    raise stopped(self._plan)
        if not first:
            work.end(number)

    def _tell(self, picture: Picture) -> None:
        film = self._plan.film
        self._done += 1
        moment = picture.pts * film.time_base - film.start
        self._watch(Progress(self._done, self._plan.pictures, moment))


def stopped(plan: Plan) -> StoppedError:
    """Say that a film has more segments to be made."""
    message = f"{plan.film.path} was stopped; the same call goes on with the rest."
    return StoppedError(message)
