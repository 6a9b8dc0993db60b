"""A training run from its arguments to its last checkpoint."""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
import torch

from training import validate
from training.config import Config
from training.schedule import Budget, stage_at
from training.soft_targets import SoftTargets
from training.split import read
from training.trainer import Trainer
from training.workers import Workers

COLUMNS = (
    *("step", "minutes", "size", "rate", "views a second", "loss"),
    *("raw", "rebalanced", "chroma", "false colour"),
)


def run(trainer: Trainer, folder: Path, validation: np.ndarray, every: int) -> None:
    """Train until the budget is used, with a log, a validation and a checkpoint every so often."""
    held_out = torch.from_numpy(validation).to(trainer.device)
    budget, losses, before = trainer.budget, [], (trainer.budget.spent, trainer.pictures.seen)
    progress = trainer.progress()
    while progress < 1:
        start = time.monotonic()
        losses.append(trainer.step())
        budget.spent += time.monotonic() - start
        progress = trainer.progress()
        if trainer.workers.leads and (budget.step % every == 0 or progress >= 1):
            spent, seen = budget.spent - before[0], trainer.pictures.seen - before[1]
            _note(trainer, folder / "log.csv", held_out, float(np.mean(losses)), seen / spent)
            trainer.save(folder / "checkpoint.pt")
            losses, before = [], (budget.spent, trainer.pictures.seen)


def _note(trainer: Trainer, path: Path, held_out: torch.Tensor, loss: float, speed: float) -> None:
    """Validate, and add a row to the log."""
    found = validate.table(trainer.average, held_out, trainer.config.decoding())
    ((_, *measured),) = found
    budget = trainer.budget
    stage, _ = stage_at(trainer.config.stages, budget.progress())
    row = [
        budget.step,
        f"{budget.spent / 60:.1f}",
        stage.size,
        f"{trainer.optimiser.param_groups[0]['lr']:.2e}",
        f"{speed:.1f}",
        f"{loss:.4f}",
        *(f"{value:.3f}" for value in measured),
    ]
    with path.open("a", newline="") as file:
        log = csv.writer(file)
        if file.tell() == 0:
            log.writerow(COLUMNS)
        log.writerow(row)
    print(*row, f"{100 * budget.progress():.0f} %", flush=True)


def train(options: argparse.Namespace) -> None:
    """Begin or go on with a run, by the arguments of `training.train`."""
    if options.threads:
        torch.set_num_threads(options.threads)

    workers = Workers.from_environment()
    if options.fused and workers.device.type != "cpu":
        sys.exit("--fused computes on a CPU, and there is a GPU here: leave it out.")
    config = Config.read(options.config)
    train, held_out, sources = read(options.shards, config, options.limit)
    trainer = Trainer(
        config,
        train,
        workers,
        Budget(options.minutes, options.steps),
        sources=sources,
        taught=SoftTargets(options.taught) if options.taught else None,
        fused=options.fused,
    )
    options.run.mkdir(parents=True, exist_ok=True)
    checkpoint = options.run / "checkpoint.pt"
    if checkpoint.exists():
        trainer.resume(checkpoint)
    elif options.start:
        trainer.start_from(options.start)
    run(trainer, options.run, held_out, options.every)
    workers.leave()
