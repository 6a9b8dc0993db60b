"""Measure the calibration of a distribution on the validation split.

    python -m training.calibrate CONFIG RUN/checkpoint.pt SHARDS

Where a calibrated network gives its likeliest bin a probability of 0.3, that bin is the true one
three times in ten. The expected calibration error is the mean difference of both, over fifteen
ranges of probability, each by how often it occurs: Guo et al., "On Calibration of Modern Neural
Networks", ICML 2017.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from labcolor.color.bins import nearest_by_table
from training import validate
from training.checkpoint import from_checkpoint
from training.config import Config
from training.decoding import Decoding, shares, trained_rebalance
from training.lab import lab_from_srgb
from training.split import read

RANGES = 15
REBALANCE = (0.0, 0.25, 0.5, 0.75, 1.0)
TEMPERATURE = (1.3, 1.0, 0.7, 0.5)


def calibration_error(distribution: Tensor, true_bin: Tensor) -> float:
    """Return the expected calibration error of the likeliest bin, 0…1.

    Parameters
    ----------
    distribution : (N, 313, h, w)
        Adds up to 1 over the bins.
    true_bin : (N, h, w) int64
    """
    probability, bin_ = distribution.max(1)
    hit = (bin_ == true_bin).float().flatten()
    probability = probability.flatten()
    range_ = (probability * RANGES).long().clamp_max(RANGES - 1)
    off = torch.zeros(RANGES).index_add_(0, range_, probability - hit)
    return float(off.abs().sum() / len(hit))


def surprise(distribution: Tensor, true_bin: Tensor) -> float:
    """Return the mean negative log-likelihood of the true bins, in nats; shapes as above."""
    of_truth = distribution.gather(1, true_bin[:, None])
    return float(-of_truth.clamp_min(1e-9).log().mean())


def main() -> None:
    """Read the checkpoint and print the error of each S and T."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path, help="that it was trained by")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("shards", type=Path)
    parser.add_argument("--size", type=int, default=144)
    options = parser.parse_args()
    net, run = from_checkpoint(options.checkpoint)
    if run["gives"] != "distribution":
        parser.error("only a distribution can be calibrated; this network gives ab")
    _, held_out, _ = read(options.shards, Config.read(options.config))
    rgb = torch.from_numpy(held_out).float() / 255
    lab = lab_from_srgb(F.interpolate(rgb, size=(options.size,) * 2, mode="area"))
    logits = validate.answers(net, lab[:, :1])
    ab = F.adaptive_avg_pool2d(lab[:, 1:], logits.shape[-2:])
    true_bin = torch.from_numpy(nearest_by_table(ab.movedim(1, -1).numpy())).long()
    print("S     T     calibration error  surprise in nats")
    for s, t in product(REBALANCE, TEMPERATURE):
        found = shares(logits, Decoding(trained_rebalance(run["mixing"]), s, t))
        print(
            f"{s:<5} {t:<5} {calibration_error(found, true_bin):17.3f} "
            f"{surprise(found, true_bin):17.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
