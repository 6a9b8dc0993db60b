"""What Y'CbCr a film means: the tags of colour, and what they are where there are none.

The numbers are those of ITU-T H.273, which FFmpeg uses. Grey pictures look the same by any matrix;
coloured ones do not, so that a film without tags gets some.
"""

from __future__ import annotations

from typing import NamedTuple

UNSPECIFIED = 2
LIMITED, FULL = 1, 2
"""Ranges, as FFmpeg counts them."""

BT709 = 1
_OF_625_LINES, _OF_525_LINES = 5, 6
HDR = {16: "PQ", 18: "HLG"}
"""Transfer curves of high dynamic range."""

_LUMA = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
}
_SD_LINES, _NTSC_LINES = 576, 486


class Tags(NamedTuple):
    """The tags of colour: range, matrix, primaries, transfer curve."""

    range: int
    matrix: int
    primaries: int
    transfer: int

    def completed(self, height: int) -> Tags:
        """Put in what is missing, by the height of the picture.

        Colours are made for the primaries of BT.709, which are sRGB's; with no matrix of their
        own, pictures of up to 576 lines get that of BT.601, as players suppose.
        """
        if height > _SD_LINES:
            usual = BT709
        else:
            usual = _OF_525_LINES if height <= _NTSC_LINES else _OF_625_LINES
        known = self.matrix in _LUMA
        return Tags(
            self.range or LIMITED,
            self.matrix if known else usual,
            BT709 if self.primaries in (0, UNSPECIFIED) else self.primaries,
            BT709 if self.transfer in (0, UNSPECIFIED) else self.transfer,
        )

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of red and blue in luma."""
        return _LUMA[self.matrix]
