"""Before/after pairs: a photograph at the left, what became of it at the right."""

from __future__ import annotations

import numpy as np

from labcolor.photo.model import Mark, Photo, Pixels
from labcolor.photo.strips import to_8_bits

LONGEST = 1280
"""Pixels of the longer side of a photograph in a pair; smaller ones stay as they are."""

_HIGHEST = 10_240
"""Pixels of a picture of many pairs; from the ninth page on they get smaller instead."""

_GAP = 8
_PAPER = 255


class Comparison:
    """A picture of before/after pairs, one below the other where a document has several pages.

    Parameters
    ----------
    pages : int
        How many pairs there will be.
    mark : Mark, optional
        What the picture says of its colours.
    """

    def __init__(self, pages: int = 1, mark: Mark | None = None) -> None:
        self._mark = mark
        self._longest = max(1, min(LONGEST, _HIGHEST // pages - _GAP))
        self._pairs: list[Pixels] = []

    def add(self, before: Pixels, after: Pixels) -> None:
        """Add a pair of one size, each of them grey or BGR of 8 or 16 bits."""
        left, right = small(before, self._longest), small(after, self._longest)
        gap = np.full((left.shape[0], _GAP, 3), _PAPER, np.uint8)
        self._pairs.append(np.hstack([left, gap, right]))

    def picture(self) -> Photo:
        """Give the pairs as one picture."""
        width = max(pair.shape[1] for pair in self._pairs)
        rows = [
            np.pad(
                pair,
                ((0, _GAP), (0, width - pair.shape[1]), (0, 0)),
                constant_values=_PAPER,
            )
            for pair in self._pairs
        ]
        pixels = np.ascontiguousarray(np.vstack(rows)[:-_GAP])
        return Photo(pixels, format="jpeg", mark=self._mark)


def small(pixels: Pixels, longest: int) -> Pixels:
    """Scale a photograph down.

    Parameters
    ----------
    pixels : ndarray of uint8 or uint16
        (h, w) grey or (h, w, 3) BGR.
    longest : int
        Pixels of the longer side at most.

    Returns
    -------
    (h, w, 3) uint8 BGR
    """
    import cv2

    height, width = pixels.shape[:2]
    factor = min(1.0, longest / max(height, width))
    if factor < 1:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    pixels = to_8_bits(pixels)
    return pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
