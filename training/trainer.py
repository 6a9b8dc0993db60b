"""One training run: its network, the moving average of it, its optimiser and its budget."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from training import augment, hints
from training.config import Config
from training.fused.layers import fuse
from training.pictures import Pictures
from training.schedule import Budget, rate_at, stage_at
from training.soft_targets import SoftTargets
from training.start import begin
from training.workers import Workers

CLIP = 2.0  # the largest norm of a step's gradient


def thinned(
    estimate: Tensor, ab: Tensor, stride: int, g: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Keep every so many rows and columns of an estimate, and of the truth averaged down to it.

    Parameters
    ----------
    estimate : (N, C, h, w)
    ab : (N, 2, H, W), H and W multiples of h and w
    stride : int
    g : Generator
        Draws the first row and the first column.
    """
    if stride == 1:
        return estimate, ab
    row, column = torch.randint(stride, (2,), generator=g, device=g.device).tolist()
    ab = F.adaptive_avg_pool2d(ab, estimate.shape[-2:])
    return estimate[..., row::stride, column::stride], ab[..., row::stride, column::stride]


class Trainer:
    """The state of a run, and how it takes a step.

    Parameters
    ----------
    config : Config
    pictures : (n, 3, S, S) uint8
        To learn from.
    workers : Workers
    budget : Budget
    sources : sequence of str, optional
        Of each picture, where the config has shares for them.
    taught : SoftTargets, optional
        What others think of the pictures, which counts as much as the truth.
    fused : bool
        Whether the layers of `training.fused` compute, on a CPU.
    """

    def __init__(
        self,
        config: Config,
        pictures: np.ndarray,
        workers: Workers,
        budget: Budget,
        *,
        sources: Sequence[str] = (),
        taught: SoftTargets | None = None,
        fused: bool = False,
    ):
        torch.manual_seed(config.seed)
        self.config, self.workers, self.budget = config, workers, budget
        self.device = workers.device
        self.net = config.build().to(self.device, memory_format=torch.channels_last)
        if fused:
            fuse(self.net)
        self.average = config.build().to(self.device).requires_grad_(False)
        self.average.load_state_dict(self.net.state_dict())
        self.objective = config.objective().to(self.device)
        self.pictures = Pictures(pictures, config.seed, self.device, config.shares(sources))
        self.taught = taught
        self._be_slow_with(set())

    def _be_slow_with(self, old: set[str]) -> None:
        """Let the layers that have learnt before learn at the config's pace for them."""
        self.old = old
        groups: tuple[list[nn.Parameter], list[nn.Parameter]] = ([], [])
        for name, parameter in self.net.named_parameters():
            groups[name in old].append(parameter)
        self.optimiser = torch.optim.AdamW(
            [
                {"params": parameters, "lr": 0.0, "pace": pace}
                for parameters, pace in zip(groups, (1.0, self.config.old), strict=True)
            ],
            weight_decay=self.config.weight_decay,
        )
        self._joined = self.workers.joined(self.net)

    def start_from(self, path: Path, sample: int = 256) -> None:
        """Begin with what an earlier training found, see `training.start`."""
        g = torch.Generator(self.device).manual_seed(self.config.seed)
        some, size = torch.arange(min(sample, len(self.pictures))), self.config.stages[-1].size
        planes, _, _ = self._sample(some, size, g)
        taken = begin(self.net, path, planes)
        self.average.load_state_dict(self.net.state_dict())
        self._be_slow_with(taken)
        print(f"{len(taken)} of {len(self.net.state_dict())} tensors are those of {path}")

    def step(self) -> float:
        """Take one step and return its loss."""
        stage, within = stage_at(self.config.stages, self.progress())
        for group in self.optimiser.param_groups:
            group["lr"] = group["pace"] * rate_at(stage, within)
        workers, number = self.workers, self.budget.step
        seed = self.config.seed + number * workers.count + workers.rank
        numbers = self.pictures.draw(stage.batch)[workers.rank :: workers.count]
        g = torch.Generator(self.device).manual_seed(seed)
        planes, ab, seen = self._sample(numbers, stage.size, g)
        self.net.train()
        with torch.autocast(self.device.type, torch.bfloat16):
            estimate = self._joined(planes)
        loss = self.objective(*thinned(estimate, ab, self.config.loss_stride, g))
        if self.taught is not None:
            loss = (loss + self._expected(estimate, planes, numbers, seen)) / 2
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), CLIP)
        self.optimiser.step()
        self._follow()
        self.budget.step += 1
        return float(loss.detach())

    def progress(self) -> float:
        """Return the part of the budget that is used, the same for all workers."""
        return self.workers.agreed(self.budget.progress())

    def _sample(
        self, numbers: Tensor, size: int, g: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the network sees, the ab that it must find, and the windows they show."""
        seen = augment.windows(len(numbers), self.config.window, g)
        lightness, ab = augment.sample(self.pictures[numbers], seen, size, g, self.config.ageing)
        planes = lightness - 50
        if self.config.hints:
            planes = torch.cat([planes, hints.simulate(ab, g)], 1)
        return planes.contiguous(memory_format=torch.channels_last), ab, seen

    def _expected(self, estimate: Tensor, planes: Tensor, numbers: Tensor, seen: Tensor) -> Tensor:
        """Compare with what others think; they saw no hints, so only where there are none."""
        silent = ~planes[:, 1:].flatten(1).any(1)
        if not silent.any():
            return estimate.new_zeros(())
        assert self.taught is not None  # the configuration asks for it only then
        targets = self.taught.within(numbers[silent.cpu()], seen[silent], estimate.shape[-1])
        return self.objective.expected(estimate[silent], *targets)

    @torch.no_grad()
    def _follow(self) -> None:
        """Let the average follow the network, closely at first so that it forgets its start."""
        keep = min(self.config.average, (1 + self.budget.step) / (10 + self.budget.step))
        ours, theirs = self.average.state_dict(), self.net.state_dict()
        names = [name for name, value in ours.items() if value.is_floating_point()]
        follow = get_ema_multi_avg_fn(keep)
        follow([ours[n] for n in names], [theirs[n] for n in names], None)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "old": sorted(self.old),
            "spent": self.budget.spent,
            "step": self.budget.step,
            "seen": self.pictures.seen,
        }
        part = path.with_suffix(".part")
        torch.save(state | self.config.described(), part)
        part.replace(path)

    def resume(self, path: Path) -> None:
        """Go on where a checkpoint stands."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self._be_slow_with(set(state["old"]))
        self.optimiser.load_state_dict(state["optimiser"])
        self.budget.spent, self.budget.step = state["spent"], state["step"]
        self.pictures.seen = state["seen"]
