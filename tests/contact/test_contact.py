"""Contact sheets: what stands on them, and where."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import skimage.data
import tifffile
from PIL import ExifTags, Image
from skimage.color import rgb2lab

from labcolor.contact import Entry, sheet
from labcolor.contact.thumbnail import thumbnail, without_colour
from labcolor.errors import PhotoError
from labcolor.layers.model import Layered
from labcolor.layers.writing import write as write_layers
from labcolor.photo import Photo, write
from labcolor.photo.compare import small

COLOUR = np.ascontiguousarray(skimage.data.astronaut()[..., ::-1])
CELL_TOP, CELL_LEFT = 48, 16  # of the first cell
SIDE = 190


@pytest.fixture
def results(tmp_path: Path) -> tuple[Path, Path]:
    """Write a grey photograph, and one in colour."""
    before, after = tmp_path / "before.png", tmp_path / "after.jpg"
    write(Photo(np.ascontiguousarray(COLOUR[..., 1])), before)
    write(Photo(COLOUR), after)
    return before, after


def cells(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut the two pictures of the first pair out of a sheet."""
    rows = picture[CELL_TOP : CELL_TOP + SIDE]
    right = CELL_LEFT + SIDE + 4
    return rows[:, CELL_LEFT : CELL_LEFT + SIDE], rows[:, right : right + SIDE]


def test_before_is_left_and_after_right(results: tuple[Path, Path]) -> None:
    """The photograph stands beside what became of it."""
    before, after = results
    left, right = cells(sheet([Entry("name", before, after)], "title"))
    assert np.ptp(left, axis=2).max() == 0
    assert np.ptp(right, axis=2).mean() > 20
    assert np.corrcoef(left[..., 1].ravel(), right[..., 1].ravel())[0, 1] > 0.99


@pytest.mark.parametrize("gone", ["gone", "changed"])
def test_a_photograph_that_is_gone_is_seen_by_its_lightness(
    results: tuple[Path, Path], gone: str
) -> None:
    """What a run coloured had the L* of the result, and that is shown."""
    before, after = results
    before.write_text("something else")
    left, right = cells(sheet([Entry("name", before if gone == "changed" else None, after)], ""))
    assert np.ptp(left, axis=2).max() <= 1
    np.testing.assert_allclose(
        rgb2lab(left[..., ::-1])[..., 0], rgb2lab(right[..., ::-1])[..., 0], atol=0.5
    )


def test_what_failed_is_red(tmp_path: Path) -> None:
    """With the reason; and so is a result that cannot be read any more."""
    (tmp_path / "after.jpg").write_text("nonsense")
    for entry in (
        Entry("name", error="name is damaged or cut short"),
        Entry("name", None, tmp_path / "after.jpg"),
    ):
        picture = sheet([entry], "title")
        left, right = cells(picture)
        assert (left[-1, 1:] == (225, 225, 250)).all()
        assert (right == (225, 225, 250)).all(axis=2).mean() > 0.5


@pytest.mark.parametrize(
    "name", ["short.jpg", "länger/Москва 東京.jpg", "x" * 300, "", "\udce4.jpg"]
)
def test_names_of_all_kinds(name: str) -> None:
    """Names are cut to the width of their cell, and none breaks the sheet."""
    picture = sheet([Entry(name, error="no reason"), Entry("other", error="none")], name)
    line = picture[CELL_TOP + SIDE + 1 : CELL_TOP + SIDE + 20]
    assert (line[:, CELL_LEFT + 2 * SIDE + 8 : CELL_LEFT + 2 * SIDE + 18] == 250).all()
    assert bool(name) == bool((line[:, : CELL_LEFT + 2 * SIDE] < 128).any())


@pytest.mark.parametrize(
    "name",
    [
        "Müller/Großmutter.jpg",
        "Москва 東京.jpg",
        "שלום.jpg",
        "a\tb\r\nü\u2028.jpg",
        "\udce4\u202e.jpg",
    ],
)
def test_reasons_of_all_kinds(name: str) -> None:
    """A reason runs over several lines, and names the file by whatever it is called."""
    reason = (
        f"{name} is damaged or cut short; copy it again from its source, or colour what is left."
    )
    picture = sheet([Entry(name, error=reason), Entry("other", error="none")], name)
    field = picture[CELL_TOP : CELL_TOP + SIDE, CELL_LEFT : CELL_LEFT + 2 * SIDE]
    written = (field < 150).any(axis=(1, 2))  # rows with ink
    assert np.diff(written.astype(int)).tolist().count(1) >= 2
    below = picture[CELL_TOP + SIDE + 26 : CELL_TOP + SIDE + 36, : CELL_LEFT + 2 * SIDE]
    assert (below == 250).all()  # a name with a line break in it stays on its line


@pytest.mark.parametrize("count", [1, 5, 6, 40])
def test_a_sheet_is_as_high_as_it_must_be(count: int) -> None:
    """Five pairs a row, eight rows at most."""
    picture = sheet([Entry("a", error="b")] * count, "title")
    assert picture.shape == (48 + -(-count // 5) * 226, 2016, 3)


@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_a_jpeg_is_decoded_small_and_upright(orientation: int, tmp_path: Path) -> None:
    """It looks as a whole decoding does, whatever its orientation says."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = Image.fromarray(COLOUR[..., ::-1]).resize((2000, 1200))
    picture.save(tmp_path / "a.jpg", exif=exif)
    (tmp_path / "a.bin").write_bytes((tmp_path / "a.jpg").read_bytes())
    got = thumbnail(tmp_path / "a.jpg", 200)
    turned = np.rot90(np.asarray(picture.resize((200, 120))), {1: 0, 6: -1, 8: 1}[orientation])
    assert got.shape == turned.shape
    assert np.abs(got[..., ::-1].astype(int) - turned).mean() < 4


def test_other_formats_are_read_whole(tmp_path: Path) -> None:
    """16 bits and several pages are no hindrance; the first page is shown."""
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(COLOUR[..., 1].astype(np.uint16) * 257, metadata=None)
        writer.write(COLOUR[:9, :9, 0], metadata=None)
    got = thumbnail(tmp_path / "a.tif", 128)
    assert got.shape == (128, 128, 3)
    assert np.abs(got[..., 0].astype(int) - COLOUR[::4, ::4, 1]).mean() < 12


@pytest.mark.parametrize("form", ["ora", "psd"])
def test_of_a_picture_in_layers_the_merged_one_is_shown(form: str, tmp_path: Path) -> None:
    """What all visible layers make together."""
    picture = Layered("layers", 512, 512, (), lambda: COLOUR)
    path = tmp_path / f"picture.{form}"
    write_layers(picture, Photo(COLOUR), path, form)
    assert np.array_equal(thumbnail(path, 190), small(COLOUR, 190))


def test_a_damaged_jpeg_is_an_error(tmp_path: Path) -> None:
    """As it is anywhere else."""
    stream = io.BytesIO()
    Image.fromarray(COLOUR).save(stream, "JPEG")
    (tmp_path / "a.jpg").write_bytes(stream.getvalue()[:9000])
    with pytest.raises(PhotoError, match="damaged or cut short"):
        thumbnail(tmp_path / "a.jpg", 100)


def test_without_colour_keeps_lightness() -> None:
    """scikit-image measures the same L*."""
    grey = without_colour(COLOUR)
    assert np.ptp(grey, axis=2).max() <= 1
    np.testing.assert_allclose(rgb2lab(grey)[..., 0], rgb2lab(COLOUR[..., ::-1])[..., 0], atol=0.3)


def test_pages_and_doubt_stand_beside_the_name(results: tuple[Path, Path]) -> None:
    """At the right, and a long name leaves them their room."""

    def caption(entry: Entry, order: str) -> np.ndarray:
        return sheet([entry], "", order)[CELL_TOP + SIDE + 2 : CELL_TOP + SIDE + 22]

    before, after = results
    right = slice(CELL_LEFT + 2 * SIDE - 100, CELL_LEFT + 2 * SIDE + 4)
    one = Entry("name", before, after, pages=1, doubt=4.5)
    assert (caption(one, "name")[:, right] == 250).all()
    assert (caption(one, "doubt")[:, right] < 200).any()
    many = one._replace(pages=12)
    assert (caption(many, "name")[:, right] < 200).any()
    long = many._replace(name="x" * 300)
    np.testing.assert_array_equal(
        caption(long, "doubt")[:, right], caption(many, "doubt")[:, right]
    )
