"""Simulated colour hints, as a person would give them.

Zhang, Zhu, Isola, Geng, Lin, Yu & Efros, "Real-Time User-Guided Image Colorization with Learned
Deep Priors", SIGGRAPH 2017, section 3.2: a geometrically distributed number of patches, more of
them near the middle, each showing the mean of the true colour under it. Two things differ, since
with the paper's small patches a short training learnt to look away: patches are up to a fifth of
the picture's side where theirs are 9 of 256 pixels, and the whole of the true colour is shown more
often than once in a hundred pictures.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

WHOLE = 0.04  # share of the pictures whose whole colour is shown
NONE = 0.6  # share of the pictures that get no hint: most people give none
MEAN = 8  # hints in a picture that gets some
MOST = 24
SMALLEST, LARGEST = 0.015, 0.2  # side of a patch, of the picture's


def simulate(ab: Tensor, g: Generator) -> Tensor:
    """Reveal the colour of some patches.

    Parameters
    ----------
    ab : (N, 2, H, W)
        The true colour.
    g : Generator
        Where every random draw comes from.

    Returns
    -------
    (N, 3, H, W)
        a and b of the hints, 0 where there is none, and the mask, 1 where there is one.
    """
    n, _, height, width = ab.shape
    counts = torch.empty(n, device=g.device).geometric_(1 / MEAN, generator=g)
    silent = torch.empty(n, device=g.device).uniform_(generator=g) < NONE
    counts = torch.where(silent, 0, counts).clamp(max=MOST).view(-1, 1, 1)
    y = torch.arange(height, device=g.device).view(1, -1, 1)
    x = torch.arange(width, device=g.device).view(1, 1, -1)
    hints = torch.zeros(n, 3, height, width, device=g.device)
    for number in range(int(counts.max())):
        side = torch.empty(n, 1, 1, device=g.device).uniform_(0, 1, generator=g)
        side = (SMALLEST + (LARGEST - SMALLEST) * side**3) / 2
        place = torch.empty(n, 2, device=g.device).normal_(0.5, 0.25, generator=g).clamp(0, 0.999)
        top, left = (place * torch.tensor([height, width], device=g.device)).floor().T
        within = (y - top.view(-1, 1, 1)).abs() <= side * height
        within = within & ((x - left.view(-1, 1, 1)).abs() <= side * width)
        within = (within & (number < counts)).unsqueeze(1)
        area = within.sum((2, 3), keepdim=True).clamp_min(1)
        mean = (ab * within).sum((2, 3), keepdim=True) / area
        revealed = torch.cat([mean, torch.ones_like(mean[:, :1])], 1)
        hints = torch.where(within, revealed, hints)
    whole = torch.empty(n, 1, 1, 1, device=g.device).uniform_(generator=g) < WHOLE
    return torch.where(whole, torch.cat([ab, torch.ones_like(ab[:, :1])], 1), hints)
