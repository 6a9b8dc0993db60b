"""JPEG 2000: what its boxes say (ISO/IEC 15444-1, annex I), and boxes for metadata.

Metadata stand in `uuid` boxes, by the identifiers that ExifTool and Adobe use.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from labcolor.photo import tags
from labcolor.photo.facts import Facts
from labcolor.photo.model import Metadata
from labcolor.photo.source import Buffer

_EXIF = b"JpgTiffExif->JP2"
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_CODESTREAM = b"\xff\x4f\xff\x51"


def facts(data: Buffer) -> Facts:
    """Read the boxes of a JP2 file, or the header of a bare codestream.

    Raises
    ------
    ValueError
        When there is no codestream.
    """
    profile = b""
    said: dict[bytes, bytes] = {}
    at = 0 if data[:4] == _CODESTREAM else -1
    for kind, begin, end in _boxes(data, 0, len(data)) if at else ():
        if kind == b"jp2c":
            at = begin
        elif kind == b"uuid":
            said.setdefault(data[begin : begin + 16], data[begin + 16 : end])
        elif kind == b"jp2h":
            profile = _profile(data, begin, end)
    if at < 0 or data[at : at + 4] != _CODESTREAM:
        message = "no codestream"
        raise ValueError(message)
    # SIZ (annex A.5.1): capabilities, extent, origin, tiles, components and their depth
    _, right, bottom, left, top = struct.unpack(">H4I", data[at + 6 : at + 24])
    count, depth = struct.unpack(">HB", data[at + 40 : at + 43])
    exif = said.get(_EXIF, b"").removeprefix(b"Exif\0\0")
    iptc = said.get(_IPTC, b"")
    try:
        resolution = tags.read(exif).resolution
    except ValueError:
        resolution = None
    return Facts(
        width=right - left,
        height=bottom - top,
        bits=(depth & 0x7F) + 1,
        metadata=Metadata(exif, said.get(_XMP, b""), iptc, resolution),
        profile=profile,
        grey=count < 3,
    )


def metadata_boxes(exif: bytes, xmp: bytes, iptc: bytes) -> bytes:
    """Spell metadata as boxes, to stand at the end of a JP2 file."""
    kinds = ((_EXIF, exif), (_XMP, xmp), (_IPTC, iptc))
    return b"".join(
        struct.pack(">I4s", 24 + len(body), b"uuid") + identifier + body
        for identifier, body in kinds
        if body
    )


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


def _profile(data: Buffer, at: int, stop: int) -> bytes:
    for kind, begin, end in _boxes(data, at, stop):
        if kind == b"colr" and data[begin] == 2:  # restricted ICC
            return data[begin + 3 : end]
    return b""
