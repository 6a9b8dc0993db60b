"""Makes the page docs/hints.jpg: photographs with a hint marked, without it, and with two colours.

    python benchmarks/hinted.py docs/hints.jpg

A hint is marked by a disc, one half of it in each of the two colours.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from skimage import data

from labcolor import Colorizer, Hints, photo
from labcolor.photo.model import Photo

ROWS = (
    ("astronaut", [(100, 430), (230, 320)], ("#4858a8", "#3f6a45")),  # her suit
    ("astronaut", [(330, 80)], ("#86a4c4", "#c9a0a4")),  # the wall behind her
    ("coffee", [(310, 150)], ("#6a4020", "#4f6a2c")),  # what is in the cup
    ("chelsea", [(220, 200), (130, 170), (230, 60)], ("#b07040", "#7c8494")),  # the fur
)
HEIGHT, WIDTH, GAP = 260, 300, 4


def marked(
    grey: np.ndarray, places: list[tuple[int, int]], colours: tuple[str, ...]
) -> np.ndarray:
    """Draw where the hints are, in their colours, one half each."""
    picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    for place in places:
        cv2.circle(picture, place, 13, (255, 255, 255), -1, cv2.LINE_AA)
        for start, colour in zip((90, 270), colours, strict=True):
            bgr = tuple(bytes.fromhex(colour[1:])[::-1])
            cv2.ellipse(picture, place, (10, 10), start, 0, 180, bgr, -1, cv2.LINE_AA)
    return picture


def fitted(picture: np.ndarray) -> np.ndarray:
    """Cut a picture to the page's proportions, and bring it to its size."""
    height, width = picture.shape[:2]
    rows, columns = min(height, width * HEIGHT // WIDTH), min(width, height * WIDTH // HEIGHT)
    top, left = (height - rows) // 2, (width - columns) // 2
    cut = picture[top : top + rows, left : left + columns]
    return cv2.resize(cut, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    options = parser.parse_args()
    colorize = Colorizer("reg_full_model")
    lines = []
    for name, places, colours in ROWS:
        grey = cv2.cvtColor(getattr(data, name)(), cv2.COLOR_RGB2GRAY)
        parts = [marked(grey, places, colours), colorize(grey)]
        for colour in colours:
            points = [(*place, colour) for place in places]
            parts.append(colorize(grey, Hints(points=points)))
        gap = np.full((HEIGHT, GAP, 3), 255, np.uint8)
        lines.append(np.hstack([each for part in parts for each in (fitted(part), gap)][:-1]))
    gap = np.full((GAP, lines[0].shape[1], 3), 255, np.uint8)
    page = np.vstack([each for line in lines for each in (line, gap)][:-1])
    photo.write(Photo(page), options.page, format="jpeg", quality=80)


if __name__ == "__main__":
    main()
