from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from labcolor import Colorizer
from labcolor.palettes import BUILT_IN


@pytest.fixture
def reference(folder: Path) -> Path:
    """Put a colour photograph beside the photograph."""
    path = folder / "reference.png"
    Image.fromarray(skimage.data.coffee()).save(path)
    return path


def test_the_command_does_what_the_library_does(
    labcolor: Callable, photo: Path, grey: np.ndarray, reference: Path
) -> None:
    """`--like` and `--like-strength` are arguments of the colorizer."""
    options = ("--like", reference.name, "--like", "kodachrome", "--like-strength", "0.7")
    assert labcolor(photo.name, *options).code == 0
    written = np.asarray(Image.open("photo-colour.png"))
    wanted = Colorizer(like=[reference, "kodachrome"], like_strength=0.7)(grey)
    assert np.array_equal(written, wanted[..., ::-1])


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--like", "sepia"], 2, "the palettes are kodachrome"),
        (["--like", "photo.png"], 1, "no colours to use as a reference"),
        (["--like", "kodachrome", "--like-strength", "2"], 2, "from 0 to 1"),
        (
            ["--like", "kodachrome", "--like-several", "best"],
            2,
            "'best' is not one of 'mean', 'nearest'",
        ),
        (["--like", "kodachrome", "--method", "reg_full_model"], 2, "take --like"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(
    labcolor: Callable, photo: Path, options: list[str], code: int, says: str
) -> None:
    """Nothing is written then."""
    result = labcolor(photo.name, *options)
    assert result.code == code
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert not Path("photo-colour.png").exists()


def test_a_folder_is_coloured_again_for_another_reference(
    labcolor: Callable, photo: Path, reference: Path
) -> None:
    """Results of one reference are none of another; those of the same stay."""
    folder = Path("scans")
    folder.mkdir()
    photo.rename(folder / photo.name)

    def states(*options: str) -> bytes:
        return labcolor("scans", "-o", "colour", "--dry-run", *options).stdout.split()[0]

    assert labcolor("scans", "-o", "colour", "--like", reference.name).code == 0
    assert states("--like", reference.name) == b"done"
    assert states("--like", "kodachrome") == b"again"
    assert states() == b"again"


def test_palettes_are_listed_with_their_origin(labcolor: Callable) -> None:
    """For people, and for programs."""
    text = labcolor("palettes").stdout.decode()
    document = json.loads(labcolor("palettes", "--json").stdout)
    assert [one["name"] for one in document["palettes"]] == list(BUILT_IN)
    for one in BUILT_IN.values():
        assert one.name in text
        assert one.summary in text
        assert "origin" in text
