"""How colourful a picture looks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def colourfulness(bgr: npt.NDArray[Any]) -> float:
    """Measure how colourful a picture looks: 0 for grey, about 100 for extremely colourful.

    Parameters
    ----------
    bgr : (h, w, 3) array of uint8
        sRGB: blue, green, red.

    Returns
    -------
    float
        M̂⁽³⁾ of Hasler & Süsstrunk, "Measuring colourfulness in natural images", Human Vision and
        Electronic Imaging VIII (2003), equation 8.

    Raises
    ------
    ValueError
        If it is no 8-bit colour picture.
    """
    if bgr.dtype != np.uint8 or bgr.ndim != 3 or bgr.shape[2] != 3:
        message = f"a picture must be (h, w, 3) uint8, not {bgr.shape} {bgr.dtype}"
        raise ValueError(message)
    blue, green, red = (bgr[..., channel].astype(np.float32) for channel in range(3))
    opponent = (red - green, (red + green) / 2 - blue)
    spread = np.hypot(*(plane.std(dtype=np.float64) for plane in opponent))
    offset = np.hypot(*(plane.mean(dtype=np.float64) for plane in opponent))
    return float(spread + 0.3 * offset)
