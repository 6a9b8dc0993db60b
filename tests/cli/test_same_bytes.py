"""A photograph gives the same bytes alone and in a folder, whatever the number of threads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from zhang16_standin import caffemodel, standin_layers

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a file of weights with the shapes of the published ones."""
    path = tmp_path_factory.mktemp("published") / "v2.caffemodel"
    path.write_bytes(caffemodel(standin_layers()))
    return str(path)


@pytest.fixture
def scans(folder: Path) -> Path:
    """Return a folder with a photograph of 8 bits and one of 16."""
    grey = cv2.cvtColor(skimage.data.coffee(), cv2.COLOR_RGB2GRAY)
    deep = grey.astype(np.uint16) * 257 + np.arange(grey.shape[1], dtype=np.uint16) % 200
    scans = folder / "scans"
    scans.mkdir()
    for name, pixels in (("8.png", grey), ("16.png", deep)):
        scans.joinpath(name).write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    return scans


@pytest.mark.usefixtures("scans")
@pytest.mark.parametrize("weights", ["embedded", "published shapes"])
def test_alone_and_in_a_folder_on_any_number_of_threads(
    labcolor: Run, folder: Path, published: str, weights: str
) -> None:
    options = ["--weights", published] if weights != "embedded" else []
    before = cv2.getNumThreads()
    try:
        for name in ("8.png", "16.png"):
            assert labcolor(f"scans/{name}", "-o", f"alone-{name}", *options)[0] == 0
        for threads in ("1", "2", "4"):
            out = f"out-{threads}"
            assert labcolor("scans", "-o", out, "--threads", threads, *options)[0] == 0
            for name in ("8.png", "16.png"):
                alone = folder.joinpath(f"alone-{name}").read_bytes()
                assert (folder / out / name).read_bytes() == alone, (name, threads)
    finally:
        cv2.setNumThreads(before)
