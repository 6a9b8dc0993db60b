"""Counts red and violet patches on faces, and lays pictures of people side by side at settings.

    python benchmarks/faces.py PHOTO|FOLDER … [--weights FILE] [--rebalance S] [--sheet PAGE.jpg]

Faces are found in the true photographs by the cascades that OpenCV carries. A pixel
counts where it comes out with a chroma above 25 and a hue from violet to red, and is 20 in ab or
more from the truth; a face is patched where a twentieth of it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from labcolor import Colorizer, photo
from labcolor.evaluation.truth import lab_of
from labcolor.photo.model import Photo

CASCADES = str(Path(cv2.__file__).parent / "data" / "haarcascade_")
SIDE = 400  # of the longer edge: what the cascades are at home with
VIOLET, RED = 300, 40  # degrees of hue, through 360
CHROMA, OFF = 25, 20
PATCHED = 0.05


class Face(NamedTuple):
    """Where a face is in a picture of `SIDE`."""

    x: int
    y: int
    width: int
    height: int

    def of(self, picture: np.ndarray) -> np.ndarray:
        """Cut it out."""
        return picture[self.y : self.y + self.height, self.x : self.x + self.width]


def cascade(name: str) -> cv2.CascadeClassifier:
    """Load one of OpenCV's own."""
    return cv2.CascadeClassifier(CASCADES + f"{name}.xml")


def faces(bgr: np.ndarray, frontal: cv2.CascadeClassifier) -> list[Face]:
    """Find the faces of a picture."""
    grey = cv2.equalizeHist(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY))
    return [
        Face(*map(int, box)) for box in frontal.detectMultiScale(grey, 1.1, 4, minSize=(24, 24))
    ]


def red_or_violet(ab: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Say which pixels, of (…, 2) ab, are red or violet though they are not."""
    hue = np.degrees(np.arctan2(ab[..., 1], ab[..., 0])) % 360
    chroma = np.hypot(ab[..., 0], ab[..., 1])
    off = np.hypot(*np.moveaxis(ab - truth, -1, 0))
    return (chroma > CHROMA) & ((hue > VIOLET) | (hue < RED)) & (off > OFF)


def pictures(paths: list[Path]) -> Iterator[np.ndarray]:
    """Read photographs, or all of folders, at `SIDE`."""
    files = [f for p in paths for f in (sorted(p.rglob("*.*")) if p.is_dir() else [p])]
    for file in files:
        if file.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"}:
            pixels = photo.read(file).pixels
            scale = SIDE / max(pixels.shape[:2])
            yield cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def tile(bgr: np.ndarray, side: int = 300) -> np.ndarray:
    """Pad a picture to a square."""
    scale = side / max(bgr.shape[:2])
    small = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    square = np.full((side, side, 3), 255, np.uint8)
    square[: small.shape[0], : small.shape[1]] = small
    return square


def main() -> None:
    """Read the arguments, print a row for each setting, write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photographs", nargs="+", type=Path)
    parser.add_argument("--weights", action="append", help="a file; repeatable")
    parser.add_argument("--rebalance", type=float, action="append", help="repeatable")
    parser.add_argument("--sheet", type=Path, help="page of all, at every setting, and the truth")
    options = parser.parse_args()
    ways = [
        Colorizer(weights=weights, rebalance=s, threads=1)
        for weights in options.weights or ["embedded"]
        for s in options.rebalance or [None]
    ]
    counts = np.zeros((len(ways), 3))  # faces that are patched, pixels that are, all pixels
    people, rows, frontal = 0, [], cascade("frontalface_alt2")
    for truth in pictures(options.photographs):
        found = faces(truth, frontal)
        if not found:
            continue
        people += len(found)
        true_ab, shown = lab_of(truth)[..., 1:], []
        for number, colorize in enumerate(ways):
            coloured = colorize(truth)
            wrong = red_or_violet(lab_of(coloured)[..., 1:], true_ab)
            shares = [face.of(wrong).mean() for face in found]
            counts[number] += sum(s > PATCHED for s in shares), wrong.sum(), wrong.size
            shown.append(tile(coloured))
        rows.append(np.hstack([*shown, tile(truth)]))
    print(f"{people} faces in {len(rows)} photographs")
    print("weights                         S     patched faces  red or violet, % of all pixels")
    for colorize, (patched, wrong, pixels) in zip(ways, counts, strict=True):
        name = Path(colorize.source).name[:30]
        share = 100 * wrong / pixels
        print(f"{name:30}  {colorize.rebalance:<5} {patched:13.0f} {share:32.2f}")
    if options.sheet:
        photo.write(Photo(np.vstack(rows)), options.sheet, format="jpeg", quality=85)


if __name__ == "__main__":
    main()
