"""Train a network: one command from tar shards to a checkpoint that `training.export` ships.

    python -m training.train training/configs/class_weights_model.toml SHARDS RUN --minutes 120

Killed or stopped, the same command goes on where the last checkpoint stands. With `--steps` in
place of `--minutes` the schedule follows the steps and a run on a CPU repeats to the bit.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tomllib
import torch
from torch import Tensor, nn

from labcolor.color.bins import prior, rebalancing_weights
from training import augment, shards, validate
from training.model import Compact
from training.objective import SoftCrossEntropy

COLUMNS = ("step", "minutes", "size", "rate", "loss", "raw", "rebalanced", "chroma")


@dataclass(frozen=True)
class Stage:
    """A part of the budget at one picture size."""

    share: float
    size: int
    batch: int
    rate: float


@dataclass(frozen=True)
class Config:
    """What a config file says."""

    seed: int
    mixing: float
    neighbours: int
    widths: tuple[int, int, int, int]
    side: int
    weight_decay: float
    average: float
    stages: tuple[Stage, ...] = field(default=())

    @classmethod
    def read(cls, path: Path) -> Config:
        """Read a TOML file; unknown keys are refused."""
        with path.open("rb") as file:
            table = tomllib.load(file)
        stages = tuple(Stage(**stage) for stage in table.pop("stage"))
        table["widths"] = tuple(table["widths"])
        return cls(stages=stages, **table)


@dataclass
class Budget:
    """How far the run has come, by minutes or by steps, whichever was given."""

    minutes: float | None
    steps: int | None
    spent: float = 0.0  # seconds, over all the parts of a run that was stopped and resumed
    step: int = 0

    def progress(self) -> float:
        """Return the part of the budget that is used, 0…1."""
        if self.steps is not None:
            return min(1.0, self.step / self.steps)
        return min(1.0, self.spent / (60 * (self.minutes or 0)))


def stage_at(stages: tuple[Stage, ...], progress: float) -> tuple[Stage, float]:
    """Return the stage that a progress falls into, and how far it is within that stage."""
    start = 0.0
    for stage in stages[:-1]:
        if progress < start + stage.share:
            return stage, (progress - start) / stage.share
        start += stage.share
    return stages[-1], min(1.0, (progress - start) / (1 - start))


def rate_at(stage: Stage, within: float) -> float:
    """Return the learning rate: a short rise, then one cosine down to a hundredth."""
    if within < 0.03:
        return stage.rate * (within / 0.03 + 0.01) / 1.01
    falling = (1 + math.cos(math.pi * (within - 0.03) / 0.97)) / 2
    return stage.rate * max(0.01, falling)


class Pictures:
    """The training pictures on the device, in an order that the seed and the step decide."""

    def __init__(self, pictures: np.ndarray, seed: int, device: torch.device):
        self.pictures = torch.from_numpy(pictures).to(device)
        self.seed = seed
        self.seen = 0

    def batch(self, count: int) -> Tensor:
        """Return the next pictures; an epoch shows each once."""
        n = len(self.pictures)
        index = torch.arange(self.seen, self.seen + count)
        self.seen += count
        chosen = [
            self._order(int(epoch))[index[index // n == epoch] % n]
            for epoch in (index // n).unique()
        ]
        return self.pictures[torch.cat(chosen).to(self.pictures.device)]

    def _order(self, epoch: int) -> Tensor:
        g = torch.Generator().manual_seed(self.seed + epoch)
        return torch.randperm(len(self.pictures), generator=g)


class Trainer:
    """The state of a run: network, its moving average, optimiser, budget."""

    def __init__(self, config: Config, pictures: np.ndarray, device: torch.device, budget: Budget):
        torch.manual_seed(config.seed)
        self.config, self.device, self.budget = config, device, budget
        self.net = Compact(config.widths).to(device, memory_format=torch.channels_last)
        self.average = Compact(config.widths).to(device).requires_grad_(False)
        self.average.load_state_dict(self.net.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), lr=0.0, weight_decay=config.weight_decay
        )
        weights = rebalancing_weights(prior(), config.mixing)
        self.objective = SoftCrossEntropy(weights, config.neighbours).to(device)
        self.log_weights = torch.from_numpy(np.log(weights)).to(device)
        self.pictures = Pictures(pictures, config.seed, device)

    def start_from(self, path: Path) -> None:
        """Take the weights of an earlier run's checkpoint, and nothing else of it."""
        state = torch.load(path, map_location=self.device, weights_only=True)["average"]
        self.net.load_state_dict(state)
        self.average.load_state_dict(state)

    def step(self) -> float:
        """Take one step and return its loss."""
        stage, within = stage_at(self.config.stages, self.budget.progress())
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(stage, within)
        g = torch.Generator(self.device).manual_seed(self.config.seed + self.budget.step)
        lightness, ab = augment.sample(self.pictures.batch(stage.batch), stage.size, g)
        self.net.train()
        lightness = lightness.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.net(lightness)
        loss = self.objective(logits, ab)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimiser.step()
        self._follow()
        self.budget.step += 1
        return float(loss.detach())

    @torch.no_grad()
    def _follow(self) -> None:
        """Let the average follow the network, closely at first so that it forgets its start."""
        keep = min(self.config.average, (1 + self.budget.step) / (10 + self.budget.step))
        ours, theirs = self.average.state_dict(), self.net.state_dict()
        for name, value in ours.items():
            if value.is_floating_point():
                value.lerp_(theirs[name], 1 - keep)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "spent": self.budget.spent,
            "step": self.budget.step,
            "seen": self.pictures.seen,
            "widths": list(self.config.widths),
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def resume(self, path: Path) -> None:
        """Go on where a checkpoint stands."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.budget.spent, self.budget.step = state["spent"], state["step"]
        self.pictures.seen = state["seen"]


def run(trainer: Trainer, folder: Path, validation: np.ndarray, every: int) -> None:
    """Train until the budget is used, with a log, a validation and a checkpoint every so often."""
    held_out = torch.from_numpy(validation).to(trainer.device)
    budget, losses, began = trainer.budget, [], time.monotonic()
    with (folder / "log.csv").open("a", newline="") as file:
        log = csv.writer(file)
        if file.tell() == 0:
            log.writerow(COLUMNS)
        while budget.progress() < 1:
            start = time.monotonic()
            losses.append(trainer.step())
            budget.spent += time.monotonic() - start
            done = budget.progress() >= 1
            if budget.step % every and not done:
                continue
            ((_, _, *measured),) = validate.table(
                trainer.average, held_out, trainer.log_weights, [(0.75, 1.0)]
            )
            stage, _ = stage_at(trainer.config.stages, budget.progress())
            rate = trainer.optimiser.param_groups[0]["lr"]
            row = [
                budget.step,
                f"{budget.spent / 60:.1f}",
                stage.size,
                f"{rate:.2e}",
                f"{np.mean(losses):.4f}",
                *(f"{value:.3f}" for value in measured),
            ]
            log.writerow(row)
            file.flush()
            trainer.save(folder / "checkpoint.pt")
            pace = len(losses) * stage.batch / (time.monotonic() - began)
            print(*row, f"{pace:.0f}/s", f"{100 * budget.progress():.0f} %", flush=True)
            losses, began = [], time.monotonic()


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("shards", type=Path, help="folder of .tar shards")
    parser.add_argument("run", type=Path, help="folder for the checkpoint and the log")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--start", type=Path, help="checkpoint whose weights to begin with")
    parser.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--limit", type=int, help="use so many pictures only, for a trial")
    options = parser.parse_args()
    if (options.minutes is None) == (options.steps is None):
        parser.error("give either --minutes or --steps")
    if options.threads:
        torch.set_num_threads(options.threads)

    config = Config.read(options.config)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    train, held_out = shards.split(shards.load(options.shards, config.side, options.limit))
    trainer = Trainer(config, train, device, Budget(options.minutes, options.steps))
    options.run.mkdir(parents=True, exist_ok=True)
    checkpoint = options.run / "checkpoint.pt"
    if checkpoint.exists():
        trainer.resume(checkpoint)
    elif options.start:
        trainer.start_from(options.start)
    run(trainer, options.run, held_out, options.every)


if __name__ == "__main__":
    main()
