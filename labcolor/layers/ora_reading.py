"""Reading OpenRaster: the stack of its layers, each of which is decoded when it is needed.

OpenRaster baseline specification 0.0.5, and what Krita and MyPaint make of it: layers are cropped
to what is painted, and stand at an offset.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from labcolor import photo as photos
from labcolor.layers.damage import damaged
from labcolor.layers.lazy import Decoded, rows_of
from labcolor.layers.model import Bounds, Group, Layer, Layered, Raster
from labcolor.photo.model import Photo, Pixels

_OVER = {"svg:src-over": "normal", "svg:color": "color"}
_LONGEST_STACK = 1 << 24
_NOTHING = np.zeros((0, 0, 4), np.uint8)


_DAMAGE = (
    *(zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, struct.error, zlib.error),
    *(NotImplementedError, RuntimeError, ElementTree.ParseError),
)
"""What zipfile and its readers raise over archives that are damaged, encrypted or odd."""


def read(path: Path) -> Layered:
    """Read a picture in layers.

    Parameters
    ----------
    path : Path
        An ORA file.

    Raises
    ------
    PhotoError
        It is damaged, now or when a layer of it is decoded.
    """
    try:
        archive = zipfile.ZipFile(path)
        image = _stack(archive, path)
        width, height = int(image.get("w", "")), int(image.get("h", ""))
        stack = image.find("stack")
        if stack is None:
            raise damaged(path)
        layers = tuple(_layers(archive, stack, path))
    except _DAMAGE as error:
        raise damaged(path) from error

    def merged() -> Pixels:
        return _in_colour(_decoded(archive, "mergedimage.png", path).pixels)

    return Layered(str(path), width, height, layers, merged)


def _stack(archive: zipfile.ZipFile, path: Path) -> ElementTree.Element:
    if archive.getinfo("stack.xml").file_size > _LONGEST_STACK:
        raise damaged(path)
    text = archive.read("stack.xml")
    if b"<!" in text.replace(b"<!--", b""):  # nothing that an entity could blow up
        raise damaged(path)
    return ElementTree.fromstring(text)


def _layers(archive: zipfile.ZipFile, stack: ElementTree.Element, path: Path) -> Iterator[Layer]:
    """Give the layers of a stack from bottom to top."""
    for element in reversed(stack):
        name = element.get("name", "")
        opacity = float(element.get("opacity", "1"))
        visible = element.get("visibility", "visible") == "visible"
        mode = _mode(element)
        if element.tag == "stack":
            inner = tuple(_layers(archive, element, path))
            yield Group(name, inner, mode, opacity, visible)
        elif element.tag == "layer":
            yield _raster(archive, element, path, mode, opacity, visible)
        else:
            bounds, refused = Bounds(0, 0, 0, 0), f"a {element.tag}, not of pixels"
            yield Raster(
                name, bounds, lambda *_: _NOTHING, mode, opacity, visible, refused=refused
            )


def _mode(element: ElementTree.Element) -> str:
    named = element.get("composite-op", "svg:src-over")
    mode = _OVER.get(named, named.removeprefix("svg:"))
    through = element.tag == "stack" and element.get("isolation") == "auto"
    whole = mode == "normal" and float(element.get("opacity", "1")) == 1
    return "through" if through and whole else mode


def _raster(
    archive: zipfile.ZipFile,
    element: ElementTree.Element,
    path: Path,
    mode: str,
    opacity: float,
    visible: bool,
) -> Raster:
    source = element.get("src", "")
    left, top = int(element.get("x", "0")), int(element.get("y", "0"))
    width, height = _size(archive, source)

    def decode() -> Decoded:
        photo = _decoded(archive, source, path)
        return lambda: _in_colour(photo.pixels), photo.alpha

    bounds = Bounds(left, top, left + width, top + height)
    rows = rows_of(decode, bounds)
    return Raster(element.get("name", ""), bounds, rows, mode, opacity, visible)


def _size(archive: zipfile.ZipFile, source: str) -> tuple[int, int]:
    """Read the size of a layer in the header of its PNG."""
    with archive.open(source) as file:
        head = file.read(24)
    if head[12:16] != b"IHDR":
        message = f"{source} is not a PNG"
        raise ValueError(message)
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


class _Named(io.BytesIO):
    """Bytes that messages can call by a name."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def _decoded(archive: zipfile.ZipFile, source: str, path: Path) -> Photo:
    try:
        return photos.read(_Named(archive.read(source), f"{source} in {path}"))
    except _DAMAGE as error:
        raise damaged(path) from error


def _in_colour(pixels: Pixels) -> Pixels:
    """Give grey or BGR pixels as BGR."""
    import cv2

    return pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
