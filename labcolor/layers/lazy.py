"""Pixels of a layer, decoded when they are first asked for and kept as small as they can be.

Most of what stands over a photograph is transparent, and what stands under it opaque: neither
needs a plane of alpha, and the former no colours.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import numpy as np

from labcolor.layers.model import Bounds, Rows
from labcolor.photo.model import Pixels

Decoded: TypeAlias = "tuple[Callable[[], Pixels], Pixels | None]"
"""What decodes the colours, (h, w, 3) BGR, and the alpha, (h, w), where there is any."""


def rows_of(decode: Callable[[], Decoded], bounds: Bounds) -> Rows:
    """Give the rows of a layer.

    Parameters
    ----------
    decode : callable
        Is called once, when rows are first asked for.
    bounds : Bounds
        Of the layer.
    """

    @cache
    def whole() -> Pixels | None:
        colours, alpha = decode()
        if alpha is None:
            return colours()
        if not alpha.any():
            return None
        if alpha.min() == np.iinfo(alpha.dtype).max:
            return colours()
        picture = np.empty((*alpha.shape, 4), alpha.dtype)
        picture[..., :3] = colours()
        picture[..., 3] = alpha
        return picture

    def rows(first: int, last: int) -> Pixels:
        picture = whole()
        if picture is None:
            return np.zeros((last - first, bounds.width, 4), np.uint8)
        return picture[first:last]

    return rows
