"""Writing OpenRaster: a ZIP archive of PNG files and a stack of them in XML.

OpenRaster baseline specification 0.0.5. It has no masks, so a mask goes into the transparency.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.etree import ElementTree

import numpy as np

from labcolor.layers.model import Bounds, Group, Layer, Layered, Raster
from labcolor.photo import png
from labcolor.photo.lcms import srgb_profile
from labcolor.photo.model import Metadata, Pixels
from labcolor.photo.strips import strips, to_8_bits

_MODES = {"normal": "svg:src-over", "color": "svg:color"}
_THUMBNAIL = 256
_DATE = (1980, 1, 1, 0, 0, 0)  # the same picture gives the same bytes again


def write(picture: Layered, metadata: Metadata, stream: BinaryIO) -> None:
    """Write a picture in layers.

    Parameters
    ----------
    picture : Layered
        What to write.
    metadata : Metadata
        What is said about it; it goes into the merged picture, and the resolution into the stack.
    stream : binary file
        Writable and seekable.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry("mimetype"), b"image/openraster")
        _Stack(archive, picture, metadata).write()


class _Stack:
    def __init__(self, archive: zipfile.ZipFile, picture: Layered, metadata: Metadata) -> None:
        self._archive = archive
        self._picture = picture
        self._metadata = metadata
        self._profile = srgb_profile()
        self._count = 0

    def write(self) -> None:
        """Write the layers, the stack that names them, and the merged picture."""
        picture = self._picture
        image = ElementTree.Element("image", version="0.0.5", w=str(picture.width))
        image.set("h", str(picture.height))
        if self._metadata.resolution:
            for name, value in zip(("xres", "yres"), self._metadata.resolution, strict=True):
                image.set(name, str(round(value)))
        self._put_all(ElementTree.SubElement(image, "stack"), picture.layers)
        ElementTree.indent(image)
        text = ElementTree.tostring(image, "UTF-8", xml_declaration=True)
        self._archive.writestr(_entry("stack.xml"), text)
        merged = picture.merged()
        self._put_png("mergedimage.png", merged.shape, _in_strips(merged), self._metadata)
        self._archive.writestr(_entry("Thumbnails/thumbnail.png"), _thumbnail(merged))

    def _put_all(self, parent: ElementTree.Element, layers: Iterable[Layer]) -> None:
        for layer in reversed(tuple(layers)):  # the topmost comes first
            if isinstance(layer, Group):
                inner = ElementTree.SubElement(parent, "stack", isolation="isolate")
                self._put_all(inner, layer.layers)
            else:
                inner = ElementTree.SubElement(parent, "layer", src=self._put_raster(layer))
            bounds = layer.bounds if isinstance(layer, Raster) else Bounds(0, 0, 0, 0)
            inner.set("name", layer.name)
            inner.set("x", str(bounds.left))
            inner.set("y", str(bounds.top))
            inner.set("opacity", f"{layer.opacity:g}")
            inner.set("visibility", "visible" if layer.visible else "hidden")
            inner.set("composite-op", _MODES[layer.mode])
            if layer.name == self._picture.active:
                inner.set("selected", "true")

    def _put_raster(self, layer: Raster) -> str:
        name = f"data/layer{self._count}.png"
        self._count += 1
        shape = layer.bounds.height, layer.bounds.width
        rows = (_in_order(layer, strip.start, strip.stop) for strip in strips(shape))
        self._put_png(name, shape, rows, Metadata())
        return name

    def _put_png(
        self, name: str, shape: tuple[int, ...], rows: Iterator[Pixels], metadata: Metadata
    ) -> None:
        with self._archive.open(_entry(name), "w", force_zip64=True) as file:
            png.write_rows(rows, (shape[0], shape[1]), self._profile, metadata, file)


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _DATE)


def _in_order(layer: Raster, top: int, bottom: int) -> Pixels:
    """Give rows of a layer as RGB or RGBA, its mask in the alpha."""
    import cv2

    rows = layer.rows(top, bottom)
    if layer.mask is None:
        return cv2.cvtColor(rows, cv2.COLOR_BGR2RGB if rows.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    assert layer.mask.bounds == layer.bounds  # as labcolor makes them
    alpha = layer.mask.rows(top, bottom)
    if rows.shape[2] == 4:
        most = np.iinfo(rows.dtype).max
        both = alpha.astype(np.float64) * rows[..., 3] / most
        alpha = np.rint(both).astype(rows.dtype)
    # no colour where nobody sees it, which packs better
    return np.dstack([rows[..., 2::-1] * (alpha > 0)[..., None], alpha])


def _in_strips(pixels: Pixels) -> Iterator[Pixels]:
    import cv2

    return (cv2.cvtColor(pixels[rows], cv2.COLOR_BGR2RGB) for rows in strips(pixels.shape))


def _thumbnail(merged: Pixels) -> bytes:
    import cv2

    height, width = merged.shape[:2]
    scale = min(1.0, _THUMBNAIL / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = to_8_bits(cv2.resize(merged, size, interpolation=cv2.INTER_AREA))
    file = io.BytesIO()
    png.write_rows(_in_strips(small), (size[1], size[0]), srgb_profile(), Metadata(), file)
    return file.getvalue()
