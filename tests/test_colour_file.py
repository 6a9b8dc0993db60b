"""`labcolor.colour_file`: what the command does, for a script."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import labcolor
from labcolor.errors import OutputError, PhotoError, UsageError
from labcolor.photo import Pages, read


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Write a photograph that says who took it."""
    exif = Image.Exif()
    exif[0x013B] = "Oma"  # Artist
    ramp = np.linspace(20, 220, 60 * 40).reshape(40, 60).astype(np.uint8)
    Image.fromarray(ramp).save(tmp_path / "a.jpg", exif=exif)
    return tmp_path / "a.jpg"


@pytest.fixture(scope="module")
def colorizer() -> labcolor.Colorizer:
    return labcolor.Colorizer()


def test_the_result_keeps_the_metadata(photo: Path, colorizer: labcolor.Colorizer) -> None:
    """Beside the photograph, marked, and of the bytes that the command writes."""
    before = photo.read_bytes()
    result = labcolor.colour_file(photo, colorizer=colorizer)
    assert result == photo.with_name("a-colour.jpg")
    with Image.open(result) as image:
        assert image.getexif()[0x013B] == "Oma"
    assert Pages(result).marked
    assert photo.read_bytes() == before


def test_targets(photo: Path, colorizer: labcolor.Colorizer) -> None:
    """A file of any format, or a folder; nothing is replaced unasked."""
    (photo.parent / "out").mkdir()
    inside = labcolor.colour_file(str(photo), photo.parent / "out", colorizer=colorizer)
    assert inside == photo.parent / "out" / "a.jpg"
    png = labcolor.colour_file(photo, photo.parent / "b.png", colorizer=colorizer, mark=False)
    assert not Pages(png).marked
    assert read(png).pixels.shape == (40, 60, 3)
    with pytest.raises(OutputError, match="already exists"):
        labcolor.colour_file(photo, png, colorizer=colorizer)
    labcolor.colour_file(photo, png, colorizer=colorizer, overwrite=True)
    assert Pages(png).marked


def test_options_make_a_colorizer(photo: Path, colorizer: labcolor.Colorizer) -> None:
    """Of which one or the other is given."""
    result = labcolor.colour_file(photo, photo.parent / "c.png", strength=0)
    assert np.ptp(read(result).pixels, axis=2).max() <= 1
    with pytest.raises(UsageError, match="leave strength out"):
        labcolor.colour_file(photo, colorizer=colorizer, strength=0)
    with pytest.raises(PhotoError):
        labcolor.colour_file(photo.with_name("nosuch.jpg"), colorizer=colorizer)
