"""What a person says on the command line about the colours of a photograph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labcolor.errors import UsageError

if TYPE_CHECKING:
    from labcolor.color.hints import Hints

BESIDE = "beside"
"""What is said instead of a file where hints lie beside each photograph."""


def points(
    _ctx: click.Context, _option: click.Parameter, values: Sequence[str]
) -> tuple[tuple[int, int, str], ...]:
    """Take X,Y=COLOUR apart."""
    found = []
    for value in values:
        parts = re.fullmatch(r"(\d+),(\d+)=(#?\w*)", value, re.ASCII)
        if parts is None:
            message = f"{value} is not of the form X,Y=COLOUR, such as 120,80=navy."
            raise click.BadParameter(message)
        if not parts[3]:  # a shell has taken #… for a comment, or a file of commands has
            message = f"{value} has no colour; quote it: --hint '120,80=#a03020'."
            raise click.BadParameter(message)
        found.append((int(parts[1]), int(parts[2]), _colour(parts[3])))
    return tuple(found)


def _colour(name: str) -> str:
    from labcolor.color.hints import hexadecimal

    try:
        return hexadecimal(name)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


def read_hints(path: str | None, listed: Sequence[tuple[int, int, str]]) -> Hints | None:
    """Read the picture of hints and add the points; None where there are neither.

    Raises
    ------
    PhotoError
        The picture cannot be read.
    UsageError
        It has no transparency, or nothing but.
    """
    if path is None and not listed:
        return None
    from labcolor.color.hints import Hints

    if path is None:
        return Hints(points=listed)
    from labcolor.layers.hint_pictures import read

    return Hints(read(Path(path)), listed, name=path)


def beside(photo: Path | None) -> str:
    """Name the picture of hints beside a photograph.

    Raises
    ------
    UsageError
        There is none, or no photograph of that name.
    """
    from labcolor.batch.companions import HINTS

    if photo is None:
        message = "--hints beside needs a photograph with a name, not standard input."
        raise UsageError(message)
    path = photo.with_name(photo.stem + HINTS)
    if not path.exists():
        message = f"There is no {path} beside the photograph."
        raise UsageError(message)
    return str(path)
