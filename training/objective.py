"""What the networks are to make small, with class rebalancing.

Zhang, Isola & Efros, "Colorful Image Colorization", ECCV 2016, equations 1 to 4.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labcolor.color.bins import BINS, REACH, nearest_by_table, soft_encode, whole_ab
from training.decoding import Decoding, decode


def coloured(ab: Tensor) -> Tensor:
    """Find the pictures, (N, 2, H, W), that say something about colour (NonGrayMaskLayer)."""
    return (ab.abs().amax((1, 2, 3)) > 5).float().view(-1, 1, 1)


class _Rebalanced(nn.Module):
    """Knows the rebalancing weight of every whole ab, and of every bin."""

    def __init__(self, weights: np.ndarray):
        super().__init__()
        closest = nearest_by_table(whole_ab().reshape(-1, 2))
        weight = torch.from_numpy(weights[closest].astype(np.float32))
        self.register_buffer("weight", weight, persistent=False)
        of_bin = torch.from_numpy(weights.astype(np.float32))
        self.register_buffer("of_bin", of_bin, persistent=False)

    @staticmethod
    def cells(ab: Tensor) -> Tensor:
        """Return where in the table the ab of (N, 2, h, w) stand: (N, h, w)."""
        cell = (ab.round() + REACH).clamp(0, 2 * REACH - 1).long()
        return cell[:, 0] * 2 * REACH + cell[:, 1]


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (weight * values).sum() / weight.sum().clamp_min(1e-6)


def _length(ab: Tensor) -> Tensor:
    """Length of (N, 2, h, w), rounded off within a unit: no eye sees it, and a root is steep."""
    return (ab.square().sum(1) + 1).sqrt()


class Distance(_Rebalanced):
    """Distance in ab, which is what AuC counts: its mean over pixels is 150 · (1 − AuC).

    The paper takes the square (equation 1), which pulls harder towards grey.

    Parameters
    ----------
    weights : (313,) array
        Rebalancing weight of each bin; ones for none.
    """

    def __init__(self, weights: np.ndarray):
        super().__init__(weights)
        bins = torch.from_numpy(BINS.astype(np.float32))
        self.register_buffer("bins", bins, persistent=False)

    def forward(self, estimate: Tensor, ab: Tensor) -> Tensor:
        """Average over the batch, each pixel by the weight of its true bin.

        Parameters
        ----------
        estimate : (N, 2, h, w)
        ab : (N, 2, H, W), H and W multiples of h and w; averaged down to them.
        """
        weight = coloured(ab)
        ab = F.adaptive_avg_pool2d(ab, estimate.shape[-2:])
        weight = weight * self.weight[self.cells(ab)]
        return _mean(_length(estimate.float() - ab), weight)

    def expected(self, estimate: Tensor, bins: Tensor, shares: Tensor) -> Tensor:
        """Average over what the colours may be, instead of what they are in one picture.

        Parameters
        ----------
        estimate : (N, 2, h, w)
        bins : (N, K, h, w) int64
        shares : (N, K, h, w)
            How likely each is.
        """
        off = estimate.float().unsqueeze(1) - self.bins[bins].movedim(-1, 2)
        return _mean(_length(off.flatten(0, 1)), (shares * self.of_bin[bins]).flatten(0, 1))


class SoftCrossEntropy(_Rebalanced):
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
        super().__init__(weights)
        index, share = soft_encode(whole_ab().reshape(-1, 2), neighbours, sigma)
        self.register_buffer("index", torch.from_numpy(index), persistent=False)
        self.register_buffer("share", torch.from_numpy(share), persistent=False)

    def forward(self, logits: Tensor, ab: Tensor) -> Tensor:
        """Average over the batch, each pixel by the weight of its true bin.

        Parameters
        ----------
        logits : (N, 313, h, w)
        ab : (N, 2, H, W), H and W multiples of h and w; averaged down to them.
        """
        weight = coloured(ab)
        ab = F.adaptive_avg_pool2d(ab, logits.shape[-2:])
        cell = self.cells(ab)
        index = self.index[cell].permute(0, 3, 1, 2)
        share = self.share[cell].permute(0, 3, 1, 2)
        logits = logits.float()
        entropy = logits.logsumexp(1) - (logits.gather(1, index) * share).sum(1)
        return _mean(entropy, self.weight[cell] * weight)

    def expected(self, logits: Tensor, bins: Tensor, shares: Tensor) -> Tensor:
        """Average over what the colours may be, instead of what they are in one picture.

        Parameters
        ----------
        logits : (N, 313, h, w)
        bins : (N, K, h, w) int64
        shares : (N, K, h, w)
            How likely each is.
        """
        weight = shares * self.of_bin[bins]
        logits = logits.float()
        entropy = logits.logsumexp(1, keepdim=True) - logits.gather(1, bins)
        return _mean(entropy, weight)


class ToTheColour(nn.Module):
    """Cross-entropy of a distribution and, beside it, the distance of the colour it becomes.

    The annealed mean (equation 5) is part of what is trained: two distributions of one entropy may
    be decoded to colours of which one is nearer.

    Parameters
    ----------
    entropy : SoftCrossEntropy
    distance : Distance
    how : Decoding
        How the distribution becomes a colour.
    share : float
        How much the distance, in units of ab, counts against the entropy, in nats.
    """

    def __init__(self, entropy: SoftCrossEntropy, distance: Distance, how: Decoding, share: float):
        super().__init__()
        self.entropy, self.distance, self.how, self.share = entropy, distance, how, share

    def forward(self, logits: Tensor, ab: Tensor) -> Tensor:
        """Compare with the true ab; shapes as of `SoftCrossEntropy`."""
        colour = decode(logits.float(), self.how)
        return self.entropy(logits, ab) + self.share * self.distance(colour, ab)

    def expected(self, logits: Tensor, bins: Tensor, shares: Tensor) -> Tensor:
        """Compare with what the colours may be; shapes as of `SoftCrossEntropy.expected`."""
        distance = self.distance.expected(decode(logits.float(), self.how), bins, shares)
        return self.entropy.expected(logits, bins, shares) + self.share * distance
