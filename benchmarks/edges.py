"""Measures how well ab gets from the network's size to a photograph's.

Of each colour photograph in a folder, its own ab is made as small as a network's (area average)
and brought back. Printed are means over the photographs, in units of ab:

* the error, Euclidean, over all pixels, and within 8 pixels of a strong edge: where L*, blurred
  with σ = 1, changes by more than 8 from one pixel to the next;
* what grain of σ = 5 in the L* that guides changes, root mean square.

With --colour the photographs are also coloured from their L*, as labcolor would; of that the areas
under the curve of ab error (`labcolor.metrics.AreaUnderCurve`) and the largest change of L* are
printed.

    python benchmarks/edges.py FOLDER [--crop fsacolor] [--grid 56] [--every 1] [--colour]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from labcolor import Colorizer
from labcolor.color.guided import Guided
from labcolor.color.upsample import Bilinear
from labcolor.evaluation.truth import Folder, Photograph, lab_of
from labcolor.metrics import AreaUnderCurve

GRAIN = 5.0
STRONG = 8.0
NEAR = 8
MOUNT = 5.0  # percent of each side


def reduced(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)


def bilinear(ab: np.ndarray, lightness: np.ndarray) -> np.ndarray:
    return Bilinear(ab, *lightness.shape).rows(0, lightness).transpose(1, 2, 0)


def bicubic(ab: np.ndarray, lightness: np.ndarray) -> np.ndarray:
    return cv2.resize(ab, lightness.shape[::-1], interpolation=cv2.INTER_CUBIC)


def guided(ab: np.ndarray, lightness: np.ndarray) -> np.ndarray:
    seen = reduced(lightness, 4 * len(ab), 4 * ab.shape[1])
    return Guided(ab, seen, *lightness.shape).rows(0, lightness).transpose(1, 2, 0)


WAYS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "bilinear": bilinear,
    "bicubic": bicubic,
    "guided": guided,
}


def near_edges(lightness: np.ndarray) -> np.ndarray:
    """Mark the pixels within 8 of a strong edge."""
    smooth = cv2.GaussianBlur(lightness, (0, 0), 1)
    slopes = [cv2.Scharr(smooth, cv2.CV_32F, *axis) / 32 for axis in ((1, 0), (0, 1))]
    edges = (np.hypot(*slopes) > STRONG).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * NEAR + 1,) * 2)
    return cv2.dilate(edges, disc) > 0


def chosen(folder: Folder, every: int) -> Iterator[Photograph]:
    """Read every so manieth colour photograph."""
    read = (folder.read(file) for file in folder.files[::every])
    return (photograph for photograph in read if photograph is not None)


def enlarge_truth(folder: Folder, grid: int, every: int) -> None:
    rng = np.random.default_rng(0)
    found = defaultdict(list)
    for photograph in chosen(folder, every):
        lightness, ab = (
            np.ascontiguousarray(photograph.lab[..., part]) for part in (0, slice(1, 3))
        )
        tiny, near = reduced(ab, grid, grid), near_edges(lightness)
        grainy = lightness + rng.normal(0, GRAIN, lightness.shape).astype(np.float32)
        for name, way in WAYS.items():
            result = way(tiny, lightness)
            error = np.linalg.norm(result - ab, axis=-1)
            change = np.sqrt(((way(tiny, grainy) - result) ** 2).mean())
            found[name].append(
                (error.mean(), error[near].mean() if near.any() else np.nan, change)
            )
    print(f"{len(found['guided'])} photographs, their ab made {grid} × {grid} and brought back")
    print("| | error | near strong edges | grain |\n|---|---|---|---|")
    for name, rows in found.items():
        print(f"| {name} | " + " | ".join(f"{each:.2f}" for each in np.nanmean(rows, 0)) + " |")


def colour(folder: Folder, every: int) -> None:
    print("coloured by the embedded weights")
    print("| | raw AuC | rebalanced AuC | largest change of L* |\n|---|---|---|---|")
    for name in ("bilinear", "guided"):
        colorize, area, change = Colorizer(upsample=name), AreaUnderCurve(), 0.0
        for photograph in chosen(folder, every):
            result = lab_of(colorize(photograph.pixels))
            area.add(photograph.lab[..., 1:], result[..., 1:])
            change = max(change, float(np.abs(result - photograph.lab)[..., 0].max()))
        print(
            f"| {name} | {area.raw():.2f} | {area.rebalanced():.2f} | {change:.2f} |", flush=True
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--crop", metavar="NAME", help="subfolder of slides: crop 5 %% all round")
    parser.add_argument("--grid", type=int, default=56, help="side of the small ab")
    parser.add_argument("--every", type=int, default=1, help="take every so manieth photograph")
    parser.add_argument("--colour", action="store_true")
    options = parser.parse_args()
    folder = Folder(options.folder, {options.crop: MOUNT} if options.crop else None)
    enlarge_truth(folder, options.grid, options.every)
    if options.colour:
        colour(folder, options.every)


if __name__ == "__main__":
    main()
