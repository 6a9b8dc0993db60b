"""Where a point of the stored picture lies once it is upright (EXIF 2.32, tag Orientation)."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, TypeVar

Number = TypeVar("Number", int, Decimal)


class Turn(NamedTuple):
    """How a stored picture becomes upright.

    Attributes
    ----------
    orientation : int
        1 to 8.
    width, height : int
        Of the picture as stored, in pixels.
    """

    orientation: int
    width: int
    height: int

    @property
    def swaps(self) -> bool:
        """Whether width and height change places."""
        return self.orientation >= 5

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the upright picture."""
        return (self.height, self.width) if self.swaps else (self.width, self.height)

    def point(self, x: Number, y: Number, right: Number, bottom: Number) -> tuple[Number, Number]:
        """Turn a point.

        Parameters
        ----------
        x, y : number
            From 0, 0 at the upper left of the stored picture.
        right, bottom : number
            What x and y are at its lower right: 1 and 1 of shares, the last column and row of
            pixels.
        """
        if self.swaps:
            x, y, right, bottom = y, x, bottom, right
        if self.orientation in (2, 3, 6, 7):
            x = right - x
        if self.orientation in (3, 4, 7, 8):
            y = bottom - y
        return x, y

    def box(
        self, x: Number, y: Number, width: Number, height: Number, right: Number, bottom: Number
    ) -> tuple[Number, Number, Number, Number]:
        """Turn a rectangle, which is given by its upper left corner and its size."""
        one = self.point(x, y, right, bottom)
        other = self.point(x + width, y + height, right, bottom)
        left, top = min(one[0], other[0]), min(one[1], other[1])
        return (left, top, height, width) if self.swaps else (left, top, width, height)
