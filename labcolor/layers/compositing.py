"""Laying the visible layers of a picture over each other, some rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from labcolor.color.floats import Floats
from labcolor.errors import PhotoError
from labcolor.layers.blending import MODES, over
from labcolor.layers.model import Group, Layer, Layered, Mask, Place, Raster
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
        return _laid(self._layers, nothing, Place(0, top, self._width, bottom))


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


def _laid(layers: Sequence[Layer], below: Painted, place: Place) -> Painted:
    """Lay layers over what is below them, in a part of the picture."""
    for layer in layers[_lowest_seen(layers, place) :]:
        if isinstance(layer, Raster):
            below = _with_raster(below, layer, place)
        else:
            below = _with_group(below, layer, place)
    return below


def _lowest_seen(layers: Sequence[Layer], place: Place) -> int:
    """Find the topmost layer that hides all below it, so that those need no decoding."""
    for number in reversed(range(len(layers))):
        layer = layers[number]
        if isinstance(layer, Raster) and _hides(layer, place):
            return number
    return 0


def _hides(layer: Raster, place: Place) -> bool:
    if layer.mode != "normal" or layer.opacity < 1 or layer.mask:
        return False
    if _common(layer.place, place) != place:
        return False
    rows = _rows(layer, place)
    return rows.shape[2] == 3 or bool((rows[..., 3] == np.iinfo(rows.dtype).max).all())


def _common(one: Place, other: Place) -> Place:
    return Place(
        max(one.left, other.left),
        max(one.top, other.top),
        min(one.right, other.right),
        min(one.bottom, other.bottom),
    )


def _rows(layer: Raster, place: Place) -> Pixels:
    """Give the layer's pixels of a part of the picture, all of which it covers."""
    at = layer.place
    return layer.rows(place.top - at.top, place.bottom - at.top)[
        :, place.left - at.left : place.right - at.left
    ]


def _with_raster(below: Painted, layer: Raster, place: Place) -> Painted:
    shared = _common(layer.place, place)
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
        slice(shared.top - place.top, shared.bottom - place.top),
        slice(shared.left - place.left, shared.right - place.left),
    )
    colour = pixels[..., 2::-1] / most
    colour, alpha = over((below[0][part], below[1][part]), (colour, alpha), layer.mode)
    below[0][part], below[1][part] = colour, alpha
    return below


def _with_group(below: Painted, group: Group, place: Place) -> Painted:
    share: Floats | np.float32 = np.float32(group.opacity)
    if group.mask:
        share = share * _seen(group.mask, place)
    layers = _visible(group.layers)
    if group.mode != "through":
        colour, alpha = _laid(layers, _nothing(place.height, place.width), place)
        return over(below, (colour, alpha * share), group.mode)
    colour, alpha = _laid(layers, (below[0].copy(), below[1].copy()), place)
    if np.ndim(share) == 0 and share == 1:
        return colour, alpha
    # between what is below the group and what its layers make of it
    mixed = below[1] + share * (alpha - below[1])
    weighed = [painted[0] * painted[1][..., None] for painted in (below, (colour, alpha))]
    part = np.broadcast_to(share, mixed.shape)[..., None]
    total = weighed[0] + part * (weighed[1] - weighed[0])
    return total / np.maximum(mixed, 1e-6)[..., None], mixed


def _seen(mask: Mask, place: Place) -> Floats:
    """Give how much a mask shows of a part of the picture, (h, w)."""
    seen = np.full((place.height, place.width), mask.outside, np.float32)
    shared = _common(mask.place, place)
    if shared.width > 0 and shared.height > 0:
        at = mask.place
        rows = mask.rows(shared.top - at.top, shared.bottom - at.top)
        rows = rows[:, shared.left - at.left : shared.right - at.left]
        seen[
            shared.top - place.top : shared.bottom - place.top,
            shared.left - place.left : shared.right - place.left,
        ] = rows / np.float32(np.iinfo(rows.dtype).max)
    return seen
