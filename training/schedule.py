"""How a budget of minutes or steps is shared out: which stage it is, and how fast to learn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from training.config import Stage

WARMING = 0.03  # share of a stage in which the rate rises
FLOOR = 0.01  # what the rate falls to, of its largest


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
    """Return the learning rate: a short rise, then one cosine down to a hundredth, or none."""
    if within < WARMING:
        return stage.rate * (within / WARMING + FLOOR) / (1 + FLOOR)
    if stage.steady:
        return stage.rate
    falling = (1 + math.cos(math.pi * (within - WARMING) / (1 - WARMING))) / 2
    return stage.rate * max(FLOOR, falling)
