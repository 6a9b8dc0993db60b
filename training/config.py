"""What a config file says: one for each method, in `configs/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tomllib
from torch import nn

from labcolor.color.bins import prior, rebalancing_weights
from labcolor.networks import Gives
from training.decoding import Decoding, trained_rebalance
from training.networks import build
from training.objective import Distance, SoftCrossEntropy, ToTheColour


@dataclass(frozen=True)
class Stage:
    """A part of the budget at one picture size.

    Attributes
    ----------
    share : float
        Of the budget.
    size, batch : int
        Side of the pictures, and how many a step.
    rate : float
        The largest learning rate.
    steady : bool
        Whether the rate stays at its largest, instead of falling to a hundredth by the end: a
        run whose last stage is not yet begun can be given more time.
    """

    share: float
    size: int
    batch: int
    rate: float
    steady: bool = False


@dataclass(frozen=True)
class Config:
    """How a network is trained.

    Attributes
    ----------
    seed : int
        Of every random draw.
    network : {"lite", "lite2", "vgg", "parts"}
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
    window : float
        The least part of each side that a view is cut from.
    sources : mapping of str to float
        How often the pictures of a source are shown, against those of sources not named; in the
        config, the name of a file beside it that says so. A source that shows one kind of thing
        over and over teaches little about all the others. Those of share 0 are held out: the
        validation split is taken of them.
    distance : float
        How much the distance of the decoded colour (S = 0.85, T = 0.5) counts beside the
        cross-entropy of a distribution.
    loss_stride : int
        The loss is taken at every so many rows and columns of what comes out, the first of them
        drawn at random: neighbours say nearly the same, and 313 logits at each cost a quarter of
        a step.
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
    window: float = 0.75
    sources: Mapping[str, float] = field(default_factory=dict)
    distance: float = 0.0
    loss_stride: int = 1
    stages: tuple[Stage, ...] = field(default=())

    @classmethod
    def read(cls, path: Path) -> Config:
        """Read a TOML file; unknown keys are refused."""
        table = tomllib.loads(path.read_text("utf-8"))
        stages = tuple(Stage(**stage) for stage in table.pop("stage"))
        if "sources" in table:
            table["sources"] = tomllib.loads((path.parent / table["sources"]).read_text("utf-8"))
        return cls(stages=stages, **table)

    def shares(self, sources: Sequence[str]) -> np.ndarray | None:
        """Say how often each picture is drawn, by its source; None for all alike."""
        if not self.sources:
            return None
        return np.array([self.sources.get(source, 1.0) for source in sources])

    def held_out(self) -> set[str]:
        """Name the sources that are never learnt from."""
        return {name for name, share in self.sources.items() if share == 0}

    def build(self) -> nn.Module:
        """Make the network."""
        return build(self.network, self.gives, self.hints)

    def objective(self) -> nn.Module:
        """Make what is to become small."""
        weights = rebalancing_weights(prior(), self.mixing)
        if self.gives == "ab":
            return Distance(weights)
        entropy = SoftCrossEntropy(weights, self.neighbours)
        if not self.distance:
            return entropy
        trained = trained_rebalance(self.mixing)
        shipped = Decoding(trained, 0.85 * trained, 0.5)
        return ToTheColour(entropy, Distance(weights), shipped, self.distance)

    def decoding(self) -> Decoding | None:
        """Say how the log decodes a distribution; ab needs no decoding."""
        if self.gives == "ab":
            return None
        trained = trained_rebalance(self.mixing)
        return Decoding(trained, 0.75 * trained, 1.0)

    def described(self) -> dict[str, object]:
        """Return what an export must know."""
        return {name: getattr(self, name) for name in ("network", "gives", "hints", "mixing")}
