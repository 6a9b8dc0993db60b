"""Taking edits back: the ab of what somebody painted, and the L* of the photograph.

Whatever an editor makes of lightness, in Color mode by as much as 15 of L*, does no harm then:
only where the colours go is taken from it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from labcolor import photo as photos
from labcolor.color.floats import Floats
from labcolor.color.lab import lab_from_srgb
from labcolor.color.lightness import lightness
from labcolor.color.merge import STRIP, merge
from labcolor.errors import PhotoError
from labcolor.layers import reading
from labcolor.layers.compositing import Composite, Painted
from labcolor.photo.model import Photo, Pixels

_ALIKE = 0.8  # correlation of L*: below it, it is another picture
_ROWS = 64  # that are compared
_RIGHT = {1: 0.26, 2: 0.002}  # L* by which rounding to one or two bytes moves a pixel


class _Picture(Protocol):
    def painted(self, top: int, bottom: int) -> Painted:
        """Return the colour and the alpha of the rows from the first to before the second."""


class Retouched:
    """The colours of an edited picture, for the photograph that it was made of.

    Parameters
    ----------
    path : Path
        The edited picture: ORA or PSD, or flat in any format that labcolor reads.
    merged : bool
        Whether to take the merged picture that the editor saved beside the layers.

    Raises
    ------
    PhotoError
        There is no such file, it is damaged, or a layer of it cannot be composited; the text
        says which and what to do.
    """

    def __init__(self, path: Path, *, merged: bool = False) -> None:
        self._path = path
        self._picture: _Picture
        if reading.format_in(path) is None:
            pixels = photos.read(path).pixels
            self._size, self._picture = pixels.shape[:2], _Flat(pixels)
        else:
            layered = reading.read(path)
            self._size = layered.height, layered.width
            self._picture = _Flat(layered.merged()) if merged else Composite(layered)

    def __call__(self, photo: Photo) -> Photo:
        """Give a photograph these colours, and keep its L*.

        Raises
        ------
        PhotoError
            The edited picture is of another size, or shows something else.
        """
        self._check(photo.pixels, photo.name)
        height, width = photo.pixels.shape[:2]
        result = np.empty((height, width, 3), photo.pixels.dtype)
        step = max(1, STRIP // width)
        for top in range(0, height, step):
            rows = slice(top, min(height, top + step))
            result[rows] = _recoloured(
                photo.pixels[rows], self._picture.painted(rows.start, rows.stop)
            )
        return replace(photo, pixels=result)

    def _check(self, pixels: Pixels, name: str) -> None:
        height, width = pixels.shape[:2]
        if (height, width) != self._size:
            message = (
                f"{self._path} is {self._size[1]} × {self._size[0]} pixels large and the upright "
                f"{name} {width} × {height}: they must have the same size."
            )
            raise PhotoError(message)
        if not self._is_alike(pixels):
            message = f"{self._path} shows a different picture from {name}."
            raise PhotoError(message)

    def _is_alike(self, pixels: Pixels) -> bool:
        """Whether light and dark are where they are in the photograph."""
        every = max(1, len(pixels) // _ROWS)
        tops = range(every // 2, len(pixels), every)
        ours = np.concatenate([lightness(pixels[y : y + 1]) for y in tops])
        colours = np.concatenate([self._picture.painted(y, y + 1)[0] for y in tops])
        theirs = lab_from_srgb(colours)[..., 0]
        if min(ours.std(), theirs.std()) < 1:  # where there is nothing to correlate
            return bool(np.abs(ours.mean() - theirs.mean()) < 20)
        return bool(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > _ALIKE)


def _recoloured(pixels: Pixels, painted: Painted) -> Pixels:
    """Give pixels other colours; those whose L* is right already are taken as they are."""
    colour, alpha = painted
    ab = lab_from_srgb(colour)[..., 1:] * alpha[..., None]
    result = merge(pixels, _Known(np.ascontiguousarray(ab.transpose(2, 0, 1))))
    levels = np.rint(colour[..., ::-1] * np.iinfo(pixels.dtype).max).astype(pixels.dtype)
    off = np.abs(lightness(levels) - lightness(pixels))
    right = (off <= _RIGHT[pixels.itemsize]) & (alpha == 1)
    result[right] = levels[right]
    return result


class _Known:
    """ab that is known for every pixel."""

    def __init__(self, ab: Floats) -> None:
        self._ab = ab

    def rows(self, top: int, lightness: Floats) -> Floats:
        """Return ab of the rows from `top` on, (2, rows, width); L* only says how many."""
        return self._ab[:, top : top + len(lightness)]


class _Flat:
    """A picture without layers."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels

    def painted(self, top: int, bottom: int) -> Painted:
        """Return the colour and the alpha of the rows from the first to before the second."""
        rows = self._pixels[top:bottom]
        colour = rows[..., ::-1] if rows.ndim == 3 else np.dstack([rows] * 3)
        levels = np.float32(np.iinfo(rows.dtype).max)
        return colour / levels, np.ones(rows.shape[:2], np.float32)
