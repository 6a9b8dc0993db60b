"""What is said about a photograph survives; ExifTool and Pillow are the readers who check."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
from fractions import Fraction
from typing import Any

import handmade
import numpy as np
import pytest
from PIL import ExifTags, Image, TiffImagePlugin, features

from labcolor import photo
from labcolor.photo import tag_writing, tags

XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
    b'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="Z\xc3\xbcrich" '
    b'photoshop:ICCProfile="Adobe RGB (1998)" tiff:Orientation="6">'
    b"<exif:PixelXDimension>40</exif:PixelXDimension></rdf:Description></rdf:RDF></x:xmpmeta>"
    b'<?xpacket end="w"?>'
)
IPTC = b"\x1c\x02\x00\x00\x02\x00\x04" + b"\x1c\x02\x69" + struct.pack(">H", 11) + b"Train depot"
ORIENTED = {  # the picture 1 2 / 3 4 / 5 6 as stored under each orientation
    1: [[1, 2], [3, 4], [5, 6]],
    2: [[2, 1], [4, 3], [6, 5]],
    3: [[6, 5], [4, 3], [2, 1]],
    4: [[5, 6], [3, 4], [1, 2]],
    5: [[1, 3, 5], [2, 4, 6]],
    6: [[2, 4, 6], [1, 3, 5]],
    7: [[6, 4, 2], [5, 3, 1]],
    8: [[5, 3, 1], [6, 4, 2]],
}
AVIF = pytest.param(
    ".avif",
    marks=pytest.mark.skipif("avif" not in features.modules, reason="this Pillow has no AVIF"),
)
WRITTEN = (".jpg", ".png", ".tif", ".webp", ".jp2", AVIF)


def exif_block(orientation: int = 6, *, thumbnail: bool = False) -> bytes:
    """Make an EXIF block as a camera does, with Pillow."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Leica"
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "Lucia Moholy"
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: "1931:05:06 07:08:09",
        ExifTags.Base.FNumber: TiffImagePlugin.IFDRational(35, 10),
        ExifTags.Base.MakerNote: b"NOTE" + bytes(range(60)),
        ExifTags.Base.ColorSpace: 0xFFFF,
        ExifTags.Base.ExifImageWidth: 40,
        ExifTags.Base.ExifImageHeight: 30,
    }
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (47.0, 22.0, 30.0),
    }
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    return with_thumbnail(block) if thumbnail else block


def with_thumbnail(block: bytes) -> bytes:
    """Append a second directory that holds a thumbnail."""
    stream = io.BytesIO()
    Image.new("L", (16, 12), 90).save(stream, "JPEG")
    picture = stream.getvalue()
    order = "<" if block[:2] == b"II" else ">"
    block += bytes(len(block) % 2)
    (first,) = struct.unpack_from(f"{order}I", block, 4)
    (count,) = struct.unpack_from(f"{order}H", block, first)
    data = bytearray(block)
    struct.pack_into(f"{order}I", data, first + 2 + 12 * count, len(block))
    begin = len(block) + 2 + 24 + 4
    data += struct.pack(f"{order}H", 2)
    data += struct.pack(f"{order}HHII", 513, 4, 1, begin)
    data += struct.pack(f"{order}HHII", 514, 4, 1, len(picture))
    return bytes(data) + bytes(4) + picture


def jpeg(orientation: int = 6, **options) -> bytes:
    """Make a JPEG of 40 × 30 pixels with everything on board."""
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(IPTC)) + IPTC + bytes(len(IPTC) % 2)
    content = b"Photoshop 3.0\0" + resource
    stream = io.BytesIO()
    Image.fromarray(np.arange(1200, dtype=np.uint16).reshape(30, 40).astype(np.uint8)).save(
        stream,
        "JPEG",
        exif=b"Exif\0\0" + exif_block(orientation, thumbnail=True),
        dpi=(300, 200),
        extra=struct.pack(">BBH", 0xFF, 0xED, len(content) + 2)
        + content
        + struct.pack(">BBH", 0xFF, 0xE1, len(XMP) + 31)
        + b"http://ns.adobe.com/xap/1.0/\0"
        + XMP,
        **options,
    )
    return stream.getvalue()


def seen_by_exiftool(path) -> dict[str, Any]:
    """Give ExifTool's view of a file, by group."""
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    command = ["exiftool", "-json", "-G1", "-n", "-a", "-charset", "iptc=utf8", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return json.loads(done.stdout)[0]


def coloured(source: photo.Photo, depth: type = np.uint8) -> photo.Photo:
    """Stand in for the colouriser."""
    from dataclasses import replace

    pixels = source.pixels.astype(depth)
    return replace(source, pixels=np.stack([pixels] * 3, -1))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP"])
def test_orientation_is_applied_once(orientation, form, tmp_path):
    """All eight orientations come out upright, and the tag of the result says so."""
    stored = (np.array(ORIENTED[orientation]) * 40).astype(np.uint8)
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    options = {"lossless": True} if form == "WEBP" else {}
    Image.fromarray(stored).convert("RGB").save(stream, form, exif=exif, **options)
    got = photo.read(stream.getvalue())
    np.testing.assert_array_equal(got.pixels[..., 0], np.array(ORIENTED[1]) * 40)
    photo.write(got, tmp_path / "out.tif")
    with Image.open(tmp_path / "out.tif") as image:
        assert image.getexif()[ExifTags.Base.Orientation] == 1
        assert image.size == (2, 3)
    np.testing.assert_array_equal(photo.read(tmp_path / "out.tif").pixels, got.pixels)


@pytest.mark.parametrize("orientation", [3, 6])
def test_orientation_of_deep_tiff(orientation):
    """A 16-bit TIFF is turned too, once."""
    stored = (np.array(ORIENTED[orientation]) * 9000).astype(np.uint16)
    stream = io.BytesIO()
    image = Image.fromarray(stored)
    image.save(stream, "TIFF", tiffinfo={274: orientation})
    np.testing.assert_array_equal(
        photo.read(stream.getvalue()).pixels, np.array(ORIENTED[1]) * 9000
    )


@pytest.mark.parametrize("suffix", WRITTEN)
def test_exiftool_finds_everything(suffix, tmp_path):
    """ExifTool finds EXIF, GPS, XMP, IPTC and resolution where the format has room for them."""
    target = tmp_path / f"out{suffix}"
    photo.write(coloured(photo.read(jpeg())), target)
    seen = seen_by_exiftool(target)
    # the maker notes are made up
    assert seen.get("ExifTool:Warning", "[minor]").startswith("[minor]")
    assert seen["IFD0:Make"] == "Leica"
    assert seen["IFD0:Artist"] == "Lucia Moholy"
    assert seen.get("IFD0:Orientation", 1) == 1  # AVIF says it by the absence of a rotation
    assert seen["ExifIFD:DateTimeOriginal"] == "1931:05:06 07:08:09"
    assert seen["ExifIFD:FNumber"] == 3.5
    assert seen["ExifIFD:ColorSpace"] == 1
    assert (seen["ExifIFD:ExifImageWidth"], seen["ExifIFD:ExifImageHeight"]) == (30, 40)
    assert seen["GPS:GPSLatitude"] == pytest.approx(47.375)
    assert seen["XMP-photoshop:City"] == "Zürich"
    assert seen["XMP-photoshop:ICCProfileName"] == "sRGB"
    assert seen["XMP-tiff:Orientation"] == 1
    assert seen["XMP-exif:ExifImageWidth"] == 30
    if suffix not in (".webp", ".avif"):
        assert seen["IPTC:Headline"] == "Train depot"
    assert not [name for name in seen if "humbnail" in name]


def test_resolution_turns_with_the_picture(tmp_path):
    """Horizontal and vertical resolution change places in a picture that is turned."""
    for suffix in (".jpg", ".png", ".tif", ".bmp"):
        target = tmp_path / f"out{suffix}"
        photo.write(photo.read(jpeg(6)), target)
        with Image.open(target) as image:
            assert image.info["dpi"] == pytest.approx((200, 300), abs=0.02)


@pytest.mark.parametrize("unit", [2, 3])
def test_resolution_of_tiff(unit, tmp_path):
    """TIFF's inches and centimetres both arrive as pixels an inch."""
    stream = io.BytesIO()
    value = Fraction(300) if unit == 2 else Fraction(30000, 254)
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[282] = info[283] = float(value)
    info[296] = unit
    Image.new("L", (4, 4)).save(stream, "TIFF", tiffinfo=info)
    got = photo.read(stream.getvalue())
    assert got.metadata.resolution == pytest.approx((300, 300), abs=0.01)
    photo.write(got, tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.info["dpi"] == (300, 300)


def test_bytes_of_the_exif_block_stay_in_place():
    """Only what must change changes, so maker notes keep their offsets."""
    before = exif_block(6)
    after = photo.read(jpeg(6)).metadata.exif
    assert len(after) < len(exif_block(6, thumbnail=True))
    assert after[: len(before)].count(b"NOTE" + bytes(range(60))) == 1
    assert after.index(b"NOTE") == before.index(b"NOTE")
    changed = [i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b]
    assert len(changed) < 12
    assert b"\xff\xd8\xff" not in after


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", AVIF])
def test_result_is_tagged_srgb(suffix, tmp_path):
    """The result of a grey picture with a grey profile carries an sRGB profile of colours."""
    stream = io.BytesIO()
    grey = handmade.grey_profile(handmade.curve(2.2))
    Image.new("L", (40, 40), 99).save(stream, "JPEG", icc_profile=grey)
    target = tmp_path / f"out{suffix}"
    photo.write(coloured(photo.read(stream.getvalue())), target)
    with Image.open(target) as image:
        profile = image.info["icc_profile"]
        assert profile[16:20] == b"RGB "
        assert b"s\0R\0G\0B" in profile


def test_grey_result_carries_no_profile_of_colours(tmp_path):
    """A grey result is not tagged with a profile of another kind of pixels."""
    plain = photo.Photo(np.zeros((40, 40), np.uint8))
    for suffix in (".jpg", ".png", ".tif"):
        photo.write(plain, tmp_path / f"out{suffix}")
        with Image.open(tmp_path / f"out{suffix}") as image:
            assert image.mode == "L"
            assert "icc_profile" not in image.info


def test_png_carries_what_png_brought(tmp_path):
    """EXIF, XMP, IPTC, texts and resolution survive from PNG to PNG, behind the pixels too."""

    def text(name: bytes, body: bytes) -> bytes:
        return handmade.chunk(b"tEXt", name + b"\0" + body)

    raw = b"\niptc\n%8d\n%s\n" % (len(IPTC), IPTC.hex().encode())
    before = (
        handmade.chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))
        + text(b"Title", "Köln".encode("latin-1"))
        + text(b"Raw profile type iptc", raw)
    )
    after = handmade.chunk(b"eXIf", exif_block(1)) + handmade.chunk(
        b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP
    )
    samples = np.zeros((6, 7, 3), np.uint16)
    got = photo.read(handmade.png(samples, 2, 16, before=before, after=after))
    assert got.metadata.iptc == IPTC
    assert [(text.keyword, text.text) for text in got.metadata.texts] == [("Title", "Köln")]
    photo.write(got, tmp_path / "out.png")
    again = photo.read(tmp_path / "out.png").metadata
    assert again == got.metadata
    with Image.open(tmp_path / "out.png") as image:
        image.load()
        assert image.text["Title"] == "Köln"
        assert image.getexif()[ExifTags.Base.Make] == "Leica"


def test_tiff_directory_becomes_exif(tmp_path):
    """What a TIFF says in its own directory is EXIF in a JPEG, and comes back into a TIFF."""
    info = {271: "Zeiss", 270: "Bauhaus, Dessau", 306: "1926:12:04 11:00:00", 33432: "gemeinfrei"}
    stream = io.BytesIO()
    Image.new("L", (8, 8)).save(stream, "TIFF", tiffinfo=info, dpi=(600, 600))
    first = photo.read(stream.getvalue())
    photo.write(coloured(first), tmp_path / "a.jpg")
    photo.write(photo.read(tmp_path / "a.jpg"), tmp_path / "b.tif")
    for name in ("a.jpg", "b.tif"):
        with Image.open(tmp_path / name) as image:
            exif = image.getexif()
            assert {tag: exif[tag] for tag in info} == info
            assert image.info["dpi"] == (600, 600)


def test_comment_of_a_jpeg(tmp_path):
    """A JPEG's comment goes to JPEG and PNG."""
    source = photo.read(jpeg(1, comment="Straße".encode()))
    photo.write(source, tmp_path / "a.jpg")
    photo.write(source, tmp_path / "a.png")
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.info["comment"].decode() == "Straße"
    with Image.open(tmp_path / "a.png") as image:
        assert image.text["Comment"] == "Straße"


@pytest.mark.parametrize("suffix", [".bmp", ".webp", AVIF])
def test_what_has_no_room_is_a_warning(suffix, tmp_path, caplog):
    """Metadata without a place in the format is named in a warning, and the result is written."""
    photo.write(coloured(photo.read(jpeg())), tmp_path / f"out{suffix}")
    assert "has no room for" in caplog.text
    assert "IPTC" in caplog.text
    assert (tmp_path / f"out{suffix}").exists()


def test_long_xmp_is_a_warning(caplog):
    """XMP that a JPEG continues beyond its first segment is named as lost."""
    signature = b"http://ns.adobe.com/xmp/extension/\0"
    extension = struct.pack(">BBH", 0xFF, 0xE1, 2 + len(signature) + 40) + signature + bytes(40)
    stream = io.BytesIO()
    Image.new("L", (8, 8)).save(stream, "JPEG", extra=extension)
    photo.read(stream.getvalue())
    assert "beyond its first 64 KiB" in caplog.text


def test_too_long_for_a_segment_is_a_warning(tmp_path, caplog):
    """XMP of more than 64 KiB does not fit into a JPEG; the picture is written without it."""
    large = photo.Photo(np.zeros((8, 8, 3), np.uint8), metadata=photo.Metadata(xmp=b"x" * 70_000))
    photo.write(large, tmp_path / "out.jpg")
    assert "XMP is too long" in caplog.text


@pytest.mark.parametrize("block", [b"", b"II*\0", b"MM\0*\0\0\0\xff", b"II*\0\x08\0\0\0\xff\xff"])
def test_damaged_exif_is_no_failure(block, caplog):
    """A damaged EXIF block is left out with a warning."""
    stream = io.BytesIO()
    Image.new("L", (8, 8)).save(stream, "JPEG", exif=b"Exif\0\0" + block)
    assert photo.read(stream.getvalue()).metadata.exif == b""
    assert ("is damaged" in caplog.text) == bool(block)


def test_directory_survives_a_round_trip():
    """A directory written and read again is the same, in either byte order."""
    for order in ("<", ">"):
        inner = tags.Directory(order)
        inner.put(0x9000, tags.LONG, 7, 8, 9)
        outer = tags.Directory(order, children={tags.Tag.EXIF: inner})
        outer.put(tags.Tag.ORIENTATION, tags.SHORT, 1)
        outer.put_resolution(299.97, 300)
        outer.entries[270] = tags.Entry(2, 5, b"odd!\0")
        again = tags.read(tag_writing.block(outer))
        assert again == outer
        assert again.resolution == pytest.approx((299.97, 300))
