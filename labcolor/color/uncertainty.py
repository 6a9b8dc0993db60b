"""Where the colour is anybody's guess."""

from __future__ import annotations

import numpy as np

from labcolor.color.decode import logarithm
from labcolor.color.floats import Floats
from labcolor.color.lightness import Pixels

LEVELS = 30
"""Grey levels of a map that are one bit: the 8.29 of complete ignorance are 249."""


def entropy(distribution: Floats) -> Floats:
    """Compute the entropy of a distribution, Σ −p log₂ p.

    Parameters
    ----------
    distribution : (Q, h, w) float32
        Sums to 1 over axis 0.

    Returns
    -------
    (h, w) float32
        Bits: 0 where one bin is certain, log₂ Q (8.29 for 313 bins) where all are as likely.
    """
    nats = -(distribution * logarithm(distribution)).sum(0)  # 0 log 0 is 0
    return nats / np.float32(np.log(2))


def uncertainty_map(bits: Floats, height: int, width: int) -> Pixels:
    """Draw entropy as a grey picture, black where the colour is certain.

    Parameters
    ----------
    bits : (h, w) float32
    height, width : int
        Size of the photograph.

    Returns
    -------
    (height, width) uint8
        `LEVELS` a bit.
    """
    import cv2

    levels = np.clip(np.rint(bits * LEVELS), 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR))
