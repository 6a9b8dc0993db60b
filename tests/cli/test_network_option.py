"""`--network FILE`: somebody else's network on the same way through the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from custom_standin import write
from PIL import Image

from labcolor.photo import read

Run = Callable[..., Any]

TOML = """
[input]
kind = "L"
size = 32
[output]
kind = "ab"
"""


@pytest.fixture
def network(folder: Path) -> Path:
    """Put a network into the current folder that makes everything reddish."""
    return write(folder / "my.onnx", TOML, np.array([[0.3], [0.2]]))


@pytest.mark.usefixtures("network")
def test_it_colours_and_is_named(labcolor: Run, photo: Path) -> None:
    code, _, stderr = labcolor("photo.png", "--network", "my.onnx", "-v")
    assert code == 0
    assert "my.onnx" in stderr
    before, after = read(photo), read(Path("photo-colour.png"))
    assert after.pixels.shape == (*before.pixels.shape, 3)
    blue, red = after.pixels[..., 0].astype(int), after.pixels[..., 2].astype(int)
    assert (red - blue).mean() > 10
    assert b"my.onnx" in after.metadata.exif


def test_a_name_with_signs_of_xml_does_no_harm(labcolor: Run, photo: Path, folder: Path) -> None:
    """What is said of the network in XMP is still XML."""
    from xml.etree import ElementTree

    write(folder / 'a<b>&"c.onnx', TOML, np.array([[0.3], [0.2]]))
    assert labcolor(photo.name, "--network", 'a<b>&"c.onnx')[0] == 0
    packet = read(Path("photo-colour.png")).metadata.xmp
    assert ElementTree.fromstring(packet) is not None
    assert b"c.onnx" in packet


@pytest.mark.usefixtures("network")
def test_a_network_of_ones_own_is_measured(labcolor: Run) -> None:
    """Beside methods, or alone."""
    Path("album").mkdir()
    Image.fromarray(skimage.data.astronaut()[::8, ::8]).save("album/a.png")
    for options, names in (
        (("--network", "my.onnx"), ["grey", "my.onnx"]),
        (
            ("--network", "my.onnx", "--method", "class_weights_model"),
            ["grey", "class_weights_model", "my.onnx"],
        ),
    ):
        code, stdout, stderr = labcolor("eval", "album", "--json", *options)
        assert (code, stderr) == (0, "")
        rows = json.loads(stdout)["overall"]["rows"]
        assert [row["name"] for row in rows if row["name"] != "truth"] == names


@pytest.mark.usefixtures("network", "photo")
def test_a_folder_is_coloured_again_when_the_network_or_its_settings_change(
    labcolor: Run, folder: Path
) -> None:
    Path("photo.png").rename(folder / "in.png")
    (folder / "in").mkdir()
    (folder / "in.png").rename(folder / "in" / "a.png")

    def run() -> str:
        code, _, stderr = labcolor("in", "--network", "my.onnx", "-o", "out")
        assert code == 0
        return stderr

    assert "1 coloured" in run()
    assert "1 done before" in run()
    Path("my.toml").write_text(TOML + "scale = 2\n")
    assert "1 coloured" in run()
    write(folder / "my.onnx", TOML + "scale = 2\n", np.array([[0.1], [0.2]]))
    assert "1 coloured" in run()
    assert "1 done before" in run()


@pytest.mark.usefixtures("network", "photo")
@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--method", "reg_full_model"], 2, "name no method or weights"),
        (["--weights", "published"], 2, "name no method or weights"),
        (["--rebalance", "1"], 2, "gives ab directly"),
        (["--input-size", "64"], 1, "takes 1 × 1 × 32 × 32"),
        (["--network", "none.onnx"], 1, "none.onnx cannot be read"),
    ],
)
def test_what_is_refused(labcolor: Run, options: list[str], code: int, words: str) -> None:
    """One sentence, and no result."""
    result = labcolor("photo.png", "--network", "my.onnx", *options)
    assert result[0] == code
    assert words in result[2]
    assert result[2].count("\n") == 1
    assert not Path("photo-colour.png").exists()


@pytest.mark.usefixtures("network", "photo")
def test_unknown_keys_are_refused_with_file_and_key(labcolor: Run) -> None:
    Path("my.toml").write_text(TOML + "gamma = 2.2\n")
    code, _, stderr = labcolor("photo.png", "--network", "my.onnx")
    assert code == 1
    assert "my.toml: gamma of [output] is not known" in stderr
