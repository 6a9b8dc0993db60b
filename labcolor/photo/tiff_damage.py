"""Strips and tiles of a TIFF that are damaged among good ones, which decoders conceal."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from labcolor.photo import jpeg_damage, tags
from labcolor.photo.header import Header
from labcolor.photo.source import Buffer
from labcolor.photo.tags import Tag

_JPEG = 7
_DEFLATE = (8, 32946)
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_PIECE = 1 << 20


def is_sound(data: Buffer, header: Header) -> bool:
    """Whether no strip or tile tells of damage: by its checksum, or by libjpeg's words.

    Parameters
    ----------
    data : buffer
        The file.
    header : Header
        What its header says.
    """
    first = tags.read(data, header.directory)
    compression = first.number(Tag.COMPRESSION, 1)
    if compression in _DEFLATE:
        return all(_inflates(data, at, size) for at, size in segments(first))
    if compression == _JPEG:
        tables = first.raw(Tag.JPEG_TABLES)
        head = tables[: tables.rfind(_EOI)] if tables.startswith(_SOI) else _SOI
        return not any(
            jpeg_damage.verdict(head + data[at + 2 : at + size]).lost
            for at, size in segments(first)
        )
    return True


def segments(first: tags.Directory) -> Iterator[tuple[int, int]]:
    """Give offset and size of each strip or tile."""
    for offsets, sizes in (
        (Tag.STRIP_OFFSETS, Tag.STRIP_SIZES),
        (Tag.TILE_OFFSETS, Tag.TILE_SIZES),
    ):
        for at, size in zip(first.numbers(offsets), first.numbers(sizes), strict=False):
            if size:
                yield int(at), int(size)


def _inflates(data: Buffer, at: int, size: int) -> bool:
    """Whether a strip decompresses to its end, where its checksum stands."""
    inflater = zlib.decompressobj()
    packed = data[at : at + size]
    try:
        while packed and not inflater.eof:
            inflater.decompress(packed, _PIECE)
            packed = inflater.unconsumed_tail
    except zlib.error:
        return False
    return True
