"""A VGG-shaped trunk: 3×3 convolutions and pooling only; twin of `labcolor.networks.vgg`.

Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR
2015, made small.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from training.networks.layers import Conv, normalised, unit

# channels of the convolutions at each size, from 1 to 1/16; a 2×2 maximum stands between
WIDTHS = ((16,), (32, 32), (64, 64), (128, 128), (256, 256, 256, 256))


class Vgg(nn.Module):
    """A plain stack down to 1/16, and back to 1/4 by sums of what each size found."""

    firsts = ("sizes.0.0",)  # the layers that see the planes

    def __init__(self, outputs: int = 2, inputs: int = 1):
        super().__init__()
        width, sizes = inputs, []
        for widths in WIDTHS:
            convs = []
            for outgoing in widths:
                convs.append(Conv(width, outgoing))
                width = outgoing
            sizes.append(nn.Sequential(*convs))
        self.sizes = nn.ModuleList(sizes)
        self.across_16 = Conv(256, 128)
        self.across_8 = Conv(128, 128)
        self.decode_8 = Conv(128, 64)
        self.across_4 = Conv(64, 64)
        self.decode_4 = Conv(64, 64)
        self.head = nn.Conv2d(64, outputs, 3, padding=1)
        self.unit = unit(outputs)

    def forward(self, planes: Tensor) -> Tensor:
        """L* − 50 of (N, 1, H, W), multiples of 16, to ab of (N, 2, H/4, W/4)."""
        x, found = normalised(planes), []
        for number, size in enumerate(self.sizes):
            x = size(F.max_pool2d(x, 2) if number else x)
            found.append(x)
        _, _, quarter, eighth, x = found
        x = F.interpolate(self.across_16(x), scale_factor=2) + self.across_8(eighth)
        x = F.interpolate(self.decode_8(x), scale_factor=2) + self.across_4(quarter)
        return self.head(self.decode_4(x)) * self.unit
