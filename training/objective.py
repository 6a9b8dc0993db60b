"""Soft-encoded cross-entropy over the 313 bins, with class rebalancing.

Zhang, Isola & Efros, "Colorful Image Colorization", ECCV 2016, equations 2 to 4.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labcolor.color.bins import REACH, nearest_by_table, soft_encode, whole_ab


class SoftCrossEntropy(nn.Module):
    """Cross-entropy between the network's distribution and the soft encoding of the true ab.

    The encoding of every whole ab is computed once; a pixel looks its own up.

    Parameters
    ----------
    weights : (313,) array
        Rebalancing weight of each bin; ones for none.
    neighbours : int
        How many bins share a colour (5 in the paper's text, 10 in the authors' code).
    sigma : float
        Width of the encoding in ab units.
    """

    def __init__(self, weights: np.ndarray, neighbours: int = 5, sigma: float = 5.0):
        super().__init__()
        ab = whole_ab().reshape(-1, 2)
        index, share = soft_encode(ab, neighbours, sigma)
        closest = nearest_by_table(ab)
        self.register_buffer("index", torch.from_numpy(index), persistent=False)
        self.register_buffer("share", torch.from_numpy(share), persistent=False)
        weight = torch.from_numpy(weights[closest].astype(np.float32))
        self.register_buffer("weight", weight, persistent=False)

    def forward(self, logits: Tensor, ab: Tensor) -> Tensor:
        """Average over the batch, each pixel by the weight of its true bin.

        Parameters
        ----------
        logits : (N, 313, h, w)
        ab : (N, 2, H, W), H and W multiples of h and w; averaged down to them.
        """
        # A picture without any colour says nothing about colour (NonGrayMaskLayer).
        coloured = (ab.abs().amax((1, 2, 3)) > 5).float().view(-1, 1, 1)
        ab = F.adaptive_avg_pool2d(ab, logits.shape[-2:])
        cell = (ab.round() + REACH).clamp(0, 2 * REACH - 1).long()
        cell = cell[:, 0] * 2 * REACH + cell[:, 1]
        index = self.index[cell].permute(0, 3, 1, 2)
        share = self.share[cell].permute(0, 3, 1, 2)
        logits = logits.float()
        entropy = logits.logsumexp(1) - (logits.gather(1, index) * share).sum(1)
        weight = self.weight[cell] * coloured
        return (weight * entropy).sum() / weight.sum().clamp_min(1e-6)
