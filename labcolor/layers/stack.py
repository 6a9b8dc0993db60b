"""The layers that a photograph is handed over in, for the last touch by hand.

From bottom to top: `grey`, its L*; `colour`, the result, which hides it and shows in every program
what labcolor made; a group for each part of the picture, whose other colours are a click away;
`touch-up`, empty and in the mode Color, to paint in; and `hints`, for colours that labcolor is to
go by next time. Only the first two are seen until somebody shows more.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from labcolor.color.floats import Floats
from labcolor.color.hints import Hints
from labcolor.color.lab import srgb_from_lab
from labcolor.color.merge import merge
from labcolor.color.upsample import Chroma
from labcolor.colorizer import Colorizer, Region
from labcolor.layers.model import Bounds, Group, Layer, Layered, Mask, Raster, Rows
from labcolor.photo.model import Photo, Pixels
from labcolor.photo.strips import to_8_bits

GREY, COLOUR, TOUCH_UP, HINTS = "grey", "colour", "touch-up", "hints"

_SEEN = 1 / 512  # of a cell; less is no level of 8 bits


def stack(
    photo: Photo, result: Pixels, colorizer: Colorizer, hints: Hints | None = None
) -> Layered:
    """Put a photograph and its colours into layers.

    Parameters
    ----------
    photo : Photo
        The photograph.
    result : (h, w, 3) BGR
        What the colorizer made of it.
    colorizer : Colorizer
        Says what other colours its parts may have, where its method gives a distribution.
    hints : Hints, optional
        Those that it went by.

    Returns
    -------
    Layered
        Everything but `result` is computed when it is asked for, some rows at a time.
    """
    height, width = result.shape[:2]
    whole = Bounds(0, 0, width, height)
    empty = _empty(width, result.dtype)
    drawn = hints.picture(height, width, colorizer.input_size) if hints else None
    layers: list[Layer] = [
        Raster(GREY, whole, _coloured(photo.pixels, whole, _Neutral())),
        Raster(COLOUR, whole, lambda top, bottom: result[top:bottom]),
    ]
    if colorizer.gives == "distribution":
        layers += _regions(photo.pixels, result, colorizer, hints)
    layers += [
        Raster(TOUCH_UP, whole, empty, mode="color"),
        Raster(
            HINTS,
            whole,
            empty if drawn is None else _at_depth(drawn, result.dtype),
            visible=False,
        ),
    ]
    return Layered(photo.name, width, height, tuple(layers), lambda: result, TOUCH_UP)


def _regions(
    pixels: Pixels, result: Pixels, colorizer: Colorizer, hints: Hints | None
) -> Iterator[Layer]:
    """Give a group for each part of the picture, all of whose layers are hidden."""
    for number, region in enumerate(colorizer.regions(pixels, hints), 1):
        name = f"region {number}"
        bounds = _bounds(region.cells, *pixels.shape[:2])
        if bounds is None:
            continue
        mask = Mask(bounds, _share(pixels, bounds, region.share))

        def version(called: str, rows: Rows, bounds: Bounds = bounds, mask: Mask = mask) -> Raster:
            return Raster(called, bounds, rows, visible=False, mask=mask)

        own = version(f"{name}, as it is", _cut(result, bounds))
        others = [
            version(f"{name}, {_colour_of(pixels, region, one)}", _coloured(pixels, bounds, one))
            for one in region.versions
        ]
        yield Group(name, (own, *others))


def _bounds(cells: Floats, height: int, width: int) -> Bounds | None:
    """Find where a part lies, and a cell around it; None where it is seen nowhere."""
    there = cells > _SEEN
    if not there.any():
        return None
    rows, columns = (np.flatnonzero(there.any(axis)) for axis in (1, 0))
    down, across = height / cells.shape[0], width / cells.shape[1]
    return Bounds(
        max(0, int((columns[0] - 1) * across)),
        max(0, int((rows[0] - 1) * down)),
        min(width, int(np.ceil((columns[-1] + 2) * across))),
        min(height, int(np.ceil((rows[-1] + 2) * down))),
    )


class _Neutral:
    """No chroma."""

    def rows(self, top: int, lightness: Floats) -> Floats:  # noqa: ARG002  as for all chroma
        return np.zeros((2, *lightness.shape), np.float32)


class _Below:
    """Chroma whose rows are counted from another one on."""

    def __init__(self, chroma: Chroma, first: int) -> None:
        self._chroma, self._first = chroma, first

    def rows(self, top: int, lightness: Floats) -> Floats:
        return self._chroma.rows(self._first + top, lightness)


def _coloured(pixels: Pixels, bounds: Bounds, chroma: Chroma) -> Rows:
    """Give the photograph its L* with other chroma."""

    def rows(top: int, bottom: int) -> Pixels:
        first = bounds.top + top
        part = pixels[first : bounds.top + bottom]
        return merge(part, _Below(chroma, first))[:, bounds.left : bounds.right]

    return rows


def _cut(picture: Pixels, bounds: Bounds) -> Rows:
    def rows(top: int, bottom: int) -> Pixels:
        return picture[bounds.top + top : bounds.top + bottom, bounds.left : bounds.right]

    return rows


def _at_depth(picture: Pixels, dtype: np.dtype) -> Rows:
    def rows(top: int, bottom: int) -> Pixels:
        part = picture[top:bottom]
        if part.dtype == dtype:
            return part
        return to_8_bits(part) if dtype == np.uint8 else part.astype(np.uint16) * 257

    return rows


def _empty(width: int, dtype: np.dtype) -> Rows:
    def rows(top: int, bottom: int) -> Pixels:
        return np.zeros((bottom - top, width, 4), dtype)

    return rows


def _share(pixels: Pixels, bounds: Bounds, share: Chroma) -> Rows:
    """Give how much of each pixel belongs to a part."""
    from labcolor.color.lightness import lightness

    most = np.iinfo(pixels.dtype).max

    def rows(top: int, bottom: int) -> Pixels:
        first = bounds.top + top
        seen = lightness(pixels[first : bounds.top + bottom])
        part = share.rows(first, seen)[0, :, bounds.left : bounds.right] / np.float32(Region.WHOLE)
        return np.rint(np.clip(part, 0, 1) * most).astype(pixels.dtype)

    return rows


def _colour_of(pixels: Pixels, region: Region, chroma: Chroma) -> str:
    """Name a version by its colour where the part is most itself."""
    from labcolor.color.lightness import lightness

    cells = region.cells
    row, column = np.unravel_index(cells.argmax(), cells.shape)
    y = int((row + 0.5) * pixels.shape[0] / cells.shape[0])
    x = int((column + 0.5) * pixels.shape[1] / cells.shape[1])
    seen = lightness(pixels[y : y + 1])
    a, b = chroma.rows(y, seen)[:, 0, x]
    rgb = srgb_from_lab(np.array([seen[0, x], a, b]))
    return "#" + np.rint(rgb * 255).astype(np.uint8).tobytes().hex()
