"""What a config file says: one for each method, in `configs/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import tomllib
from torch import nn

from labcolor.color.bins import prior, rebalancing_weights
from labcolor.networks import Gives
from training.networks import build
from training.objective import Distance, SoftCrossEntropy
from training.validate import Decoding, trained_rebalance


@dataclass(frozen=True)
class Stage:
    """A part of the budget at one picture size."""

    share: float
    size: int
    batch: int
    rate: float


@dataclass(frozen=True)
class Config:
    """How a network is trained.

    Attributes
    ----------
    seed : int
        Of every random draw.
    network : {"lite", "vgg", "parts"}
        Which one.
    gives : {"distribution", "ab"}
        Classification over the 313 bins, or regression.
    hints : bool
        Whether colour hints go in beside L*.
    mixing : float
        λ of the rebalancing weights: ½ in the paper, 1 for no rebalancing.
    neighbours : int
        How many bins share a colour in the soft encoding.
    side : int
        What the pictures are squashed to in memory.
    weight_decay : float
        Of AdamW.
    average : float
        How much the moving average of the weights keeps at each step.
    old : float
        How fast the layers that came with `--start` learn, against the new ones.
    ageing : bool
        Whether the pictures are aged.
    stages : tuple of Stage
        One after the other; their shares add up to 1.
    """

    seed: int
    network: str
    gives: Gives
    hints: bool
    mixing: float
    neighbours: int
    side: int
    weight_decay: float
    average: float
    old: float
    ageing: bool = True
    stages: tuple[Stage, ...] = field(default=())

    @classmethod
    def read(cls, path: Path) -> Config:
        """Read a TOML file; unknown keys are refused."""
        with path.open("rb") as file:
            table = tomllib.load(file)
        stages = tuple(Stage(**stage) for stage in table.pop("stage"))
        return cls(stages=stages, **table)

    def build(self) -> nn.Module:
        """Make the network."""
        return build(self.network, self.gives, self.hints)

    def objective(self) -> nn.Module:
        """Make what is to become small."""
        weights = rebalancing_weights(prior(), self.mixing)
        if self.gives == "distribution":
            return SoftCrossEntropy(weights, self.neighbours)
        return Distance(weights)

    def decoding(self) -> Decoding | None:
        """Say how the log decodes a distribution; ab needs no decoding."""
        if self.gives == "ab":
            return None
        trained = trained_rebalance(self.mixing)
        return Decoding(trained, 0.75 * trained, 1.0)

    def described(self) -> dict[str, object]:
        """Return what an export must know."""
        return {name: getattr(self, name) for name in ("network", "gives", "hints", "mixing")}
