"""Makes a page of crops at 100 %: bilinear beside guided, and the chroma of both at L* = 65.

    python benchmarks/crops.py PAGE.jpg PHOTO@X,Y [PHOTO@X,Y …] [--side 240] [--strength 1]

X,Y is the top left corner of a crop.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from labcolor import Colorizer, photo
from labcolor.color.lab import srgb_from_lab
from labcolor.evaluation.truth import lab_of
from labcolor.photo.model import Photo

GAP = 4


def row(colorizers: list[Colorizer], place: str, side: int) -> np.ndarray:
    """Colour a photograph each way, and lay the crops and their chroma side by side."""
    path, _, corner = place.rpartition("@")
    x, y = (int(each) for each in corner.split(","))
    pixels = photo.read(Path(path)).pixels
    crops = [colorize(pixels)[y : y + side, x : x + side] for colorize in colorizers]
    gap = np.full((side, GAP, 3), 255, np.uint8)
    parts = [part for crop in (*crops, *map(chroma, crops)) for part in (crop, gap)]
    return np.hstack(parts[:-1])


def chroma(bgr: np.ndarray) -> np.ndarray:
    """Show the chroma of a picture alone."""
    lab = lab_of(bgr)
    lab[..., 0] = 65
    return np.rint(255 * srgb_from_lab(lab)[..., ::-1]).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("places", nargs="+", metavar="PHOTO@X,Y")
    parser.add_argument("--side", type=int, default=240)
    parser.add_argument("--strength", type=float, default=1.0)
    options = parser.parse_args()
    colorizers = [
        Colorizer(upsample=name, strength=options.strength) for name in ("bilinear", "guided")
    ]
    rows = [row(colorizers, place, options.side) for place in options.places]
    gap = np.full((GAP, rows[0].shape[1], 3), 255, np.uint8)
    page = np.vstack([part for each in rows for part in (each, gap)][:-1])
    photo.write(Photo(page), options.page, format="jpeg", quality=85)


if __name__ == "__main__":
    main()
