"""Comments, texts by keyword and IPTC records all arrive, their bytes untouched."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from handmade import chunk
from PIL import Image
from segments import saved, segment, with_segments
from test_metadata import seen_by_exiftool

from labcolor import photo
from labcolor.photo import jpeg

LATIN = "Grüße aus Köln, 1943".encode("latin-1")


def comments_of(content: bytes) -> list[bytes]:
    return [content[one.begin : one.end] for one in jpeg.segments(content) if one.marker == 0xFE]


def written(content: bytes, suffix: str, tmp_path) -> bytes:
    photo.write(photo.read(content), tmp_path / f"out{suffix}")
    return (tmp_path / f"out{suffix}").read_bytes()


@pytest.mark.parametrize(
    "comments",
    [
        [LATIN],
        ["Straße".encode()],
        [b"first note", b"second note"],
        [b"\x80\x81 no text at all", b"", b"x" * 65533],
    ],
)
def test_comments_of_a_jpeg(comments, tmp_path):
    """From JPEG to JPEG their bytes are the same, and there are as many."""
    content = with_segments(*[segment(0xFE, comment) for comment in comments])
    out = written(content, ".jpg", tmp_path)
    assert comments_of(out) == [comment for comment in comments if comment]


def test_comments_between_and_behind_the_scans(tmp_path):
    """A comment may stand anywhere before the end."""
    content = saved("JPEG", progressive=True)
    late = content[:-2] + segment(0xFE, b"late") + content[-2:]
    assert comments_of(written(late, ".jpg", tmp_path)) == [b"late"]


def test_comments_of_a_jpeg_become_texts_of_a_png(tmp_path):
    """PNG has them as text, of whatever encoding they were."""
    content = with_segments(segment(0xFE, LATIN), segment(0xFE, "Straße".encode()))
    out = written(content, ".png", tmp_path)
    again = photo.read(out).metadata.texts
    assert [text.text for text in again] == ["Grüße aus Köln, 1943", "Straße"]
    back = written(out, ".jpg", tmp_path)
    assert [one.decode() for one in comments_of(back)] == ["Grüße aus Köln, 1943", "Straße"]


def texts_of(content: bytes) -> list[bytes]:
    at, found = 8, []
    while at < len(content):
        (size,) = struct.unpack_from(">I", content, at)
        if content[at + 4 : at + 8] in (b"tEXt", b"zTXt", b"iTXt"):
            found.append(content[at + 4 : at + 8 + size])
        at += 12 + size
    return found


def test_texts_of_a_png_stay_as_they_are(tmp_path):
    """Several of one keyword, languages, and what is compressed come through to the byte."""
    bodies = [
        (b"tEXt", b"Author\0" + LATIN),
        (b"tEXt", b"Author\0Somebody else"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(b"a long story " * 50, 9)),
        (b"iTXt", b"Title\0\0\0de\0Titel\0" + "Köln".encode()),
        (b"iTXt", b"Title\0\1\0ja\0\xe9\xa1\x8c\0" + zlib.compress("題".encode())),
        (b"tEXt", b"Raw profile type unheard-of\0\nx\n 2\nabcd\n"),
    ]
    png = saved("PNG")
    content = png[:33] + b"".join(chunk(*one) for one in bodies) + png[33:]
    assert texts_of(written(content, ".png", tmp_path)) == [kind + body for kind, body in bodies]


def iptc_records(size: int) -> bytes:
    """Spell a caption of so many bytes, and a keyword behind it."""
    caption = b"\x1c\x02\x78" + struct.pack(">HI", 0x8004, size) + b"c" * size
    return caption + b"\x1c\x02\x19" + struct.pack(">H", 4) + b"tail"


@pytest.mark.parametrize("size", [100, 65_000, 150_000])
def test_iptc_over_several_segments(size, tmp_path):
    """What one segment has no room for goes on in the next, in and out."""
    records = iptc_records(size)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    resource += bytes(len(records) % 2)
    pieces = [resource[at : at + 60_000] for at in range(0, len(resource), 60_000)]
    content = with_segments(*[segment(0xED, b"Photoshop 3.0\0" + piece) for piece in pieces])
    assert photo.read(content).metadata.iptc == records
    out = written(content, ".jpg", tmp_path)
    assert photo.read(out).metadata.iptc == records
    seen = seen_by_exiftool(tmp_path / "out.jpg")
    assert seen["IPTC:Keywords"] == "tail"
    assert len(seen["IPTC:Caption-Abstract"]) == size


def test_a_long_exif_block_goes_on_in_the_next_segment():
    """Where a block is longer than a segment, the next one goes on with it."""
    exif = Image.Exif()
    exif[271], exif[270] = "Leica", "d" * 70_000
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    halves = block[:60_000], block[60_000:]
    content = with_segments(*[segment(0xE1, b"Exif\0\0" + half) for half in halves])
    assert photo.read(content).metadata.exif == block
    with Image.open(io.BytesIO(content)) as image:
        assert image.getexif()[271] == "Leica"
