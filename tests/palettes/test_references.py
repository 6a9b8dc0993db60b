from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from labcolor.color.palette import palette_of
from labcolor.errors import PhotoError, UsageError
from labcolor.palettes import References

LIGHTNESS = np.full((8, 8), 50, np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Hold two colour photographs, one of them in a sub-folder, one of grey and a text."""
    (tmp_path / "below").mkdir()
    Image.fromarray(skimage.data.astronaut()).save(tmp_path / "astronaut.png")
    Image.fromarray(skimage.data.coffee()).save(tmp_path / "below" / "coffee.png")
    Image.fromarray(skimage.data.camera()).save(tmp_path / "camera.png")
    (tmp_path / "notes.txt").write_text("no photograph")
    return tmp_path


def test_a_file_its_pixels_and_its_palette_are_one_reference(folder: Path) -> None:
    """However a reference is given, its colours are the same."""
    path = folder / "astronaut.png"
    pixels = skimage.data.astronaut()[..., ::-1].copy()
    ways = [str(path), path, pixels, palette_of(pixels)]
    assert len({References(way).identity for way in ways}) == 1


def test_every_colour_photograph_of_a_folder_counts(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Sub-folders too; what is grey is left out, and that is said."""
    with caplog.at_level(logging.WARNING, logger="labcolor"):
        found = References(folder)
    assert [Path(one.name).name for one in found.palettes] == ["astronaut.png", "coffee.png"]
    assert "camera.png" in caplog.text


def test_several_are_their_mean_or_the_nearest(folder: Path) -> None:
    """The order in which they are named does not matter."""
    names = [folder / "astronaut.png", folder / "below" / "coffee.png"]
    one, other = References(names), References(names[::-1])
    assert one(LIGHTNESS).shares == pytest.approx(other(LIGHTNESS).shares, abs=1e-7)
    dark = np.zeros((8, 8), np.float32)
    nearest = [References(several, "nearest")(dark).name for several in (names, names[::-1])]
    assert nearest[0] == nearest[1]


def test_a_palette_by_name() -> None:
    """The name of a palette needs no file."""
    assert References("kodachrome").name == "kodachrome"


@pytest.mark.parametrize(
    ("reference", "error", "says"),
    [
        ("kodachrom", UsageError, "the palettes are kodachrome"),
        ("camera.png", PhotoError, "no colours to use as a reference"),
        ("missing.png", PhotoError, "no file"),
        ("notes.txt", PhotoError, "a text"),
        ((), UsageError, "no reference"),
    ],
)
def test_what_is_no_reference_is_told(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    reference: str,
    error: type[Exception],
    says: str,
) -> None:
    """One sentence says what is wrong with it."""
    monkeypatch.chdir(folder)
    with pytest.raises(error, match=says):
        References(reference)


def test_a_folder_without_colour_is_told(tmp_path: Path) -> None:
    """A folder of black-and-white photographs has nothing to go by."""
    Image.fromarray(skimage.data.camera()).save(tmp_path / "camera.png")
    with pytest.raises(PhotoError, match="no colour photograph"):
        References(tmp_path)


def test_an_unknown_way_is_refused() -> None:
    """The ways to take several are named."""
    with pytest.raises(UsageError, match="mean or nearest"):
        References("kodachrome", "median")
