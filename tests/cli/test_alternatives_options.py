"""`--detail`, `--variants` and `--uncertainty`: what they write, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
import tifffile
from PIL import Image

from labcolor.photo import read

Run = Callable[..., Any]


@pytest.fixture
def coffee(folder: Path) -> str:
    """Put a photograph into the current folder whose colours are anybody's guess."""
    small = Image.fromarray(skimage.data.coffee()[::4, ::4]).convert("L")
    exif = Image.Exif()
    exif[0x013B] = "Rachel"
    small.save(folder / "coffee.png", exif=exif)
    return "coffee.png"


def test_versions_lie_beside_the_result(labcolor: Run, coffee: str, folder: Path) -> None:
    """The first is the usual result; the others are its equals, with metadata and mark."""
    assert labcolor(coffee, "-o", "usual.png")[0] == 0
    code, _, _ = labcolor(coffee, "-o", "c.png", "--variants", "3", "--uncertainty", "map.png")
    assert code == 0
    assert (folder / "c.png").read_bytes() == (folder / "usual.png").read_bytes()
    versions = [read(folder / name) for name in ("c.png", "c-2.png", "c-3.png")]
    for n, version in enumerate(versions):
        assert version.pixels.shape == (100, 150, 3)
        assert b"Rachel" in version.metadata.exif
        assert b"labcolor" in version.metadata.exif
        assert all((version.pixels != other.pixels).any() for other in versions[:n])
    drawn = read(folder / "map.png")
    assert drawn.pixels.shape == (100, 150)
    assert np.ptp(drawn.pixels) > 20
    assert b"Colours estimated" not in drawn.metadata.exif


def test_a_map_alone_goes_with_a_pipe(labcolor: Run, coffee: str, folder: Path) -> None:
    assert labcolor(coffee, "-o", "-", "--format", "png", "--uncertainty", "map.png")[0] == 0
    assert (folder / "map.png").exists()


def test_other_views_give_other_colours(labcolor: Run, coffee: str, folder: Path) -> None:
    assert labcolor(coffee, "-o", "usual.png")[0] == 0
    assert labcolor(coffee, "-o", "other.png", "--detail", "2")[0] == 0
    usual, other = (read(folder / name).pixels for name in ("usual.png", "other.png"))
    assert usual.shape == other.shape
    assert (usual != other).any()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--variants", "0"], "0 is not in the range 1<=x<=9"),
        (["--variants", "10"], "10 is not in the range 1<=x<=9"),
        (["--variants", "2", "-o", "-"], "name a file with -o"),
        (["--detail", "9"], "The detail must be from 1 to 8, not 9"),
        (["-o", "c.png", "--uncertainty", "./c.png"], "Two pictures would be called"),
        (["-o", "c.png", "--variants", "2", "--uncertainty", "c-2.png"], "Two pictures would"),
        (
            ["--method", "reg_full_vgg_model", "--variants", "2"],
            "--method class_weights_model",
        ),
        (["--method", "reg_part_model", "--uncertainty", "m.png"], "gives ab directly"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(
    labcolor: Run, coffee: str, folder: Path, options: list[str], sentence: str
) -> None:
    before = sorted(folder.iterdir())
    code, _, stderr = labcolor(coffee, *options)
    assert code == 2
    assert sentence in stderr
    assert sorted(folder.iterdir()) == before


def test_a_version_that_is_there_is_not_overwritten(
    labcolor: Run, coffee: str, folder: Path
) -> None:
    (folder / "c-2.png").write_text("mine")
    code, _, stderr = labcolor(coffee, "-o", "c.png", "--variants", "2")
    assert code == 1
    assert "c-2.png" in stderr
    assert not (folder / "c.png").exists()
    assert (folder / "c-2.png").read_text() == "mine"
    assert labcolor(coffee, "-o", "c.png", "--variants", "2", "--overwrite")[0] == 0


def test_fewer_versions_than_wanted_are_said(labcolor: Run, folder: Path) -> None:
    """A black picture has one colour."""
    Image.new("L", (40, 40)).save(folder / "black.png")
    code, _, stderr = labcolor("black.png", "-o", "b.png", "--variants", "9")
    written = len(list(folder.glob("b*.png"))) - 1
    assert code == 0
    assert written < 9
    assert f"Only {written} versions are plausible and distinct" in stderr


@pytest.mark.parametrize("options", [["--variants", "2"], ["--uncertainty", "m.png"]])
def test_they_are_for_one_page_of_one_photograph(
    labcolor: Run, folder: Path, options: list[str]
) -> None:
    code, _, stderr = labcolor(str(folder), "-o", "out", *options)
    assert code == 2
    assert f"{options[0]} is for one photograph" in stderr
    with tifffile.TiffWriter(folder / "two.tif") as writer:
        for _ in range(2):
            writer.write(np.full((20, 30), 90, np.uint8), metadata=None)
    code, _, stderr = labcolor("two.tif", *options)
    assert code == 2
    assert f"two.tif has 2 pages, and {options[0]} works on one page only" in stderr
