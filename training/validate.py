"""Accuracy on the validation split, as gains over grey, for settings of S and T."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labcolor.metrics import AreaUnderCurve, ColourErrors, colour_errors
from training import augment
from training.decoding import Decoding, decode
from training.lab import lab_from_srgb


@torch.no_grad()
def answers(net: nn.Module, lightness: Tensor, batch: int = 50) -> Tensor:
    """Run the network, without hints, over (n, 1, S, S) L*: logits or ab at 1/4."""
    net.eval()
    inputs = next(net.parameters()).shape[1]
    planes = F.pad(lightness - 50, (0, 0, 0, 0, 0, inputs - 1))
    parts = [net(planes[i : i + batch]).float() for i in range(0, len(planes), batch)]
    return torch.cat(parts)


class Gains(NamedTuple):
    """Raw and rebalanced gain over grey in AuC, mean chroma, and percent of false colour."""

    raw: float
    rebalanced: float
    chroma: float
    false_colour: float


def gains(truth: Tensor, ab: Tensor) -> Gains:
    """Measure ab that is made to size."""
    full = F.interpolate(ab, size=truth.shape[-2:], mode="bilinear", align_corners=False)
    ours, grey, errors = AreaUnderCurve(), AreaUnderCurve(), ColourErrors()
    for true, estimate in zip(truth, full, strict=True):
        pixels = true.permute(1, 2, 0).cpu().numpy()
        found = estimate.permute(1, 2, 0).cpu().numpy()
        ours.add(pixels, found)
        errors = errors.plus(colour_errors(pixels, found))
        grey.add(pixels, np.zeros_like(pixels))
    chroma = float(full.square().sum(1).sqrt().mean())
    false = 100 * (errors.false_colour_share() or 0.0)
    return Gains(ours.raw() - grey.raw(), ours.rebalanced() - grey.rebalanced(), chroma, false)


def table(
    net: nn.Module,
    pictures: Tensor,
    *hows: Decoding | None,
    size: int = 128,
    aged: bool = False,
) -> list[tuple[Decoding | None, float, float, float, float]]:
    """Measure ways of decoding on pictures: rows of the way and its `Gains`.

    The pictures are (n, 3, side, side) uint8, and are shown to the network at `size`, aged as in
    training if asked for.
    """
    rgb = F.interpolate(pictures.float() / 255, size=(size, size), mode="area")
    lab = lab_from_srgb(rgb)
    lightness = lab[:, :1]
    if aged:
        lightness = augment.age(rgb, lightness, torch.Generator(rgb.device).manual_seed(0))
    found = answers(net, lightness)
    return [(how, *gains(lab[:, 1:], decode(found, how) if how else found)) for how in hows]
