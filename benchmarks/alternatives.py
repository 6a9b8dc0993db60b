"""Makes the page docs/alternatives.jpg: a photograph, its versions and how uncertain they are.

python benchmarks/alternatives.py docs/alternatives.jpg
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from skimage import data

from labcolor import Colorizer, photo
from labcolor.color.uncertainty import uncertainty_map

WIDTH, GAP = 360, 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    options = parser.parse_args()
    grey = cv2.cvtColor(data.coffee(), cv2.COLOR_RGB2GRAY)
    colorizer = Colorizer()
    bits = uncertainty_map(colorizer.uncertainty(grey), *grey.shape)
    pictures = [as_colour(grey), *colorizer.variants(grey, 4), as_colour(bits)]
    height = WIDTH * grey.shape[0] // grey.shape[1]
    small = [cv2.resize(p, (WIDTH, height), interpolation=cv2.INTER_AREA) for p in pictures]
    framed = [np.pad(p, ((0, GAP), (0, GAP), (0, 0)), constant_values=255) for p in small]
    page = np.vstack([np.hstack(framed[:3]), np.hstack(framed[3:])])[:-GAP, :-GAP]
    photo.write(photo.Photo(np.ascontiguousarray(page)), options.page, quality=88, overwrite=True)


def as_colour(grey: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)


if __name__ == "__main__":
    main()
