"""Pictures of hints: the transparent PNG that somebody painted, or a layer of an ORA or PSD."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from labcolor.color.hints import Hints
from labcolor.errors import OutputError, UsageError
from labcolor.layers import reading
from labcolor.photo import Photo, format_of
from labcolor.photo import read as read_photo
from labcolor.photo import write as write_photo
from labcolor.photo.formats import FORMATS
from labcolor.photo.model import Pixels


def read(path: Path) -> Pixels:
    """Read a picture of hints.

    Returns
    -------
    (h, w, 4) BGRA or (h, w, 2) grey and alpha, uint8 or uint16

    Raises
    ------
    PhotoError
        It cannot be read.
    UsageError
        It has no transparency, or no layer of hints.
    """
    if reading.format_in(path):
        return reading.hints(path)
    photo = read_photo(path)
    if photo.alpha is None:
        message = (
            f"{path} has no transparency, so it would fix every colour; paint the hints on a "
            "transparent picture of the photograph's size."
        )
        raise UsageError(message)
    return np.dstack([photo.pixels, photo.alpha])


def check(path: Path) -> None:
    """Make sure, before any work, that a file of this name holds hints.

    Raises
    ------
    OutputError
        Its format has no transparency.
    """
    holds = FORMATS[format_of(path)]
    if not holds.alpha:
        message = f"{holds.title} cannot hold transparency, which hints need; write {path} as PNG."
        raise OutputError(message)


def write(hints: Hints, path: Path, size: tuple[int, int], side: int, *, overwrite: bool) -> None:
    """Write hints as a picture that says the same.

    Parameters
    ----------
    hints : Hints
        Of a photograph of `size`.
    path : Path
        The file.
    size : (int, int)
        Width and height.
    side : int
        Of the square that the network sees.
    overwrite : bool
        Whether a file of that name may be replaced.
    """
    width, height = size
    drawn = hints.picture(height, width, side)
    photo = Photo(np.ascontiguousarray(drawn[..., :3]), np.ascontiguousarray(drawn[..., 3]))
    write_photo(photo, path, overwrite=overwrite)
