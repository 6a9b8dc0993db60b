"""The compact network, in PyTorch; `labcolor.networks.compact` writes the same as ONNX."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Conv(nn.Sequential):
    """Convolution, batch normalisation and, unless told otherwise, ReLU."""

    def __init__(
        self, inputs: int, outputs: int, side: int = 3, stride: int = 1, relu: bool = True
    ):
        super().__init__(
            nn.Conv2d(inputs, outputs, side, stride, side // 2, bias=False),
            nn.BatchNorm2d(outputs),
            *([nn.ReLU(inplace=True)] if relu else []),
        )


class Residual(nn.Module):
    """Two convolutions around which the input is carried."""

    def __init__(self, width: int):
        super().__init__()
        self.first = Conv(width, width)
        self.second = Conv(width, width, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) in and out."""
        return F.relu(x + self.second(self.first(x)))


class Compact(nn.Module):
    """An encoder to 1/16 with a view of the whole scene, and a decoder back to 1/4.

    Parameters
    ----------
    widths : four ints
        Channels at 1/2, 1/4, 1/8 and 1/16 of the input's size.
    outputs : int
        Channels that come out at 1/4: 313 logits.
    """

    def __init__(self, widths: tuple[int, int, int, int] = (32, 64, 128, 256), outputs: int = 313):
        super().__init__()
        a, b, c, d = widths
        self.stem = nn.Sequential(Conv(1, a, stride=2), Conv(a, a))
        self.quarter = nn.Sequential(Conv(a, b, stride=2), Residual(b))
        self.eighth = nn.Sequential(Conv(b, c, stride=2), Residual(c), Residual(c))
        self.sixteenth = nn.Sequential(Conv(c, d, stride=2), *(Residual(d) for _ in range(4)))
        self.scene = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(d, d, 1), nn.ReLU(inplace=True), nn.Conv2d(d, d, 1)
        )
        self.narrow_eighth = Conv(d, c, side=1)
        self.decode_eighth = nn.Sequential(Conv(2 * c, c), Residual(c))
        self.narrow_quarter = Conv(c, 2 * b, side=1)
        self.decode_quarter = nn.Sequential(Conv(3 * b, 2 * b))
        self.head = nn.Conv2d(2 * b, outputs, 1)

    def forward(self, lightness: Tensor) -> Tensor:
        """L* of (N, 1, H, W), 0…100, H and W multiples of 16, to (N, 313, H/4, W/4) logits."""
        quarter = self.quarter(self.stem((lightness - 50) / 50))
        eighth = self.eighth(quarter)
        x = self.sixteenth(eighth)
        x = F.relu(x + self.scene(x))
        x = F.interpolate(self.narrow_eighth(x), scale_factor=2)
        x = self.decode_eighth(torch.cat([x, eighth], 1))
        x = F.interpolate(self.narrow_quarter(x), scale_factor=2)
        x = self.decode_quarter(torch.cat([x, quarter], 1))
        return self.head(x)
