"""The original lightness and the new chroma, merged into colour pixels strip by strip.

A 24-megapixel photograph as float32 Lab takes 288 MB and falls out of every cache; 32 rows of it
do not. OpenCV does the arithmetic: its inverse Lab, unlike its forward one, is exact to 3e-4 of L*
when it stops at linear light, and the transfer curve is a table (8 bit) or a power (16 bit) away.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from labcolor.color.lab import Floats, srgb_from_linear
from labcolor.color.lightness import Pixels, lightness

STRIP = 32  # rows


class Chroma(Protocol):
    """ab of a photograph's rows."""

    def rows(self, top: int, bottom: int) -> Floats:
        """Return ab of the rows from `top` to before `bottom`, (rows, width, 2) float32."""


def merge(pixels: Pixels, chroma: Chroma, strip: int = STRIP) -> Pixels:
    """Give a photograph the chroma, and keep its L*.

    Colours outside sRGB are clipped.

    Parameters
    ----------
    pixels : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
        The original.
    chroma : Chroma
        ab at the photograph's size.
    strip : int
        How many rows are worked on at a time; the result does not depend on it.

    Returns
    -------
    (h, w, 3) BGR of the depth of `pixels`.
    """
    import cv2

    height, width = pixels.shape[:2]
    result = np.empty((height, width, 3), pixels.dtype)
    encode = _encode_8bit if pixels.dtype == np.uint8 else _encode_16bit
    lab = np.empty((min(strip, height), width, 3), np.float32)
    linear = np.empty_like(lab)
    for top in range(0, height, strip):
        rows = slice(top, min(top + strip, height))
        n = rows.stop - top
        planes = [lightness(pixels[rows]), chroma.rows(top, rows.stop)]
        cv2.merge(planes, dst=lab[:n])
        cv2.cvtColor(lab[:n], cv2.COLOR_LAB2LBGR, dst=linear[:n])
        np.clip(linear[:n], 0, 1, out=linear[:n])
        encode(linear[:n], result[rows])
    return result


def _encode_8bit(linear: Floats, out: npt.NDArray[np.uint8]) -> None:
    """Look 65536 steps of linear light up: at most 0.03 of an 8-bit level from the exact curve."""
    linear *= np.float32(65535)
    np.take(_srgb_table(), linear.astype(np.uint16), out=out, mode="clip")


@lru_cache(maxsize=1)
def _srgb_table() -> npt.NDArray[np.uint8]:
    steps = (np.arange(65536) + 0.5) / 65536
    return np.rint(255 * srgb_from_linear(steps)).astype(np.uint8)


def _encode_16bit(linear: Floats, out: npt.NDArray[np.uint16]) -> None:
    import cv2

    encoded = cv2.pow(linear, 1 / 2.4)
    encoded *= np.float32(1.055 * 65535)
    encoded -= np.float32(0.055 * 65535 - 0.5)  # half a level, since the cast cuts off
    dark = linear <= 0.0031308
    linear *= np.float32(12.92 * 65535)
    linear += np.float32(0.5)
    np.copyto(encoded, linear, where=dark)
    np.copyto(out, encoded, casting="unsafe")
