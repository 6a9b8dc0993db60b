"""ab from the network's size to the photograph's, a strip at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labcolor.color.lab import Floats


class Bilinear:
    """ab enlarged by bilinear interpolation, as the public demos of the network do it.

    Pixels are areas with their value at the centre, and the outermost value goes on to the border,
    as in `cv2.resize`; the rows do not depend on the strips in which they are asked for.

    Parameters
    ----------
    ab : (h, w, 2) float32
    height, width : int
        Size of the photograph.
    """

    def __init__(self, ab: Floats, height: int, width: int) -> None:
        import cv2

        self._wide = cv2.resize(ab, (width, len(ab)), interpolation=cv2.INTER_LINEAR)
        self._height = height

    def rows(self, top: int, bottom: int) -> Floats:
        """Return ab of the photograph's rows from `top` to before `bottom`, (rows, width, 2)."""
        upper, lower, share = self._between(np.arange(top, bottom))
        first, last = upper[0], lower[-1] + 1
        mix = np.zeros((bottom - top, last - first), np.float32)
        row = np.arange(bottom - top)
        mix[row, lower - first] += share
        mix[row, upper - first] += 1 - share
        band = self._wide[first:last]
        return (mix @ band.reshape(last - first, -1)).reshape(-1, *band.shape[1:])

    def _between(
        self, y: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
        """Find the two rows of the small plane around each row, and the share of the lower."""
        last = len(self._wide) - 1
        position = np.clip((y + 0.5) * (last + 1) / self._height - 0.5, 0, last)
        upper = position.astype(np.intp)
        return upper, np.minimum(upper + 1, last), (position - upper).astype(np.float32)
