"""From logits to colour in PyTorch, so that it can be trained through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from labcolor.color.bins import BINS, prior, rebalancing_weights
from labcolor.model.estimator import MIXING


@dataclass(frozen=True)
class Decoding:
    """How a distribution becomes ab: S₀ of the training, S and T."""

    trained_rebalance: float
    rebalance: float
    temperature: float


def trained_rebalance(mixing: float) -> float:
    """Return S₀ of a training with this λ: 1 with rebalancing, 0 without (λ = 1)."""
    return 1.0 if mixing < 1 else 0.0


def shares(logits: Tensor, how: Decoding) -> Tensor:
    """Rebalance and sharpen logits, (N, 313, h, w), to a distribution that adds up to 1."""
    weights = torch.from_numpy(np.log(rebalancing_weights(prior(), MIXING))).to(logits.device)
    change = how.rebalance - how.trained_rebalance
    return ((logits + change * weights.view(1, -1, 1, 1)) / how.temperature).softmax(1)


def decode(logits: Tensor, how: Decoding) -> Tensor:
    """Rebalance logits and take the annealed mean."""
    bins = torch.from_numpy(BINS.copy()).to(logits.device)
    return torch.einsum("nqhw,qc->nchw", shares(logits, how), bins)
