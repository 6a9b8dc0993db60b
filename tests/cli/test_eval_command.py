"""`labcolor eval`, as a person and as a program read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from PIL import Image

from labcolor import Colorizer

Run = Callable[..., Any]


@pytest.fixture
def album(folder: Path) -> Path:
    """Make a folder of two photographs in two subfolders."""
    for name in ("astronaut", "coffee"):
        path = folder / "album" / f"of {name}" / f"{name}.png"
        path.parent.mkdir(parents=True)
        Image.fromarray(getattr(skimage.data, name)()).resize((90, 60)).save(path)
    return folder / "album"


def facts(labcolor: Run, *args: str) -> dict[str, Any]:
    code, stdout, stderr = labcolor("eval", "album", "--json", *args)
    assert (code, stderr) == (0, "")
    return json.loads(stdout)


def rows(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in document["overall"]["rows"]}


@pytest.mark.usefixtures("album")
def test_the_default_method_is_measured_against_grey(labcolor: Run) -> None:
    """A table of both and of the truth, and nothing else is said."""
    code, stdout, stderr = labcolor("eval", "album")
    assert (code, stderr) == (0, "")
    lines = stdout.decode().splitlines()
    assert lines[0].startswith("All: 2 photographs")
    assert [line.split()[0] for line in lines[3:6]] == ["grey", "class_weights_model", "truth"]
    assert max(map(len, lines)) <= 80


@pytest.mark.usefixtures("album")
def test_tables_of_folders_and_of_files(labcolor: Run) -> None:
    """Each has a title of its own."""
    text = labcolor("eval", "album", "--by", "folder", "--by", "file").stdout.decode()
    for title in ("All", "of astronaut", "of coffee/coffee.png"):
        assert f"{title}: " in text


def test_the_output_of_the_command_is_what_is_measured(labcolor: Run, album: Path) -> None:
    """The chroma of the very pixels that colouring gives, from L* alone."""
    document = facts(labcolor)
    colorizer, chroma = Colorizer(), []
    for file in sorted(album.rglob("*.png")):
        rgb = colorizer(np.asarray(Image.open(file))[..., ::-1].copy())[..., ::-1]
        lab = skimage.color.rgb2lab(rgb)
        chroma.append(np.hypot(lab[..., 1], lab[..., 2]).mean())
    assert rows(document)["class_weights_model"]["chroma"] == pytest.approx(
        np.mean(chroma), abs=0.01
    )


@pytest.mark.usefixtures("album")
def test_methods_and_baselines_are_measured_once_each(labcolor: Run) -> None:
    """In the order of asking, grey first."""
    name = "class_weights_model"
    args = ["--baseline", "random", "--baseline", "mean", "--baseline", "grey"]
    document = facts(labcolor, *args, "--method", name, "--method", name)
    assert list(rows(document)) == ["grey", "random", "mean", name]


@pytest.mark.usefixtures("album")
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--rebalance", "0"),
        ("--temperature", "0.1"),
        ("--squash", "64"),
        ("--crop", "of coffee=9"),
    ],
)
def test_an_option_changes_the_figures(labcolor: Run, option: str, value: str) -> None:
    """And stands in the document."""
    plain, other = facts(labcolor), facts(labcolor, option, value)
    one, two = (rows(each)["class_weights_model"]["ab_error"] for each in (plain, other))
    assert one != two
    name = option.removeprefix("--")
    assert plain["settings"][name] != other["settings"][name]


def test_a_sheet_is_written(labcolor: Run, album: Path) -> None:
    """Only if there is none of that name, unless it may be replaced."""
    assert labcolor("eval", "album", "--sheet", "sheet.png").code == 0
    with Image.open("sheet.png") as picture:
        assert picture.size[0] > 3 * 400
    Path("sheet.png").write_bytes(b"mine")
    code, stdout, stderr = labcolor("eval", "album", "--sheet", "sheet.png")
    assert (code, stdout) == (1, b"")
    assert "sheet.png already exists" in stderr
    assert Path("sheet.png").read_bytes() == b"mine"
    assert labcolor("eval", "album", "--sheet", "sheet.png", "--overwrite").code == 0
    assert len(Path("sheet.png").read_bytes()) > 4
    assert sorted(path.name for path in Path().iterdir()) == [album.name, "sheet.png"]


def test_what_cannot_be_measured_is_said_and_counted(labcolor: Run, album: Path) -> None:
    """One line for each that is broken; the rest is measured."""
    (album / "broken.jpg").write_text("no photograph")
    Image.new("L", (9, 9)).save(album / "grey.png")
    code, stdout, stderr = labcolor("eval", "album")
    assert code == 0
    assert stderr.count("\n") == 1
    assert "broken.jpg is a text" in stderr
    assert "1 grey, 1 unreadable" in stdout.decode()


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["nowhere"], 1, "There is no folder nowhere"),
        (["empty"], 1, "There is no photograph in empty"),
        (["grey"], 1, "of 1, 1 are grey and 0 cannot be read"),
        ([], 2, "FOLDER"),
        (["album", "--method", "clas_weights_model"], 2, "did you mean class_weights_model?"),
        (["album", "--baseline", "white"], 2, "white"),
        (["album", "--crop", "of coffee"], 2, "SUBFOLDER=PERCENT"),
        (["album", "--crop", "of coffee=50"], 2, "SUBFOLDER=PERCENT"),
        (["album", "--crop", "of tea=5"], 2, "of tea"),
        (["album", "--squash", "0"], 2, "0"),
        (["album", "--rebalance", "2"], 2, "rebalance"),
        (["album", "--weights", "nowhere.npz"], 1, "nowhere.npz"),
        (["album", "--sheet", "sheet.txt"], 1, ".txt"),
        (["album", "--sheet", "nowhere/sheet.png"], 1, "nowhere"),
    ],
)
@pytest.mark.usefixtures("album")
def test_what_is_wrong_is_said_in_a_sentence(
    labcolor: Run, args: list[str], code: int, words: str
) -> None:
    """On one line of standard error, without a traceback, and nothing on standard output."""
    Path("empty").mkdir()
    Path("grey").mkdir()
    Image.new("L", (9, 9)).save("grey/grey.png")
    got, stdout, stderr = labcolor("eval", *args)
    assert (got, stdout) == (code, b"")
    assert stderr.startswith("labcolor: ")
    assert stderr.count("\n") == 1
    assert words in stderr
