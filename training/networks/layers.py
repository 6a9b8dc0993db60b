"""Convolutions with batch normalisation, which every network here is made of."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SCALE = (50.0, 50.0, 50.0, 1.0)
"""What L* − 50, a and b of hints, and their mask are divided by."""


class Conv(nn.Sequential):
    """Convolution, batch normalisation and, unless `relu` is None, an activation."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        side: int = 3,
        stride: int = 1,
        groups: int = 1,
        relu: type[nn.Module] | None = nn.ReLU,
    ):
        super().__init__(
            nn.Conv2d(inputs, outputs, side, stride, side // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3),
            *([relu(inplace=True)] if relu else []),
        )


class Residual(nn.Module):
    """Two convolutions around which the input is carried."""

    def __init__(self, width: int):
        super().__init__()
        self.first = Conv(width, width)
        self.second = Conv(width, width, relu=None)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) in and out."""
        return F.relu(x + self.second(self.first(x)))


def unit(outputs: int) -> float:
    """Return what the last layer's answer is multiplied by: ab are tens, logits are not."""
    return 50.0 if outputs == 2 else 1.0


def normalised(planes: Tensor) -> Tensor:
    """Bring L* − 50 and hint planes, (N, 1 or 4, H, W), to the size that weights like."""
    scale = torch.tensor(SCALE[: planes.shape[1]], device=planes.device)
    return planes / scale.view(1, -1, 1, 1)


def double(x: Tensor, like: Tensor) -> Tensor:
    """Double each pixel, up to the size of another plane."""
    return F.interpolate(x, scale_factor=2)[..., : like.shape[-2], : like.shape[-1]]
