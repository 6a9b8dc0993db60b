"""Accuracy on the validation split, as gains over grey, for settings of S and T."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labcolor.color.bins import BINS
from labcolor.metrics import AreaUnderCurve
from training.lab import lab_from_srgb


@torch.no_grad()
def logits_of(net: nn.Module, lightness: Tensor, batch: int = 50) -> Tensor:
    """Run the network over (n, 1, S, S) L*."""
    net.eval()
    parts = [net(lightness[i : i + batch]).float() for i in range(0, len(lightness), batch)]
    return torch.cat(parts)


def decode(logits: Tensor, log_weights: Tensor, rebalance: float, temperature: float) -> Tensor:
    """Rebalance logits of a network that was trained with rebalancing, and take the mean."""
    logits = logits + (rebalance - 1) * log_weights.view(1, -1, 1, 1)
    distribution = (logits / temperature).softmax(1)
    bins = torch.from_numpy(BINS.copy()).to(logits.device)
    return torch.einsum("nqhw,qc->nchw", distribution, bins)


def gains(truth: Tensor, ab: Tensor) -> tuple[float, float, float]:
    """Return raw and rebalanced gain over grey in AuC, and the mean chroma, of ab made to size."""
    full = F.interpolate(ab, size=truth.shape[-2:], mode="bilinear", align_corners=False)
    ours, grey = AreaUnderCurve(), AreaUnderCurve()
    for true, estimate in zip(truth, full, strict=True):
        pixels = true.permute(1, 2, 0).cpu().numpy()
        ours.add(pixels, estimate.permute(1, 2, 0).cpu().numpy())
        grey.add(pixels, np.zeros_like(pixels))
    chroma = float(full.square().sum(1).sqrt().mean())
    return ours.raw() - grey.raw(), ours.rebalanced() - grey.rebalanced(), chroma


def table(
    net: nn.Module,
    pictures: Tensor,
    log_weights: Tensor,
    settings: Iterable[tuple[float, float]],
    size: int = 128,
) -> list[tuple[float, float, float, float, float]]:
    """Measure (S, T) settings on pictures: rows of S, T, raw, rebalanced, chroma.

    The pictures are (n, 3, side, side) uint8, and are shown to the network at `size`.
    """
    rgb = F.interpolate(pictures.float() / 255, size=(size, size), mode="area")
    lab = lab_from_srgb(rgb)
    logits = logits_of(net, lab[:, :1])
    return [(s, t, *gains(lab[:, 1:], decode(logits, log_weights, s, t))) for s, t in settings]
