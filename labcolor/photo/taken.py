"""A picture in whatever form a program has it: an array, a path, a file's bytes, or Pillow's."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labcolor.errors import PhotoError
from labcolor.photo.model import Pixels
from labcolor.photo.pages import read

if TYPE_CHECKING:
    from PIL import Image

Picture: TypeAlias = "Pixels | str | os.PathLike[str] | bytes | Image.Image"
"""An array of pixels, the path of a file, the bytes of one, or a picture of Pillow's."""


def pixels_of(picture: Picture) -> Pixels:
    """Take the pixels of a picture, upright and in sRGB.

    Parameters
    ----------
    picture : array, path, bytes or PIL.Image.Image
        A file, and a picture of Pillow's that still knows it, is turned as its EXIF says and
        brought from its colour profile to sRGB. Of a file of several pages the first is taken.

    Returns
    -------
    (h, w) grey or (h, w, 3) BGR, uint8 or uint16
        An array as it was given.

    Raises
    ------
    PhotoError
        It is none of these, or cannot be read.
    """
    if isinstance(picture, np.ndarray):
        _check(picture)
        return picture
    if isinstance(picture, bytes):
        return read(picture).pixels
    if isinstance(picture, (str, os.PathLike)):
        return read(os.fspath(picture)).pixels
    if is_pillow(picture):
        return _of_pillow(picture)
    raise _no_photograph(type(picture).__name__)


def is_pillow(picture: Any) -> bool:
    """Whether a picture is one of Pillow's, which is not imported for the question."""
    pillow = sys.modules.get("PIL.Image")
    return pillow is not None and isinstance(picture, pillow.Image)


def _of_pillow(picture: Image.Image) -> Pixels:
    """Read it as the file that Pillow would write, so that profile and orientation count."""
    file = io.BytesIO()
    try:
        picture.save(file, "TIFF", exif=picture.getexif())
        return read(file.getvalue()).pixels
    except (OSError, ValueError, KeyError) as error:
        raise _no_photograph(f"a picture of Pillow's of mode {picture.mode}") from error


def _check(array: np.ndarray[Any, Any]) -> None:
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)
    if array.dtype not in (np.uint8, np.uint16) or not fits or not array.size:
        raise _no_photograph(f"{array.dtype} of shape {array.shape}")


def _no_photograph(what: str) -> PhotoError:
    return PhotoError(
        "A photograph is a uint8 or uint16 array, (h, w) or (h, w, 3) BGR, a path, the bytes of a "
        f"file or a picture of Pillow's, not {what}."
    )
