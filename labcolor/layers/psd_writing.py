"""Writing PSD, and PSB for what is too large for it, layer by layer and strip by strip.

Adobe Photoshop File Formats Specification, November 2019. Layers of 8 bits stand in the section
of layers, those of 16 bits in its block `Lr16`, as Photoshop writes them. Channels are packed by
ZIP with prediction; the merged picture is not packed, since few programs unpack anything else
there.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO

import numpy as np

from labcolor.layers.model import Bounds, Group, Layer, Layered, Mask, Raster
from labcolor.photo.lcms import srgb_profile
from labcolor.photo.model import Metadata, Pixels
from labcolor.photo.strips import strips

_RGB = 3
_KEYS = {"normal": b"norm", "color": b"colr"}
_HIDDEN, _NO_PIXELS = 0x02, 0x18
_OPEN_FOLDER, _END_OF_FOLDER = 1, 3
_RAW, _ZIP, _ZIP_PREDICTED = 0, 2, 3
_MASK = -2
_CHANNELS = (-1, 0, 1, 2)
"""Transparency, red, green, blue."""
_PLANES = {-1: 3, 0: 2, 1: 1, 2: 0}
"""Where each stands in BGRA."""
LARGEST = (1 << 31) - 1
"""Bytes of a PSD that Photoshop opens; a PSB has no such limit."""
_IN_MEMORY = 1 << 22


class TooLarge(Exception):  # noqa: N818  the caller makes an error of it, or leaves layers out
    """There is more than the 2 GB that a PSD holds."""


def write(picture: Layered, metadata: Metadata, stream: BinaryIO, *, big: bool = False) -> None:
    """Write a picture in layers.

    Parameters
    ----------
    picture : Layered
        What to write.
    metadata : Metadata
        What is said about it.
    stream : binary file
        Writable and seekable.
    big : bool
        As PSB, which holds more.

    Raises
    ------
    TooLarge
        It does not fit into a PSD; how much of it was written then is not said.
    """
    merged = picture.merged()
    bits = 8 * merged.itemsize
    version = 2 if big else 1
    size = picture.height, picture.width
    stream.write(struct.pack(">4sH6xHIIHH", b"8BPS", version, 3, *size, bits, _RGB))
    stream.write(struct.pack(">I", 0))  # no palette
    resources = b"".join(_resources(picture, metadata))
    stream.write(struct.pack(">I", len(resources)) + resources)
    with _measured(stream, big):
        if bits == 8:
            with _measured(stream, big):
                _write_layers(picture, stream, bits, big)
            stream.write(struct.pack(">I", 0))  # no mask of the whole picture
        else:
            stream.write(bytes(12 if big else 8))
            stream.write(b"8BIMLr16")
            with _measured(stream, big):
                _write_layers(picture, stream, bits, big)
    _write_merged(merged, stream)


@contextmanager
def _measured(stream: BinaryIO, big: bool, multiple: int = 4) -> Iterator[None]:
    """Put the length of what is written in front of it, padded to a multiple."""
    form = ">Q" if big else ">I"
    at = stream.tell()
    stream.write(bytes(struct.calcsize(form)))
    begin = stream.tell()
    yield
    stream.write(bytes(-(stream.tell() - begin) % multiple))
    _patch(stream, at, form, stream.tell() - begin)


def _patch(stream: BinaryIO, at: int, form: str, number: int) -> None:
    end = stream.tell()
    stream.seek(at)
    stream.write(struct.pack(form, number))
    stream.seek(end)


def _resources(picture: Layered, metadata: Metadata) -> Iterator[bytes]:
    """Spell what the file says as image resources."""
    names = [layer.name for layer, _ in _entries(picture.layers)]
    if picture.active in names:
        yield _resource(1024, struct.pack(">H", names.index(picture.active)))
    if metadata.resolution:
        x, y = (round(value * 65536) for value in metadata.resolution)
        yield _resource(1005, struct.pack(">IHHIHH", x, 1, 1, y, 1, 1))
    for number, body in (
        (1028, metadata.iptc),
        (1039, srgb_profile()),
        (1058, metadata.exif),
        (1060, metadata.xmp),
    ):
        if body:
            yield _resource(number, body)


def _resource(number: int, body: bytes) -> bytes:
    return struct.pack(">4sHHI", b"8BIM", number, 0, len(body)) + body + bytes(len(body) % 2)


@dataclass(frozen=True)
class _Record:
    """A layer's entry in the list: where its channels' lengths stand, and what fills them."""

    layer: Raster | None
    lengths: tuple[int, ...]


def _write_layers(picture: Layered, stream: BinaryIO, bits: int, big: bool) -> None:
    entries = list(_entries(picture.layers))
    stream.write(struct.pack(">h", len(entries)))
    records = [_write_record(stream, layer, section, big) for layer, section in entries]
    for record in records:
        if record.layer is None:
            for at in record.lengths:
                _patch(stream, at, ">Q" if big else ">I", 2)
                stream.write(struct.pack(">H", _RAW))
        else:
            _write_channels(stream, record.layer, record.lengths, bits, big)
        if not big and stream.tell() + _bytes_of(picture, bits) > LARGEST:
            raise TooLarge


def _bytes_of(picture: Layered, bits: int) -> int:
    """Say how much the merged picture takes."""
    return picture.width * picture.height * 3 * bits // 8


def _entries(layers: Iterable[Layer]) -> Iterator[tuple[Layer, int]]:
    """List layers from bottom to top, each group between an end and a beginning."""
    for layer in layers:
        if isinstance(layer, Group):
            yield Group("</Layer group>", ()), _END_OF_FOLDER
            yield from _entries(layer.layers)
            yield layer, _OPEN_FOLDER
        else:
            yield layer, 0


def _write_record(stream: BinaryIO, layer: Layer, section: int, big: bool) -> _Record:
    raster = layer if isinstance(layer, Raster) else None
    bounds = raster.bounds if raster else Bounds(0, 0, 0, 0)
    channels = (*_CHANNELS, _MASK) if layer.mask else _CHANNELS
    stream.write(struct.pack(">4i", bounds.top, bounds.left, bounds.bottom, bounds.right))
    stream.write(struct.pack(">H", len(channels)))
    lengths = []
    for channel in channels:
        stream.write(struct.pack(">h", channel))
        lengths.append(stream.tell())
        stream.write(bytes(8 if big else 4))
    flags = (0 if layer.visible else _HIDDEN) | (0 if raster else _NO_PIXELS)
    key, opacity = _KEYS[layer.mode], round(layer.opacity * 255)
    stream.write(struct.pack(">4s4sBBBx", b"8BIM", key, opacity, 0, flags))
    with _measured(stream, big=False):
        stream.write(_mask_record(layer.mask))
        stream.write(struct.pack(">I", 0))  # no blending ranges
        stream.write(_pascal(layer.name))
        name = layer.name.encode("utf-16-be")
        stream.write(_block(b"luni", struct.pack(">I", len(name) // 2) + name))
        if section:
            stream.write(_block(b"lsct", struct.pack(">I4s4s", section, b"8BIM", key)))
    return _Record(raster, tuple(lengths))


def _mask_record(mask: Mask | None) -> bytes:
    if mask is None:
        return struct.pack(">I", 0)
    bounds = mask.bounds
    edges = bounds.top, bounds.left, bounds.bottom, bounds.right
    return struct.pack(">I4iBB2x", 20, *edges, round(mask.outside * 255), 0)


def _pascal(name: str) -> bytes:
    """Spell a name for old programs, padded to a multiple of 4."""
    short = name.encode("ascii", "replace")[:255]
    text = bytes([len(short)]) + short
    return text + bytes(-len(text) % 4)


def _block(key: bytes, body: bytes) -> bytes:
    padded = body + bytes(-len(body) % 4)
    return struct.pack(">4s4sI", b"8BIM", key, len(padded)) + padded


def _write_channels(
    stream: BinaryIO, layer: Raster, lengths: tuple[int, ...], bits: int, big: bool
) -> None:
    """Write a layer's channels, all of which are packed in one go over its rows."""
    with ExitStack() as stack:
        packed = [stack.enter_context(_spool()) for _ in lengths]
        # nothing repeats in 16 bits of a photograph; not to look for it halves the time
        how = zlib.Z_RLE if bits == 16 else zlib.Z_DEFAULT_STRATEGY
        packers = [zlib.compressobj(1, strategy=how) for _ in lengths]
        for strip in strips((layer.bounds.height, layer.bounds.width)):
            planes = _planes(layer, strip.start, strip.stop, bits)
            for file, packer, plane in zip(packed, packers, planes, strict=True):
                file.write(packer.compress(_samples(plane)))
        for at, file, packer in zip(lengths, packed, packers, strict=True):
            file.write(packer.flush())
            _patch(stream, at, ">Q" if big else ">I", file.tell() + 2)
            stream.write(struct.pack(">H", _ZIP_PREDICTED if bits == 8 else _ZIP))
            file.seek(0)
            while piece := file.read(1 << 20):
                stream.write(piece)


def _spool() -> IO[bytes]:
    return SpooledTemporaryFile(max_size=_IN_MEMORY)


def _planes(layer: Raster, top: int, bottom: int, bits: int) -> Iterator[Pixels]:
    """Give the planes of some rows in the order of `_CHANNELS`, and the mask's."""
    rows = layer.rows(top, bottom)
    for channel in _CHANNELS:
        if _PLANES[channel] < rows.shape[2]:
            yield rows[..., _PLANES[channel]]
        else:
            yield np.full(rows.shape[:2], (1 << bits) - 1, rows.dtype)
    if layer.mask:
        yield layer.mask.rows(top, bottom)


def _samples(plane: Pixels) -> bytes:
    """Give samples of 8 bits as differences from their left neighbours, others as they are.

    Krita 5.1 takes differences of 16 bits apart in the wrong order of bytes.
    """
    if plane.dtype == np.uint8:
        differences = plane.copy()
        differences[:, 1:] -= plane[:, :-1]
        return differences.tobytes()
    return plane.astype(">u2").tobytes()


def _write_merged(merged: Pixels, stream: BinaryIO) -> None:
    stream.write(struct.pack(">H", _RAW))
    for plane in (2, 1, 0):
        for rows in strips(merged.shape):
            samples = merged[rows, :, plane]
            stream.write(samples.astype(samples.dtype.newbyteorder(">")).tobytes())
