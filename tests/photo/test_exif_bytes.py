"""No byte of an EXIF block changes that the change does not name; exiftool looks over it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segments import exif, saved, segment, wave, with_segments, with_xmp, xmp
from test_metadata import seen_by_exiftool

from labcolor import photo
from labcolor.photo import tags
from labcolor.photo.exif import corrected
from labcolor.photo.geometry import Turn

MAKE, DATE = b"Agfa Isolette\0", b"1943:05:01 10:00:00\0"
COMMENT = b"ASCII\0\0\0Grandmother in the garden"
THUMBNAIL = saved("JPEG", wave(16, 16))
SAME = Turn(1, 40, 30)


def block(shift: int = 0, length: int | None = None, order: str = "<") -> bytes:
    """Spell a block of three directories and a thumbnail, whose pointer is off by `shift`."""

    def directory(rows: list[tuple[int, int, int, bytes | int]], at: int, following: int) -> bytes:
        values, out = b"", struct.pack(f"{order}H", len(rows))
        base = at + 6 + 12 * len(rows)
        for tag, kind, count, value in rows:
            out += struct.pack(f"{order}HHI", tag, kind, count)
            if isinstance(value, int):
                out += struct.pack(f"{order}I", value)
            elif len(value) > 4:
                out += struct.pack(f"{order}I", base + len(values))
                values += value + bytes(len(value) % 2)
            else:
                out += value.ljust(4, b"\0")
        return out + struct.pack(f"{order}I", following) + values

    def main(inner: int, second: int) -> bytes:
        rows: list[tuple[int, int, int, bytes | int]] = [
            (271, 2, len(MAKE), MAKE),
            (306, 2, len(DATE), DATE),
            (34665, 4, 1, inner),
        ]
        return directory(rows, 8, second)

    inner_at = 8 + len(main(0, 0))
    inner = directory([(36867, 2, 20, DATE), (37510, 7, len(COMMENT), COMMENT)], inner_at, 0)
    second_at = inner_at + len(inner)
    picture_at = second_at + 42
    second = directory(
        [
            (259, 3, 1, struct.pack(f"{order}HH", 6, 0)),
            (513, 4, 1, picture_at - shift),
            (514, 4, 1, len(THUMBNAIL) if length is None else length),
        ],
        second_at,
        0,
    )
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HI", 42, 8)
    return head + main(inner_at, second_at) + inner + second + THUMBNAIL


def read_back(content: bytes, tmp_path) -> dict[str, object]:
    photo.write(photo.read(content), tmp_path / "out.jpg")
    return seen_by_exiftool(tmp_path / "out.jpg")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("shift", [0, 60, 100, 150, -50, -10_000])
@pytest.mark.parametrize("length", [None, 0, 5, 100_000])
def test_a_stale_pointer_to_the_thumbnail_destroys_nothing(shift, length, order, tmp_path):
    """Wherever it points to, the words of others stay; the thumbnail is linked no more."""
    content = with_segments(segment(0xE1, b"Exif\0\0" + block(shift, length, order)))
    got = tags.read(photo.read(content).metadata.exif)
    assert got.raw(271) == MAKE
    assert got.children[tags.Tag.EXIF].raw(36867) == DATE
    assert got.children[tags.Tag.EXIF].raw(37510) == COMMENT
    if shift == 100 and length is None and order == "<":
        seen = read_back(content, tmp_path)
        assert seen["IFD0:Make"] == "Agfa Isolette"
        assert seen["ExifIFD:DateTimeOriginal"] == "1943:05:01 10:00:00"
        assert seen["ExifIFD:UserComment"] == "Grandmother in the garden"
        assert not [name for name in seen if "humbnail" in name]


def test_a_thumbnail_is_gone():
    """Where the pointer is right, no pixel of the grey thumbnail stays behind."""
    after = corrected(block(), SAME)
    assert THUMBNAIL[:40] not in after
    assert len(after) == len(block()) - len(THUMBNAIL)
    # with something else behind it, it is blanked where it stands
    after = corrected(block() + b"something of a maker's", SAME)
    assert THUMBNAIL[:40] not in after
    assert after.endswith(b"something of a maker's")


ROW = st.tuples(
    st.integers(0, 65535),
    st.sampled_from([1, 2, 3, 4, 5, 7, 9, 10]),
    st.integers(0, 12),
    st.binary(min_size=96, max_size=96),
)


@st.composite
def random_blocks(draw: st.DrawFn) -> bytes:
    """Make directories at random that hang together, with values and gaps between them."""
    order = draw(st.sampled_from("<>"))
    data = bytearray((b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 0))

    def directory(rows: list[tuple[int, int, bytes]]) -> int:
        spelled = b""
        for tag, kind, value in rows:
            count = len(value) // tags.SIZES[kind]
            inline = value.ljust(4, b"\0")
            if len(value) > 4:
                data.extend(bytes(len(data) % 2) + draw(st.binary(max_size=4)))
                inline = struct.pack(f"{order}I", len(data))
                data.extend(value)
            spelled += struct.pack(f"{order}HHI", tag, kind, count) + inline
        data.extend(bytes(len(data) % 2))
        at = len(data)
        data.extend(struct.pack(f"{order}H", len(rows)) + spelled + bytes(4))
        return at

    def rows() -> list[tuple[int, int, bytes]]:
        found = draw(st.lists(ROW, max_size=6))
        named = {34665, 34853, 40965, 330, 513, 514, 273, 279}
        return [
            (tag, kind, value[: count * tags.SIZES[kind]])
            for tag, kind, count, value in found
            if tag not in named and count
        ]

    long = f"{order}I"
    inner = directory(rows())
    picture = len(data)
    data.extend(draw(st.sampled_from([THUMBNAIL, b"no picture at all", b""])))
    stale = draw(st.one_of(st.just(picture), st.integers(0, 1000)))
    size = draw(st.one_of(st.just(len(THUMBNAIL)), st.integers(0, 5000)))
    pointers = draw(st.sampled_from([(513, 514), (273, 279)]))
    second = directory(
        [(tag, 4, struct.pack(long, n)) for tag, n in zip(pointers, (stale, size), strict=True)]
    )
    orientation = (274, 3, struct.pack(f"{order}H", draw(st.integers(1, 8))))
    main = directory([*rows(), orientation, (34665, 4, struct.pack(long, inner))])
    struct.pack_into(long, data, 4, main)
    count = struct.unpack_from(f"{order}H", data, main)[0]
    struct.pack_into(long, data, main + 2 + 12 * count, second)
    return bytes(data)


NAMED = {274, 256, 257, 40961, 40962, 40963, 37396, 41492, 282, 283, 41486, 41487}


@given(random_blocks())
@settings(max_examples=200, deadline=None)
def test_no_byte_changes_that_the_change_does_not_name(before):
    """Directories at random keep every value that has nothing to do with the change."""
    was, orientation = tags.read(before), tags.read(before).orientation
    now = tags.read(corrected(before, Turn(orientation, 40, 30)))
    assert now.orientation == 1
    for old, new in ((was, now), (was.children.get(34665), now.children.get(34665))):
        if old is None:
            continue
        kept = {tag: entry for tag, entry in old.entries.items() if tag not in NAMED}
        assert {tag: new.entries.get(tag) for tag in kept} == kept


@pytest.mark.parametrize(
    ("kind", "count", "value"),
    [
        (1, 1, b"\6"),
        (1, 2, b"\6\0"),
        (3, 2, struct.pack("<HH", 6, 6)),
        (4, 1, struct.pack("<I", 6)),
        (6, 1, b"\6"),
        (7, 1, b"\6"),
        (8, 1, struct.pack("<h", 6)),
        (9, 1, struct.pack("<i", 6)),
        (13, 1, struct.pack("<I", 6)),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_an_orientation_of_any_type_is_applied_and_written_back(kind, count, value, tmp_path):
    """What is read leniently is written back as 1, or every viewer would turn it once more."""
    content = with_segments(exif(kind=kind, count=count, value=value))
    got = photo.read(content)
    assert got.pixels.shape == (96, 64)
    assert tags.read(got.metadata.exif).orientation == 1
    for suffix in (".jpg", ".png", ".webp", ".tif"):
        photo.write(got, tmp_path / f"out{suffix}")
        again = photo.read(tmp_path / f"out{suffix}")
        assert again.pixels.shape[:2] == (96, 64)


def test_an_orientation_that_stands_there_twice():
    """Readers differ in which of two rows they take, so both say 1 afterwards."""
    row = struct.pack("<HHIHH", 274, 3, 1, 6, 0)
    twice = b"II*\0" + struct.pack("<IH", 8, 2) + row + row + bytes(4)
    got = photo.read(with_segments(segment(0xE1, b"Exif\0\0" + twice)))
    assert got.pixels.shape == (96, 64)
    assert got.metadata.exif.count(struct.pack("<HHIHH", 274, 3, 1, 1, 0)) == 2


def test_an_orientation_that_xmp_alone_states():
    """Where EXIF says nothing, XMP's word counts, once (MWG Guidelines 2.0)."""
    packet = xmp('tiff:Orientation="6"', tiff="http://ns.adobe.com/tiff/1.0/")
    got = photo.read(with_xmp(packet))
    assert got.pixels.shape == (96, 64)
    assert b'tiff:Orientation="1"' in got.metadata.xmp
    contradicted = photo.read(with_xmp(packet, exif(1)))
    assert contradicted.pixels.shape == (64, 96)
    assert b'tiff:Orientation="1"' in contradicted.metadata.xmp
