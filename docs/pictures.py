"""Makes the pictures of how-it-works.md: `python docs/pictures.py`."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from labcolor import Colorizer
from labcolor.color.bins import BINS
from labcolor.color.guided import Guided

HERE = Path(__file__).parent
SIDE, GAP = 240, 8
FLAT = 65.0
"""The L* at which ab is shown by itself."""


def shown(lightness: np.ndarray, ab: np.ndarray) -> np.ndarray:
    """Draw L*, a and b as sRGB, BGR of 8 bits; what sRGB has not is cut off."""
    planes = np.dstack([np.broadcast_to(lightness, ab.shape[:2]), ab]).astype(np.float32)
    bgr = cv2.cvtColor(planes, cv2.COLOR_Lab2BGR)
    return (bgr * 255).round().clip(0, 255).astype(np.uint8)


def square(picture: np.ndarray, how: int = cv2.INTER_AREA) -> np.ndarray:
    """Bring a picture to the size of all."""
    return cv2.resize(picture, (SIDE, SIDE), interpolation=how)


def way() -> np.ndarray:
    """Draw what a photograph goes through, side by side."""
    photograph = cv2.imdecode(
        np.fromfile(HERE.parent / "examples" / "astronaut.jpg", np.uint8), cv2.IMREAD_GRAYSCALE
    )
    colorizer = Colorizer()
    seen = cv2.resize(photograph, (colorizer.input_size,) * 2, interpolation=cv2.INTER_AREA)
    ab = colorizer.chroma(photograph)
    height, width = photograph.shape
    lightness = cv2.cvtColor(
        cv2.cvtColor(seen.astype(np.float32) / 255, cv2.COLOR_GRAY2BGR), cv2.COLOR_BGR2Lab
    )[..., 0]
    whole = cv2.cvtColor(
        cv2.cvtColor(photograph.astype(np.float32) / 255, cv2.COLOR_GRAY2BGR), cv2.COLOR_BGR2Lab
    )[..., 0]
    enlarged = Guided(ab, lightness, height, width).rows(0, whole).transpose(1, 2, 0)
    uncertain = colorizer.uncertainty(photograph)
    steps = [
        square(cv2.cvtColor(photograph, cv2.COLOR_GRAY2BGR)),
        square(cv2.applyColorMap((uncertain * 30).clip(0, 255).astype(np.uint8), 16), 0),
        square(shown(np.float32(FLAT), ab), cv2.INTER_NEAREST),
        square(shown(np.float32(FLAT), enlarged)),
        square(colorizer(photograph)),
    ]
    gap = np.full((SIDE, GAP, 3), 255, np.uint8)
    return np.hstack([part for step in steps for part in (step, gap)][:-1])


def bins() -> np.ndarray:
    """Draw the 313 bins in their colours, a to the right and b upwards."""
    cell = 14
    drawn = np.full((22 * cell, 21 * cell, 3), 255, np.uint8)
    for a, b in np.asarray(BINS):
        x, y = int((a + 100) / 10) * cell, int((100 - b) / 10) * cell
        colour = shown(np.float32(FLAT), np.array([[[a, b]]]))
        drawn[y : y + cell - 1, x : x + cell - 1] = colour[0, 0]
    return drawn


for name, picture in {"way.jpg": way(), "bins.png": bins()}.items():
    cv2.imencode(Path(name).suffix, picture)[1].tofile(HERE / name)
