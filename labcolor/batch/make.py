"""What is done to a photograph anywhere, in this process or on another machine.

It is read, hashed, and coloured into parts with names of their own. Nothing gets its final name
here and nothing is written to the journal, so it does no harm if it is done twice, or by somebody
who was taken for dead.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from labcolor.batch.companions import Companions
from labcolor.batch.journal import sha256_of
from labcolor.batch.one import Outcome, Places, colour_file
from labcolor.batch.options import OutputOptions
from labcolor.batch.records import Content
from labcolor.batch.source import Named, has_changed, read_whole
from labcolor.errors import PhotoError

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer
    from labcolor.film import Options


class Task(NamedTuple):
    """A photograph that is to be coloured.

    Attributes
    ----------
    source : Path
        What to open; absolute, so that others find it too.
    name, result : str
        What messages call it, and its result.
    format : str
        Of the result: a name in `labcolor.photo.formats.FORMATS`.
    pair : bool
        Whether a before/after pair is wanted.
    parts : Path
        The folder of unfinished results; absolute.
    companions : Companions
        What lies beside the photograph; absolute.
    film : Options, optional
        How it is coloured, if it is a film.
    own : str
        Settings of its own; see `labcolor.batch.own_settings`.
    """

    source: Path
    name: str
    result: str
    format: str
    pair: bool
    parts: Path
    companions: Companions = Companions()
    film: Options | None = None
    own: str = ""


class Part(NamedTuple):
    """A finished file that has no name yet, and the sha256 of what it holds."""

    path: Path
    sha256: str


class Made(NamedTuple):
    """What was made of a photograph.

    Attributes
    ----------
    outcome : Outcome
    content : Content
        What the photograph held.
    status : os.stat_result
        Of the photograph.
    parts : tuple of Part
        The result, then its pair; none where the photograph is left as it is.
    """

    outcome: Outcome
    content: Content
    status: os.stat_result
    parts: tuple[Part, ...]


def make(task: Task, colorizer: Colorizer, options: OutputOptions) -> Made | None:
    """Colour a photograph into parts.

    Returns
    -------
    Made or None
        None when somebody has written to the photograph meanwhile.

    Raises
    ------
    PhotoError, OutputError, MemoryError, cv2.error
        There is no part then.
    """
    if task.film:
        from labcolor.batch.films import make_film

        return make_film(task, colorizer, options)
    data, status = read_whole(task.source, task.name)
    content = Content(len(data), status.st_mtime_ns, hashlib.sha256(data).hexdigest())
    source = Named(data, task.name)
    del data  # the source alone holds it, and frees it when it is decoded
    # of no other attempt's, which may still be at work somewhere
    result, pair = (task.parts / f"{uuid4().hex}.part" for _ in range(2))
    files = (result, pair) if task.pair else (result,)
    finished = False
    try:
        places = Places(result, task.format, task.result, pair if task.pair else None)
        references, hints = task.companions.references(), task.companions.read_hints()
        if references is not None:
            colorizer = colorizer.liking(references)
        outcome = colour_file(source, places, colorizer, options, hints)
        if has_changed(task.source, status):
            return None
        named = () if outcome.left else files
        parts = tuple(Part(path, sha256_of(path)) for path in named)
        finished = True
        return Made(outcome, content, status, parts)
    except PhotoError:
        if has_changed(task.source, status):  # it was read half-written
            return None
        raise
    finally:
        if not finished:
            for path in files:
                with suppress(OSError):
                    path.unlink()
