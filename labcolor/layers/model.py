"""A picture in layers, as writers are given it and readers find it: rasters in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from labcolor.photo.model import Pixels

Mode: TypeAlias = str
"""How a layer is laid over those below: `normal`, `color`, or another program's name of a mode.

A group may be `through`: its layers are laid over what is below the group, one by one.
"""

Rows: TypeAlias = Callable[[int, int], Pixels]
"""Gives the rows from the first number to before the second."""


class Bounds(NamedTuple):
    """Where a layer lies in the picture: columns and rows, the last ones excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top


@dataclass(frozen=True)
class Mask:
    """How much of a layer is seen.

    Attributes
    ----------
    bounds : Bounds
        Where it is told for each pixel.
    rows : Rows
        (n, w) of uint8 or uint16: 0 hides.
    outside : float, 0 or 1
        How much is seen everywhere else.
    """

    bounds: Bounds
    rows: Rows
    outside: float = 0.0


@dataclass(frozen=True)
class Raster:
    """A layer of pixels.

    Attributes
    ----------
    name : str
    bounds : Bounds
        Of its pixels; outside them it is transparent.
    rows : Rows
        (n, w, 3) BGR or (n, w, 4) BGRA, uint8 or uint16, sRGB; rows are counted from the top of
        its bounds.
    mode : Mode
    opacity : float, 0…1
    visible : bool
    mask : Mask, optional
    refused : str
        Why it cannot be composited by us, in a few words; empty where it can.
    """

    name: str
    bounds: Bounds
    rows: Rows
    mode: Mode = "normal"
    opacity: float = 1.0
    visible: bool = True
    mask: Mask | None = None
    refused: str = ""


@dataclass(frozen=True)
class Group:
    """Layers that are handled as one.

    Attributes
    ----------
    name : str
    layers : tuple of Raster or Group
        From bottom to top.
    mode, opacity, visible, mask, refused
        As for a raster.
    """

    name: str
    layers: tuple[Raster | Group, ...]
    mode: Mode = "normal"
    opacity: float = 1.0
    visible: bool = True
    mask: Mask | None = None
    refused: str = ""


Layer: TypeAlias = "Raster | Group"


@dataclass(frozen=True)
class Layered:
    """A picture in layers.

    Attributes
    ----------
    name : str
        How messages call its file.
    width, height : int
    layers : tuple of Layer
        From bottom to top.
    merged : callable
        Gives the picture that all visible layers together make, (h, w, 3) BGR.
    active : str
        The name of the layer that an editor begins with; empty where it is not said.
    """

    name: str
    width: int
    height: int
    layers: tuple[Layer, ...]
    merged: Callable[[], Pixels]
    active: str = ""

    def rasters(self) -> Iterator[Raster]:
        """Give all layers of pixels, whatever group they are in, from bottom to top."""
        yield from _rasters(self.layers)


def _rasters(layers: tuple[Layer, ...]) -> Iterator[Raster]:
    for layer in layers:
        if isinstance(layer, Group):
            yield from _rasters(layer.layers)
        else:
            yield layer
