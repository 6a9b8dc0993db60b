"""Several pages, --no-mark, --skip-colour and --compare, for one photograph and for folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
import tifffile
from PIL import ExifTags, Image

from labcolor import __version__
from labcolor.photo import Pages, read

Run = Callable[..., Any]


def description(path: Path | str) -> str | None:
    with Image.open(path) as image:
        return image.getexif().get(ExifTags.Base.ImageDescription)


def names(folder: str = ".") -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir() if path.name != ".labcolor")


@pytest.fixture
def document(folder: Path, grey: np.ndarray) -> Path:
    """Put a TIFF of three pages into the current folder: 8 bit, 16 bit, and 1 bit."""
    path = folder / "document.tif"
    with tifffile.TiffWriter(path) as writer:
        for n, page in enumerate((grey, grey[:100].astype(np.uint16) * 257, grey[:50] > 99)):
            writer.write(page, description=f"Sheet {n + 1}", metadata=None)
    return path


@pytest.fixture
def mixed(folder: Path, grey: np.ndarray, document: Path) -> Path:
    """Put a folder of a grey photograph, one in colour and a document into the current folder."""
    scans = folder / "scans"
    scans.mkdir()
    Image.fromarray(grey).save(scans / "grey.jpg")
    Image.fromarray(skimage.data.astronaut()[::2, ::2]).save(scans / "colour.jpg")
    document.rename(scans / "document.tif")
    return scans


def check_document(path: Path, grey: np.ndarray) -> None:
    """Tell whether all pages of the document are there, in colour."""
    with tifffile.TiffFile(path) as file:
        assert [page.shape for page in file.pages] == [(240, 200, 3), (100, 200, 3), (50, 200, 3)]
        assert [page.dtype for page in file.pages] == [np.uint8, np.uint16, np.uint8]
        for n, page in enumerate(file.pages):
            assert page.description.startswith(f"Sheet {n + 1} [Colours estimated by labcolor ")
        colour = file.pages[0].asarray()
        assert np.ptp(colour, axis=2).mean() > 3
        assert np.abs(colour.mean(axis=2) - grey).mean() < 15


def test_every_page_is_coloured(labcolor: Run, document: Path, grey: np.ndarray) -> None:
    """And the line that says what was written says how many there are."""
    code, _, stderr = labcolor("document.tif")
    assert code == 0
    assert stderr.startswith("document-colour.tif  3 pages, 200×240, ")
    check_document(document.with_name("document-colour.tif"), grey)


def test_pages_through_a_pipe(labcolor: Run, document: Path, folder: Path, grey) -> None:
    """A document comes out of a pipe with all its pages."""
    code, stdout, _ = labcolor("-", "-o", "-", "--format", "tiff", stdin=document.read_bytes())
    assert code == 0
    (folder / "out.tif").write_bytes(stdout)
    check_document(folder / "out.tif", grey)


@pytest.mark.usefixtures("document")
def test_several_pages_are_no_jpeg(labcolor: Run) -> None:
    """It is said before any work, and nothing is written."""
    code, _, stderr = labcolor("document.tif", "-o", "out.jpg")
    assert code == 1
    assert stderr == (
        "labcolor: document.tif has 3 pages, and JPEG holds only one; write it as TIFF.\n"
    )
    assert names() == ["document.tif"]


@pytest.mark.usefixtures("photo")
def test_a_result_is_marked(labcolor: Run) -> None:
    """With method, weights and version, unless --no-mark is given; the pixels are the same."""
    assert labcolor("photo.png", "-o", "marked.png").code == 0
    assert labcolor("photo.png", "-o", "plain.png", "--no-mark").code == 0
    assert description("marked.png") == (
        f"Colours estimated by labcolor {__version__} (class_weights_model, embedded weights)"
    )
    assert description("plain.png") is None
    np.testing.assert_array_equal(read("marked.png").pixels, read("plain.png").pixels)
    assert labcolor("photo.png", "-o", "again.png").code == 0
    assert Path("again.png").read_bytes() == Path("marked.png").read_bytes()


@pytest.mark.usefixtures("photo")
def test_results_pairs_and_variants_say_with_what_settings(labcolor: Run) -> None:
    """Where they are not the usual; each variant has its number."""
    options = "--strength 0.6 --rebalance 0.3 --compare --variants 2"
    assert labcolor("photo.png", "-o", "c.png", *options.split()).code == 0
    said = "class_weights_model, embedded weights, strength 0.6, rebalance 0.3"
    for name, more in (("c.png", ""), ("c-compare.jpg", ""), ("c-2.png", ", variant 2")):
        assert f"({said}{more})" in (description(name) or "")


@pytest.mark.usefixtures("photo")
def test_a_result_is_not_coloured_again_unasked(labcolor: Run) -> None:
    """Whatever it is called; a single one says what it is."""
    assert labcolor("photo.png", "--compare").code == 0
    Path("photo-colour.png").rename("oma.png")
    code, _, stderr = labcolor("oma.png")
    assert code == 1
    assert stderr.startswith("labcolor: oma.png was made by labcolor")
    assert "--again" in stderr
    assert labcolor("oma.png", "--again").code == 0
    assert labcolor("-", "-o", "-", stdin=Path("oma.png").read_bytes()).code == 1


@pytest.mark.usefixtures("photo")
def test_results_in_a_folder_are_left_alone(labcolor: Run) -> None:
    """Results, pairs and contact sheets of no journal: by the mark in them, unless --again."""
    assert labcolor("photo.png", "--compare").code == 0
    assert labcolor(".", "-o", "out").code == 0
    assert names("out") == ["photo.png"]
    assert labcolor("contact", "out", "-o", "sheet.jpg").code == 0
    code, stdout, _ = labcolor(".", "-o", "other", "--dry-run")
    assert code == 0
    assert stdout.decode().count("a labcolor result") == 4
    assert labcolor(".", "-o", "other").code == 0
    assert names("other") == ["photo.png"]
    assert labcolor(".", "-o", "other", "--again").code == 0
    assert len(names("other")) == 4


def test_colour_is_skipped_if_that_is_asked_for(labcolor: Run, mixed: Path) -> None:
    """A photograph in colour is left alone, and coloured like any other without the option."""
    code, _, stderr = labcolor("scans/colour.jpg", "--skip-colour")
    assert code == 0
    assert stderr == "scans/colour.jpg has colour already; nothing is written.\n"
    assert names("scans") == ["colour.jpg", "document.tif", "grey.jpg"]
    assert labcolor("scans/grey.jpg", "--skip-colour").code == 0
    assert labcolor("scans/colour.jpg").code == 0
    assert (mixed / "grey-colour.jpg").exists()
    assert (mixed / "colour-colour.jpg").exists()


@pytest.mark.usefixtures("photo")
def test_a_pair_is_written_beside_the_output(labcolor: Run, grey: np.ndarray) -> None:
    """The photograph stands at the left of it, as it was."""
    assert labcolor("photo.png", "--compare").code == 0
    assert names() == ["photo-colour-compare.jpg", "photo-colour.png", "photo.png"]
    pair = read("photo-colour-compare.jpg").pixels
    assert pair.shape == (240, 2 * 200 + 8, 3)
    assert np.abs(pair[:, :200].astype(int) - grey[..., None]).mean() < 4
    after = read("photo-colour.png").pixels
    assert np.abs(pair[:, -200:].astype(int) - after).mean() < 4


@pytest.mark.usefixtures("photo")
def test_a_pair_never_replaces_a_file(labcolor: Run) -> None:
    """Neither is written if one of the two names is taken."""
    Path("photo-colour-compare.jpg").write_text("mine")
    code, _, stderr = labcolor("photo.png", "--compare")
    assert code == 1
    assert "photo-colour-compare.jpg already exists" in stderr
    assert names() == ["photo-colour-compare.jpg", "photo.png"]


@pytest.mark.usefixtures("photo")
def test_a_pair_needs_a_name(labcolor: Run) -> None:
    """There is nothing beside standard output."""
    code, _, stderr = labcolor("photo.png", "-o", "-", "--compare")
    assert code == 2
    assert "name a file with -o" in stderr


@pytest.mark.usefixtures("mixed")
def test_a_folder_is_treated_like_a_photograph(labcolor: Run, grey: np.ndarray) -> None:
    """Pages, mark, pairs and what is left alone: all of it in folders too."""
    code, _, stderr = labcolor("scans", "--skip-colour", "--compare")
    assert code == 0
    assert "2 coloured, 1 in colour already of 3" in stderr
    assert names("scans-colour") == [
        "document-compare.jpg",
        "document.tif",
        "grey-compare.jpg",
        "grey.jpg",
    ]
    check_document(Path("scans-colour/document.tif"), grey)
    assert "estimated by labcolor" in (description("scans-colour/grey.jpg") or "")
    assert read("scans-colour/document-compare.jpg").pixels.shape == (
        240 + 8 + 100 + 8 + 50,
        408,
        3,
    )


@pytest.mark.usefixtures("mixed")
def test_a_document_fails_alone(labcolor: Run) -> None:
    """Where a folder is to become JPEGs, a document of several pages is a failure of its own."""
    code, _, stderr = labcolor("scans", "--format", "jpg", "--no-mark")
    assert code == 3
    assert "document.tif has 3 pages, and JPEG holds only one; write it as TIFF." in stderr
    assert names("scans-colour") == ["colour.jpg", "grey.jpg"]
    assert description("scans-colour/grey.jpg") is None
    assert len(Pages("scans/document.tif")) == 3
