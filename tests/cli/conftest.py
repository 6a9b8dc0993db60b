from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import skimage.data
from PIL import Image

from labcolor.cli import main


class Result(NamedTuple):
    """What a run of the command leaves: its exit code and the bytes and the text it printed."""

    code: int
    stdout: bytes
    stderr: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with a store of weights that is empty too."""
    monkeypatch.setenv("LABCOLOR_HOME", str(tmp_path / "home"))
    path = tmp_path / "folder"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def labcolor(
    folder: Path,  # noqa: ARG001  never the folder of the checkout
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Result]:
    """Run the command in this process, which takes a tenth of the time of a new one."""

    def run(*args: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            main(args)
        out, err = capfdbinary.readouterr()
        return Result(int(end.value.code or 0), out, err.decode())

    return run


@pytest.fixture(scope="session")
def grey() -> np.ndarray:
    """Return a black-and-white photograph, (240, 200) uint8."""
    rgb = skimage.data.astronaut()[::2, ::2][:240, :200]
    return np.asarray(Image.fromarray(rgb).convert("L"))


@pytest.fixture
def photo(folder: Path, grey: np.ndarray) -> Path:
    """Put the photograph into a file of the current folder."""
    path = folder / "photo.png"
    Image.fromarray(grey).save(path)
    return path
