"""Directories of tags as TIFF files and EXIF blocks have them (TIFF 6.0, section 2; EXIF 2.32).

Values stay in the bytes and the byte order that they were found in, so unknown tags and maker
notes come through as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, NamedTuple

from labcolor.photo.source import Buffer


class Tag(IntEnum):
    """The tags that mean something here, by their numbers."""

    SUBFILE = 254
    OLD_SUBFILE = 255
    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    DESCRIPTION = 270
    STRIP_OFFSETS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_SIZES = 279
    X_RESOLUTION = 282
    Y_RESOLUTION = 283
    PLANAR = 284
    RESOLUTION_UNIT = 296
    SOFTWARE = 305
    PREDICTOR = 317
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_SIZES = 325
    SUB_DIRECTORIES = 330
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    JPEG_TABLES = 347
    THUMBNAIL_OFFSET = 513
    THUMBNAIL_SIZE = 514
    XMP = 700
    IPTC = 33723
    PHOTOSHOP = 34377
    EXIF = 34665
    ICC = 34675
    SUBJECT_AREA = 37396
    GPS = 34853
    COLOR_SPACE = 40961
    PIXEL_WIDTH = 40962
    PIXEL_HEIGHT = 40963
    INTEROP = 40965
    FOCAL_PLANE_X_RESOLUTION = 41486
    FOCAL_PLANE_Y_RESOLUTION = 41487
    SUBJECT_LOCATION = 41492
    DNG_VERSION = 50706


INTEROP_INDEX = 1
"""A tag of the interoperability directory, where numbers begin anew."""

ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SIGNED_RATIONAL, LONG8 = 2, 3, 4, 5, 7, 10, 16
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
SIZES |= {16: 8, 17: 8, 18: 8}  # BigTIFF
_LETTERS = {1: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 13: "I", 16: "Q", 18: "Q"}
_LONGEST = 1 << 25
"""Longer values are a program's private copy of the picture, such as Photoshop's layers."""

Order = Literal["<", ">"]
_CHILDREN = (Tag.EXIF, Tag.GPS, Tag.INTEROP)

# How a picture is stored, as opposed to what it shows: the writer states these itself.
_STRUCTURE = frozenset(
    {*range(254, 260), 262, 263, 264, 265, 266, 273, *range(277, 282), 284, *range(288, 294)}
    | {301, *range(317, 326), 330, *range(332, 335), *range(336, 348), *range(512, 522)}
    | {*range(529, 533), Tag.XMP, Tag.IPTC, Tag.PHOTOSHOP, Tag.ICC, 37724, *_CHILDREN}
)


class Entry(NamedTuple):
    """A tag's value: its TIFF type, the number of them, and their bytes."""

    type: int
    number: int
    value: bytes


@dataclass
class Directory:
    """Tags by number, and the directories that hang from them by the tag that points there."""

    order: Order
    entries: dict[int, Entry] = field(default_factory=dict)
    children: dict[int, Directory] = field(default_factory=dict)

    def numbers(self, tag: int) -> tuple[float, ...]:
        """Give a tag's numbers; none when it is missing or of a type without numbers."""
        entry = self.entries.get(tag)
        if entry is None:
            return ()
        return numbers_of(self.order, entry)

    def raw(self, tag: int) -> bytes:
        """Give a tag's bytes; none when it is missing."""
        entry = self.entries.get(tag)
        return entry.value if entry else b""

    def put(self, tag: int, kind: int, *values: int) -> None:
        """Set a tag to whole numbers of type `SHORT`, `LONG` or `LONG8`."""
        value = struct.pack(f"{self.order}{len(values)}{_LETTERS[kind]}", *values)
        self.entries[tag] = Entry(kind, len(values), value)

    def put_fraction(self, tag: int, value: float) -> None:
        """Set a tag to a rational number."""
        from fractions import Fraction

        near = Fraction(value).limit_denominator(10_000)
        raw = struct.pack(f"{self.order}II", near.numerator, near.denominator)
        self.entries[tag] = Entry(RATIONAL, 1, raw)

    def put_resolution(self, x: float, y: float) -> None:
        """Set pixels an inch, horizontally and vertically."""
        self.put_fraction(Tag.X_RESOLUTION, x)
        self.put_fraction(Tag.Y_RESOLUTION, y)
        self.put(Tag.RESOLUTION_UNIT, SHORT, 2)

    def number(self, tag: int, default: int) -> int:
        """Give a tag's first number, or what stands for a missing one."""
        return int((self.numbers(tag) or (default,))[0])

    @property
    def resolution(self) -> tuple[float, float] | None:
        """Pixels an inch, horizontally and vertically, where the tags say so."""
        x, y = self.numbers(Tag.X_RESOLUTION), self.numbers(Tag.Y_RESOLUTION)
        per_inch = {2: 1.0, 3: 2.54}.get(self.number(Tag.RESOLUTION_UNIT, 2))
        if not (x and y and per_inch and x[0] > 0 and y[0] > 0):
            return None
        return x[0] * per_inch, y[0] * per_inch

    @property
    def orientation(self) -> int:
        """1 to 8 as EXIF counts them; 1 when the tag is missing or makes no sense."""
        value = self.number(Tag.ORIENTATION, 1)
        return value if 1 <= value <= 8 else 1


def read(data: Buffer, at: int = 0) -> Directory:
    """Read a directory of a TIFF file or EXIF block, and its EXIF and GPS directories.

    Parameters
    ----------
    data : buffer
        The file or block.
    at : int
        Where the directory stands; 0 for the first one.

    Raises
    ------
    ValueError
        When there is no such directory. Damaged tags are left out.
    """
    layout = layout_of(data)
    return _read(data, layout, at or layout.first, set())


def description(directory: Directory) -> Directory:
    """Copy what a directory says about the picture, without how the picture is stored."""
    kept = {tag: entry for tag, entry in directory.entries.items() if tag not in _STRUCTURE}
    return Directory(directory.order, kept, dict(directory.children))


class Layout(NamedTuple):
    """Byte order, the widths of counts and offsets, and where the first directory stands."""

    order: Order
    big: bool
    first: int

    @property
    def offset(self) -> str:
        """The form of an offset, for `struct`."""
        return f"{self.order}{'Q' if self.big else 'I'}"


class Location(NamedTuple):
    """Where the bytes of a tag's value stand."""

    type: int
    number: int
    at: int
    size: int

    def entry(self, data: Buffer) -> Entry:
        """Take the value out."""
        return Entry(self.type, self.number, bytes(data[self.at : self.at + self.size]))


def layout_of(data: Buffer) -> Layout:
    """Read the header of a TIFF file or EXIF block; ValueError when it is none."""
    head = bytes(data[:16])
    order: Order = "<" if head[:2] == b"II" else ">"
    try:
        magic = struct.unpack_from(f"{order}H", head, 2)[0]
        big = magic == 43
        first = struct.unpack_from(f"{order}Q" if big else f"{order}I", head, 8 if big else 4)[0]
    except struct.error:
        magic = first = 0
    if head[:2] not in (b"II", b"MM") or magic not in (42, 43) or not first:
        message = "no directory of tags"
        raise ValueError(message)
    return Layout(order, big, first)


def _unpack(form: str, data: Buffer, at: int) -> tuple[int, ...]:
    """Unpack numbers at an offset; ValueError past the end."""
    part = bytes(data[at : at + struct.calcsize(form)])
    try:
        return struct.unpack(form, part)
    except struct.error as error:
        message = "directory beyond the end"
        raise ValueError(message) from error


def _count(data: Buffer, layout: Layout, at: int) -> tuple[int, int]:
    """Count the entries of a directory, and say where they begin."""
    form = f"{layout.order}{'Q' if layout.big else 'H'}"
    number = _unpack(form, data, at)[0]
    if number > 4096:
        message = "more tags than any directory has"
        raise ValueError(message)
    return number, at + struct.calcsize(form)


def link(data: Buffer, layout: Layout, at: int) -> tuple[int, int]:
    """Say where a directory points to the next one, and where that stands; 0 for nowhere."""
    number, begin = _count(data, layout, at)
    pointer = begin + number * (20 if layout.big else 12)
    return pointer, _unpack(layout.offset, data, pointer)[0]


def locations(data: Buffer, layout: Layout, at: int) -> Iterator[tuple[int, Location]]:
    """Give the tags of a directory with the locations of their values."""
    number, begin = _count(data, layout, at)
    form, inline = ("HHQ", 8) if layout.big else ("HHI", 4)
    step = struct.calcsize(f"<{form}") + inline
    for row in range(begin, begin + number * step, step):
        tag, kind, count = _unpack(f"{layout.order}{form}", data, row)
        size = SIZES.get(kind, 0) * count
        offset = row + step - inline
        if size > inline:
            offset = _unpack(layout.offset, data, offset)[0]
        if size and offset + size <= len(data):
            yield tag, Location(kind, count, offset, size)


def _read(data: Buffer, layout: Layout, at: int, seen: set[int]) -> Directory:
    directory = Directory(layout.order)
    seen.add(at)
    for tag, location in locations(data, layout, at):
        if tag not in _CHILDREN:
            if location.size <= _LONGEST:
                directory.entries[tag] = location.entry(data)
            continue
        for target in numbers_of(layout.order, location.entry(data))[:1]:
            try:
                if int(target) not in seen:
                    directory.children[tag] = _read(data, layout, int(target), seen)
            except ValueError:
                continue  # a pointer to nowhere: the rest is still good
    return directory


def numbers_of(order: Order, entry: Entry) -> tuple[float, ...]:
    """Give the numbers of a value; none of a type without numbers."""
    if entry.type in (RATIONAL, SIGNED_RATIONAL):
        letter = "I" if entry.type == RATIONAL else "i"
        flat = struct.unpack(f"{order}{2 * entry.number}{letter}", entry.value)
        return tuple(n / d if d else 0.0 for n, d in zip(flat[::2], flat[1::2], strict=True))
    if entry.type not in _LETTERS:
        return ()
    return struct.unpack(f"{order}{entry.number}{_LETTERS[entry.type]}", entry.value)


def spelled_number(order: Order, kind: int, value: int) -> bytes:
    """Spell a number that is not negative in a type of tags; nothing where it does not fit."""
    try:
        if kind in (RATIONAL, SIGNED_RATIONAL):
            return struct.pack(f"{order}2{'I' if kind == RATIONAL else 'i'}", value, 1)
        return struct.pack(f"{order}{_LETTERS[kind]}", value) if kind in _LETTERS else b""
    except struct.error:
        return b""
