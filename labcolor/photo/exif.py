"""EXIF blocks, mended where they stand (EXIF 2.32; DCF 2.0 for the interoperability index).

Maker notes point into the block by offsets that nobody else knows, so no byte moves but those of
the thumbnail.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from labcolor.photo.source import Buffer
from labcolor.photo.tags import (
    ASCII,
    INTEROP_INDEX,
    LONG,
    SHORT,
    Layout,
    Place,
    Tag,
    layout_of,
    link,
    numbers_of,
    places,
    read,
)

_ADOBE_RGB, _SRGB = b"R03\0", b"R98\0"


def is_adobe_rgb(exif: bytes) -> bool:
    """Tell whether a camera says, in the way of DCF, that its colours are Adobe RGB."""
    try:
        inner = read(exif).children[Tag.EXIF].children[Tag.INTEROP]
    except (ValueError, KeyError):
        return False
    return inner.raw(INTEROP_INDEX) == _ADOBE_RGB


def corrected(exif: bytes, width: int, height: int) -> bytes:
    """Make an EXIF block true of the upright sRGB picture, leaving every other byte in place.

    Parameters
    ----------
    exif : bytes
        From the TIFF header on.
    width, height : int
        Of the upright picture.

    Returns
    -------
    bytes
        Orientation 1, of this size, in sRGB, and without the thumbnail, which shows the
        photograph as it was.

    Raises
    ------
    ValueError
        When the block has no directory.
    """
    data, layout = bytearray(exif), layout_of(exif)
    main = dict(places(exif, layout, layout.first))
    inner = _child(exif, layout, main.get(Tag.EXIF))
    interop = _child(exif, layout, inner.get(Tag.INTEROP))
    _patch(data, layout, main, {Tag.ORIENTATION: 1, Tag.WIDTH: width, Tag.HEIGHT: height})
    size = {Tag.PIXEL_WIDTH: width, Tag.PIXEL_HEIGHT: height}
    _patch(data, layout, inner, {**size, Tag.COLOR_SPACE: 1})
    index = interop.get(INTEROP_INDEX)
    if index is not None and index.entry(exif).value == _ADOBE_RGB:
        data[index.at : index.at + index.size] = _SRGB
    _cut_thumbnail(data, exif, layout)
    return bytes(data)


def with_texts(exif: bytes, texts: Mapping[int, bytes]) -> bytes:
    """Set tags of the main directory to texts, leaving every other byte in place.

    The directory is written anew at the end, with the texts behind it.

    Parameters
    ----------
    exif : bytes
        From the TIFF header on, without thumbnail.
    texts : mapping of int to bytes
        Texts by tag, not terminated.

    Raises
    ------
    ValueError
        When the block has no directory of the kind that EXIF has.
    """
    layout = layout_of(exif)
    if layout.big:
        message = "EXIF has no offsets of 64 bits"
        raise ValueError(message)
    order, begin = layout.order, layout.first + 2
    end = link(exif, layout, layout.first)[0]
    rows = [exif[at : at + 12] for at in range(begin, end, 12)]
    rows = [row for row in rows if struct.unpack_from(f"{order}H", row)[0] not in texts]
    data = bytearray(exif) + bytes(len(exif) % 2)
    first = len(data)
    values_at, values = first + 2 + 12 * (len(rows) + len(texts)) + 4, b""
    for tag, text in texts.items():
        ended = text.ljust(4, b"\0") + b"\0"  # too long for the row in any case
        rows.append(struct.pack(f"{order}HHII", tag, ASCII, len(ended), values_at + len(values)))
        values += ended + bytes(len(ended) % 2)
    rows.sort(key=lambda row: struct.unpack_from(f"{order}H", row))
    struct.pack_into(layout.offset, data, 4, first)
    return bytes(data) + struct.pack(f"{order}H", len(rows)) + b"".join(rows) + bytes(4) + values


def _child(exif: Buffer, layout: Layout, pointer: Place | None) -> dict[int, Place]:
    """Find the tags of a directory that hangs from another; none when it is damaged."""
    if pointer is None:
        return {}
    try:
        return dict(places(exif, layout, int(numbers_of(layout.order, pointer.entry(exif))[0])))
    except (ValueError, IndexError):
        return {}


def _patch(
    data: bytearray, layout: Layout, where: dict[int, Place], values: dict[Tag, int]
) -> None:
    """Overwrite single numbers where they stand, in the type that they have."""
    for tag, value in values.items():
        place = where.get(tag)
        if place is None or place.type not in (SHORT, LONG) or place.number != 1:
            continue
        letter, fitting = ("H", min(value, 0xFFFF)) if place.type == SHORT else ("I", value)
        struct.pack_into(f"{layout.order}{letter}", data, place.at, fitting)


def _cut_thumbnail(data: bytearray, exif: bytes, layout: Layout) -> None:
    """Cut the second directory off, and the picture that it points to out."""
    try:
        pointer, second = link(exif, layout, layout.first)
        struct.pack_into(layout.offset, data, pointer, 0)
        where = dict(places(exif, layout, second)) if second else {}
    except ValueError:
        return
    for offset_tag, size_tag in (
        (Tag.THUMBNAIL_OFFSET, Tag.THUMBNAIL_SIZE),
        (Tag.STRIP_OFFSETS, Tag.STRIP_SIZES),
    ):
        if offset_tag not in where or size_tag not in where:
            continue
        offsets = numbers_of(layout.order, where[offset_tag].entry(exif))
        sizes = numbers_of(layout.order, where[size_tag].entry(exif))
        for offset, size in zip(offsets, sizes, strict=False):
            begin, end = int(offset), min(int(offset + size), len(data))
            data[begin:end] = bytes(max(0, end - begin))
            if pointer < begin < end and end >= len(data) - 1:  # the last thing, as a rule
                del data[begin:]
