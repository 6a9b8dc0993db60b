"""`--hints FILE` and `--hint X,Y=#RRGGBB`: how they are said, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from own_standin import standin_layers
from PIL import Image
from skimage.color import rgb2lab

from labcolor.model.methods import METHODS
from labcolor.photo import read

Run = Callable[..., Any]


@pytest.fixture
def hinted(folder: Path) -> list[str]:
    """Name a network that takes hints, with weights that are none."""
    arrays = {
        f"{name}.{part}": tensor
        for name, pair in standin_layers("hinted").items()
        for part, tensor in zip(("weight", "bias"), pair, strict=True)
    }
    settings = {"network": "lite", "gives": "ab", "hints": True, "side": 64}
    np.savez(folder / "weights.npz", settings=np.array(json.dumps(settings)), **arrays)
    return ["--method", "reg_full_model", "--weights", "weights.npz"]


def paint(path: str, size: tuple[int, int] = (200, 240), mode: str = "RGBA") -> None:
    """Write a picture with a red square on nothing."""
    picture = Image.new(mode, size, (0,) * len(mode))
    picture.paste((200, 30, 30, 255)[: len(mode)], (20, 20, 60, 60))
    picture.save(path)


@pytest.mark.usefixtures("photo")
def test_hints_change_the_result(labcolor: Run, hinted: list[str]) -> None:
    """A picture of hints, a point, and both give four different results, with none."""
    paint("hints.png")
    results = []
    for number, said in enumerate(
        ([], ["--hints", "hints.png"], ["--hint", "150,200=#2040c0"], None)
    ):
        both = ["--hints", "hints.png", "--hint", "150,200=#2040c0"]
        options = said if said is not None else both
        code, _, stderr = labcolor("photo.png", "-o", f"{number}.png", *hinted, *options)
        assert code == 0, stderr
        results.append(read(Path(f"{number}.png")).pixels)
    for number, one in enumerate(results):
        assert not any(np.array_equal(one, other) for other in results[number + 1 :])


@pytest.mark.usefixtures("photo")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--hint", "3,4=navi"], "'navi' is not a colour: did you mean navy?"),
        (["--hint", "3,4=#12345"], "'#12345' is not a colour: write it as #RRGGBB"),
        (["--hint", "3,4="], "3,4= has no colour; quote it"),
        (["--hint", "3;4=#aabbcc"], "is not of the form"),
        (["--hint", "-3,4=#aabbcc"], "is not of the form"),
        (["--hint", "200,4=#aabbcc"], "hint 200,4 is outside the photograph"),
        (
            ["--hints", "small.png"],
            "small.png is 30 × 25 pixels large and the upright photograph 200 × 240",
        ),
        (["--hints", "clear.png"], "clear.png is fully transparent"),
        (["--hints", "solid.png"], "solid.png has no transparency"),
    ],
)
def test_what_is_no_hint_for_the_photograph(
    labcolor: Run, hinted: list[str], options: list[str], words: str
) -> None:
    paint("small.png", (30, 25))
    paint("solid.png", mode="RGB")
    Image.new("RGBA", (200, 240)).save("clear.png")
    code, _, stderr = labcolor("photo.png", *hinted, *options)
    assert code == 2
    assert words in stderr
    assert stderr.count("\n") == 1
    assert not Path("photo-colour.png").exists()


@pytest.mark.usefixtures("photo")
def test_a_picture_of_hints_that_is_not_there(labcolor: Run, hinted: list[str]) -> None:
    code, _, stderr = labcolor("photo.png", *hinted, "--hints", "none.png")
    assert code == 1
    assert "none.png" in stderr


@pytest.mark.usefixtures("photo")
@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_honours_hints(labcolor: Run, method: str) -> None:
    """A red place is red: a and b of the result there are the hint's, as scikit-image has them."""
    code, _, stderr = labcolor("photo.png", "--method", method, "--hint", "60,150=#8a7070")
    assert code == 0, stderr
    bgr = read(Path("photo-colour.png")).pixels[148:153, 58:63]
    ab = rgb2lab(bgr[..., ::-1])[..., 1:].mean((0, 1))
    assert np.hypot(*(ab - rgb2lab([[[138 / 255, 112 / 255, 112 / 255]]])[0, 0, 1:])) < 4


@pytest.mark.usefixtures("photo")
def test_versions_have_the_hints_too(labcolor: Run) -> None:
    """The first version is the result of the same command without others."""
    hint = ["--hint", "60,150=#8a7070"]
    assert labcolor("photo.png", "-o", "one.png", *hint)[0] == 0
    assert labcolor("photo.png", "-o", "many.png", "--variants", "2", *hint)[0] == 0
    assert Path("many.png").read_bytes() == Path("one.png").read_bytes()


def test_hints_are_for_one_photograph(labcolor: Run, photo: Path, folder: Path) -> None:
    for paths in ([photo.name, photo.name], [str(folder)]):
        code, _, stderr = labcolor(*paths, "-o", "out", "--hint", "3,4=#aabbcc")
        assert code == 2
        assert "--hint is for one photograph" in stderr


def test_hints_are_for_one_page(labcolor: Run, folder: Path, grey: np.ndarray) -> None:
    page = Image.fromarray(grey)
    page.save(folder / "two.tif", save_all=True, append_images=[page])
    code, _, stderr = labcolor("two.tif", "--hint", "3,4=#aabbcc")
    assert code == 2
    assert "two.tif has 2 pages, and --hints and --hint work on one page only" in stderr


def test_places_are_those_of_the_upright_photograph(
    labcolor: Run, hinted: list[str], folder: Path, grey: np.ndarray
) -> None:
    """A photograph that lies on its side in its file takes them as if it did not."""
    upright, lying = Image.fromarray(grey), Image.fromarray(np.rot90(grey).copy())
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° clockwise to see it upright
    upright.save(folder / "upright.png")
    lying.save(folder / "lying.png", exif=exif)
    for name in ("upright", "lying"):
        hint = ["--hint", "10,230=#2040c0"]
        assert labcolor(f"{name}.png", "-o", f"{name}-out.png", *hinted, *hint)[0] == 0
    one, other = (read(Path(f"{name}-out.png")).pixels for name in ("upright", "lying"))
    np.testing.assert_array_equal(one, other)


@pytest.mark.usefixtures("photo")
def test_colours_go_by_name_too(labcolor: Run, hinted: list[str]) -> None:
    """Those of CSS, in any case: navy is #000080."""
    said = ("150,200=navy", "150,200=NAVY", "150,200=#000080")
    for number, hint in enumerate(said):
        assert labcolor("photo.png", "-o", f"{number}.png", *hinted, "--hint", hint).code == 0
    assert len({Path(f"{number}.png").read_bytes() for number in range(3)}) == 1


@pytest.mark.usefixtures("photo")
def test_a_hint_needs_no_method(labcolor: Run) -> None:
    """The default one takes it, and the place has its colour."""
    assert labcolor("photo.png", "-o", "plain.png").code == 0
    assert labcolor("photo.png", "-o", "hinted.png", "--hint", "100,120=navy").code == 0
    plain, hinted = (
        rgb2lab(read(Path(f"{n}.png")).pixels[..., ::-1]) for n in ("plain", "hinted")
    )
    assert hinted[120, 100, 2] < plain[120, 100, 2] - 10  # bluer
