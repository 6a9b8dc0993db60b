"""A photograph made as small as the network sees it, without rounding on the way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from labcolor.color.floats import Floats
from labcolor.color.lightness import Pixels
from labcolor.color.products import product


def reduce(pixels: Pixels, size: int) -> Floats:
    """Squash a whole photograph into a square, by area.

    Every pixel counts by the area that it covers in the square. The sums are kept in float32: an
    8-bit mean would be up to 0.2 of L* off, which the network turns into several units of ab. A
    side shorter than the square is enlarged by cubic interpolation instead.

    Parameters
    ----------
    pixels : (h, w) or (h, w, 3), uint8 or uint16
    size : int
        Side of the square.

    Returns
    -------
    (size, size) or (size, size, 3) float32, 0…1.
    """
    import cv2

    width = pixels.shape[1]
    rows = _rows(pixels, size) / np.float32(np.iinfo(pixels.dtype).max)
    how = cv2.INTER_AREA if width >= size else cv2.INTER_CUBIC
    square = cv2.resize(rows, (size, size), interpolation=how)
    return np.clip(square, 0, 1)  # cubic interpolation overshoots


def _rows(pixels: Pixels, size: int) -> Floats:
    """Bring the height to `size`; the width, and so most of the picture, is left for later."""
    import cv2

    height, width = pixels.shape[:2]
    if height < size:
        floats = pixels.astype(np.float32)
        return cv2.resize(floats, (width, size), interpolation=cv2.INTER_CUBIC)
    result = np.empty((size, *pixels.shape[1:]), np.float32)
    edges = np.arange(size + 1) * height / size
    for row, (top, bottom) in enumerate(pairwise(edges)):
        first, last = int(top), min(height, int(np.ceil(bottom)))
        y = np.arange(first, last)
        share = np.minimum(y + 1, bottom) - np.maximum(y, top)
        band = pixels[first:last].astype(np.float32).reshape(last - first, -1)
        mean = product(band.T, (share / (bottom - top)).astype(np.float32))
        result[row] = mean.reshape(result.shape[1:])
    return result
