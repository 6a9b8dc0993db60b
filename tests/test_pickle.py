"""A colorizer goes to another process, and is made anew there from its arguments."""

from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
import sysconfig
import zipapp
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

import labcolor
from labcolor import Colorizer, Hints


@pytest.fixture(scope="module")
def grey() -> np.ndarray:
    return np.ascontiguousarray(skimage.data.astronaut()[::4, ::4, 1])


@pytest.mark.parametrize(
    "make",
    [
        Colorizer,
        lambda: Colorizer("class_wo_weights_model", strength=0.5, detail=2, upsample="bilinear"),
        lambda: Colorizer(temperature=0.7, rebalance=0.3, threads=1),
        lambda: Colorizer().adjusted(strength=1.5, rebalance=0.2),
        lambda: Colorizer("reg_full_model"),
        lambda: Colorizer(like=skimage.data.coffee()[..., ::-1].copy(), like_strength=0.6),
    ],
)
def test_it_is_the_same_on_the_other_side(make, grey):
    """Whatever its settings, however they came about, it gives the same pixels."""
    before = make()
    after = pickle.loads(pickle.dumps(before))
    np.testing.assert_array_equal(after(grey), before(grey))
    for name in ("method", "source", "strength", "rebalance", "temperature", "detail", "engine"):
        assert getattr(after, name) == getattr(before, name)
    assert len(pickle.dumps(before)) < 100_000


def test_one_that_remembers_a_photograph(grey):
    """What it knows of the photograph goes with it, and the network is asked there once more."""
    before = Colorizer().remembering(grey)
    small = np.ascontiguousarray(grey[::2, ::2])
    after = pickle.loads(pickle.dumps(before))
    np.testing.assert_array_equal(after(small), before(small))


def test_a_process_that_is_spawned(grey):
    """Multiprocessing sends one as it sends anything."""
    colorizer = Colorizer(strength=0.8)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        got = pool.apply(colorizer, (grey,))
    np.testing.assert_array_equal(got, colorizer(grey))


def test_hints_go_along(grey):
    """Hints are arguments like any other."""
    hints = Hints(points=[(20, 30, "#4050a0")])
    colorizer = Colorizer()
    got = pickle.loads(pickle.dumps((colorizer, hints)))
    np.testing.assert_array_equal(got[0](grey, got[1]), colorizer(grey, hints))


def test_a_zip_file_is_a_place_to_run_from(tmp_path, grey):
    """Everything that the package reads of its own it finds in an archive, too."""
    package = Path(labcolor.__file__).parent
    zipapp.create_archive(
        package.parent,
        tmp_path / "labcolor.pyz",
        main="labcolor.cli:main",
        filter=lambda path: path.parts[0] == "labcolor" and "__pycache__" not in path.parts,
    )
    Image.fromarray(grey).save(tmp_path / "photo.png")
    for args in (["photo.png", "--like", "kodachrome"], ["methods", "--verify"]):
        done = subprocess.run(
            # without site, so that no installed labcolor comes before the archive
            [sys.executable, "-S", "labcolor.pyz", *args],
            cwd=tmp_path,
            env={"PYTHONPATH": sysconfig.get_path("purelib")},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "photo-colour.png") as image:
        assert image.mode == "RGB"
