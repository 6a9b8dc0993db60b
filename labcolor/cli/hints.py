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
    from labcolor.photo import Pages

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


class GivenHints:
    """The hints of one photograph, as they were given.

    Parameters
    ----------
    file : str, optional
        A picture of them, or `BESIDE`.
    listed : sequence of (int, int, str)
        Points, X, Y and colour.
    save : str, optional
        The picture that they are written to for the next time.
    """

    def __init__(
        self, file: str | None, listed: Sequence[tuple[int, int, str]], save: str | None
    ) -> None:
        self.target = Path(save) if save else None
        self._file = file
        self._listed = listed

    def check(self, pages: Pages) -> None:
        """Refuse a document of several pages."""
        if (self._file or self._listed) and len(pages) > 1:
            message = (
                f"{pages.name} has {len(pages)} pages, and --hints and --hint work on one page "
                "only."
            )
            raise UsageError(message)

    def read(self, photograph: Path | None) -> Hints | None:
        """Read the picture and add the points; None where there are neither.

        Raises
        ------
        PhotoError
            The picture cannot be read.
        UsageError
            It has no transparency, or nothing but; or there are no hints to save.
        """
        hints = self._read(beside(photograph) if self._file == BESIDE else self._file)
        if self.target:
            from labcolor.layers.hint_pictures import check

            check(self.target)
            if hints is None:
                message = "There are no hints to save; give some with --hint or --hints."
                raise UsageError(message)
        return hints

    def _read(self, path: str | None) -> Hints | None:
        if path is None and not self._listed:
            return None
        from labcolor.color.hints import Hints

        if path is None:
            return Hints(points=self._listed)
        from labcolor.layers.hint_pictures import read

        return Hints(read(Path(path)), self._listed, name=path)

    def save(
        self, hints: Hints | None, size: tuple[int, int], side: int, *, overwrite: bool
    ) -> list[Path]:
        """Write the hints, where that is wanted, and say where."""
        if self.target is None or hints is None:
            return []
        from labcolor.layers.hint_pictures import write

        write(hints, self.target, size, side, overwrite=overwrite)
        return [self.target]


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
