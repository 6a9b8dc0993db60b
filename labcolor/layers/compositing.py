"""Laying the visible layers of a picture over each other, some rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from labcolor.color.floats import Floats
from labcolor.errors import PhotoError
from labcolor.layers.blending import MODES, over
from labcolor.layers.model import Bounds, Group, Layer, Layered, Mask, Raster
from labcolor.photo.model import Pixels

Painted: TypeAlias = tuple[Floats, Floats]
"""Colour, (rows, width, 3) sRGB 0…1: red, green, blue; and alpha, (rows, width) 0…1."""


class Composite:
    """What the visible layers of a picture make together.

    Parameters
    ----------
    picture : Layered

    Raises
    ------
    PhotoError
        A visible layer has a mode other than Normal and Color, or more to it than pixels; the
        text names it.
    """

    def __init__(self, picture: Layered) -> None:
        self._width = picture.width
        self._layers = _visible(picture.layers)
        _check(self._layers, picture.name)

    def painted(self, top: int, bottom: int) -> Painted:
        """Return the colour and the alpha of the rows from the first to before the second."""
        nothing = _nothing(bottom - top, self._width)
        return _laid(self._layers, nothing, Bounds(0, top, self._width, bottom))


def _visible(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Leave out what is not seen."""
    seen = (layer for layer in layers if layer.visible and layer.opacity > 0)
    return tuple(layer for layer in seen if not isinstance(layer, Group) or layer.layers)


def _check(layers: Sequence[Layer], name: str) -> None:
    for layer in layers:
        through = isinstance(layer, Group) and layer.mode == "through"
        if layer.mode not in MODES and not through:
            message = (
                f"The layer {layer.name!r} of {name} has the mode {layer.mode}; use Normal or "
                "Color, hide it, or take the merged picture with --merged."
            )
            raise PhotoError(message)
        if layer.refused:
            message = (
                f"The layer {layer.name!r} of {name} is {layer.refused}; hide it, rasterise it, "
                "or take the merged picture with --merged."
            )
            raise PhotoError(message)
        if isinstance(layer, Group):
            _check(_visible(layer.layers), name)


def _nothing(height: int, width: int) -> Painted:
    return np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)


def _laid(layers: Sequence[Layer], below: Painted, bounds: Bounds) -> Painted:
    """Lay layers over what is below them, in a part of the picture."""
    for layer in layers[_lowest_seen(layers, bounds) :]:
        if isinstance(layer, Raster):
            below = _with_raster(below, layer, bounds)
        else:
            below = _with_group(below, layer, bounds)
    return below


def _lowest_seen(layers: Sequence[Layer], bounds: Bounds) -> int:
    """Find the topmost layer that hides all below it, so that those need no decoding."""
    for number in reversed(range(len(layers))):
        layer = layers[number]
        if isinstance(layer, Raster) and _hides(layer, bounds):
            return number
    return 0


def _hides(layer: Raster, bounds: Bounds) -> bool:
    if layer.mode != "normal" or layer.opacity < 1 or layer.mask:
        return False
    if _common(layer.bounds, bounds) != bounds:
        return False
    rows = _rows(layer, bounds)
    return rows.shape[2] == 3 or bool((rows[..., 3] == np.iinfo(rows.dtype).max).all())


def _common(one: Bounds, other: Bounds) -> Bounds:
    return Bounds(
        max(one.left, other.left),
        max(one.top, other.top),
        min(one.right, other.right),
        min(one.bottom, other.bottom),
    )


def _rows(layer: Raster, bounds: Bounds) -> Pixels:
    """Give the layer's pixels of a part of the picture, all of which it covers."""
    at = layer.bounds
    return layer.rows(bounds.top - at.top, bounds.bottom - at.top)[
        :, bounds.left - at.left : bounds.right - at.left
    ]


def _with_raster(below: Painted, layer: Raster, bounds: Bounds) -> Painted:
    shared = _common(layer.bounds, bounds)
    if shared.width <= 0 or shared.height <= 0:
        return below
    pixels = _rows(layer, shared)
    most = np.float32(np.iinfo(pixels.dtype).max)
    alpha = pixels[..., 3] / most if pixels.shape[2] == 4 else np.ones(pixels.shape[:2])
    alpha = alpha.astype(np.float32) * np.float32(layer.opacity)
    if layer.mask:
        alpha *= _seen(layer.mask, shared)
    if not alpha.any():
        return below
    part = (
        slice(shared.top - bounds.top, shared.bottom - bounds.top),
        slice(shared.left - bounds.left, shared.right - bounds.left),
    )
    colour = pixels[..., 2::-1] / most
    colour, alpha = over((below[0][part], below[1][part]), (colour, alpha), layer.mode)
    below[0][part], below[1][part] = colour, alpha
    return below


def _with_group(below: Painted, group: Group, bounds: Bounds) -> Painted:
    share: Floats | np.float32 = np.float32(group.opacity)
    if group.mask:
        share = share * _seen(group.mask, bounds)
    layers = _visible(group.layers)
    if group.mode != "through":
        colour, alpha = _laid(layers, _nothing(bounds.height, bounds.width), bounds)
        return over(below, (colour, alpha * share), group.mode)
    colour, alpha = _laid(layers, (below[0].copy(), below[1].copy()), bounds)
    if np.ndim(share) == 0 and share == 1:
        return colour, alpha
    # between what is below the group and what its layers make of it
    mixed = below[1] + share * (alpha - below[1])
    weighed = [painted[0] * painted[1][..., None] for painted in (below, (colour, alpha))]
    part = np.broadcast_to(share, mixed.shape)[..., None]
    total = weighed[0] + part * (weighed[1] - weighed[0])
    return total / np.maximum(mixed, 1e-6)[..., None], mixed


def _seen(mask: Mask, bounds: Bounds) -> Floats:
    """Give how much a mask shows of a part of the picture, (h, w)."""
    seen = np.full((bounds.height, bounds.width), mask.outside, np.float32)
    shared = _common(mask.bounds, bounds)
    if shared.width > 0 and shared.height > 0:
        at = mask.bounds
        rows = mask.rows(shared.top - at.top, shared.bottom - at.top)
        rows = rows[:, shared.left - at.left : shared.right - at.left]
        seen[
            shared.top - bounds.top : shared.bottom - bounds.top,
            shared.left - bounds.left : shared.right - bounds.left,
        ] = rows / np.float32(np.iinfo(rows.dtype).max)
    return seen
