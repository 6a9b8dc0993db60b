"""ICC profiles: from the colours of a file to sRGB (ICC.1:2022), relative to white.

Profiles of curves and a matrix are computed at the precision of the samples (`shaper`), those of
tables go through LittleCMS (`lcms`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from labcolor.color.floats import Floats
from labcolor.photo import lcms
from labcolor.photo.model import Pixels
from labcolor.photo.shaper import (
    CURVE_POINTS,
    SAME,
    Shaper,
    UnusableProfile,
    encode,
    sampled,
)
from labcolor.photo.strips import strips

Convert: TypeAlias = Callable[[Pixels], Pixels]
"""From samples of a file, (n, w) grey or (n, w, 3) BGR, to sRGB of the same shape and dtype."""


def convert(pixels: Pixels, conversion: Convert) -> None:
    """Apply a conversion in place, strip by strip."""
    for rows in strips(pixels.shape):
        pixels[rows] = conversion(pixels[rows])


def conversion(profile: bytes, *, grey: bool) -> Convert | None:
    """Choose the conversion that a profile asks for.

    Parameters
    ----------
    profile : bytes
        An ICC profile, RGB or grey.
    grey : bool
        Whether the pixels are grey. An RGB profile then counts too: some programs leave it in
        the file when they make a picture grey, and its curves are those of the pixels.

    Returns
    -------
    callable, optional
        None when the pixels are in sRGB already.

    Raises
    ------
    UnusableProfile
        When the profile is damaged or not for such pixels.
    """
    tags = elements(profile)
    space = profile[16:20]
    if space not in (b"GRAY", b"RGB ") or (space == b"GRAY" and not grey):
        kind = space.decode("ascii", "replace").strip()
        message = f"is for {kind} and the picture is not"
        raise UnusableProfile(message)
    if space == b"GRAY" and b"kTRC" in tags:
        return _grey(_grey_curve(profile, tags))
    if space == b"RGB " and b"rTRC" in tags and not {b"A2B0", b"A2B1"} & tags.keys():
        return of_shaper(_shaper(tags), grey=grey)
    if not grey:
        return lcms.of_colours(profile)
    return _through(lcms.curve_of_grey(profile))


def of_shaper(shaper: Shaper, *, grey: bool) -> Convert | None:
    """Choose the conversion of a shaper; None when that is sRGB itself."""
    if grey:
        return _grey(shaper.grey())
    return None if shaper.is_srgb() else shaper


def elements(profile: bytes) -> dict[bytes, bytes]:
    """Give the tagged elements of a profile (section 7)."""
    if len(profile) < 132 or profile[36:40] != b"acsp":
        message = "is damaged"
        raise UnusableProfile(message)
    (count,) = struct.unpack_from(">I", profile, 128)
    found = {}
    for row in range(min(count, 200)):
        try:
            name, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * row)
        except struct.error:
            break
        if at + size <= len(profile):
            found[name] = profile[at : at + size]
    return found


def _shaper(tags: dict[bytes, bytes]) -> Shaper:
    try:
        columns = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = [sampled(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
    except (KeyError, struct.error) as error:
        message = "is damaged"
        raise UnusableProfile(message) from error
    primaries = np.array(columns).T
    if abs(np.linalg.det(primaries)) < 1e-6 or primaries[1].sum() <= 0:
        message = "is damaged"
        raise UnusableProfile(message)
    return Shaper(np.stack(curves), primaries)


def _grey_curve(profile: bytes, tags: dict[bytes, bytes]) -> Floats:
    try:
        curve = sampled(tags[b"kTRC"])
    except struct.error as error:
        message = "is damaged"
        raise UnusableProfile(message) from error
    if profile[20:24] != b"Lab ":
        return curve
    lightness = curve.astype(float) * 100
    light = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / (24389 / 27))
    return light.astype(np.float32)


def _grey(curve: Floats) -> Convert | None:
    """Make a table of a curve of grey; None when that is the curve of sRGB."""
    codes = encode(curve)
    if np.abs(codes - np.linspace(0, 1, CURVE_POINTS)).max() <= SAME:
        return None
    return _through(codes)


def _through(codes: Floats) -> Convert:
    """Make a conversion of grey of its result, 0…1, at `CURVE_POINTS` codes."""

    def through_table(samples: Pixels) -> Pixels:
        levels = np.iinfo(samples.dtype).max
        table = codes[:: (CURVE_POINTS - 1) // levels] * levels
        return np.asarray(np.rint(table).astype(samples.dtype)[samples])

    return through_table


def _xyz(element: bytes) -> tuple[float, ...]:
    return tuple(value / 65536 for value in struct.unpack_from(">3i", element, 8))
