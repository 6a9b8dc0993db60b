"""Pages on their way: coloured, marked, spared, compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage.data
import tifffile

from labcolor.photo import Mark, Pages, write
from labcolor.treatment import Treatment

GREY = skimage.data.camera()[::4, ::4]
COLOUR = skimage.data.astronaut()[::4, ::4]
MARK = Mark("method", "embedded")


def red(pixels: np.ndarray) -> np.ndarray:
    """Stand in for a colorizer."""
    result = np.zeros((*pixels.shape[:2], 3), pixels.dtype)
    result[..., 2] = pixels if pixels.ndim == 2 else pixels[..., 1]
    return result


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "document.tif"
    with tifffile.TiffWriter(path) as writer:
        for page in (GREY, COLOUR[:100], GREY[:50]):
            writer.write(page, metadata=None)
    return path


def test_all_pages_are_coloured(document: Path) -> None:
    """A page in colour too, unless it is to be spared."""
    treatment = Treatment(red, mark=MARK)
    pages = list(treatment.treated(Pages(document)))
    assert [page.pixels.shape for page in pages] == [(128, 128, 3), (100, 128, 3), (50, 128, 3)]
    assert not any(page.pixels[..., :2].any() for page in pages)
    assert [page.mark for page in pages] == [MARK] * 3
    assert treatment.size == (128, 128)
    assert treatment.comparison is None


def test_pages_in_colour_are_spared(document: Path) -> None:
    """They stay as they are and carry no mark, between others that are coloured."""
    treatment = Treatment(red, mark=MARK, skip_colour=True)
    assert not treatment.should_skip(Pages(document))
    pages = list(treatment.treated(Pages(document)))
    np.testing.assert_array_equal(pages[1].pixels, COLOUR[:100, :, ::-1])
    assert [page.mark for page in pages] == [MARK, None, MARK]


def test_a_photograph_in_colour_is_spared(tmp_path: Path) -> None:
    """Nothing is to be done for it, if that is asked for."""
    tifffile.imwrite(tmp_path / "photo.tif", COLOUR)
    assert Treatment(red, skip_colour=True).should_skip(Pages(tmp_path / "photo.tif"))
    assert not Treatment(red).should_skip(Pages(tmp_path / "photo.tif"))


def test_pages_are_compared(document: Path, tmp_path: Path) -> None:
    """A pair a page, of what it was and what it is."""
    treatment = Treatment(red, compare=True)
    write(treatment.treated(Pages(document)), tmp_path / "out.tif")
    assert treatment.comparison
    picture = treatment.comparison.picture().pixels
    assert picture.shape == (128 + 8 + 100 + 8 + 50, 2 * 128 + 8, 3)
    np.testing.assert_array_equal(picture[:128, :128], np.dstack([GREY] * 3))
    np.testing.assert_array_equal(picture[-50:, -128:], red(GREY[:50]))
