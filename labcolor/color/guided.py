"""ab along the edges of lightness: a guided filter whose coefficients are as small as the network.

The fast guided filter (He & Sun, arXiv 1505.00996, 2015; after He, Sun & Tang, TPAMI 35, 2013)
takes ab for a linear function of L* wherever one looks closely: the coefficients are found on the
small planes, enlarged, and applied to L* at full size. So the colours of two things part where the
things do, and a strip needs nothing of its neighbours. Three departures, each measured by
`benchmarks/edges.py`:

* The slope is multiplied by the squared correlation of L* and ab, since an edge of lightness that
  is none of colour says nothing (weighted guided filters: Li et al., TIP 24, 2015).
* L* is held within what the nine cells around span. Glints, hairlines and grain are lighter or
  darker than any cell; a straight line goes on to colours that nobody saw there.
* The offset is corrected until ab, made small again, is what the network gave (back-projection:
  Irani & Peleg, CVGIP 53, 1991). Interpolation alone pales whatever is small.
"""

from __future__ import annotations

import numpy as np

from labcolor.color.floats import Floats
from labcolor.color.upsample import Enlarged

EPSILON = 8.0
"""Variance of L* at which the slope is halved: differences of 3 are texture, not edges."""
CORRECTIONS = 2
_TINY = 1e-3  # of a product of variances, far below what the eye or rounding knows


class Guided:
    """ab enlarged along the edges of L*.

    Parameters
    ----------
    ab : (h, w, 2) float32
        What the network gave.
    seen : (…, …) float32
        L* of the whole photograph made small, best as the network saw it, several times as large
        as `ab`.
    height, width : int
        Size of the photograph.
    """

    def __init__(self, ab: Floats, seen: Floats, height: int, width: int) -> None:
        self._planes = Enlarged(_coefficients(ab, seen), height, width)

    def rows(self, top: int, lightness: Floats) -> Floats:
        """Return ab of the rows from `top` on, (2, rows, width), whose L* is `lightness`."""
        import cv2

        planes = self._planes.rows(top, top + len(lightness))
        slope, offset, (low, high) = planes[:2], planes[2:4], planes[4:]
        within = cv2.min(cv2.max(lightness, low, dst=low), high, dst=low)
        slope *= within
        slope += offset
        return slope


def _coefficients(ab: Floats, seen: Floats) -> Floats:
    """Find slopes and offsets of a and b, and the L* between which they hold, (h, w, 6)."""
    import cv2

    height, width = ab.shape[:2]
    cells = cv2.resize(seen, (width, height), interpolation=cv2.INTER_AREA)
    slope = _slope(cells, ab)
    low, high = (how(cells, np.ones((3, 3), np.uint8)) for how in (cv2.erode, cv2.dilate))
    size = seen.shape[::-1]
    within = np.clip(seen, cv2.resize(low, size), cv2.resize(high, size))
    guide = cv2.resize(slope, size) * within[..., None]
    offset = ab - slope * cells[..., None]
    for _ in range(CORRECTIONS):
        result = cv2.resize(offset, size) + guide
        offset += ab - cv2.resize(result, (width, height), interpolation=cv2.INTER_AREA)
    return np.dstack([slope, offset, low, high])


def _slope(lightness: Floats, ab: Floats) -> Floats:
    """Regress ab on L* around every cell (equation 5 of He, Sun & Tang), (h, w, 2)."""
    mean, mean_ab = around(lightness), around(ab)
    variance = np.maximum(around(lightness**2) - mean**2, 0)
    variance_ab = np.maximum(around(ab**2) - mean_ab**2, 0).sum(-1)
    covariance = around(lightness[..., None] * ab) - mean[..., None] * mean_ab
    correlation = (covariance**2).sum(-1) / (variance * variance_ab + _TINY)
    damping = np.minimum(correlation, 1) / (variance + np.float32(EPSILON))
    return around(covariance * damping[..., None])


def around(plane: Floats) -> Floats:
    """Average over a cell and the eight around it, by binomial weights; (h, w) or (h, w, n)."""
    import cv2

    return cv2.sepFilter2D(plane, -1, _BINOMIAL, _BINOMIAL, borderType=cv2.BORDER_REFLECT)


_BINOMIAL = np.array([0.25, 0.5, 0.25])
