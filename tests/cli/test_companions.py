from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from labcolor import Colorizer, Hints


@pytest.fixture
def scans(folder: Path, grey: np.ndarray) -> Path:
    """Hold a photograph in a folder, and the same in a sub-folder and below it."""
    for name in ("scans", "scans/wedding", "scans/wedding/church"):
        (folder / name).mkdir()
        Image.fromarray(grey).save(folder / name / "photo.png")
    return folder / "scans"


def painted(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """Paint a hint and return it as BGRA."""
    picture = np.zeros((*shape, 4), np.uint8)
    picture[50:80, 60:90] = (160, 48, 32, 255)
    Image.fromarray(picture).save(path)
    return picture[..., [2, 1, 0, 3]]


def made(name: str) -> np.ndarray:
    return np.asarray(Image.open(f"colour/{name}"))[..., ::-1]


def test_a_reference_in_a_sub_folder_is_for_what_lies_below(
    labcolor: Callable, scans: Path, grey: np.ndarray
) -> None:
    """It goes before the reference of the run, is not coloured itself, and does not come out."""
    Image.fromarray(skimage.data.coffee()).save(scans / "wedding" / "like.jpg", quality=95)
    result = labcolor("scans", "-o", "colour", "--like", "kodachrome")
    assert result.code == 0
    assert "3 coloured" in result.stderr
    own, run = (Colorizer(like=one)(grey) for one in (scans / "wedding/like.jpg", "kodachrome"))
    assert np.array_equal(made("photo.png"), run)
    assert np.array_equal(made("wedding/photo.png"), own)
    assert np.array_equal(made("wedding/church/photo.png"), own)
    assert not Path("colour/wedding/like.jpg").exists()


def test_another_reference_colours_its_folder_again(labcolor: Callable, scans: Path) -> None:
    """And no other; the same reference nothing."""
    like = scans / "wedding" / "like.jpg"

    def states() -> list[bytes]:
        lines = labcolor("scans", "-o", "colour", "--dry-run").stdout.splitlines()
        return [line.split()[0] for line in lines[:-1]]

    Image.fromarray(skimage.data.coffee()).save(like)
    labcolor("scans", "-o", "colour")
    assert states() == [b"done", b"done", b"done", b"ignored"]
    Image.fromarray(skimage.data.astronaut()).save(like)
    assert sorted(states()) == [b"again", b"again", b"done", b"ignored"]
    like.unlink()
    assert sorted(states()) == [b"again", b"again", b"done"]


def test_a_reference_without_colour_is_a_photograph(
    labcolor: Callable, scans: Path, grey: np.ndarray
) -> None:
    """It has nothing to go by, and that is said."""
    Image.fromarray(grey).save(scans / "wedding" / "like.png")
    result = labcolor("scans", "-o", "colour")
    assert "no colours to serve as a reference" in result.stderr
    assert "4 coloured" in result.stderr
    assert np.array_equal(made("wedding/photo.png"), Colorizer()(grey))


def test_a_method_that_takes_no_reference_says_so(labcolor: Callable, scans: Path) -> None:
    """The photographs are coloured all the same."""
    Image.fromarray(skimage.data.coffee()).save(scans / "wedding" / "like.jpg")
    result = labcolor("scans", "-o", "colour", "--method", "reg_full_model")
    assert result.code == 0
    assert "cannot follow a reference" in result.stderr


def test_hints_beside_a_photograph(labcolor: Callable, scans: Path, grey: np.ndarray) -> None:
    """NAME.hints.png is for NAME, where that is asked for, of one and of many."""
    picture = painted(scans / "photo.hints.png", grey.shape)
    result = labcolor("scans", "-o", "colour", "--hints", "beside")
    assert "3 coloured" in result.stderr
    assert np.array_equal(made("photo.png"), Colorizer()(grey, Hints(picture)))
    assert np.array_equal(made("wedding/photo.png"), Colorizer()(grey))
    assert labcolor("scans/photo.png", "-o", "colour/one.png", "--hints", "beside").code == 0
    assert np.array_equal(made("one.png"), made("photo.png"))
    missing = labcolor("scans/wedding/photo.png", "--hints", "beside")
    assert missing.code == 2
    assert "no scans/wedding/photo.hints.png" in missing.stderr


def test_hints_that_do_not_fit_fail_alone(labcolor: Callable, scans: Path) -> None:
    """The other photographs are coloured."""
    painted(scans / "photo.hints.png", (90, 90))
    result = labcolor("scans", "-o", "colour", "--hints", "beside")
    assert result.code == 3
    assert "photo.hints.png is 90 × 90 pixels large" in result.stderr
    assert "2 coloured" in result.stderr


def test_another_file_of_hints_is_for_one_photograph(labcolor: Callable, scans: Path) -> None:
    """A folder cannot share one picture of hints."""
    painted(scans / "some.png", (90, 90))
    result = labcolor("scans", "-o", "colour", "--hints", "scans/some.png")
    assert result.code == 2
    assert "--hints is for one photograph" in result.stderr


def test_saved_hints_say_the_same(labcolor: Callable, photo: Path) -> None:
    """What is written by --save-hints gives the same result when it is read."""
    given = ("--hint", "30,40=#a03020", "--hint", "150,200=navy")
    assert labcolor(photo.name, "-o", "one.png", *given, "--save-hints", "kept.png").code == 0
    assert labcolor(photo.name, "-o", "other.png", "--hints", "kept.png").code == 0
    assert Path("one.png").read_bytes() == Path("other.png").read_bytes()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--save-hints", "kept.png"], "no hints to save"),
        (["--hint", "3,4=#a03020", "--save-hints", "kept.jpg"], "cannot hold transparency"),
        (["--hint", "3,4=#a03020", "--save-hints", "photo.png"], "is the photograph itself"),
    ],
)
def test_hints_that_cannot_be_saved_are_told(
    labcolor: Callable, photo: Path, options: list[str], says: str
) -> None:
    """Before any work, and nothing is written."""
    result = labcolor(photo.name, *options)
    assert result.code in (1, 2)
    assert says in result.stderr
    assert [one.name for one in Path().iterdir()] == ["photo.png"]
