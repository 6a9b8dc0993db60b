"""Measure a colorizer on a folder of colour photographs, as gains over grey in AuC.

    python -m training.evaluate FOLDER --crop fsacolor

Each photograph is coloured at full size from its L* alone, as anybody's would be, written as 8-bit
pixels and compared with itself. Needs no PyTorch.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from rich.progress import track

from labcolor import Colorizer, photo
from labcolor.color.lab import lab_from_srgb
from labcolor.metrics import AreaUnderCurve
from training import shards

MOUNT = 0.05  # share of each side of a mounted slide that is its mount


def pictures(folder: Path, crop: str | None) -> list[tuple[Path, bool]]:
    """List the photographs, and whether each lies in the subfolder whose mounts are cropped."""
    files = (path for path in folder.rglob("*") if path.suffix.lower() in photo.SUFFIXES)
    return [(path, crop is not None and path.parent.name == crop) for path in sorted(files)]


def unmounted(pixels: np.ndarray) -> np.ndarray:
    """Cut the mount of a slide away."""
    height, width = pixels.shape[:2]
    y, x = round(MOUNT * height), round(MOUNT * width)
    return pixels[y : height - y, x : width - x]


def ab_of(bgr: np.ndarray) -> np.ndarray:
    """Return ab of 8-bit BGR pixels."""
    return lab_from_srgb(bgr[..., ::-1] / np.float32(255))[..., 1:]


def main() -> None:
    """Read the arguments, colour, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--crop", metavar="NAME", help="subfolder of slides: crop 5 %% all round")
    parser.add_argument("--squash", type=int, help="squash the photographs to this side first")
    parser.add_argument("--weights", help="embedded, published or a file")
    parser.add_argument("--rebalance", type=float)
    parser.add_argument("--temperature", type=float)
    options = parser.parse_args()
    colorizer = Colorizer(
        weights=options.weights, rebalance=options.rebalance, temperature=options.temperature
    )
    ours, grey, chroma = AreaUnderCurve(), AreaUnderCurve(), []
    files = pictures(options.folder, options.crop)
    for path, mounted in track(files, description="colouring"):
        original = photo.read(path).pixels
        if original.ndim == 2:
            continue
        truth = unmounted(original) if mounted else original
        truth = shards.squash(truth, options.squash) if options.squash else truth
        ab, estimate = ab_of(truth), ab_of(colorizer(truth))
        ours.add(ab, estimate)
        grey.add(ab, np.zeros_like(ab))
        chroma.append([np.hypot(*each.reshape(-1, 2).T).mean() for each in (estimate, ab)])
    estimated, true = np.mean(chroma, 0)
    print(f"{len(chroma)} photographs, S = {colorizer.rebalance}, T = {colorizer.temperature:.3f}")
    print(f"raw AuC {ours.raw():.2f}, grey {grey.raw():.2f}: {ours.raw() - grey.raw():+.2f}")
    gain = ours.rebalanced() - grey.rebalanced()
    print(f"rebalanced AuC {ours.rebalanced():.2f}, grey {grey.rebalanced():.2f}: {gain:+.2f}")
    print(f"mean chroma {estimated:.1f}, truth {true:.1f}")


if __name__ == "__main__":
    main()
