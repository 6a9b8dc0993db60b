"""ab from the network's size to the photograph's, a strip at a time."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats

_ROWS, _PIXELS = 16, 1 << 15
"""At most so many in one product. A BLAS shares larger ones among threads, which then wait for one
another: that took up to thirty times as long as the product itself."""


class Chroma(Protocol):
    """ab at the size of a photograph."""

    def rows(self, top: int, lightness: Floats) -> Floats:
        """Return ab of the rows from `top` on, (2, rows, width) float32, given their L*."""


class Bilinear:
    """ab enlarged by bilinear interpolation, as the public demos of the network do it.

    Parameters
    ----------
    ab : (h, w, 2) float32
    height, width : int
        Size of the photograph.
    """

    def __init__(self, ab: Floats, height: int, width: int) -> None:
        self._ab = Enlarged(ab, height, width)

    def rows(self, top: int, lightness: Floats) -> Floats:
        """Return ab of the rows from `top` on, (2, rows, width); L* only says how many."""
        return self._ab.rows(top, top + len(lightness))


class Enlarged:
    """Small planes that are enlarged by bilinear interpolation as their rows are asked for.

    Pixels are areas with their value at the centre, and the outermost value goes on to the border,
    as in `cv2.resize`, whose numbers these are within 1e-4 of the largest value; so far, too, the
    rows may depend on the strips in which they are asked for.

    Parameters
    ----------
    planes : (h, w, n) float32
    height, width : int
        Size of the photograph.
    """

    def __init__(self, planes: Floats, height: int, width: int) -> None:
        import cv2

        # columns first, as the rows of one plane, since OpenCV 5 takes no more than 128 channels
        rows, columns, count = planes.shape
        lying = np.ascontiguousarray(planes.transpose(1, 0, 2)).reshape(columns, -1)
        wide = cv2.resize(lying, (rows * count, width), interpolation=cv2.INTER_LINEAR)
        self._wide = np.ascontiguousarray(wide.reshape(width, rows, count).transpose(2, 1, 0))
        self._height = height

    def rows(self, top: int, bottom: int) -> Floats:
        """Return the photograph's rows from `top` to before `bottom`, (n, rows, width)."""
        count, _, width = self._wide.shape
        result = np.empty((count, bottom - top, width), np.float32)
        step = max(1, min(_ROWS, _PIXELS // width))
        for first in range(top, bottom, step):
            last = min(first + step, bottom)
            self._mix(first, last, result[:, first - top : last - top])
        return result

    def _mix(self, top: int, bottom: int, out: Floats) -> None:
        """Write some rows to `out`, each a mean of two rows of the small planes."""
        upper, lower, share = self._between(np.arange(top, bottom))
        first, last = upper[0], lower[-1] + 1
        mix = np.zeros((bottom - top, last - first), np.float32)
        row = np.arange(bottom - top)
        mix[row, lower - first] += share
        mix[row, upper - first] += 1 - share
        np.matmul(mix, self._wide[:, first:last], out=out)

    def _between(
        self, y: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
        """Find the two rows of the small planes around each row, and the share of the lower."""
        last = self._wide.shape[1] - 1
        position = np.clip((y + 0.5) * (last + 1) / self._height - 0.5, 0, last)
        upper = position.astype(np.intp)
        return upper, np.minimum(upper + 1, last), (position - upper).astype(np.float32)
