"""XMP sidecars go with their photographs, true of the upright result; exiftool looks over them."""

from __future__ import annotations

import pytest
from segments import exif, saved, with_segments, xmp
from test_geometry import faces
from test_metadata import seen_by_exiftool

from labcolor import photo
from labcolor.photo.sidecar import carry


@pytest.fixture
def pair(tmp_path):
    """Put a photograph that lies, and its result, into two folders."""
    source, result = tmp_path / "scans" / "a.jpg", tmp_path / "colour" / "b.png"
    for path in (source, result):
        path.parent.mkdir()
    source.write_bytes(with_segments(exif(6), jpeg=saved("JPEG")))
    photo.write(photo.read(source), result)
    return source, result


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.jpg.xmp", "b.png.xmp"), ("a.xmp", "b.xmp"), ("A.XMP", "b.xmp")],
)
def test_a_sidecar_goes_along(name, expected, pair):
    """Under the name of the result; faces are where they are in the upright picture."""
    source, result = pair
    source.with_name(name).write_bytes(faces())
    assert carry(source, result) == [result.with_name(expected)]
    seen = seen_by_exiftool(result.with_name(expected))
    assert [seen[f"XMP-mwg-rs:RegionArea{side}"] for side in "XY"] == [0.7, 0.2]
    assert source.with_name(name).read_bytes() == faces()


def test_both_kinds(pair):
    """A photograph may have one of each."""
    source, result = pair
    for name in ("a.jpg.xmp", "a.xmp", "other.xmp", "a.jpg.txt"):
        source.with_name(name).write_bytes(xmp('x:y="1"', x="urn:x"))
    assert sorted(path.name for path in carry(source, result)) == ["b.png.xmp", "b.xmp"]
    assert carry(source, result) == []


def test_a_sidecar_that_is_there_stays(pair, caplog):
    """Nothing of the user's is overwritten unasked, and that is said."""
    source, result = pair
    source.with_name("a.xmp").write_bytes(xmp('x:y="1"', x="urn:x"))
    result.with_name("b.xmp").write_bytes(b"mine")
    assert carry(source, result) == []
    assert result.with_name("b.xmp").read_bytes() == b"mine"
    assert "is not taken along" in caplog.text
    assert carry(source, result, overwrite=True) == [result.with_name("b.xmp")]
