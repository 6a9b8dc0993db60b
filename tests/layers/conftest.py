from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handed import DEPTHS, photo_of

from labcolor import Colorizer
from labcolor.layers.handover import Handover
from labcolor.layers.model import Layered
from labcolor.layers.stack import stack
from labcolor.photo import Photo


@pytest.fixture(scope="session")
def colorizer() -> Colorizer:
    return Colorizer()


@pytest.fixture(scope="session", params=DEPTHS, ids=["8-bit", "16-bit"])
def photo(request: pytest.FixtureRequest) -> Photo:
    return photo_of(request.param)


@pytest.fixture(scope="session")
def result(photo: Photo, colorizer: Colorizer) -> np.ndarray:
    """Return what labcolor makes of the photograph."""
    return colorizer(photo.pixels)


@pytest.fixture(scope="session")
def layers(photo: Photo, result: np.ndarray, colorizer: Colorizer) -> Layered:
    return stack(photo, result, colorizer.remembering(photo.pixels))


@pytest.fixture
def handed(tmp_path: Path, photo: Photo, colorizer: Colorizer) -> Callable[[str], Path]:
    """Hand the photograph over in a format, and say where."""

    def hand(form: str) -> Path:
        handover = Handover(colorizer, colorizer)
        coloured = replace(photo, pixels=handover(photo.pixels))
        path = tmp_path / f"handed.{form}"
        handover.write(coloured, path, form)
        return path

    return hand
