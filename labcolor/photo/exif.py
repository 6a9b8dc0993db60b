"""EXIF blocks, mended where they stand (EXIF 2.32; DCF 2.0 for the interoperability index).

Maker notes point into the block by offsets that nobody else knows, so no byte moves but those of
the thumbnail.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence

from labcolor.photo.geometry import Turn
from labcolor.photo.regions import subject
from labcolor.photo.source import Buffer
from labcolor.photo.tags import (
    ASCII,
    INTEROP_INDEX,
    Layout,
    Location,
    Order,
    Tag,
    layout_of,
    link,
    locations,
    numbers_of,
    read,
    spelled_number,
)

_ADOBE_RGB, _SRGB = b"R03\0", b"R98\0"
_JPEG = b"\xff\xd8\xff"
_POINTERS = (Tag.EXIF, Tag.GPS, Tag.INTEROP, Tag.SUB_DIRECTORIES)


def is_adobe_rgb(exif: bytes) -> bool:
    """Tell whether a camera says, in the way of DCF, that its colours are Adobe RGB."""
    try:
        inner = read(exif).children[Tag.EXIF].children[Tag.INTEROP]
    except (ValueError, KeyError):
        return False
    return inner.raw(INTEROP_INDEX) == _ADOBE_RGB


def corrected(exif: bytes, turn: Turn) -> bytes:
    """Make an EXIF block true of the upright sRGB picture, leaving every other byte in place.

    Parameters
    ----------
    exif : bytes
        From the TIFF header on.
    turn : Turn
        How the picture becomes upright.

    Returns
    -------
    bytes
        Orientation 1, of the upright size, in sRGB, with the subject's location and the
        resolutions turned, and without the thumbnail, which shows the photograph as it was.

    Raises
    ------
    ValueError
        When the block has no directory.
    """
    data, layout = bytearray(exif), layout_of(exif)
    main = _Rows(data, layout.order, locations(exif, layout, layout.first))
    inner = _Rows(data, layout.order, _child(exif, layout, main.get(Tag.EXIF)))
    interop = _Rows(data, layout.order, _child(exif, layout, inner.get(Tag.INTEROP)))
    width, height = turn.upright_size
    for rows, values in (
        (main, {Tag.ORIENTATION: 1, Tag.WIDTH: width, Tag.HEIGHT: height}),
        (inner, {Tag.PIXEL_WIDTH: width, Tag.PIXEL_HEIGHT: height, Tag.COLOR_SPACE: 1}),
    ):
        for tag, value in values.items():
            rows.put(tag, [value])
    for tag in (Tag.SUBJECT_AREA, Tag.SUBJECT_LOCATION):
        inner.put(tag, subject([int(number) for number in inner.numbers(tag)], turn))
    if turn.swaps:
        main.exchange(Tag.X_RESOLUTION, Tag.Y_RESOLUTION)
        inner.exchange(Tag.FOCAL_PLANE_X_RESOLUTION, Tag.FOCAL_PLANE_Y_RESOLUTION)
    index = interop.get(INTEROP_INDEX)
    if index is not None and index.entry(exif).value == _ADOBE_RGB:
        data[index.at : index.at + index.size] = _SRGB
    _cut_thumbnail(data, exif, layout)
    return bytes(data)


class _Rows:
    """The rows of a directory, whose numbers are overwritten where they stand."""

    def __init__(
        self, data: bytearray, order: Order, rows: Iterable[tuple[int, Location]]
    ) -> None:
        self._data = data
        self._order = order
        self._rows = list(rows)  # a tag may stand there twice, and who knows which one is read

    def get(self, tag: int) -> Location | None:
        """Find a tag."""
        return dict(self._rows).get(tag)

    def numbers(self, tag: int) -> tuple[float, ...]:
        """Give the numbers of a tag."""
        location = self.get(tag)
        return numbers_of(self._order, location.entry(bytes(self._data))) if location else ()

    def put(self, tag: int, values: Sequence[int]) -> None:
        """Overwrite the first numbers of a tag, in the type that it has, if they fit into that."""
        for location in (location for one, location in self._rows if one == tag):
            for n, value in enumerate(values[: location.number]):
                spelled = spelled_number(self._order, location.type, value)
                at = location.at + n * len(spelled)
                self._data[at : at + len(spelled)] = spelled

    def exchange(self, one: int, other: int) -> None:
        """Give each of two tags the value of the other, if they are of one kind."""
        first, second = self.get(one), self.get(other)
        if first and second and (first.type, first.number) == (second.type, second.number):
            mine, theirs = (bytes(self._data[p.at : p.at + p.size]) for p in (first, second))
            self._data[first.at : first.at + first.size] = theirs
            self._data[second.at : second.at + second.size] = mine


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


def _child(exif: Buffer, layout: Layout, pointer: Location | None) -> list[tuple[int, Location]]:
    """Find the tags of a directory that hangs from another; none when it is damaged."""
    if pointer is None:
        return []
    try:
        return list(locations(exif, layout, int(numbers_of(layout.order, pointer.entry(exif))[0])))
    except (ValueError, IndexError):
        return []


def _cut_thumbnail(data: bytearray, exif: bytes, layout: Layout) -> None:
    """Cut the second directory off, and the picture that it points to out.

    Where the pointer has gone stale there is no picture, but somebody's words. So nothing is
    blanked but what begins as a JPEG, or is said to be uncompressed samples, and of that only
    what lies outside of all directories and values.
    """
    try:
        pointer, second = link(exif, layout, layout.first)
        struct.pack_into(layout.offset, data, pointer, 0)
        where = dict(locations(exif, layout, second)) if second else {}
    except ValueError:
        return
    used = _used(exif, layout)
    for begin, end in _pictures(exif, layout.order, where):
        free = _without(used, begin, end)
        for start, stop in free:
            data[start:stop] = bytes(stop - start)
        if free == [(begin, end)] and pointer < begin and end >= len(data) - 1:
            del data[begin:]  # the last thing, as a rule


def _pictures(exif: bytes, order: Order, where: dict[int, Location]) -> Iterator[tuple[int, int]]:
    """Give the ranges of a thumbnail's pixels."""
    for offset_tag, size_tag in (
        (Tag.THUMBNAIL_OFFSET, Tag.THUMBNAIL_SIZE),
        (Tag.STRIP_OFFSETS, Tag.STRIP_SIZES),
    ):
        if offset_tag not in where or size_tag not in where:
            continue
        offsets = numbers_of(order, where[offset_tag].entry(exif))
        sizes = numbers_of(order, where[size_tag].entry(exif))
        for offset, size in zip(offsets, sizes, strict=False):
            begin, end = int(offset), min(int(offset + size), len(exif))
            if exif[begin : begin + 3] == _JPEG or offset_tag == Tag.STRIP_OFFSETS:
                yield begin, end


def _used(exif: bytes, layout: Layout) -> list[tuple[int, int]]:
    """Give the ranges of the header, of all directories and of all values, in their order."""
    used, seen, waiting = [(0, 8)], set(), [layout.first]
    while waiting:
        at = waiting.pop()
        if at in seen or not at:
            continue
        seen.add(at)
        try:
            pointer, following = link(exif, layout, at)
            rows = list(locations(exif, layout, at))
        except ValueError:
            continue
        used.append((at, pointer + struct.calcsize(layout.offset)))
        used += [(location.at, location.at + location.size) for _, location in rows]
        waiting.append(following)
        for tag, location in rows:
            if tag in _POINTERS:
                waiting += map(int, numbers_of(layout.order, location.entry(exif)))
    return sorted(used)


def _without(used: list[tuple[int, int]], begin: int, end: int) -> list[tuple[int, int]]:
    """Give what is left of a range without those that are used."""
    free = []
    for start, stop in used:
        if begin < min(start, end):
            free.append((begin, min(start, end)))
        begin = max(begin, stop)
    return [*free, (begin, end)] if begin < end else free
