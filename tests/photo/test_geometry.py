"""What belongs to a place in the picture turns with it: the pixels themselves say where to."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image
from segments import exif, saved, segment, wave, with_xmp, xmp
from test_metadata import seen_by_exiftool

from labcolor import photo
from labcolor.photo import tag_writing, tags
from labcolor.photo.geometry import Turn
from labcolor.photo.metadata import turned

MWG = "http://www.metadataworkinggroup.com/schemas/regions/"
AREA = "http://ns.adobe.com/xmp/sType/Area#"
DIMENSIONS = "http://ns.adobe.com/xap/1.0/sType/Dimensions#"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_points_turn_as_pixels_do(orientation):
    """A single bright pixel is found where its point says it is."""
    turn = Turn(orientation, 40, 30)
    for x, y in ((3, 5), (39, 0), (20, 29)):
        plane = np.zeros((30, 40), np.uint8)
        plane[y, x] = 255
        upright = turned(plane, orientation)
        assert upright.shape[::-1] == turn.upright_size
        row, column = map(int, np.argwhere(upright)[0])
        assert turn.point(x, y, 39, 29) == (column, row)
        box = turn.box(Decimal(x), Decimal(y), Decimal(1), Decimal(1), Decimal(40), Decimal(30))
        assert box == (column, row, 1, 1)


def faces(width: int = 96, height: int = 64, *, as_elements: bool = False) -> bytes:
    """Spell a face of the Metadata Working Group at 0.2, 0.3, with or without a prefix of ours."""
    values = {"x": "0.2", "y": "0.3", "w": "0.1", "h": "0.25", "unit": "normalized"}
    if as_elements:
        inner = "".join(f"<a:{name}>{value}</a:{name}>" for name, value in values.items())
        area = f'<r:Area rdf:parseType="Resource">{inner}</r:Area>'
    else:
        area = "<r:Area {}/>".format(" ".join(f'a:{n}="{v}"' for n, v in values.items()))
    body = (
        f'<r:Regions rdf:parseType="Resource"><r:AppliedToDimensions d:w="{width}" '
        f'd:h="{height}" d:unit="pixel"/><r:RegionList><rdf:Bag><rdf:li><rdf:Description '
        f'r:Name="Oma" r:Type="Face">{area}</rdf:Description></rdf:li></rdf:Bag></r:RegionList>'
        "</r:Regions>"
    )
    return xmp("", body, r=MWG, a=AREA, d=DIMENSIONS)


@pytest.mark.parametrize("as_elements", [False, True])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_faces_turn(as_elements, suffix, tmp_path):
    """ExifTool finds the face where it is in the upright picture, whatever the prefixes."""
    content = with_xmp(faces(as_elements=as_elements), exif(6))
    photo.write(photo.read(content), tmp_path / f"out{suffix}")
    seen = seen_by_exiftool(tmp_path / f"out{suffix}")
    area = [seen[f"XMP-mwg-rs:RegionArea{side}"] for side in "XYWH"]
    assert area == [0.7, 0.2, 0.25, 0.1]
    assert seen["XMP-mwg-rs:RegionAppliedToDimensionsW"] == 64
    assert seen["XMP-mwg-rs:RegionAppliedToDimensionsH"] == 96
    assert seen["XMP-mwg-rs:RegionName"] == "Oma"


def test_faces_of_a_picture_that_lies_stay():
    """Without an orientation nothing of the packet changes."""
    packet = faces()
    assert photo.read(with_xmp(packet)).metadata.xmp == packet
    assert photo.read(with_xmp(packet, exif(1))).metadata.xmp == packet


def test_faces_that_are_stated_for_the_upright_picture_stay():
    """Some programs state regions as they are seen; their size tells."""
    packet = faces(64, 96)
    assert photo.read(with_xmp(packet, exif(6))).metadata.xmp == packet


def test_faces_of_microsoft(tmp_path):
    """Rectangles by their corner come out as rectangles by their corner."""
    body = (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li '
        'MPReg:Rectangle="0.1, 0.2, 0.3, 0.4" MPReg:PersonDisplayName="Opa"/></rdf:Bag>'
        "</MPRI:Regions></MP:RegionInfo>"
    )
    ms = "http://ns.microsoft.com/photo/1.2/"
    packet = xmp("", body, MP=ms, MPRI=f"{ms}t/RegionInfo#", MPReg=f"{ms}t/Region#")
    photo.write(photo.read(with_xmp(packet, exif(8))), tmp_path / "out.jpg")
    seen = seen_by_exiftool(tmp_path / "out.jpg")
    assert seen["XMP-MP:RegionRectangle"] in ("0.2, 0.6, 0.4, 0.3", ["0.2, 0.6, 0.4, 0.3"])


def test_image_regions_of_iptc():
    """Rectangles, circles and polygons turn, in shares and in pixels."""
    body = (
        "<e:ImageRegion><rdf:Bag>"
        '<rdf:li><e:RegionBoundary e:rbShape="rectangle" e:rbUnit="relative" e:rbX="0.1" '
        'e:rbY="0.2" e:rbW="0.3" e:rbH="0.4"/></rdf:li>'
        '<rdf:li><e:RegionBoundary e:rbShape="circle" e:rbUnit="pixel" e:rbX="10" e:rbY="20" '
        'e:rbRx="5"/></rdf:li>'
        '<rdf:li><e:RegionBoundary e:rbShape="polygon" e:rbUnit="relative"><e:rbVertices>'
        '<rdf:Seq><rdf:li e:rbX="0.1" e:rbY="0.2"/><rdf:li e:rbX="0.5" e:rbY="0.6"/></rdf:Seq>'
        "</e:rbVertices></e:RegionBoundary></rdf:li></rdf:Bag></e:ImageRegion>"
    )
    packet = photo.read(with_xmp(xmp("", body, e=IPTC), exif(3))).metadata.xmp.decode()
    found = [
        tuple(re.search(rf'e:rb{name}="([^"]*)"', part)[1] for name in "XY")
        for part in re.findall(r"<(?:rdf:li|e:RegionBoundary) e:[^>]*rbX[^>]*>", packet)
    ]
    assert found == [("0.6", "0.4"), ("86", "44"), ("0.9", "0.8"), ("0.5", "0.4")]
    assert 'e:rbW="0.3" e:rbH="0.4"' in packet


@pytest.mark.parametrize("numbers", [(20, 10), (20, 10, 6), (20, 10, 8, 4)])
def test_the_subject_turns(numbers):
    """SubjectArea, SubjectLocation and XMP's twins name the same pixel, upright."""
    inner = tags.Directory("<")
    inner.put(37396, tags.SHORT, *numbers)
    inner.put(41492, tags.SHORT, *numbers[:2])
    outer = tags.Directory("<", children={34665: inner})
    outer.put(274, tags.SHORT, 6)
    items = "".join(f"<rdf:li>{number}</rdf:li>" for number in numbers)
    body = f"<exif:SubjectArea><rdf:Seq>{items}</rdf:Seq></exif:SubjectArea>"
    packet = xmp("", body, exif="http://ns.adobe.com/exif/1.0/")
    content = with_xmp(packet, segment(0xE1, b"Exif\0\0" + tag_writing.block(outer)))
    said = photo.read(content).metadata
    found = tags.read(said.exif).children[34665]
    expected = (63 - 10, 20, *numbers[2:][::-1])
    assert found.numbers(37396) == expected
    assert found.numbers(41492) == expected[:2]
    assert tuple(map(int, re.findall(rb"<rdf:li>(\d+)", said.xmp))) == expected


def test_resolutions_turn_in_every_place(tmp_path):
    """JFIF, EXIF, XMP, pHYs, TIFF and JPEG 2000 all say 600 × 300, the sensor too."""
    block = Image.Exif()
    block[274], block[282], block[283], block[296] = 6, 300.0, 600.0, 2
    block.get_ifd(34665).update({41486: 1000.0, 41487: 2000.0, 41488: 2})
    packet = xmp(
        'tiff:XResolution="300/1" tiff:YResolution="600/1"', tiff="http://ns.adobe.com/tiff/1.0/"
    )
    content = with_xmp(packet, jpeg=saved("JPEG", exif=block))
    got = photo.read(content)
    assert got.metadata.resolution == (600, 300)
    for suffix in (".jpg", ".png", ".tif", ".webp", ".jp2", ".bmp"):
        target = tmp_path / f"out{suffix}"
        photo.write(got, target)
        seen = seen_by_exiftool(target)
        stated = {
            name: seen[name]
            for name in seen
            if name.endswith(("XResolution", "YResolution", "PixelsPerUnitX", "PixelsPerUnitY"))
            or name.endswith(("PixelsPerMeterX", "PixelsPerMeterY"))
        }
        for name, value in stated.items():
            horizontal = name.endswith("X") or "XRes" in name
            factor = {"PNG-pHYs": 0.0254, "File": 0.0254, "Jpeg2000": 0.0254}
            if "FocalPlane" in name:
                assert value == (2000 if horizontal else 1000), name
                continue
            dpi = value * factor.get(name.split(":")[0], 1)
            assert dpi == pytest.approx(600 if horizontal else 300, rel=1e-3), (suffix, name)
        assert stated


def test_resolutions_of_one_orientation_stay(tmp_path):
    """A picture upside down keeps what is horizontal horizontal."""
    block = Image.Exif()
    block[274], block[282], block[283], block[296] = 3, 300.0, 600.0, 2
    photo.write(photo.read(saved("JPEG", exif=block)), tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.info["dpi"] == (300, 600)
        assert image.getexif()[282] == 300


def test_resolution_of_a_tiff_that_is_turned(tmp_path):
    """The tags of the directory itself change places too."""
    stream = io.BytesIO()
    info = {274: 8, 282: 300.0, 283: 600.0, 296: 2}
    Image.fromarray(wave()).save(stream, "TIFF", tiffinfo=info)
    photo.write(photo.read(stream.getvalue()), tmp_path / "out.tif")
    with Image.open(tmp_path / "out.tif") as image:
        assert (image.tag_v2[282], image.tag_v2[283], image.tag_v2[274]) == (600, 300, 1)
