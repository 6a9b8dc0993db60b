"""L* of the pixels of a photograph, whatever their depth, by table where the depth allows one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats
from labcolor.color.lab import XYZ_FROM_RGB, lightness_from_luminance
from labcolor.color.srgb import linear_from_srgb

_BEND = 0.008856  # CIE 15: a cube root above, a line below
_LINE = 116 * 7.787

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def lightness(pixels: Pixels | Floats) -> Floats:
    """Compute L* of grey or colour pixels.

    Parameters
    ----------
    pixels : (h, w) grey or (h, w, 3) BGR
        sRGB; uint8, uint16, or float32 from 0 to 1.

    Returns
    -------
    (h, w) float32, L* 0…100.
    """
    table = pixels.dtype.str if pixels.dtype != np.float32 else None
    if pixels.ndim == 2 and table:
        return _look_up(_lightness_table(table), pixels)
    linear = _look_up(_linear_table(table), pixels) if table else linear_from_srgb(pixels)
    if pixels.ndim == 2:
        return lightness_from_luminance(linear)
    import cv2

    return _lightness(cv2.transform(linear, XYZ_FROM_RGB[1:2, ::-1]))


def _lightness(luminance: Floats) -> Floats:
    """Do what `lightness_from_luminance` does, in place and ten times as fast."""
    import cv2

    below = cv2.min(luminance, _BEND)
    cv2.log(cv2.max(luminance, _BEND, dst=luminance), dst=luminance)
    luminance *= np.float32(1 / 3)
    cv2.exp(luminance, dst=luminance)
    return cv2.addWeighted(luminance, 116, below, _LINE, -16 - _LINE * _BEND, dst=luminance)


def _look_up(table: Floats, pixels: npt.NDArray[Any]) -> Floats:
    import cv2

    try:
        return cv2.LUT(pixels, table)
    except cv2.error:  # tables of 16 bits came with OpenCV 4.13
        return np.take(table, pixels)


@lru_cache(maxsize=2)
def _linear_table(dtype: str) -> Floats:
    """Linear light of every level of a depth."""
    top = np.iinfo(dtype).max
    return linear_from_srgb(np.arange(top + 1, dtype=np.float64) / top)


@lru_cache(maxsize=2)
def _lightness_table(dtype: str) -> Floats:
    """L* of every grey level of a depth."""
    return lightness_from_luminance(_linear_table(dtype))
