from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from labcolor.evaluation import Folder


def small(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(rgb).resize((60, 40)))


PICTURES = {
    "coffee.png": small(data.coffee()),
    "nasa/astronaut.png": small(data.astronaut()),
    "pets/chelsea.png": small(data.chelsea()),
    "pets/dogs/none.png": small(data.chelsea()[..., ::-1]),
}


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Make a folder of four colour photographs, 60×40, three of them in subfolders."""
    for name, rgb in PICTURES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rgb).save(path)
    return tmp_path


@pytest.fixture
def folder(album: Path) -> Folder:
    return Folder(album)
