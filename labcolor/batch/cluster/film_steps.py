"""What workers do of a film: each step a task, none longer than a segment takes, but the last.

As with photographs, nothing here gives a name or writes to a journal, and each attempt writes to a
file of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from labcolor.batch.films import Seen, as_wished, look_at, made_of
from labcolor.batch.options import OutputOptions
from labcolor.batch.task import Made, Task

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer
    from labcolor.film.plan import Plan
    from labcolor.film.scouting import Boundary
    from labcolor.film.segments import End, Segment, Start

AT_ONCE = 2
"""Boundaries that are looked for at one time."""


class Begun(NamedTuple):
    """What is known of a film before it is coloured.

    Attributes
    ----------
    seen : Seen
    plan : Plan, optional
        None where nothing is made of it.
    identity : dict
        Of what is made.
    """

    seen: Seen
    plan: Plan | None = None
    identity: dict[str, Any] = {}  # noqa: RUF012


class Coloured(NamedTuple):
    """A segment that was coloured.

    Attributes
    ----------
    segment : Segment, optional
        None where there are no more pictures.
    state : bytes, optional
        What the next one goes on from.
    part : Path
        Its file.
    is_last : bool
        Whether there is none after it.
    """

    segment: Segment | None
    state: bytes | None
    part: Path
    is_last: bool


def begin(
    task: Task, colorizer: Colorizer, options: OutputOptions, target: Path, threads: int
) -> Begun:
    """Look at a film, and plan what becomes of it.

    Parameters
    ----------
    task, colorizer, options
    target : Path
        Its result, under a name for the meantime.
    threads : int
        Of the encoder, on all machines.
    """
    from labcolor.film.colouring import identity
    from labcolor.film.plan import make_plan

    seen = look_at(task, options)
    if seen.left:
        return Begun(seen)
    colorizer, film = as_wished(task, colorizer, options)
    plan = replace(make_plan(task.source, target, film, overwrite=True), threads=threads)
    plan.say()
    return Begun(seen, plan, identity(plan, colorizer, film))


def scout(
    _task: Task, _colorizer: Colorizer, _options: OutputOptions, plan: Plan, start: Start
) -> list[Boundary]:
    """Find where the next segments begin; fewer than `AT_ONCE` where the film ends before."""
    from labcolor.film.scouting import boundaries

    return list(islice(boundaries(plan, start), AT_ONCE))


def colour(
    task: Task,
    colorizer: Colorizer,
    options: OutputOptions,
    plan: Plan,
    start: Start,
    end: End | None,
    folder: Path,
) -> Coloured:
    """Colour a segment into a file of its own in a folder."""
    from labcolor.film.finishing import errors_of
    from labcolor.film.pipeline import Pipeline, write_segment

    part = folder / f"{uuid4().hex}.part"
    pipeline = Pipeline(plan, *as_wished(task, colorizer, options))
    try:
        with errors_of(plan), pipeline.rendered(start, end) as coming:
            first = next(coming, None)
            if first is None:
                return Coloured(None, None, part, is_last=True)
            written = write_segment(plan, part, start.number, first, coming, end=end)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return Coloured(written.segment, written.state, part, is_last=written.following is None)


def finish(
    task: Task,
    colorizer: Colorizer,
    options: OutputOptions,
    plan: Plan,
    folder: Path,
    segments: Sequence[Segment],
    seen: Seen,
) -> Made | None:
    """Join the segments into a file of its own in their folder; see `labcolor.batch.make.make`."""
    from labcolor.film.finishing import errors_of
    from labcolor.film.finishing import finish as joined

    part = folder / f"{uuid4().hex}.part"
    colorizer, film = as_wished(task, colorizer, options)
    with errors_of(plan):
        result = joined(plan, folder, segments, colorizer, film, part)
    return made_of(task, part, result, seen, colorizer, film)
