"""EXIF blocks, mended where they stand (EXIF 2.32; DCF 2.0 for the interoperability index).

Maker notes point into the block by offsets that nobody else knows, so no byte moves but those of
the thumbnail.
"""

from __future__ import annotations

import struct

from labcolor.photo.source import Buffer
from labcolor.photo.tags import (
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
