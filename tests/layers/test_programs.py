"""What Krita and GIMP themselves make of the files, where they are installed."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from labcolor import photo as photos
from labcolor.color.lightness import lightness
from labcolor.layers.retouch import Retouched
from labcolor.photo import Photo

krita = pytest.mark.skipif(
    not (shutil.which("krita") and shutil.which("xvfb-run")),
    reason="Krita and xvfb-run are not installed",
)
gimp = pytest.mark.skipif(not shutil.which("gimp"), reason="GIMP is not installed")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep what the programs set up at their first start, which takes them long."""
    return tmp_path_factory.mktemp("home")


def export_by_krita(source: Path, target: Path, home: Path) -> Path:
    """Open a file in Krita and save it as another."""
    command: list[object] = [
        "xvfb-run",
        "-a",
        f"--server-num={_first_display()}",
        # else the server begins anew when Krita's first connection ends, and may refuse the next
        "--server-args=-screen 0 1280x1024x24 -noreset",
        "krita",
        "--export",
        "--export-filename",
        target,
        source,
    ]
    output = _run(command, home)
    assert target.exists(), output
    return target


_started = itertools.count()


def _first_display() -> int:
    """Let each program look for a free display where no other of this test run was.

    Two processes may find the same, and a server that is about to end takes the socket of its
    successor with it.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return 100 * (1 + int(worker)) + next(_started)


def run_in_gimp(home: Path, script: str) -> None:
    """Run a script of Script-Fu."""
    command = ["gimp", "-i", "-b", " ".join(script.split()), "-b", "(gimp-quit 0)"]
    _run(command, home)


def _run(command: list[object], home: Path) -> str:
    arguments = list(map(str, command))
    # OpenCV leaves the plugins of a Qt of its own there
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    environment = {**inherited, "HOME": str(home)}
    done = subprocess.run(
        arguments, env=environment, timeout=150, capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr
    assert "execution error" not in output, output
    return output


@krita
def test_krita_shows_what_labcolor_made(handed: Callable, result: np.ndarray, home: Path) -> None:
    """To the level: PSD at its own depth, and ORA, which comes out at 8 bits."""
    for form in ("psd", "ora") if result.dtype == np.uint8 else ("psd",):
        source = handed(form)
        flat = export_by_krita(source, source.with_suffix(".png"), home)
        assert np.array_equal(photos.read(flat).pixels, result)
        flat.unlink()


@krita
def test_what_krita_saves_comes_back(
    handed: Callable, photo: Photo, result: np.ndarray, home: Path
) -> None:
    """It crops layers to what is painted, and puts them at offsets."""
    form = "ora" if result.dtype == np.uint8 else "psd"
    source = handed(form)
    saved = export_by_krita(source, source.with_name(f"saved.{form}"), home)
    back = Retouched(saved)(photo).pixels.astype(int)
    assert np.abs(back - result).max() <= 1


@gimp
def test_gimp_shows_what_labcolor_made_and_its_paint_comes_back(
    handed: Callable, photo: Photo, result: np.ndarray, home: Path
) -> None:
    """To the level untouched; painted on `touch-up`, the colour moves and L* does not."""
    source = handed("psd")
    flat, painted = source.with_name("flat.tif"), source.with_name("painted.psd")
    run_in_gimp(
        home,
        f"""
        (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{source}" "x")))
               (copy (car (gimp-image-duplicate image)))
               (merged (car (gimp-image-merge-visible-layers copy CLIP-TO-IMAGE)))
               (layer (car (gimp-image-get-layer-by-name image "touch-up"))))
          (gimp-file-save RUN-NONINTERACTIVE copy merged "{flat}" "x")
          (gimp-context-set-foreground '(200 40 40))
          (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 20 30 80 60)
          (gimp-drawable-edit-fill layer FILL-FOREGROUND)
          (gimp-selection-none image)
          (gimp-file-save RUN-NONINTERACTIVE image layer "{painted}" "x"))
        """,
    )
    assert np.array_equal(photos.read(flat).pixels, result)
    back = Retouched(painted)(photo).pixels
    allowed = 0.26 if back.dtype == np.uint8 else 0.002
    assert np.abs(lightness(back) - lightness(photo.pixels)).max() <= allowed
    middle = back[45:75, 40:80].astype(float).mean((0, 1))
    before = result[45:75, 40:80].astype(float).mean((0, 1))
    assert middle[2] / middle.sum() > before[2] / before.sum() + 0.05
    assert np.array_equal(back[120:], result[120:])
