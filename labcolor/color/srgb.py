"""The transfer curve of sRGB (IEC 61966-2-1): a power, and a line below it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats

BEND = 0.0031308
"""The light at which the line ends."""
BEND_ENCODED = 0.04045
"""The same, encoded."""
SLOPE = 12.92
"""Of the line."""


def linear_from_srgb(encoded: npt.ArrayLike, dtype: type[np.floating[Any]] = np.float32) -> Any:
    """Undo the transfer curve.

    Parameters
    ----------
    encoded : (...) array_like
        sRGB, 0…1.
    dtype : type
        Of the result, and of the sums on the way.

    Returns
    -------
    (...) of that dtype
        Linear light, 0…1.
    """
    v = np.asarray(encoded, dtype)
    curve = ((np.maximum(v, 0) + dtype(0.055)) / dtype(1.055)) ** dtype(2.4)
    return np.where(v > dtype(BEND_ENCODED), curve, v / dtype(SLOPE))


def srgb_from_linear(linear: npt.ArrayLike) -> Floats:
    """Apply the transfer curve, in float32; the inverse of `linear_from_srgb`."""
    v = np.asarray(linear, np.float32)
    curve = np.float32(1.055) * np.maximum(v, 0) ** np.float32(1 / 2.4) - np.float32(0.055)
    return np.where(v > np.float32(BEND), curve, v * np.float32(SLOPE))
