"""A film among the photographs of a run.

It goes the same way as they do: read, coloured into a part, written down, named. Only that what a
stopped run has made of it is found again, and taken over.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from labcolor.batch.journal import sha256_of
from labcolor.batch.one import IN_COLOUR, Outcome
from labcolor.batch.options import OutputOptions
from labcolor.batch.records import Content
from labcolor.batch.source import has_changed
from labcolor.batch.task import Made, Part, Task
from labcolor.errors import LabcolorError
from labcolor.photo.extent import Extent

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer
    from labcolor.film import Options, Result

_log = logging.getLogger("labcolor")

_IN_MEMORY = 60
"""Pictures of a film that are in memory at one time, about."""


def identity_of(options: Options) -> str:
    """Give the options of films a short name: equal ones the same, others another."""
    return "film:" + hashlib.sha256(repr(options).encode()).hexdigest()[:16]


def extent_of(path: Path) -> Extent:
    """Measure a film; its pictures count as pages.

    Raises
    ------
    FilmError, BackendError
        It cannot be read.
    """
    from labcolor.film.looking import is_marked
    from labcolor.film.properties import properties

    film = properties(path)
    pictures = max(film.pictures, 1)
    return Extent(film.width, film.height, film.levels.bits, pictures, is_marked(path))


def memory_of(extent: Extent) -> int:
    """Pixels of 8 bits that take as much memory as a film."""
    return extent.width * extent.height * _IN_MEMORY * (2 if extent.bits > 8 else 1)


def result_ending(path: Path, options: Options) -> str:
    """Choose the ending of a film's result; none where it cannot be read, so that none is made."""
    from labcolor.film.plan import ending

    try:
        return ending(path, options)[0]
    except LabcolorError:
        return ""


class Seen(NamedTuple):
    """What a film holds, before anything is made of it.

    Attributes
    ----------
    content : Content
    status : os.stat_result
    left : str
        Why nothing is to be made of it; empty where something is.
    """

    content: Content
    status: os.stat_result
    left: str


def make_film(
    task: Task, colorizer: Colorizer, options: OutputOptions, stop: threading.Event | None
) -> Made | None:
    """Colour a film into parts; see `labcolor.batch.make.make`."""
    from labcolor.film import colour

    part = claimed(task)
    seen = look_at(task, options)
    if seen.left:
        return untouched(seen)
    colorizer, film = as_wished(task, colorizer, options)
    result = colour(
        *(task.source, part, colorizer, film),
        overwrite=True,
        stopping=stop.is_set if stop else None,
    )
    return made_of(task, part, result, seen, colorizer, film)


def look_at(task: Task, options: OutputOptions) -> Seen:
    """Hash a film, and decide whether it is coloured."""
    from labcolor.film.looking import is_in_colour

    status = task.source.stat()
    content = Content(status.st_size, status.st_mtime_ns, sha256_of(task.source))
    skipped = options.skip_colour and is_in_colour(task.source)
    if not skipped:
        _say_another_ending(task)
    return Seen(content, status, IN_COLOUR if skipped else "")


def untouched(seen: Seen) -> Made:
    """Say that nothing is made of a film."""
    return Made(Outcome(left=seen.left), seen.content, seen.status, ())


def as_wished(
    task: Task, colorizer: Colorizer, options: OutputOptions
) -> tuple[Colorizer, Options]:
    """Give what colours this film, and how."""
    assert task.film is not None
    references = task.companions.references()
    if references is not None:
        colorizer = colorizer.liking(references)
    return colorizer, replace(task.film, mark=options.mark, accept_damaged=options.accept_damaged)


def made_of(
    task: Task, part: Path, result: Result, seen: Seen, colorizer: Colorizer, film: Options
) -> Made | None:
    """Say what was made of a film, and make the pair; None if the film is another by now."""
    from labcolor import photo as photos
    from labcolor.film import still

    if has_changed(task.source, seen.status):
        part.unlink()
        return None
    parts = [Part(part, sha256_of(part))]
    if task.pair:
        pair = part.with_suffix(".jpg")
        moment = (film.begin or 0) + result.seconds / 2
        picture = still(task.source, moment, colorizer, film)
        photos.write(picture, pair, format="jpeg", overwrite=True)
        parts.append(Part(pair, sha256_of(pair)))
    outcome = Outcome(result.width, result.height, result.pictures)
    return Made(outcome, seen.content, seen.status, tuple(parts))


def _say_another_ending(task: Task) -> None:
    from labcolor.film.plan import ending

    assert task.film is not None
    suffix, why = ending(task.source, task.film)
    if why and task.result.endswith(suffix):
        _log.warning("%s: %s, so the result ends in %s.", task.name, why, suffix)


def claimed(task: Task) -> Path:
    """Name a part of this attempt's own, and take over what earlier ones have made of the film.

    One of them may still be at work on a machine that was taken for dead. With its folder gone it
    can add nothing, and fails.
    """
    from labcolor.film.segments import folder_of

    result = PurePosixPath(task.result)
    stem = hashlib.sha256(str(result).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    parts = task.parts.with_name("films")
    part = parts / f"{stem}.{uuid4().hex}{result.suffix}"
    parts.mkdir(parents=True, exist_ok=True)
    for earlier in sorted(folder_of(part).parent.glob(f"{stem}.*")):
        with suppress(OSError):  # another has taken it, or there are two
            earlier.rename(folder_of(part))
        shutil.rmtree(earlier, ignore_errors=True)
    for stale in parts.glob(f"{stem}.*"):
        stale.unlink(missing_ok=True)
    return part
