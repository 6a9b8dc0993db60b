"""Choose the default S and T of a checkpoint, and what size to show it, on the validation split.

    python -m training.choose RUN/checkpoint.pt SHARDS

The best setting is the one with the largest rebalanced gain among those that stay `--above` grey
in raw accuracy: as vivid as it can be without being, on the whole, further from the truth than no
colour at all.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import numpy as np
import torch

from labcolor.color.bins import prior, rebalancing_weights
from training import shards, validate
from training.model import Compact

SIZE = (128, 144, 160)
REBALANCE = (0.0, 0.5, 0.75, 0.85, 0.9, 0.95, 1.0)
TEMPERATURE = (1.0, 0.7, 1 / 2.606)


def main() -> None:
    """Read the checkpoint, print the table and the choice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("shards", type=Path)
    parser.add_argument("--size", type=int, action="append", help="only this; repeatable")
    parser.add_argument("--above", type=float, default=0.75, help="raw gain wanted at least")
    parser.add_argument("--mixing", type=float, default=0.5, help="λ of the training")
    options = parser.parse_args()
    state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    net = Compact(tuple(state["widths"]))
    net.load_state_dict(state["average"])
    _, held_out = shards.split(shards.load(options.shards, 144))
    log_weights = torch.from_numpy(np.log(rebalancing_weights(prior(), options.mixing)))
    pictures, rows = torch.from_numpy(held_out), []
    print("size  S     T      raw    rebalanced  chroma")
    for size in options.size or SIZE:
        settings = product(REBALANCE, TEMPERATURE)
        for row in validate.table(net, pictures, log_weights, settings, size):
            s, t, raw, rebalanced, chroma = row
            rows.append((size, *row))
            print(f"{size:<5} {s:<5} {t:<5.3f} {raw:+6.2f} {rebalanced:+8.2f} {chroma:9.1f}")
    size, s, t, *_ = max((row for row in rows if row[3] >= options.above), key=lambda row: row[4])
    print(f"shown at {size}: --rebalance {s} --temperature {t:.4g}")


if __name__ == "__main__":
    main()
