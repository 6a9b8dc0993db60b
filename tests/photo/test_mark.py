"""The mark on a result: found by other readers, at the cost of nothing that was said before."""

from __future__ import annotations

import io
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PIL import ExifTags, Image, features
from test_metadata import IPTC, XMP, exif_block, jpeg

from labcolor import photo
from labcolor.photo import tags
from labcolor.photo.extent import extent
from labcolor.photo.mark import is_marked, marked
from labcolor.photo.model import Metadata, Text

MARK = photo.Mark("class_weights_model", "embedded", "1.2.3")
SENTENCE = "Colours estimated by labcolor 1.2.3 (class_weights_model, embedded weights)"
EXTENSION = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
AVIF = pytest.param(
    ".avif",
    marks=pytest.mark.skipif("avif" not in features.modules, reason="this Pillow has no AVIF"),
)


def properties(xmp: bytes) -> dict[str, str]:
    """Read the simple properties of a packet, with Python's own reader of XML."""
    found: dict[str, str] = {}
    root = ET.fromstring(xmp.strip(b"\0 \n"))
    for description in root.iter(f"{RDF}Description"):
        found |= description.attrib
        found |= {child.tag: child.text or "" for child in description}
    return found


def picture(**said) -> photo.Photo:
    return photo.Photo(np.zeros((40, 50, 3), np.uint8), metadata=Metadata(**said), mark=MARK)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".jp2", AVIF])
def test_a_result_says_what_it_is(suffix, tmp_path):
    """Pillow finds Software and ImageDescription, an XML reader IPTC's Digital Source Type."""
    photo.write(picture(), tmp_path / f"out{suffix}")
    again = photo.read(tmp_path / f"out{suffix}").metadata
    said = tags.read(again.exif)
    assert said.raw(305) == b"labcolor 1.2.3\0"
    assert said.raw(270).decode() == SENTENCE + "\0"
    if suffix != ".jp2":  # of which Pillow reads no metadata
        with Image.open(tmp_path / f"out{suffix}") as image:
            assert image.getexif()[ExifTags.Base.Software] == "labcolor 1.2.3"
            assert image.getexif()[ExifTags.Base.ImageDescription] == SENTENCE
    found = properties(again.xmp)
    assert found[f"{EXTENSION}DigitalSourceType"] == COMPOSITE
    assert found[f"{EXTENSION}AISystemUsed"] == "labcolor class_weights_model, embedded weights"
    assert found[f"{EXTENSION}AISystemVersionUsed"] == "1.2.3"


def test_without_a_mark_nothing_is_said(tmp_path):
    """A photograph without a mark comes out with the metadata that it has."""
    photo.write(replace(picture(), mark=None), tmp_path / "out.png")
    assert photo.read(tmp_path / "out.png").metadata == Metadata()


def test_a_format_without_room_is_written(tmp_path, caplog):
    """BMP has no place for a mark; that is no reason to complain of lost metadata."""
    photo.write(picture(), tmp_path / "out.bmp")
    assert not caplog.text
    assert (tmp_path / "out.bmp").exists()


def test_the_pixels_are_those_without_a_mark(tmp_path):
    """The mark never touches the picture."""
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    for suffix in (".jpg", ".png", ".tif", ".webp"):
        plain = photo.Photo(pixels)
        photo.write(plain, tmp_path / f"a{suffix}")
        photo.write(replace(plain, mark=MARK), tmp_path / f"b{suffix}")
        one, other = (photo.read(tmp_path / f"{name}{suffix}").pixels for name in "ab")
        np.testing.assert_array_equal(one, other)


def test_same_photograph_same_bytes():
    """Nothing in the mark depends on the time."""
    streams = [io.BytesIO(), io.BytesIO()]
    for stream in streams:
        photo.write(picture(), stream, format="jpeg")
    assert streams[0].getvalue() == streams[1].getvalue()


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_the_users_own_words_come_first(suffix, tmp_path):
    """Description, software, maker notes, XMP and IPTC of the photograph are all still there."""
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + exif_block(1))
    exif[ExifTags.Base.ImageDescription] = "Bahnhof Zürich, um 1910"
    exif[ExifTags.Base.Software] = "SilverFast 8"
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    said = Metadata(exif=block, xmp=XMP, iptc=IPTC)
    photo.write(replace(picture(), metadata=said), tmp_path / f"out{suffix}")
    again = photo.read(tmp_path / f"out{suffix}").metadata
    texts = tags.read(again.exif)
    description = texts.raw(270).rstrip(b"\0")
    assert description == tags.read(block).raw(270).rstrip(b"\0") + f" [{SENTENCE}]".encode()
    assert texts.raw(305) == b"SilverFast 8, labcolor 1.2.3\0"
    assert texts.children[tags.Tag.EXIF].raw(0x927C) == b"NOTE" + bytes(range(60))
    assert texts.children[tags.Tag.GPS].entries
    found = properties(again.xmp)
    assert found["{http://ns.adobe.com/photoshop/1.0/}City"] == "Zürich"
    assert found[f"{EXTENSION}DigitalSourceType"] == COMPOSITE
    if suffix != ".webp":
        assert again.iptc == IPTC


def test_no_byte_of_the_exif_block_moves():
    """The texts stand behind the block, so that offsets in maker notes stay true."""
    before = photo.read(jpeg(1)).metadata
    after = marked(before, MARK, 1 << 20)
    assert after.exif[8 : len(before.exif)] == before.exif[8:]
    old, new = tags.read(before.exif), tags.read(after.exif)
    assert new.children == old.children
    assert {**new.entries, 270: None, 305: None} == {**old.entries, 270: None, 305: None}
    assert list(new.entries) == sorted(new.entries)


def test_a_mark_is_made_once():
    """What is coloured again with the same labcolor says so once; with another one, twice."""
    once = marked(Metadata(), MARK, 1 << 20)
    assert marked(once, MARK, 1 << 20).xmp == once.xmp
    again = tags.read(marked(once, MARK, 1 << 20).exif)
    assert again.raw(270).count(b"labcolor") == again.raw(305).count(b"labcolor") == 1
    later = tags.read(marked(once, replace(MARK, version="2.0"), 1 << 20).exif)
    assert later.raw(305) == b"labcolor 1.2.3, labcolor 2.0\0"


@pytest.mark.parametrize(
    "stated",
    [
        b' xmlns:Iptc4xmpExt="%s" Iptc4xmpExt:DigitalSourceType="%s">',
        b' xmlns:Iptc4xmpExt="%s"><Iptc4xmpExt:DigitalSourceType>%s'
        b"</Iptc4xmpExt:DigitalSourceType>",
        b' xmlns:Iptc4xmpExt="%s"><Iptc4xmpExt:DigitalSourceType rdf:resource="%s"/>',
    ],
)
def test_the_source_type_has_one_value(stated):
    """A print that is coloured is no plain print any more, however its packet says so."""
    space = EXTENSION.strip("{}").encode()
    stated %= space, b"http://cv.iptc.org/newscodes/digitalsourcetype/print"
    xmp = XMP.replace(b' tiff:Orientation="6">', stated)
    packet = marked(Metadata(xmp=xmp), MARK, 1 << 20).xmp
    assert packet.count(b"DigitalSourceType") == 1
    assert properties(packet)[f"{EXTENSION}DigitalSourceType"] == COMPOSITE
    assert properties(packet)["{http://ns.adobe.com/photoshop/1.0/}City"] == "Zürich"


def test_padding_makes_room():
    """The blanks before the end of a packet are there to be written into."""
    xmp = XMP.replace(b"<?xpacket end", b" " * 2000 + b"<?xpacket end")
    packet = marked(Metadata(xmp=xmp), MARK, 1 << 20).xmp
    assert len(packet) == len(xmp)
    assert properties(packet)[f"{EXTENSION}DigitalSourceType"] == COMPOSITE


def test_a_subject_keeps_its_name():
    """Statements about one picture have one `rdf:about`."""
    xmp = XMP.replace(b'rdf:about=""', b'rdf:about="uuid:7"')
    packet = marked(Metadata(xmp=xmp), MARK, 1 << 20).xmp
    assert packet.count(b'rdf:about="uuid:7"') == 2


@pytest.mark.parametrize("xmp", [b"no packet", XMP.decode().encode("utf-16-le"), b"<rdf:RDF/>"])
def test_what_is_no_packet_stays_as_it_is(xmp):
    """Nothing is put into what cannot be read."""
    assert marked(Metadata(xmp=xmp), MARK, 1 << 20).xmp == xmp


def test_what_fits_unmarked_only_is_kept_unmarked(tmp_path, caplog):
    """An EXIF block and a packet that nearly fill a segment of a JPEG are not pushed out by it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Lucia Moholy"
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.MakerNote: bytes(65_400)}
    said = Metadata(
        exif=exif.tobytes().removeprefix(b"Exif\0\0"),
        xmp=XMP.replace(b"<?xpacket end", b"<!--" + b"x" * 64_800 + b"--><?xpacket end"),
    )
    photo.write(replace(picture(), metadata=said), tmp_path / "out.jpg")
    again = photo.read(tmp_path / "out.jpg").metadata
    assert again.exif == said.exif
    assert b"x" * 64_800 in again.xmp
    assert b"labcolor" not in again.xmp
    assert not caplog.text
    photo.write(replace(picture(), metadata=said), tmp_path / "out.png")
    assert b"labcolor" in photo.read(tmp_path / "out.png").metadata.exif


def test_the_resolution_stays_where_only_exif_says_it(tmp_path):
    """WebP keeps the resolution beside the mark."""
    photo.write(picture(resolution=(300.0, 200.0)), tmp_path / "out.webp")
    assert photo.read(tmp_path / "out.webp").metadata.resolution == (300, 200)


def test_damaged_blocks_are_no_failure():
    """A block without a directory stays as it is."""
    for block in (b"II*\0", b"MM\0+" + struct.pack(">HHQ", 8, 0, 16) + bytes(16)):
        assert marked(Metadata(exif=block), MARK, 1 << 20).exif == block


def test_the_path_of_a_file_of_weights_is_not_told():
    """Whose weights they are is said, not where they lie."""
    assert photo.Mark.of("m", "published").weights == "published"
    assert photo.Mark.of("m", "/home/somebody/x.caffemodel").weights == "own"


def test_what_is_not_the_usual_is_told(tmp_path):
    """Strength, rebalance, temperature and the number of a variant, in words and in XMP."""
    mark = photo.Mark.of(
        "class_weights_model", "/home/me/w.pth", {"strength": 0.6, "rebalance": 0.3}
    )
    photo.write(replace(picture(), mark=mark.of_variant(2)), tmp_path / "out.png")
    said = photo.read(tmp_path / "out.png").metadata
    means = "class_weights_model, own weights, strength 0.6, rebalance 0.3, variant 2"
    assert f"({means})".encode() in tags.read(said.exif).raw(270)
    assert properties(said.xmp)[f"{EXTENSION}AISystemUsed"] == f"labcolor {means}"


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp", ".jp2", AVIF])
def test_a_result_is_known_by_its_mark(suffix, tmp_path):
    """From its header, and from any page of a document; what has no mark is none."""
    path = tmp_path / f"out{suffix}"
    photo.write(picture(), path)
    assert photo.Pages(path).marked
    assert extent(path).marked
    photo.write(replace(picture(xmp=XMP, exif=exif_block(1)), mark=None), path, overwrite=True)
    assert not photo.Pages(path).marked
    assert not extent(path).marked


def test_a_mark_on_a_later_page_counts(tmp_path):
    plain = replace(picture(), mark=None)
    photo.write([plain, picture()], tmp_path / "out.tif")
    assert photo.Pages(tmp_path / "out.tif").marked
    assert extent(tmp_path / "out.tif").marked


def test_a_mark_that_another_program_has_moved_is_one():
    """To elements of XMP, to IPTC's caption, or to a text of PNG."""
    element = b"<Iptc4xmpExt:AISystemUsed>labcolor any_model</Iptc4xmpExt:AISystemUsed>"
    assert is_marked(Metadata(xmp=element))
    assert is_marked(Metadata(iptc=b"\x1c\x02\x78" + SENTENCE.encode()))
    assert is_marked(Metadata(texts=(Text("Description", f"Oma [{SENTENCE}]"),)))
    assert not is_marked(Metadata(xmp=b"<dc:creator>labcolor fan</dc:creator>"))
