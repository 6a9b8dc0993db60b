"""The views of a photograph that a network gets, the whole and crops, and the mean of its answers.

A network sees a photograph squashed into a square of some hundred pixels, in which a small face is
a few cells. Crops show it larger, but without the rest of the scene, so what is said of a place is
the mean of what the whole says and of what the crops say. The mean is taken over distributions: of
a place that is red in one view and green in another the result is red or green, not their grey
middle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from labcolor.color.floats import Floats
from labcolor.color.hints import Hints
from labcolor.color.lightness import Pixels, lightness
from labcolor.color.reduce import reduce
from labcolor.color.upsample import Enlarged
from labcolor.errors import UsageError
from labcolor.networks.tiles import slopes

Ask = Callable[[Floats], Floats]
"""From a view, (C, S, S), to what a network says of it, (Q, s, s): shares of bins, or ab."""

CLOSEST = 8
_CROPS = np.float32(0.5)  # what the crops count, against the whole


@dataclass(frozen=True)
class Pyramid:
    """A photograph at the scales at which the network sees it.

    Attributes
    ----------
    whole : (1 or 4, S, S) float32
        L*, and behind it a, b and mask where there are hints, as the network sees them.
    near : (1 or 4, N·S, N·S) float32
        The same, N times as large; crops are cut from it.
    """

    whole: Floats
    near: Floats

    @property
    def lightness(self) -> Floats:
        """L* as closely as the network looks, (N·S, N·S) float32."""
        return self.near[0]

    @property
    def hints(self) -> Floats | None:
        """Hints as closely as the network looks, (3, N·S, N·S) float32; None without any."""
        return self.near[1:] if len(self.near) > 1 else None

    @property
    def unhinted(self) -> Pyramid:
        """The same without the hints."""
        return Pyramid(self.whole[:1], self.near[:1])


class Views:
    """The views that a network gets, and the mean of its answers.

    Parameters
    ----------
    side : int
        S, the side of the square that it sees.
    detail : int, 1…8
        N: besides the whole it looks at (2N − 1)² crops of 1/N of each side, which overlap by
        half. 1 is the whole alone.

    Raises
    ------
    UsageError
        The detail is out of range, or a side is odd where crops overlap by half.
    """

    def __init__(self, side: int, detail: int = 1) -> None:
        if not 1 <= detail <= CLOSEST:
            message = f"The detail must be from 1 to {CLOSEST}, not {detail}."
            raise UsageError(message)
        self.side, self.detail = side, detail

    @property
    def single(self) -> bool:
        """Whether the whole is the only view, and there is nothing to merge."""
        return self.detail == 1

    def pyramid(self, image: Pixels, hints: Hints | None = None) -> Pyramid:
        """Bring a photograph, and the hints about it, to the sizes at which it is looked at."""

        def seen(side: int) -> Floats:
            return lightness(reduce(image, side))[None]

        whole = seen(self.side)
        pyramid = Pyramid(whole, whole if self.detail == 1 else seen(self.side * self.detail))
        return pyramid if hints is None else self.hinted(pyramid, hints, *image.shape[:2])

    def hinted(self, pyramid: Pyramid, hints: Hints, height: int, width: int) -> Pyramid:
        """Add hints about a photograph of that size to what there is to see of it."""

        def with_hints(seen: Floats) -> Floats:
            return np.concatenate((seen, hints.planes(height, width, seen.shape[-1])))

        whole = with_hints(pyramid.whole)
        return Pyramid(whole, whole if self.detail == 1 else with_hints(pyramid.near))

    def merged(self, ask: Ask, pyramid: Pyramid) -> Iterator[Floats]:
        """Merge what a network says of the views.

        It is given in bands from top to bottom, so that the memory it takes does not grow with
        the area: 313 shares at each of 448×448 places would be 250 MB.

        Parameters
        ----------
        ask : callable
            From a view to the network's answer.
        pyramid : Pyramid
            What there is to see.

        Yields
        ------
        (Q, rows, N·s) float32
            Rows of the mean; all of them together are N·s.
        """
        whole = ask(pyramid.whole)
        if self.detail == 1:
            yield whole
            return
        yield from self._with_crops(whole, ask, pyramid.near)

    def _with_crops(self, whole: Floats, ask: Ask, near: Floats) -> Iterator[Floats]:
        """Look at one row of crops after the other; each overlaps the next by half."""
        _, height, width = whole.shape
        if self.side % 2 or height % 2 or width % 2:
            message = (
                f"--detail halves what the network sees ({self.side} × {self.side}) and what it "
                f"gives ({height} × {width}), and one of these sizes is odd."
            )
            raise UsageError(message)
        enlarged = Enlarged(whole.transpose(1, 2, 0), height * self.detail, width * self.detail)
        half, step = height // 2, self.side // 2
        waiting = np.zeros((), np.float32)
        for row, weight in enumerate(self._weights(half)):
            strip = near[:, row * step : row * step + self.side]
            line = weight[:, None] * self._line(ask, strip, whole.shape)
            yield _mix(enlarged, row * half, line[:, :half] + waiting)
            waiting = line[:, half:]
        yield _mix(enlarged, height * self.detail - half, waiting)

    def _line(self, ask: Ask, strip: Floats, shape: tuple[int, ...]) -> Floats:
        """Add up what is said of a row of crops."""
        kinds, height, width = shape
        half, step = width // 2, self.side // 2
        line = np.zeros((kinds, height, width * self.detail), np.float32)
        for column, weight in enumerate(self._weights(half)):
            crop = strip[:, :, column * step : column * step + self.side]
            line[:, :, column * half : column * half + width] += weight * ask(crop)
        return line

    def _weights(self, half: int) -> Floats:
        """Weigh the places of each crop along one axis, smoothly: together they count 1."""
        straight = slopes(2 * self.detail - 1, half)
        return straight * straight * (3 - 2 * straight)


def _mix(enlarged: Enlarged, top: int, crops: Floats) -> Floats:
    """Take the mean of what the whole and the crops say of some rows."""
    whole = enlarged.rows(top, top + crops.shape[1])
    return whole + _CROPS * (crops - whole)
