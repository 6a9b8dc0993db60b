"""Reading a picture in layers, whatever its format."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from labcolor.errors import PhotoError, UsageError
from labcolor.layers import ora_reading, psd_reading
from labcolor.layers.formats import HEAD, recognise
from labcolor.layers.model import Layered, Raster
from labcolor.layers.stack import HINTS
from labcolor.photo.model import Pixels
from labcolor.photo.source import opened


def format_in(path: Path) -> str | None:
    """Tell the format by what is in a file; None where it is none in layers.

    Raises
    ------
    PhotoError
        There is no such file, or nothing in it.
    """
    with opened(path) as file:
        return recognise(file.data[:HEAD])


def read(path: Path) -> Layered:
    """Read a picture in layers.

    Raises
    ------
    PhotoError
        There is no such file, or it is none in layers, damaged, or of a kind that labcolor does
        not read.
    """
    form = format_in(path)
    if form is None:
        message = f"{path} is neither an ORA nor a PSD file."
        raise PhotoError(message)
    return ora_reading.read(path) if form == "ora" else psd_reading.read(path)


def hints(path: Path) -> Pixels:
    """Read the layer of hints, at the size of the picture.

    Returns
    -------
    (h, w, 4) BGRA, uint8 or uint16
        What is painted in the layer `hints`, hidden or not.

    Raises
    ------
    PhotoError
        As for `read`.
    UsageError
        There is no such layer, or nothing in it.
    """
    picture = read(path)
    found = [layer for layer in picture.rasters() if layer.name.strip().lower() == HINTS]
    if not found:
        names = ", ".join(dict.fromkeys(layer.name for layer in picture.rasters()))
        message = f"{path} has no layer {HINTS!r} to take hints from; it has {names or 'none'}."
        raise UsageError(message)
    return _whole(found[-1], picture)


def _whole(layer: Raster, picture: Layered) -> Pixels:
    """Put a layer into the picture's size, transparent where it is not."""
    bounds = layer.bounds
    pixels = layer.rows(0, bounds.height)
    whole = np.zeros((picture.height, picture.width, 4), pixels.dtype)
    top, left = max(0, bounds.top), max(0, bounds.left)
    bottom, right = min(picture.height, bounds.bottom), min(picture.width, bounds.right)
    if top < bottom and left < right:
        part = pixels[
            top - bounds.top : bottom - bounds.top, left - bounds.left : right - bounds.left
        ]
        there = whole[top:bottom, left:right]
        there[..., : part.shape[2]] = part
        if part.shape[2] == 3:
            there[..., 3] = np.iinfo(pixels.dtype).max
    return whole
