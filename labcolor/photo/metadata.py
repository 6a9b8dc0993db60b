"""Turning a photograph upright, and making what its file says true of the result."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import numpy as np

from labcolor.photo import exif, tags
from labcolor.photo.model import Metadata, Pixels

_PLAUSIBLE = (1, 100_000)
"""Pixels an inch that a scanner may mean; other numbers are mistakes that few formats can hold."""

_log = logging.getLogger("labcolor")


def upright(
    pixels: Pixels, alpha: Pixels | None, found: Metadata, name: str
) -> tuple[Pixels, Pixels | None, Metadata]:
    """Apply the orientation of the EXIF block, once, and correct the metadata.

    Parameters
    ----------
    pixels, alpha : ndarray
        As stored in the file.
    found : Metadata
        As stored in the file.
    name : str
        How a warning calls the file.

    Returns
    -------
    pixels, alpha : ndarray
        Upright and contiguous.
    metadata : Metadata
        Orientation 1, of the upright size, in sRGB, without thumbnails.
    """
    try:
        orientation = tags.read(found.exif).orientation
    except ValueError:
        orientation = 1
    pixels = turned(pixels, orientation)
    if alpha is not None:
        alpha = turned(alpha, orientation)
    height, width = pixels.shape[:2]
    resolution = found.resolution
    if resolution and not all(_PLAUSIBLE[0] <= value <= _PLAUSIBLE[1] for value in resolution):
        resolution = None
    if resolution and orientation >= 5:
        resolution = resolution[::-1]
    try:
        block = exif.corrected(found.exif, width, height)
    except ValueError:
        block = b""
        if found.exif:
            _log.warning("The EXIF block of %s is damaged; it is left out.", name)
    xmp = corrected_xmp(found.xmp, width, height)
    return pixels, alpha, replace(found, exif=block, xmp=xmp, resolution=resolution)


def turned(plane: Pixels, orientation: int) -> Pixels:
    """Turn and mirror a stored picture upright (EXIF 2.32, tag Orientation)."""
    import cv2

    if orientation == 1:
        return plane
    if orientation in (5, 7):
        plane = cv2.transpose(plane)
    mirrors = {2: 1, 4: 0}
    turns = {
        3: cv2.ROTATE_180,
        6: cv2.ROTATE_90_CLOCKWISE,
        7: cv2.ROTATE_180,
        8: cv2.ROTATE_90_COUNTERCLOCKWISE,
    }
    if orientation in mirrors:
        plane = cv2.flip(plane, mirrors[orientation])
    elif orientation in turns:
        plane = cv2.rotate(plane, turns[orientation])
    return np.ascontiguousarray(plane)


def corrected_xmp(xmp: bytes, width: int, height: int) -> bytes:
    """Make an XMP packet true of the upright sRGB picture, leaving the rest as it is.

    Properties stand as attributes or as elements; only values are replaced.
    """
    for name, value in (
        (b"tiff:Orientation", b"1"),
        (b"tiff:ImageWidth", b"%d" % width),
        (b"tiff:ImageLength", b"%d" % height),
        (b"exif:PixelXDimension", b"%d" % width),
        (b"exif:PixelYDimension", b"%d" % height),
        (b"exif:ColorSpace", b"1"),
    ):
        xmp = re.sub(rb"(\b%s\s*=\s*[\"'])\d+" % name, rb"\g<1>" + value, xmp)
        xmp = re.sub(rb"(<%s>\s*)\d+" % name, rb"\g<1>" + value, xmp)
    xmp = re.sub(rb"(\bphotoshop:ICCProfile\s*=\s*[\"'])[^\"'<]*", rb"\g<1>sRGB", xmp)
    xmp = re.sub(rb"(<photoshop:ICCProfile>)[^<]*", rb"\g<1>sRGB", xmp)
    return re.sub(rb"<xmp:Thumbnails>.*?</xmp:Thumbnails>\s*", b"", xmp, flags=re.DOTALL)
