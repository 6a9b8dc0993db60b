"""JPEG 2000: what its boxes say (ISO/IEC 15444-1, annex I), and boxes for metadata.

Metadata stand in `uuid` boxes, by the identifiers that ExifTool and Adobe use.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from labcolor.photo import tags
from labcolor.photo.header import Header
from labcolor.photo.model import Metadata
from labcolor.photo.source import Buffer

_EXIF = b"JpgTiffExif->JP2"
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_CODESTREAM = b"\xff\x4f\xff\x51"
_TILE_PART, _END = 0xFF90, b"\xff\xd9"
_INCHES_A_METRE = 1 / 0.0254
_MOST = 0xFFFF
_MOST_LACKING = 1 << 28


def read_header(data: Buffer) -> Header:
    """Read the boxes of a JP2 file, or the header of a bare codestream.

    Raises
    ------
    ValueError
        When there is no codestream.
    """
    box = _Header()
    metadata: dict[bytes, bytes] = {}
    at, stop = (0 if data[:4] == _CODESTREAM else -1), len(data)
    for kind, begin, end in _boxes(data, 0, len(data)) if at else ():
        if kind == b"jp2c":
            at, stop = begin, end
        elif kind == b"uuid":
            metadata.setdefault(data[begin : begin + 16], data[begin + 16 : end])
        elif kind == b"jp2h":
            box = _header(data, begin, end)
    if at < 0 or data[at : at + 4] != _CODESTREAM:
        message = "no codestream"
        raise ValueError(message)
    # SIZ (annex A.5.1): capabilities, extent, origin, tiles, components and their depth
    _, right, bottom, left, top = struct.unpack(">H4I", data[at + 6 : at + 24])
    (count,) = struct.unpack(">H", data[at + 40 : at + 42])
    depths = tuple((depth & 0x7F) + 1 for depth in data[at + 42 : at + 42 + 3 * count : 3])
    exif = metadata.get(_EXIF, b"").removeprefix(b"Exif\0\0")
    return Header(
        width=right - left,
        height=bottom - top,
        bits=depths[0],
        depths=() if box.has_palette else depths,
        metadata=Metadata(
            exif,
            metadata.get(_XMP, b""),
            metadata.get(_IPTC, b""),
            box.resolution or _resolution_of(exif),
        ),
        profile=box.profile,
        grey=count < 3,
        complete=_TileParts(data, at, stop).complete,
    )


def mended(data: Buffer) -> bytes:
    """Fill a codestream that is cut up with zeros, which are packets of nothing to a decoder."""
    at = data.find(_CODESTREAM)
    parts = _TileParts(data, at, len(data))
    size = 0
    if parts.broken >= 0:
        size = int.from_bytes(data[parts.broken + 6 : parts.broken + 10], "big")
    lacking = min(max(0, parts.broken + size - len(data)), _MOST_LACKING)
    return data[at:] + bytes(lacking) + _END


class _TileParts:
    """The chain of tile-parts of a codestream (annex A.4.2).

    Attributes
    ----------
    complete : bool
        Whether all tiles have all their parts, to the end.
    broken : int
        Where the tile-part begins that reaches beyond the end; -1 for none.
    """

    def __init__(self, data: Buffer, at: int, stop: int) -> None:
        self.broken = -1
        self.complete = False
        right, bottom, _, _, width, height, left, top = struct.unpack(
            ">8I", data[at + 8 : at + 40]
        )
        if not (width and height):
            return
        across, down = -(-(right - left) // width), -(-(bottom - top) // height)
        lacking = dict.fromkeys(range(min(max(0, across * down), _MOST)), 1)
        at += 2
        while at + 4 <= stop:
            marker, length = struct.unpack(">HH", data[at : at + 4])
            if marker != _TILE_PART:
                if marker >> 8 != 0xFF or data[at : at + 2] == _END:
                    break
                at += 2 + length
                continue
            if at + 12 > stop:
                return
            tile, size, part, parts = struct.unpack(">HIBB", data[at + 4 : at + 12])
            size = size or stop - at - len(_END)  # the last one may leave it open
            if at + size > stop or size < 12:
                self.broken = at
                return
            if not parts or part + 1 == parts:
                lacking.pop(tile, None)
            at += size
        self.complete = not lacking and (at >= stop or data[at : at + 2] == _END)


class _Header(NamedTuple):
    """What the header box says."""

    profile: bytes = b""
    resolution: tuple[float, float] | None = None
    has_palette: bool = False


def _header(data: Buffer, at: int, stop: int) -> _Header:
    profile, has_palette = b"", False
    resolutions: dict[bytes, tuple[float, float]] = {}
    for kind, begin, end in _boxes(data, at, stop):
        has_palette |= kind == b"pclr"
        if kind == b"colr" and data[begin] == 2 and not profile:  # restricted ICC
            profile = data[begin + 3 : end]
        if kind == b"res ":
            for inner, first, last in _boxes(data, begin, end):
                found = _resolution(data[first:last])
                if inner in _RESOLUTIONS and found:
                    resolutions[inner] = found
    # of the scanner rather than for showing
    chosen = next((resolutions[kind] for kind in _RESOLUTIONS if kind in resolutions), None)
    return _Header(profile, chosen, has_palette)


_RESOLUTIONS = (b"resc", b"resd")


def _resolution(body: bytes) -> tuple[float, float] | None:
    """Read pixels a metre (annex I.5.3.7), vertically first, as pixels an inch."""
    if len(body) < 10:
        return None
    y, y_part, x, x_part, y_power, x_power = struct.unpack_from(">4H2b", body)
    if not (x and y and x_part and y_part):
        return None
    horizontal, vertical = x / x_part * 10.0**x_power, y / y_part * 10.0**y_power
    return round(horizontal / _INCHES_A_METRE, 2), round(vertical / _INCHES_A_METRE, 2)


def _resolution_of(exif: bytes) -> tuple[float, float] | None:
    try:
        return tags.read(exif).resolution
    except ValueError:
        return None


def with_resolution(encoded: bytes, resolution: tuple[float, float]) -> bytes:
    """Add a resolution to the header box of a JP2 file.

    Parameters
    ----------
    encoded : bytes
        As an encoder wrote it.
    resolution : tuple of float
        Horizontally and vertically, in pixels an inch.
    """
    x, y = (_fraction(value * _INCHES_A_METRE) for value in resolution)
    capture = struct.pack(">4H2b", *y[:2], *x[:2], y[2], x[2])
    added = _box(b"res ", _box(b"resc", capture))
    for kind, begin, end in _boxes(encoded, 0, len(encoded)):
        if kind == b"jp2h":
            header = _box(kind, encoded[begin:end] + added)
            return encoded[: begin - 8] + header + encoded[end:]
    return encoded


def _fraction(value: float) -> tuple[int, int, int]:
    """Give a number as a numerator and a denominator of 16 bits and a power of ten."""
    power = 0
    while value > _MOST:
        value, power = value / 10, power + 1
    near = Fraction(value).limit_denominator(max(1, int(_MOST / max(value, 1))))
    return near.numerator, near.denominator, power


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def metadata_boxes(exif: bytes, xmp: bytes, iptc: bytes) -> bytes:
    """Spell metadata as boxes, to stand at the end of a JP2 file."""
    kinds = ((_EXIF, exif), (_XMP, xmp), (_IPTC, iptc))
    return b"".join(_box(b"uuid", identifier + body) for identifier, body in kinds if body)


def _boxes(data: Buffer, at: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Give kind, begin and end of the contents of the boxes between two offsets."""
    while at + 8 <= stop:
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        begin = at + 8
        if length == 1 and begin + 8 <= stop:
            length = struct.unpack(">Q", data[begin : begin + 8])[0]
            begin += 8
        end = stop if length == 0 else min(stop, at + length)
        if end < begin:
            return
        yield kind, begin, end
        at = end
