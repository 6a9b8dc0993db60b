"""Colour hints: places of a photograph where a person fixed ab.

Zhang, Zhu, Isola, Geng, Lin, Yu & Efros, "Real-Time User-Guided Image Colorization with Learned
Deep Priors", SIGGRAPH 2017, section 3.2: a network that was trained on patches of the true colour
takes a, b and a mask beside L*, at its own resolution.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labcolor.color.floats import Floats
from labcolor.color.lab import lab_from_srgb
from labcolor.color.lightness import Pixels
from labcolor.errors import UsageError

_PATCH = 1  # a point becomes a patch of 3 × 3 of the network's pixels, as it was trained on


class Point(NamedTuple):
    """A hint at one place.

    Attributes
    ----------
    x, y : int
        Column and row of the upright photograph, from 0.
    colour : str
        sRGB as #RRGGBB, or a name of CSS such as navy; only its ab counts.
    """

    x: int
    y: int
    colour: str

    @property
    def ab(self) -> Floats:
        """Its a and b, (2,) float32."""
        return lab_from_srgb(np.array(self.rgb, np.float32) / 255)[1:]

    @property
    def rgb(self) -> tuple[int, ...]:
        """Its red, green and blue, 0…255."""
        return tuple(bytes.fromhex(hexadecimal(self.colour)[1:]))


def hexadecimal(colour: str) -> str:
    """Write a colour as #RRGGBB.

    Parameters
    ----------
    colour : str
        #RRGGBB, or a name of CSS Color Module 3, in any case.

    Raises
    ------
    UsageError
        It is neither; the text has the nearest name.
    """
    if re.fullmatch("#[0-9A-Fa-f]{6}", colour):
        return colour
    from PIL.ImageColor import colormap

    found = colormap.get(colour.lower())
    if isinstance(found, str):
        return found
    from difflib import get_close_matches

    near = get_close_matches(colour.lower(), colormap, n=1)
    advice = f"did you mean {near[0]}?" if near else "write it as #RRGGBB, or by a name like navy."
    message = f"{colour!r} is not a colour: {advice}"
    raise UsageError(message)


class Hints:
    """What a person says about the colours of a photograph.

    Parameters
    ----------
    picture : (h, w, 4) BGRA or (h, w, 2) grey and alpha, uint8 or uint16, optional
        sRGB, of the photograph's size. A pixel that is more opaque than transparent fixes the
        colour of its place; only its ab counts, and grey fixes grey.
    points : sequence of Point or (x, y, colour)
        Hints at single places; they count where the picture says something else.
    name : str, optional
        What an error calls the picture, such as the path of its file.

    Raises
    ------
    UsageError
        There is no hint in it, the picture is of another shape, or a colour is none.
    """

    def __init__(
        self,
        picture: Pixels | None = None,
        points: Sequence[tuple[int, int, str]] = (),
        name: str = "The hint picture",
    ) -> None:
        self._picture, self._name = picture, name
        self._points = [Point(*point) for point in points]
        if picture is not None:
            _check_picture(picture, name)
        elif not self._points:
            message = "The hints are empty; give a picture or points."
            raise UsageError(message)
        for point in self._points:
            hexadecimal(point.colour)

    def planes(self, height: int, width: int, side: int) -> Floats:
        """Bring the hints to the square that the network sees.

        Every pixel of the picture counts in the network's pixel in which its centre lies, which
        takes the mean of ab; so even a single one does not vanish.

        Parameters
        ----------
        height, width : int
            Size of the photograph.
        side : int
            Side of the square.

        Returns
        -------
        (3, side, side) float32
            a, b in CIELAB units and the mask, 1 where there is a hint; all 0 where there is none.

        Raises
        ------
        UsageError
            The picture is not of the photograph's size, or a point outside.
        """
        self._check(height, width)
        planes = np.zeros((3, side, side), np.float32)
        if self._picture is not None:
            _add_picture(planes, self._picture)
        for point, rows, columns in self._patches(height, width, side):
            planes[:2, rows, columns] = point.ab[:, None, None]
            planes[2, rows, columns] = 1
        return planes

    def picture(self, height: int, width: int, side: int) -> Pixels:
        """Draw the hints as a picture that says the same as they.

        Parameters
        ----------
        height, width, side : int
            As for `planes`.

        Returns
        -------
        (h, w, 4) BGRA, uint8 or uint16
            Opaque where there is a hint; a point becomes the pixels of its patch.

        Raises
        ------
        UsageError
            As for `planes`.
        """
        self._check(height, width)
        drawn: Pixels
        if self._picture is None:
            drawn = np.zeros((height, width, 4), np.uint8)
        elif self._picture.shape[2] == 2:
            drawn = self._picture[..., [0, 0, 0, 1]]
        else:
            drawn = self._picture.copy()
        most = np.iinfo(drawn.dtype).max
        for point, rows, columns in self._patches(height, width, side):
            red, green, blue = (level * (most // 255) for level in point.rgb)
            drawn[_pixels(rows, side, height), _pixels(columns, side, width)] = (
                *(blue, green, red),
                most,
            )
        return drawn

    def _check(self, height: int, width: int) -> None:
        if self._picture is not None and self._picture.shape[:2] != (height, width):
            wide = self._picture.shape
            message = (
                f"{self._name} is {wide[1]} × {wide[0]} pixels large and the upright "
                f"photograph {width} × {height}: they must have the same size."
            )
            raise UsageError(message)
        for point in self._points:
            if not (0 <= point.x < width and 0 <= point.y < height):
                message = (
                    f"The hint {point.x},{point.y} is outside the photograph, whose pixels go "
                    f"from 0,0 to {width - 1},{height - 1}."
                )
                raise UsageError(message)

    def _patches(self, height: int, width: int, side: int) -> Iterator[tuple[Point, slice, slice]]:
        """Give the points with the rows and columns of the network's pixels that they fix."""
        for reach in (_PATCH, 0):  # no patch of a neighbour covers the point itself
            for point in self._points:
                row = int((point.y + 0.5) * side / height)
                column = int((point.x + 0.5) * side / width)
                rows = slice(max(0, row - reach), row + reach + 1)
                columns = slice(max(0, column - reach), column + reach + 1)
                yield point, rows, columns


def _pixels(cells: slice, side: int, length: int) -> slice:
    """Give the pixels whose centres lie in some of the network's; one at least."""
    first, last = (math.ceil(edge * length / side - 0.5) for edge in (cells.start, cells.stop))
    first = max(0, min(first, length - 1))
    return slice(first, max(first + 1, last))


def _check_picture(picture: Pixels, name: str) -> None:
    depth = getattr(picture, "dtype", None)
    if depth not in (np.uint8, np.uint16) or picture.ndim != 3 or picture.shape[2] not in (2, 4):
        message = f"{name} must be uint8 or uint16, (h, w, 4) BGRA or (h, w, 2) grey and alpha."
        raise UsageError(message)
    if not _opaque(picture).any():
        message = f"{name} is fully transparent; paint the hints in opaque colours."
        raise UsageError(message)


def _opaque(picture: Pixels) -> npt.NDArray[np.bool_]:
    return picture[..., -1] > np.iinfo(picture.dtype).max // 2


def _add_picture(planes: Floats, picture: Pixels) -> None:
    """Take the mean of ab of the opaque pixels in each of the network's pixels."""
    side = planes.shape[1]
    picture = _at_least(picture, side)
    height, width = picture.shape[:2]
    column_of = ((np.arange(width) + 0.5) * side / width).astype(np.intp)
    row_of = ((np.arange(height) + 0.5) * side / height).astype(np.intp)
    edges = np.searchsorted(row_of, np.arange(side + 1))
    for row, (top, bottom) in enumerate(pairwise(edges)):
        band = picture[top:bottom]
        opaque = _opaque(band)
        columns = np.broadcast_to(column_of, opaque.shape)[opaque]
        count = np.bincount(columns, minlength=side)
        for channel, values in enumerate(_ab(band[opaque]).T):
            total = np.bincount(columns, values, minlength=side)
            planes[channel, row] = total / np.maximum(count, 1)
        planes[2, row] = count > 0


def _at_least(picture: Pixels, side: int) -> Pixels:
    """Repeat pixels where the picture is smaller than the square, so that no place is missed."""
    height, width = picture.shape[:2]
    if min(height, width) >= side:
        return picture
    import cv2

    size = (max(width, side), max(height, side))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST))


def _ab(pixels: Pixels) -> Floats:
    """Take a and b, (n, 2), of BGRA or grey and alpha, (n, 4) or (n, 2)."""
    if pixels.shape[1] == 2:
        return np.zeros((len(pixels), 2), np.float32)
    rgb = pixels[:, 2::-1].astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)
    return lab_from_srgb(rgb)[:, 1:]
