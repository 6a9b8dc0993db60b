"""Colour where there is none, and colour of another hue: what people see first."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

NEARLY_GREY = 10.0
"""Chroma below which no colour is seen."""

SATURATED = 25.0
"""Chroma above which a colour is seen at once."""

HUE_TOLERANCE = np.deg2rad(45)


class ColourErrors(NamedTuple):
    """Counts of pixels, or sums of shares, which can be added up.

    Attributes
    ----------
    grey : float
        Nearly grey in truth (chroma below 10).
    false_colour : float
        Of these, saturated (chroma above 25) in the colouring: the red sleeve, the orange wall.
    coloured : float
        All others: coloured in truth.
    right_hue : float
        Of these, in the colouring of a hue within 45° of the true one. What came out grey is of
        no hue, and counts as wrong.
    """

    grey: float = 0.0
    false_colour: float = 0.0
    coloured: float = 0.0
    right_hue: float = 0.0

    def plus(self, other: ColourErrors) -> ColourErrors:
        """Add up two pictures, or two parts of one."""
        return ColourErrors(*(one + two for one, two in zip(self, other, strict=True)))

    def as_one(self) -> ColourErrors:
        """Scale to a picture of one pixel, so that large and small ones count alike."""
        pixels = self.grey + self.coloured
        return ColourErrors(*(one / pixels for one in self)) if pixels else self

    def false_colour_share(self) -> float | None:
        """Return the share of what is nearly grey that came out saturated; None where none is."""
        return self.false_colour / self.grey if self.grey else None

    def right_hue_share(self) -> float | None:
        """Return the share of what is coloured whose hue is right; None where nothing is."""
        return self.right_hue / self.coloured if self.coloured else None


def colour_errors(truth: npt.NDArray[Any], ab: npt.NDArray[Any]) -> ColourErrors:
    """Count false colours and right hues.

    Parameters
    ----------
    truth, ab : (..., 2) float array
        True ab and estimated ab of the same pixels, CIELAB units.
    """
    true_chroma, chroma = (np.hypot(one[..., 0], one[..., 1]) for one in (truth, ab))
    grey = true_chroma < NEARLY_GREY
    inner = (truth * ab).sum(-1)
    within = (inner >= np.cos(HUE_TOLERANCE) * true_chroma * chroma) & (chroma > 0)
    counts = (grey, grey & (chroma > SATURATED), ~grey, ~grey & within)
    return ColourErrors(*(float(np.count_nonzero(one)) for one in counts))
