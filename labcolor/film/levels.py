"""Code values of film, limited or full, of 8 to 16 bits, and the shares of white they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Levels:
    """How luma and chroma are coded (ITU-R BT.709-6, table 3; BT.2100-3, table 9 for full).

    Attributes
    ----------
    bits : int, 8…16
    full : bool
        Whether all codes are used, from black at 0, as by JPEG.
    """

    bits: int = 8
    full: bool = False

    @property
    def black(self) -> int:
        """The code of black."""
        return 0 if self.full else 16 << (self.bits - 8)

    @property
    def span(self) -> int:
        """The codes from black to white."""
        return (1 << self.bits) - 1 if self.full else 219 << (self.bits - 8)

    @property
    def neutral(self) -> int:
        """The code of no chroma."""
        return 1 << (self.bits - 1)

    @property
    def chroma_span(self) -> int:
        """The codes from one end of chroma to the other."""
        return (1 << self.bits) - 1 if self.full else 224 << (self.bits - 8)

    def shares(self, codes: npt.NDArray[Any]) -> Floats:
        """Turn luma into shares of white, 0…1; what is beyond black or white is held there."""
        share = codes.astype(np.float32)
        share -= np.float32(self.black)
        share *= np.float32(1 / self.span)
        return np.clip(share, 0, 1, out=share)
