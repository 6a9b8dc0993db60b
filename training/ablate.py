"""Train many small variations of a config, each for the same number of steps, and compare them.

    python -m training.ablate training/configs/class_weights_model.toml SHARDS --start ENCODER

Prints gains over grey in AuC on the validation split, of clean pictures and of aged ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from labcolor.networks.lite import LITE0
from training import validate
from training.config import Config, Stage
from training.networks import NETWORKS
from training.networks.lite import Lite
from training.schedule import Budget
from training.split import read
from training.trainer import Trainer
from training.workers import Workers

SIZE, BATCH, RATE = 64, 64, 2e-3

VARIATIONS: dict[str, dict[str, Any]] = {
    "as shipped": {},
    "decoder half as wide": {"network": "narrow"},
    "no ImageNet to begin with": {"scratch": True},
    "VGG-shaped, from nothing": {"network": "vgg", "scratch": True},
    "soft encoding over 10 bins": {"neighbours": 10},
    "soft encoding over 1 bin": {"neighbours": 1},
    "λ = 0.25": {"mixing": 0.25},
    "λ = 0.75": {"mixing": 0.75},
    "λ = 1, no rebalancing": {"mixing": 1.0},
    "no ageing": {"ageing": False},
}

NARROW: dict[str, Callable[..., nn.Module]] = {
    "narrow": partial(Lite, scale=LITE0._replace(decoder=(64, 48, 32, 48)))
}


def main() -> None:
    """Read the arguments, train each variation and print its row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("shards", type=Path)
    parser.add_argument("--start", type=Path, required=True, help="weights to begin with")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--only", action="append", help="a variation; repeatable")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    NETWORKS.update(NARROW)
    base = Config.read(options.config)
    base = replace(base, stages=(Stage(1.0, SIZE, BATCH, RATE),))
    train, held_out, sources = read(options.shards, base)
    pictures = torch.from_numpy(held_out)
    print(f"{'':28} raw    rebalanced | aged: raw rebalanced")
    for name in options.only or VARIATIONS:
        changes = dict(VARIATIONS[name])
        scratch = changes.pop("scratch", False)
        config = replace(base, **changes)
        budget = Budget(None, options.steps)
        workers = Workers.from_environment()
        trainer = Trainer(config, train, workers, budget, sources=sources)
        if not scratch:
            trainer.start_from(options.start)
        while trainer.progress() < 1:
            trainer.step()
        how = config.decoding()
        (clean,), (aged,) = (
            validate.table(trainer.average, pictures, how, size=SIZE, aged=each)
            for each in (False, True)
        )
        print(
            f"{name:28} {clean[1]:+.2f} {clean[2]:+9.2f}  | {aged[1]:+9.2f} {aged[2]:+9.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
