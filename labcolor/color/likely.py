"""Which colours a place may well have, by its distribution: what to offer to a person who asks.

The bins are cut into colours greedily. Again and again the bin around which most is left within a
radius gets what lies there; that is deterministic, where random draws and k-means (as in the
program of Zhang et al., SIGGRAPH 2017) would offer others at every click.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from labcolor.color.floats import Floats
from labcolor.color.lab import srgb_from_lab

RADIUS = 18.0
"""ab: colours nearer than this are shades of one."""
_FEWEST = 0.005  # of the distribution: what has less is not offered


class Likely(NamedTuple):
    """A colour that a place may have.

    Attributes
    ----------
    colour : str
        sRGB as #RRGGBB, at the L* of the place; of less chroma where sRGB has no such colour.
    a, b : float
        In CIELAB units.
    share : float
        Of the distribution, 0…1.
    """

    colour: str
    a: float
    b: float
    share: float


def likely(distribution: Floats, bins: Floats, lightness: float, count: int) -> list[Likely]:
    """Find the likeliest colours of a place.

    Parameters
    ----------
    distribution : (Q,) float32
        Sums to 1.
    bins : (Q, 2) float32
        The centres of the bins.
    lightness : float
        L* of the place, 0…100.
    count : int
        How many at most.

    Returns
    -------
    list of Likely
        The likeliest first; each bin counts in one of them at most.
    """
    near = ((bins[:, None] - bins) ** 2).sum(-1) <= RADIUS**2
    left = distribution.astype(np.float64)
    found: list[Likely] = []
    for _ in range(count):
        masses = near @ left
        best = int(masses.argmax())
        share = float(masses[best])
        if share < _FEWEST:
            break
        a, b = (left * near[best]) @ bins / share
        found.append(Likely(_as_srgb(lightness, a, b), float(a), float(b), share))
        left[near[best]] = 0
    return sorted(found, key=lambda one: -one.share)


def _as_srgb(lightness: float, a: float, b: float) -> str:
    """Write a colour as #RRGGBB."""
    from labcolor.color.merge import merge
    from labcolor.color.upsample import Bilinear

    grey = np.rint(srgb_from_lab([lightness, 0, 0]) * 65535).astype(np.uint16)[None, :1]
    ab = np.array([[[a, b]]], np.float32)
    bgr = merge(grey, Bilinear(ab, 1, 1))[0, 0]
    return "#" + "".join(f"{round(int(level) / 257):02x}" for level in bgr[::-1])
