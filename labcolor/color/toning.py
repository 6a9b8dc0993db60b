"""Telling a colour photograph from a toned, faded or yellowed black-and-white one.

Whatever toning a print has, sepia, cyanotype or selenium, and however it has faded, one L* has one
ab: all its colours lie on a curve through CIELAB that L* runs along. Age adds what changes slowly
over the sheet, such as yellow edges. A colour photograph has different colours at one L* and close
to each other, so that its pixels keep a distance from any such curve.

A few flat colours, as on a screenshot or a chart, lie on a curve too, but on one that no toning
makes: it jumps from a hue to the opposite one, where split toning goes by way of grey.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from labcolor.color.lab import lab_from_srgb
from labcolor.color.lightness import Pixels
from labcolor.color.reduce import reduce

Doubles: TypeAlias = npt.NDArray[np.float64]

THRESHOLD = 3.0
"""Residual chroma from which on a photograph counts as one in colour."""

_SIDE = 32
"""The photograph is looked at this small, where noise and the blocks of JPEG are averaged out."""

_KNOTS = 24
_SHARE = 90
_WEIGHT = np.array([0.5, 1, 1])
"""L* counts half: where the curve is steep, L* that is a little off would be seen as chroma."""

_FLAT = 8
"""Knots of the curve that is looked at for jumps; an eighth of the picture each, so no stamp."""

_STEEPEST = 2.0
"""Chroma for each L* by which a toning gets from one hue to the opposite one; the steepest of 1980
prints of all kinds needs 1."""


def has_colour(pixels: Pixels) -> bool:
    """Tell whether a photograph is one in colour, and not black-and-white under a tone.

    Parameters
    ----------
    pixels : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
        sRGB.
    """
    return residual_chroma(pixels) > THRESHOLD


def residual_chroma(pixels: Pixels) -> float:
    """Measure how far colours lie from what a tone and uneven ageing explain.

    Parameters
    ----------
    pixels : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
        sRGB.

    Returns
    -------
    float
        Distance in CIELAB of the reduced photograph's pixels from their curve, of which nine
        tenths stay below: a coloured stamp in a corner does not make a colour photograph. Or, if
        that is more, the farthest that the curve jumps.
    """
    if pixels.ndim == 2:
        return 0.0
    lab = lab_from_srgb(reduce(pixels, _SIDE)[..., ::-1]).reshape(-1, 3).astype(np.float64)
    jump = _jump(_curve(lab, _FLAT))
    lab[:, 1:] -= _trend(lab)
    distance = _distance(lab * _WEIGHT, _curve(lab) * _WEIGHT)
    return max(jump, float(np.percentile(distance, _SHARE)))


def _curve(lab: Doubles, knots: int = _KNOTS) -> Doubles:
    """Give the medians of groups of equal number, from dark to light: (knots, 3)."""
    order = np.argsort(lab[:, 0], kind="stable")
    return np.array([np.median(lab[group], axis=0) for group in np.array_split(order, knots)])


def _jump(curve: Doubles) -> float:
    """Measure by how much chroma a curve gets farther between opposite hues than toning does."""
    lightness, ab = curve[:, 0], curve[:, 1:]
    opposite = ab @ ab.T < 0
    apart = np.linalg.norm(ab[:, None] - ab, axis=2)
    allowed = _STEEPEST * np.abs(lightness[:, None] - lightness)
    return float(np.max(np.where(opposite, apart - allowed, 0)))


def _trend(lab: Doubles) -> Doubles:
    """Fit what the curve leaves of ab by a quadratic surface over the sheet: (pixels, 2)."""
    curve = _curve(lab)
    explained = [np.interp(lab[:, 0], curve[:, 0], curve[:, channel]) for channel in (1, 2)]
    left = lab[:, 1:] - np.stack(explained, axis=-1)
    y, x = np.mgrid[:_SIDE, :_SIDE].reshape(2, -1) / _SIDE - 0.5
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    surface = terms @ np.linalg.lstsq(terms, left, rcond=None)[0]
    # once more without what lies farthest off, such as a stamp
    far = np.linalg.norm(left - surface, axis=1)
    near = far <= np.percentile(far, _SHARE)
    return terms @ np.linalg.lstsq(terms[near], left[near], rcond=None)[0]


def _distance(points: Doubles, knots: Doubles) -> Doubles:
    """Measure the distance of points from the line that joins the knots: (points,)."""
    begins, steps = knots[:-1], np.diff(knots, axis=0)
    lengths = np.maximum((steps**2).sum(axis=1), 1e-9)
    along = ((points[:, None] - begins) * steps).sum(axis=2) / lengths
    nearest = begins + np.clip(along, 0, 1)[..., None] * steps
    return np.linalg.norm(points[:, None] - nearest, axis=2).min(axis=1)
