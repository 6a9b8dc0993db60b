"""Chroma reduced along its own hue until the colour is inside sRGB; L* stays.

To clip R, G and B instead changes lightness, by tens of L* for a vivid colour.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats
from labcolor.color.planes import linear_from_roots

_STEPS = 8
# Linear light. Rounding takes white and black so far out, 1e-3 of L* at most.
_BELOW, _ABOVE = np.float32(-1e-6), np.float32(1 + 1e-5)
# f(Y/Yn) within 5e-4 of L* of black and of white, which have no chroma to look for.
_BLACK, _WHITE = np.float32(16.0005 / 116), np.float32(1 - 5e-4 / 116)


def fit(roots: Floats, linear: Floats, work: Floats) -> None:
    """Bring the colours that are outside sRGB to its surface, or just inside.

    The share of the chroma that is kept is found by bisection, and is at most 1/256 smaller than
    it could be.

    Parameters
    ----------
    roots : (3, h, w) float32
        f of Y, X, Z, as `labcolor.color.planes.roots_from_lab` gives them.
    linear : (3, h, w) float32
        Their linear light, B, G, R; corrected in place.
    work : (3, h, w) float32
        Is overwritten.
    """
    where = _outside(linear, work)
    y = roots[0].take(where)
    ends = (y < _BLACK) | (y > _WHITE)
    if ends.any():  # paper, night, and the borders of scans
        those = np.flatnonzero(ends)
        _set(linear, where.take(those), np.round(y.take(those)))
        others = np.flatnonzero(~ends)
        where, y = where.take(others), y.take(others)
    if where.size:
        x, z = (plane.take(where) for plane in roots[1:])
        _set(linear, where, _surface(y, x - y, z - y))


def _set(planes: Floats, where: npt.NDArray[np.intp], values: Floats) -> None:
    """Give pixels other values: one for all planes, or (3, n)."""
    for plane, value in zip(planes, np.broadcast_to(values, (3, where.size)), strict=True):
        plane.reshape(-1)[where] = value


def _outside(linear: Floats, work: Floats) -> npt.NDArray[np.intp]:
    """Find the pixels that have a channel below 0 or above 1."""
    import cv2

    low, high, _ = work
    cv2.min(cv2.min(linear[0], linear[1], dst=low), linear[2], dst=low)
    cv2.max(cv2.max(linear[0], linear[1], dst=high), linear[2], dst=high)
    outside = low < _BELOW
    outside |= high > _ABOVE
    return np.flatnonzero(outside)


def _surface(y: Floats, u: Floats, v: Floats) -> Floats:
    """Return linear light of y with as much of the chroma u, v as fits, (3, n)."""
    share = np.zeros_like(y)
    roots, work, linear = (np.empty((3, y.size), np.float32) for _ in range(3))
    roots[0] = y
    step = np.float32(1)
    for _ in range(_STEPS):
        step /= 2
        tried = share + step
        np.multiply(tried, u, out=roots[1])
        np.multiply(tried, v, out=roots[2])
        roots[1:] += y
        linear_from_roots(roots, work, linear)
        fits = (linear.min(0) >= _BELOW) & (linear.max(0) <= _ABOVE)
        share += step * fits
    roots[1] = y + share * u
    roots[2] = y + share * v
    return linear_from_roots(roots, work, linear)
