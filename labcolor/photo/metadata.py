"""Turning a photograph upright, and making what its file says true of the result."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np

from labcolor.photo import exif, regions, tags, xmp
from labcolor.photo.geometry import Turn
from labcolor.photo.model import Metadata, Pixels
from labcolor.photo.promises import without_promises

_PLAUSIBLE = (1, 100_000)
"""Pixels an inch that a scanner may mean; other numbers are mistakes that few formats can hold."""

_ORIENTATIONS = frozenset(b"%d" % number for number in range(1, 9))
_log = logging.getLogger("labcolor")


def upright(
    pixels: Pixels, alpha: Pixels | None, found: Metadata, name: str
) -> tuple[Pixels, Pixels | None, Metadata]:
    """Apply the orientation, once, and correct the metadata.

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
        Orientation 1, of the upright size, in sRGB, without thumbnails; places in the picture
        and resolutions turned with it.
    """
    turn = Turn(orientation_of(found), pixels.shape[1], pixels.shape[0])
    pixels = turned(pixels, turn.orientation)
    if alpha is not None:
        alpha = turned(alpha, turn.orientation)
    resolution = found.resolution
    if resolution and not all(_PLAUSIBLE[0] <= value <= _PLAUSIBLE[1] for value in resolution):
        resolution = None
    if resolution and turn.swaps:
        resolution = resolution[::-1]
    try:
        block = exif.corrected(found.exif, turn)
    except ValueError:
        block = b""
        if found.exif:
            _log.warning("The EXIF block of %s is damaged; it is left out.", name)
    packet = corrected_xmp(found.xmp, turn)
    return pixels, alpha, replace(found, exif=block, xmp=packet, resolution=resolution)


def orientation_of(found: Metadata) -> int:
    """Read the tag of the EXIF block, and XMP's where there is none (MWG Guidelines 2.0)."""
    try:
        directory = tags.read(found.exif)
        if tags.Tag.ORIENTATION in directory.entries:
            return directory.orientation
    except ValueError:
        pass
    for name in xmp.names(found.xmp, xmp.TIFF, b"Orientation"):
        for value in xmp.values(found.xmp, name):
            if value.strip() in _ORIENTATIONS:
                return int(value)
    return 1


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


def corrected_xmp(packet: bytes, turn: Turn) -> bytes:
    """Make an XMP packet true of the upright sRGB picture, leaving the rest as it is."""
    width, height = turn.upright_size
    packet = regions.turned(without_promises(packet), turn)
    for namespace, local, value in (
        (xmp.TIFF, b"Orientation", b"1"),
        (xmp.TIFF, b"ImageWidth", b"%d" % width),
        (xmp.TIFF, b"ImageLength", b"%d" % height),
        (xmp.EXIF, b"PixelXDimension", b"%d" % width),
        (xmp.EXIF, b"PixelYDimension", b"%d" % height),
        (xmp.EXIF, b"ColorSpace", b"1"),
        (xmp.PHOTOSHOP, b"ICCProfile", b"sRGB"),
    ):
        for name in xmp.names(packet, namespace, local):
            packet = xmp.replaced(packet, name, value)
    for name in xmp.names(packet, xmp.XMP, b"Thumbnails"):
        packet = xmp.without(packet, name)
    return packet
