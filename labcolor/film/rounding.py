"""Rounding that stays with the picture: what it does to a place, it does in the next picture too.

A colour that lies halfway between two codes is rounded up in one picture and down in the next,
and at eight bits that flickers more than the colours themselves. So half of the error that a place
got in the picture before is added before it is rounded again: noise shaping in time (after error
diffusion in space: Floyd & Steinberg, 1976). A place keeps its code until its colour is a whole
code away from it, and never strays farther.
"""

from __future__ import annotations

import numpy as np

from labcolor.color.floats import Floats
from labcolor.film.levels import Codes

_CARRIED = np.float32(0.5)
"""The share of an error that goes on; errors stay within half a code / (1 − share), one code."""


class SteadyRounding:
    """Rounds the pictures of a film, one after the other."""

    def __init__(self) -> None:
        self._error: Floats | None = None
        self._places: Floats | None = None
        self._brought: Floats | None = None

    def __call__(self, values: Floats, back: Floats | None) -> Codes:
        """Round a picture to codes of 8 bits.

        Parameters
        ----------
        values : (h, w, n) float32, 0…255
        back : (72, 72, 2) float32, optional
            Where each cell of a grid over the picture was in the picture before, in cells, x and
            y; None where nothing is carried over, as at the beginning of a shot.

        Returns
        -------
        (h, w, n) uint8
        """
        import cv2

        wanted = values
        if self._error is not None and back is not None:
            brought = self._brought = self._from_before(self._error, back)
            wanted = cv2.scaleAdd(brought, _CARRIED, values, dst=brought)
        codes = cv2.add(wanted, 0.0, dtype=cv2.CV_8U).reshape(values.shape)
        self._error = cv2.subtract(codes, values, dst=self._error, dtype=cv2.CV_32F)
        return codes

    def _from_before(self, planes: Floats, back: Floats) -> Floats:
        """Bring what is known of the picture before to where it is in this one."""
        import cv2

        height, width = planes.shape[:2]
        scale = np.array([width / back.shape[1], height / back.shape[0]], np.float32)
        # cells and pixels are areas, their places the centres
        places = (back + np.float32(0.5)) * scale - np.float32(0.5)
        self._places = places = cv2.resize(
            places, (width, height), dst=self._places, interpolation=cv2.INTER_LINEAR
        )
        return cv2.remap(
            *(planes, places, None, cv2.INTER_LINEAR, self._brought),
            borderMode=cv2.BORDER_REPLICATE,
        )
