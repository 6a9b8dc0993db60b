"""Train a network: one command from photographs to a checkpoint that `training.export` ships.

    python -m training.train training/configs/class_weights_model.toml SHARDS RUN --minutes 120
    torchrun --nproc-per-node 4 -m training.train ...

Killed or stopped, the same command goes on where the last checkpoint stands. With `--steps` in
place of `--minutes` the schedule follows the steps and a run on a CPU repeats to the bit.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np
import torch

from training import shards, validate
from training.config import Config
from training.schedule import Budget, stage_at
from training.soft_targets import SoftTargets
from training.trainer import Trainer
from training.workers import Workers

COLUMNS = ("step", "minutes", "size", "rate", "loss", "raw", "rebalanced", "chroma")


def run(trainer: Trainer, folder: Path, validation: np.ndarray, every: int) -> None:
    """Train until the budget is used, with a log, a validation and a checkpoint every so often."""
    held_out = torch.from_numpy(validation).to(trainer.device)
    budget, losses = trainer.budget, []
    progress = trainer.progress()
    while progress < 1:
        start = time.monotonic()
        losses.append(trainer.step())
        budget.spent += time.monotonic() - start
        progress = trainer.progress()
        if trainer.workers.leads and (budget.step % every == 0 or progress >= 1):
            _note(trainer, folder / "log.csv", held_out, float(np.mean(losses)))
            trainer.save(folder / "checkpoint.pt")
            losses = []


def _note(trainer: Trainer, path: Path, held_out: torch.Tensor, loss: float) -> None:
    """Validate, and add a row to the log."""
    found = validate.table(trainer.average, held_out, trainer.config.decoding())
    ((_, raw, rebalanced, chroma),) = found
    budget = trainer.budget
    stage, _ = stage_at(trainer.config.stages, budget.progress())
    row = [
        budget.step,
        f"{budget.spent / 60:.1f}",
        stage.size,
        f"{trainer.optimiser.param_groups[0]['lr']:.2e}",
        f"{loss:.4f}",
        *(f"{value:.3f}" for value in (raw, rebalanced, chroma)),
    ]
    with path.open("a", newline="") as file:
        log = csv.writer(file)
        if file.tell() == 0:
            log.writerow(COLUMNS)
        log.writerow(row)
    print(*row, f"{100 * budget.progress():.0f} %", flush=True)


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("shards", type=Path, help="folder of .tar shards, or of photographs")
    parser.add_argument("run", type=Path, help="folder for the checkpoint and the log")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--start", type=Path, help="weights to begin with: .pt, .pth or .npz")
    parser.add_argument("--taught", type=Path, help="what training.teach wrote, to learn from too")
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--limit", type=int, help="use so many pictures only, for a trial")
    options = parser.parse_args()
    if (options.minutes is None) == (options.steps is None):
        parser.error("give either --minutes or --steps")
    if options.threads:
        torch.set_num_threads(options.threads)

    config = Config.read(options.config)
    train, held_out = shards.split(shards.load(options.shards, config.side, options.limit))
    workers = Workers.from_environment()
    trainer = Trainer(
        config,
        train,
        workers,
        Budget(options.minutes, options.steps),
        sources=shards.sources(options.shards, len(train)) if config.sources else (),
        taught=SoftTargets(options.taught) if options.taught else None,
    )
    options.run.mkdir(parents=True, exist_ok=True)
    checkpoint = options.run / "checkpoint.pt"
    if checkpoint.exists():
        trainer.resume(checkpoint)
    elif options.start:
        trainer.start_from(options.start)
    run(trainer, options.run, held_out, options.every)
    workers.leave()


if __name__ == "__main__":
    main()
