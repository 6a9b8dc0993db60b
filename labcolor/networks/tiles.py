"""Tiles that overlap by half, and the windows under which they add up to the whole."""

from __future__ import annotations

import numpy as np

from labcolor.color.floats import Floats

HALF = 16
"""Half the side of a tile, in pixels of what the network sees; tiles stand this far apart."""


def window(rows: int, columns: int, half: int) -> Floats:
    """Return what each tile counts at each of its places, so that the sum is 1 everywhere.

    A tile counts less and less towards its edge, where its neighbour takes over, linearly; at the
    border of the picture, where there is no neighbour, it counts in full.

    Parameters
    ----------
    rows, columns : int
        How many tiles there are.
    half : int
        Half the side of a tile where they are added up.

    Returns
    -------
    (rows · columns, 1, 2 half, 2 half) float32
    """
    vertical, horizontal = slopes(rows, half), slopes(columns, half)
    weights = vertical[:, None, :, None] * horizontal[None, :, None, :]
    return weights.reshape(-1, 1, 2 * half, 2 * half).astype(np.float32)


def slopes(count: int, half: int) -> Floats:
    """Weigh the places of each of `count` tiles along one axis, (count, 2 half) float32."""
    rise = (np.arange(half) + 0.5) / half
    weights = np.tile(np.concatenate([rise, 1 - rise]), (count, 1))
    weights[0, :half] = 1
    weights[-1, half:] = 1
    return weights.astype(np.float32)
