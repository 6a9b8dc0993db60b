"""The planes between two layers, with a border of zeros for the next convolution to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

BORDER = 2
"""Zeros on each side: as many as the published networks' widest kernels see beyond the edge."""


@dataclass(frozen=True)
class Planes:
    """Planes of one size, the numbers of a place side by side.

    Attributes
    ----------
    whole : (at least BORDER + height + BORDER, the same of width, C) float32
        0 but for what is inside.
    height, width : int
        Of what is inside.
    """

    whole: Floats
    height: int
    width: int

    @classmethod
    def within(cls, whole: Floats, height: int, width: int) -> Planes:
        """Take an array of any content, of which the inside may still be to be filled."""
        whole[:BORDER] = 0
        whole[:, :BORDER] = 0
        whole[BORDER + height :] = 0
        whole[:, BORDER + width :] = 0
        return cls(whole, height, width)

    @property
    def inside(self) -> Floats:
        """The planes without the border, (height, width, C), as a view."""
        return self.seen(0)

    def seen(self, pad: int) -> Floats:
        """Show them with so many zeros on every side, `BORDER` at most."""
        start = BORDER - pad
        return self.whole[start : BORDER + self.height + pad, start : BORDER + self.width + pad]
