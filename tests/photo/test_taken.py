"""Pictures in whatever form a program has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import ExifTags, Image

from labcolor.errors import PhotoError
from labcolor.photo.taken import pixels_of

RGB = skimage.data.astronaut()[:60, :40]


def test_all_forms_are_one_picture(tmp_path: Path) -> None:
    """An array, a path, a string, bytes, and Pillow's picture with and without its file."""
    path = tmp_path / "a.png"
    Image.fromarray(RGB).save(path)
    bgr = np.ascontiguousarray(RGB[..., ::-1])
    with Image.open(path) as lazy:
        for form in (bgr, path, str(path), path.read_bytes(), lazy, Image.fromarray(RGB)):
            np.testing.assert_array_equal(pixels_of(form), bgr)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16"])
def test_modes_of_pillow(mode: str) -> None:
    """Bilevel, grey, palette, transparency and 16 bits: as labcolor reads their files."""
    if mode == "I;16":
        picture = Image.fromarray(np.full((5, 4), 40_000, np.uint16))
        assert (pixels_of(picture) == 40_000).all()
        return
    picture = Image.fromarray(RGB).convert(mode)
    pixels = pixels_of(picture)
    assert pixels.dtype == np.uint8
    expected = np.asarray(picture.convert("L" if pixels.ndim == 2 else "RGB"))
    np.testing.assert_array_equal(pixels if pixels.ndim == 2 else pixels[..., ::-1], expected)


def test_orientation_counts(tmp_path: Path) -> None:
    """A picture that Pillow has opened knows how its file is to be turned."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.fromarray(RGB).save(tmp_path / "a.png", exif=exif)
    with Image.open(tmp_path / "a.png") as picture:
        np.testing.assert_array_equal(pixels_of(picture), np.rot90(RGB[..., ::-1], -1))


@pytest.mark.parametrize("what", [None, 3, [[1, 2]]])
def test_what_is_no_picture(what: object) -> None:
    with pytest.raises(PhotoError, match="not "):
        pixels_of(what)


def test_floats_are_refused() -> None:
    with pytest.raises(PhotoError, match="floating-point"):
        pixels_of(Image.new("F", (3, 3)))
