"""What a photograph may have gone through before somebody scans it, on whole batches.

Colour stays the truth; only the lightness that the network is shown is aged. Every draw comes from
the generator that is passed in, so that a step can be repeated to the bit.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from training.lab import lab_from_srgb


def _uniform(n: int, low: float, high: float, g: Generator) -> Tensor:
    return torch.empty(n, 1, 1, 1, device=g.device).uniform_(low, high, generator=g)


def _some(n: int, share: float, g: Generator) -> Tensor:
    return _uniform(n, 0, 1, g) < share


def windows(n: int, smallest: float, g: Generator) -> Tensor:
    """Choose what part of each picture is seen: sides from `smallest` to the whole, some mirrored.

    Returns
    -------
    (n, 2, 3)
        Affine maps of the window's coordinates to the picture's, both from −1 to 1.
    """
    sides = torch.empty(n, 2, device=g.device).uniform_(smallest, 1, generator=g)
    room = 1 - sides
    centre = torch.empty(n, 2, device=g.device).uniform_(-1, 1, generator=g) * room
    mirror = torch.where(_some(n, 0.5, g).flatten(), -1.0, 1.0)
    affine = torch.zeros(n, 2, 3, device=g.device)
    affine[:, 0, 0], affine[:, 1, 1] = sides[:, 0] * mirror, sides[:, 1]
    affine[:, :, 2] = centre
    return affine


def view(rgb: Tensor, seen: Tensor, size: int) -> Tensor:
    """Cut windows, (N, 2, 3), out of (N, 3, S, S)."""
    grid = F.affine_grid(seen, [len(rgb), 3, size, size], align_corners=False)
    return F.grid_sample(rgb, grid, padding_mode="reflection", align_corners=False)


def emulsion(rgb: Tensor, lightness: Tensor, g: Generator) -> Tensor:
    """Show some pictures as another film saw them: blind to red, or of another mix."""
    n = len(rgb)
    mix = torch.empty(n, 3, 1, 1, device=g.device).uniform_(0.05, 1, generator=g)
    mix[:, :1] *= torch.where(_some(n, 0.5, g), 0.1, 1.0)  # orthochromatic: red counts for nothing
    grey = (rgb * (mix / mix.sum(1, keepdim=True))).sum(1, keepdim=True)
    other = lab_from_srgb(grey.expand(-1, 3, -1, -1))[:, :1]
    return torch.where(_some(n, 0.15, g), other, lightness)


def tone(lightness: Tensor, g: Generator) -> Tensor:
    """Bend the tone curve, and fade a share of the pictures: raised blacks, lowered whites."""
    n = len(lightness)
    gamma = torch.empty(n, 1, 1, 1, device=g.device).normal_(0, 0.15, generator=g).exp()
    bent = (lightness / 100).clamp(0, 1) ** gamma
    fade = _some(n, 0.2, g)
    black = torch.where(fade, _uniform(n, 0, 0.2, g), 0.0)
    white = torch.where(fade, _uniform(n, 0.75, 1, g), 1.0)
    return 100 * (black + bent * (white - black))


def blur(lightness: Tensor, g: Generator) -> Tensor:
    """Soften some pictures."""
    n = len(lightness)
    soft = F.avg_pool2d(F.pad(lightness, (1, 1, 1, 1), mode="reflect"), 3, 1)
    amount = torch.where(_some(n, 0.2, g), _uniform(n, 0, 1, g), 0.0)
    return lightness + amount * (soft - lightness)


def grain(lightness: Tensor, g: Generator) -> Tensor:
    """Add grain: a little for all, much for some."""
    n = len(lightness)
    strength = torch.where(_some(n, 0.2, g), _uniform(n, 1, 8, g), _uniform(n, 0, 1, g))
    noise = torch.empty_like(lightness).normal_(generator=g)
    return lightness + strength * noise


def sepia(rgb: Tensor, lightness: Tensor, g: Generator) -> Tensor:
    """Show some pictures as a grey scan of a toned print: brown or blue, seen by one channel."""
    chosen = _some(len(rgb), 0.1, g).flatten()
    n = int(chosen.sum())
    if n == 0:
        return lightness
    ink = torch.empty(n, 3, 1, 1, device=g.device).uniform_(0, 0.35, generator=g)
    paper = torch.empty(n, 3, 1, 1, device=g.device).uniform_(0.75, 1, generator=g)
    seen_by = torch.empty(n, 3, 1, 1, device=g.device).uniform_(0, 1, generator=g) ** 3
    print_ = ink + lightness[chosen] / 100 * (paper - ink)
    grey = (print_ * (seen_by / seen_by.sum(1, keepdim=True))).sum(1, keepdim=True)
    aged = lightness.clone()
    aged[chosen] = lab_from_srgb(grey.expand(-1, 3, -1, -1))[:, :1]
    return aged


def scratches(lightness: Tensor, g: Generator, most: int = 4) -> Tensor:
    """Draw a few thin lines across some pictures, as bright or as dark as it gets."""
    chosen = _some(len(lightness), 0.1, g).flatten()
    n, (height, width) = int(chosen.sum()), lightness.shape[-2:]
    if n == 0:
        return lightness
    y = torch.linspace(-1, 1, height, device=g.device).view(1, 1, -1, 1)
    x = torch.linspace(-1, 1, width, device=g.device).view(1, 1, 1, -1)
    aged = lightness.clone()
    damaged = aged[chosen]
    for _ in range(most):
        angle = torch.empty(n, 1, 1, 1, device=g.device).normal_(0, 0.3, generator=g)
        away = x * angle.cos() + y * angle.sin() - _uniform(n, -1, 1, g)
        line = away.abs() < _uniform(n, 0.3, 1.5, g) / width
        damaged = torch.where(line, torch.where(_some(n, 0.7, g), 97.0, 5.0), damaged)
    aged[chosen] = damaged
    return aged


def jpeg(lightness: Tensor, g: Generator) -> Tensor:
    """Quantise some pictures as a poor JPEG does: 8×8 cosine transform, rounded in steps."""
    chosen = _some(len(lightness), 0.15, g).flatten()
    n, (height, width) = int(chosen.sum()), lightness.shape[-2:]
    if n == 0:
        return lightness
    k = torch.arange(8, device=g.device, dtype=torch.float32)
    cosine = torch.cos(math.pi * (2 * k + 1) * k.view(-1, 1) / 16) / 2
    cosine[0] /= math.sqrt(2)
    blocks = lightness[chosen].view(n, height // 8, 8, width // 8, 8).transpose(2, 3)
    steps = _uniform(n, 2, 16, g).unsqueeze(-1) * (1 + (k + k.view(-1, 1)) / 4)
    waves = cosine @ blocks @ cosine.T
    blocks = cosine.T @ ((waves / steps).round() * steps) @ cosine
    aged = lightness.clone()
    aged[chosen] = blocks.transpose(2, 3).reshape(n, 1, height, width)
    return aged


def age(rgb: Tensor, lightness: Tensor, g: Generator) -> Tensor:
    """Age the L* of pictures, each in its own way and many not at all.

    Parameters
    ----------
    rgb : (N, 3, S, S) float32, 0…1
        What they show in colour; S a multiple of 8.
    lightness : (N, 1, S, S) float32
        Their L*, 0…100.

    Returns
    -------
    (N, 1, S, S) float32, 0…100
    """
    aged = sepia(rgb, emulsion(rgb, lightness, g), g)
    aged = grain(blur(tone(aged, g), g), g)
    return jpeg(scratches(aged, g).clamp(0, 100), g).clamp(0, 100)


def sample(
    rgb: Tensor, seen: Tensor, size: int, g: Generator, ageing: bool = True
) -> tuple[Tensor, Tensor]:
    """Turn a batch of colour pictures into what the network sees and what it must answer.

    Parameters
    ----------
    rgb : (N, 3, S, S) uint8
    seen : (N, 2, 3)
        The windows that are shown of them.
    size : int
        Side of the pictures that come out, a multiple of 8.
    g : Generator
        Where every random draw comes from; on the device of `rgb`.
    ageing : bool
        Whether their lightness is aged.

    Returns
    -------
    lightness : (N, 1, size, size) float32, L* from 0 to 100
    ab : (N, 2, size, size) float32, CIELAB units
    """
    shown = view(rgb.float() / 255, seen, size).clamp(0, 1)
    lab = lab_from_srgb(shown)
    lightness = age(shown, lab[:, :1], g) if ageing else lab[:, :1]
    return lightness, lab[:, 1:]
