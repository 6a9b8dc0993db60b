"""LittleCMS, for the profiles that are tables: of scanners, presses and CIELAB.

Pillow offers it at 8 bits only. 16-bit samples are interpolated between 52³ colours that it has
converted, so they stay smooth but are right to about half an 8-bit level.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from labcolor.color.floats import Floats
from labcolor.photo.model import Pixels
from labcolor.photo.shaper import CURVE_POINTS, UnusableProfile

if TYPE_CHECKING:
    from PIL import Image, ImageCms

_GRID = 52
"""255 is a multiple of one less, so the colours of the grid are 8-bit colours."""


def srgb_profile() -> bytes:
    """Give the sRGB profile that outputs are tagged with: LittleCMS's, with a fixed date."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    profile[84:100] = bytes(16)  # the identifier would depend on the date
    return bytes(profile)


def cmyk_to_rgb(profile: bytes) -> ImageCms.ImageCmsTransform:
    """Make LittleCMS's transform from CMYK to sRGB, for Pillow images.

    Raises
    ------
    UnusableProfile
        When the profile is damaged or not for CMYK.
    """
    if profile[16:20] != b"CMYK":
        message = "is not for CMYK and the picture is"
        raise UnusableProfile(message)
    return _transform(profile, "CMYK")


def lab_to_rgb() -> ImageCms.ImageCmsTransform:
    """Make LittleCMS's transform from CIELAB under D50 to sRGB, for Pillow images."""
    from PIL import ImageCms

    return _transform(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(), "LAB")


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    from PIL import ImageCms

    try:
        return ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError) as error:
        message = "is damaged"
        raise UnusableProfile(message) from error


def of_colours(profile: bytes) -> Callable[[Pixels], Pixels]:
    """Make the conversion of an RGB profile, for (n, w, 3) BGR samples.

    Raises
    ------
    UnusableProfile
        When LittleCMS does not take it.
    """
    from PIL import Image

    transform = _transform(profile, "RGB")
    grid = lru_cache(maxsize=1)(lambda: _grid(transform))

    def converted(samples: Pixels) -> Pixels:
        if samples.dtype == np.uint8:
            return _applied(transform, Image.fromarray(np.ascontiguousarray(samples[..., ::-1])))
        return _interpolated(grid(), samples)

    return converted


def curve_of_grey(profile: bytes) -> Floats:
    """Give the codes of sRGB, 0…1, that a profile gives grey at `CURVE_POINTS` codes.

    Raises
    ------
    UnusableProfile
        When LittleCMS does not take it.
    """
    from PIL import Image

    mode = "L" if profile[16:20] == b"GRAY" else "RGB"
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None]).convert(mode)
    row = _applied(_transform(profile, mode), ramp)[0].astype(float)
    levels = row @ [0.0722, 0.7152, 0.2126] / 255  # BGR, equal but for rounding
    codes = np.interp(np.linspace(0, 1, CURVE_POINTS), np.linspace(0, 1, 256), levels)
    return np.asarray(codes, np.float32)


def _applied(transform: Any, image: Image.Image) -> NDArray[np.uint8]:
    """Convert a Pillow image, to BGR."""
    from PIL import ImageCms

    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return np.asarray(converted)[..., ::-1]


def _grid(transform: Any) -> Floats:
    """Convert a grid of colours: (52, 52, 52, 3), indexed by red, green, blue; values BGR 0…1."""
    from PIL import Image

    steps = np.arange(_GRID, dtype=np.uint8) * (255 // (_GRID - 1))
    red, green, blue = np.meshgrid(steps, steps, steps, indexing="ij")
    colors = np.stack([red, green, blue], axis=-1).reshape(_GRID, -1, 3)
    converted = _applied(transform, Image.fromarray(colors)).reshape(_GRID, _GRID, _GRID, 3)
    return np.asarray(converted / np.float32(255), np.float32)


def _interpolated(grid: Floats, samples: Pixels) -> Pixels:
    """Interpolate trilinearly between the colours of a grid."""
    position = samples[..., ::-1].astype(np.float32) * np.float32((_GRID - 1) / 65535)
    cell = np.minimum(position.astype(np.int32), _GRID - 2)
    part = position - cell
    flat = grid.reshape(-1, 3)
    first = (cell[..., 0] * _GRID + cell[..., 1]) * _GRID + cell[..., 2]

    def along(axis: int, offset: int) -> Floats:
        """Interpolate along an axis, between two planes of the axes after it."""
        if axis == 3:
            return np.asarray(flat[first + offset])
        near, far = (along(axis + 1, offset + step) for step in (0, _GRID ** (2 - axis)))
        return np.asarray(near + (far - near) * part[..., axis, None])

    return np.asarray(np.rint(along(0, 0) * np.float32(65535)).astype(np.uint16))
