"""Measures what a colour hint does to its object, to what is beside it, and to what is far away.

Of each colour photograph in a folder the two largest regions of one colour (Felzenszwalb &
Huttenlocher 2004, on ab and a quarter of L*; a 25th of the picture at least) that the network
colours wrong, by 8 units of ab and more, get a hint each, in turn: the true colour of a random
place well inside. Printed are means over the hints, in units of ab:

* the error, Euclidean, against the true colours: of the 3 × 3 pixels hinted at, of the region
  within a fifth of the picture's side, of the region farther away, and of all that is not in it;
* harm: by how much what is not in the region came out worse than without the hint, where it did;
* what moved farther away than half the side, in all and in the mean, and how often the mean moved
  by more than 2.

"the network alone" is the answer of `reg_full_model` to the hint, without what
`labcolor.color.propagate_hints` makes of it. `class_weights_model`, whose network takes no hints,
gets the same ones, in the regions that `reg_full_model` coloured wrong.

    python benchmarks/hints.py FOLDER [--every 1]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import cv2
import numpy as np
from skimage.segmentation import felzenszwalb

from labcolor import Colorizer, Hints
from labcolor.color.hints import Point
from labcolor.color.lab import srgb_from_lab
from labcolor.evaluation.truth import Folder, Photograph, lab_of

SPREAD = "class_weights_model"
LARGE = 0.04  # of the picture
WRONG = 8.0
NEAR, FAR = 0.2, 0.5  # of the picture's side

COLUMNS = ("hinted place", "region", "farther", "elsewhere", "harm", "far", "mean", "above 2")


def regions(photograph: Photograph, error: np.ndarray) -> Iterator[np.ndarray]:
    """Find the largest regions of one colour that came out wrong."""
    smooth = cv2.GaussianBlur(photograph.lab, (0, 0), 1) * (0.25, 1, 1) / 100
    least = int(LARGE * error.size)
    labels = felzenszwalb(smooth, scale=1, sigma=0.8, min_size=least // 2)
    sizes = np.bincount(labels.ravel())
    large = (labels == label for label in np.argsort(-sizes) if sizes[label] >= least)
    wrong = (region for region in large if error[region].mean() >= WRONG)
    for region, _ in zip(wrong, range(2), strict=False):
        yield region


def hint(photograph: Photograph, region: np.ndarray, rng: np.random.Generator) -> Point:
    """Tell the true colour of a random place well inside a region."""
    depth = cv2.distanceTransform(region.astype(np.uint8), cv2.DIST_L2, 5)
    y, x = rng.choice(np.argwhere(depth >= min(3, depth.max())))
    true = photograph.lab[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].mean((0, 1))
    rgb = np.rint(255 * np.clip(srgb_from_lab(true), 0, 1)).astype(np.uint8)
    return Point(int(x), int(y), f"#{rgb.tobytes().hex()}")


def figures(
    true: np.ndarray, without: np.ndarray, result: np.ndarray, region: np.ndarray, at: Point
) -> list[float]:
    """Compare ab with and without a hint; in the order of `COLUMNS`."""
    height, width = region.shape
    rows, columns = np.ogrid[:height, :width]
    away = np.hypot((rows - at.y) / height, (columns - at.x) / width)
    place = (abs(rows - at.y) <= 1) & (abs(columns - at.x) <= 1)
    before, after = (np.linalg.norm(each - true, axis=-1) for each in (without, result))
    change, far = result - without, away > FAR
    mean = float(np.linalg.norm(change[far].mean(0))) if far.any() else np.nan
    return [
        after[place].mean(),
        _mean(after, region & (away <= NEAR)),
        _mean(after, region & (away > NEAR)),
        _mean(after, ~region),
        _mean(np.maximum(after - before, 0), ~region),
        _mean(np.linalg.norm(change, axis=-1), far),
        mean,
        float(mean > 2),
    ]


def _mean(values: np.ndarray, where: np.ndarray) -> float:
    return float(values[where].mean()) if where.any() else np.nan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every so manieth photograph")
    options = parser.parse_args()
    folder, rng = Folder(options.folder), np.random.default_rng(0)
    told, spread = Colorizer("reg_full_model"), Colorizer(SPREAD)
    found = defaultdict(list)
    photographs = 0
    for photograph in map(folder.read, folder.files[:: options.every]):
        if photograph is None:
            continue
        photographs += 1
        true = photograph.lab[..., 1:]
        without = lab_of(told(photograph.pixels))[..., 1:]
        known = spread.remembering(photograph.pixels)
        without_spread = lab_of(known(photograph.pixels))[..., 1:]
        for region in regions(photograph, np.linalg.norm(without - true, axis=-1)):
            point = hint(photograph, region, rng)
            hints = Hints(points=[point])
            found["reg_full_model, no hint"].append(figures(true, without, without, region, point))
            with mock.patch("labcolor.colorizer.apply_hints", lambda ab, *_: ab):
                alone = lab_of(told(photograph.pixels, hints))[..., 1:]
            found["the network alone"].append(figures(true, without, alone, region, point))
            both = lab_of(told(photograph.pixels, hints))[..., 1:]
            found["reg_full_model"].append(figures(true, without, both, region, point))
            found[f"{SPREAD}, no hint"].append(
                figures(true, without_spread, without_spread, region, point)
            )
            alone = lab_of(known(photograph.pixels, hints))[..., 1:]
            found[SPREAD].append(figures(true, without_spread, alone, region, point))
    print(f"{photographs} photographs, {len(found[SPREAD])} hints")
    print(f"| | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}")
    for name, rows in found.items():
        print(f"| {name} | " + " | ".join(f"{each:.2f}" for each in np.nanmean(rows, 0)) + " |")


if __name__ == "__main__":
    main()
