"""Choose the defaults of a checkpoint on the validation split: S and T, and what size to show it.

    python -m training.choose CONFIG RUN/checkpoint.pt SHARDS --above 0.75

The best setting is the one with the largest rebalanced gain among those that stay `--above` grey
in raw accuracy and below `--false-colour`: as vivid as it can be without being, on the whole,
further from the truth than no colour at all, and without red sleeves and orange walls. Where none
does, it is the one with the largest raw gain.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import torch

from training import validate
from training.checkpoint import from_checkpoint
from training.config import Config
from training.decoding import Decoding, trained_rebalance
from training.split import read

SIZES = (128, 144, 160, 176)
REBALANCE = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
TEMPERATURE = (1.0, 0.7, 0.5, 1 / 2.606)


def decodings(gives: str, mixing: float) -> list[Decoding | None]:
    """List the settings to try; a network that gives ab has none."""
    if gives == "ab":
        return [None]
    trained = trained_rebalance(mixing)
    return [Decoding(trained, s, t) for s, t in product(REBALANCE, TEMPERATURE)]


def best(
    rows: Sequence[tuple[int, float, float, validate.Gains]], above: float, false_colour: float
) -> tuple[int, float, float, validate.Gains]:
    """Return the best of rows of size, S, T and what they gain."""
    sound = [row for row in rows if row[3].raw >= above and row[3].false_colour <= false_colour]
    if sound:
        return max(sound, key=lambda row: row[3].rebalanced)
    return max(rows, key=lambda row: row[3].raw)


def main() -> None:
    """Read the checkpoint, print the table and the choice."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path, help="that it was trained by")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("shards", type=Path)
    parser.add_argument("--size", type=int, action="append", help="only this; repeatable")
    parser.add_argument("--above", type=float, default=0.75, help="raw gain wanted at least")
    parser.add_argument("--false-colour", type=float, default=8.0, help="percent at most")
    options = parser.parse_args()
    net, run = from_checkpoint(options.checkpoint)
    _, held_out, _ = read(options.shards, Config.read(options.config))
    pictures, rows = torch.from_numpy(held_out), []
    print("size  S     T      raw    rebalanced  chroma  false colour")
    for size in options.size or SIZES:
        ways = decodings(run["gives"], run["mixing"])
        for how, *measured in validate.table(net, pictures, *ways, size=size):
            s, t = (how.rebalance, how.temperature) if how else (0, 1)
            found = validate.Gains(*measured)
            rows.append((size, s, t, found))
            print(
                f"{size:<5} {s:<5} {t:<5.3f} {found.raw:+6.2f} {found.rebalanced:+8.2f} "
                f"{found.chroma:9.1f} {found.false_colour:9.1f}"
            )
    size, s, t, _ = best(rows, options.above, options.false_colour)
    settings = f" --rebalance {s} --temperature {t:.4g}" if run["gives"] == "distribution" else ""
    print(f"--size {size}{settings}")


if __name__ == "__main__":
    main()
