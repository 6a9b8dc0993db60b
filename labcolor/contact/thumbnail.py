"""Small versions of photographs, decoded no larger than they must be."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from labcolor.color.lab import srgb_from_lab
from labcolor.color.lightness import lightness
from labcolor.layers import reading as layers
from labcolor.photo import Pages, formats, pillow, tags
from labcolor.photo.compare import small
from labcolor.photo.metadata import turned
from labcolor.photo.model import Pixels
from labcolor.photo.source import Source, opened


def thumbnail(path: Path, side: int) -> Pixels:
    """Make a small version of a photograph, of its first page if it has several.

    A JPEG is decoded at a fraction of its size, and its colour profile is passed over. Of a file
    in layers the merged picture is taken.

    Parameters
    ----------
    path : Path
        The photograph.
    side : int
        Pixels of its longer side.

    Returns
    -------
    (h, w, 3) uint8 BGR, upright

    Raises
    ------
    PhotoError
        When it cannot be read.
    """
    if layers.format_in(path):
        return small(layers.read(path).merged(), side)
    with opened(path) as file:
        if formats.recognise(file.data[: formats.HEAD]) == "jpeg":
            try:
                return _of_jpeg(file, side)
            except pillow.Damaged:
                pass  # the reader below says what is wrong with it
    return small(Pages(path).read(0).pixels, side)


def without_colour(thumbnail: Pixels) -> Pixels:
    """Give the L* of a small version as grey."""
    lab = np.zeros((*thumbnail.shape[:2], 3), np.float32)
    lab[..., 0] = lightness(thumbnail)
    return np.rint(255 * srgb_from_lab(lab)).astype(np.uint8)


def _of_jpeg(file: Source, side: int) -> Pixels:
    image = pillow.opened("jpeg", file)
    exif = image.info.get("exif", b"").removeprefix(b"Exif\0\0")
    image.draft(None, (side, side))
    pillow.decode(image, salvage=False)
    bgr = np.asarray(image.convert("RGB"))[..., ::-1]
    try:
        orientation = tags.read(exif).orientation
    except ValueError:
        orientation = 1
    return turned(small(np.ascontiguousarray(bgr), side), orientation)
