"""A photograph that is to be coloured, and what was made of it: what travels to who colours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labcolor.batch.companions import Companions
from labcolor.batch.one import Outcome
from labcolor.batch.records import Content

if TYPE_CHECKING:
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
