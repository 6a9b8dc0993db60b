"""What a result does not hold it does not claim either, and what is left out is said."""

from __future__ import annotations

import re

import pytest
from segments import saved, segment, wave, with_xmp, xmp
from test_metadata import seen_by_exiftool

from labcolor import photo

CAMERA = "http://ns.google.com/photos/1.0/camera/"
CONTAINER = "http://ns.google.com/photos/1.0/container/"
FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 80
NAMESPACES = {"Container": CONTAINER, "Item": f"{CONTAINER}item/"}
DIRECTORY = (
    "<Container:Directory><rdf:Seq>"
    '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" '
    'Item:Mime="image/jpeg"/></rdf:li>'
    '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="{kind}" Item:Length="2000"/>'
    "</rdf:li></rdf:Seq></Container:Directory>"
)


def result(content: bytes, tmp_path) -> tuple[bytes, dict[str, object]]:
    photo.write(photo.read(content), tmp_path / "out.jpg")
    seen = seen_by_exiftool(tmp_path / "out.jpg")
    return photo.read(tmp_path / "out.jpg").metadata.xmp, seen


@pytest.mark.parametrize(
    "claims",
    [
        'G:MotionPhoto="1" G:MotionPhotoVersion="1" G:MotionPhotoPresentationTimestampUs="9"',
        'G:MicroVideo="1" G:MicroVideoVersion="1" G:MicroVideoOffset="20480"',
    ],
)
def test_the_film_of_a_motion_photo(claims, tmp_path, caplog):
    """The film is named as left out, and no word of it stays; other words do."""
    packet = xmp(
        claims + ' G:BurstID="42"',
        DIRECTORY.format(kind="MotionPhoto"),
        G=CAMERA,
        **NAMESPACES,
    )
    packet, seen = result(with_xmp(packet, behind=FILM), tmp_path)
    assert "a film behind its picture" in caplog.text
    assert not re.search(rb"Motion|MicroVideo|Container:|Item:S", packet)
    assert not [name for name in seen if "Motion" in name or "GContainer" in name]
    assert b'G:BurstID="42"' in packet
    assert (tmp_path / "out.jpg").read_bytes().count(b"ftyp") == 0


def test_the_gain_map_of_an_hdr_photo(tmp_path, caplog):
    """Ultra HDR's second picture is named as left out; its version and directory go."""
    gain = "http://ns.adobe.com/hdr-gain-map/1.0/"
    packet = xmp(
        'hdrgm:Version="1.0"',
        DIRECTORY.format(kind="GainMap"),
        hdrgm=gain,
        **NAMESPACES,
    )
    mpf = segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + bytes(40))
    second = saved("JPEG", wave(32, 32))
    packet, seen = result(with_xmp(packet, mpf, behind=second), tmp_path)
    assert "another picture behind the first" in caplog.text
    assert not re.search(rb"hdrgm:[A-Z]|GainMap|Container:D", packet)
    assert not [name for name in seen if name.startswith(("MPF", "XMP-hdrgm", "XMP-GContainer"))]


def test_both(caplog):
    """A phone's picture may have both behind it."""
    photo.read(with_xmp(xmp(""), behind=saved("JPEG", wave(32, 32)) + FILM))
    assert "another picture" in caplog.text
    assert "a film" in caplog.text


@pytest.mark.parametrize("behind", [b"", bytes(5000), b"\xff" * 300, b"\r\n", b"abc"])
def test_padding_is_nothing_that_is_left_out(behind, caplog):
    """Zeros to the end of a block, and a line's end, are no loss."""
    photo.read(with_xmp(xmp(""), behind=behind))
    assert not caplog.text


def test_bytes_of_another_kind(caplog):
    """What nobody knows is counted."""
    photo.read(with_xmp(xmp(""), behind=bytes(range(200))))
    assert "200 bytes of another kind" in caplog.text


def test_the_part_of_xmp_that_is_left_out_is_not_promised(caplog):
    """A packet that goes on elsewhere does not say so where it does not."""
    note = "http://ns.adobe.com/xmp/note/"
    packet = xmp('xmpNote:HasExtendedXMP="0123" xmpNote:Other="7"', xmpNote=note)
    content = b"http://ns.adobe.com/xmp/extension/\0" + bytes(40) + b"more"
    got = photo.read(with_xmp(packet, segment(0xE1, content))).metadata.xmp
    assert "beyond its first 64 KiB" in caplog.text
    assert b"HasExtendedXMP" not in got
    assert b'xmpNote:Other="7"' in got
