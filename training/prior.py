"""Estimate the prior over the 313 bins from the training photographs.

    python -m training.prior SHARDS labcolor/color/prior.npy

Section 2.2 of the paper: the histogram of the nearest bins, smoothed with a Gaussian of σ = 5. The
colours are those that the network answers for: averages over 4×4 pixels of a picture of 128×128.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from labcolor.color.bins import BINS, nearest_by_table, smooth
from training import shards
from training.lab import lab_from_srgb


def histogram(pictures: np.ndarray, batch: int = 256) -> np.ndarray:
    """Count the nearest bins of (n, 3, S, S) uint8 pictures."""
    count = np.zeros(len(BINS), np.int64)
    for start in range(0, len(pictures), batch):
        rgb = torch.from_numpy(pictures[start : start + batch]).float() / 255
        ab = F.avg_pool2d(lab_from_srgb(rgb)[:, 1:], 4)
        bins = nearest_by_table(ab.permute(0, 2, 3, 1).numpy())
        count += np.bincount(bins.ravel(), minlength=len(BINS))
    return count


def main() -> None:
    """Read the shards, write the prior."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shards", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    pictures, _ = shards.split(shards.load(options.shards, 128))
    np.save(options.output, smooth(histogram(pictures)))


if __name__ == "__main__":
    main()
