"""Overlapping tiles of 32×32, each told what the whole is; twin of `labcolor.networks.parts`."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from labcolor.networks.tiles import HALF, window
from training.networks.layers import Conv, Residual, double, normalised, unit
from training.networks.lite import Encoder


def cut(plane: Tensor) -> Tensor:
    """Cut (N, C, H, W) into tiles that overlap by half: (N · rows · columns, C, 32, 32)."""
    tiles = plane.unfold(2, 2 * HALF, HALF).unfold(3, 2 * HALF, HALF)
    return tiles.permute(0, 2, 3, 1, 4, 5).flatten(0, 2)


def blend(tiles: Tensor, rows: int, columns: int, scale: int) -> Tensor:
    """Add up (N · rows · columns, C, h, w) tiles of 1/scale under windows whose sum is 1."""
    half = HALF // scale
    n, channels = len(tiles) // (rows * columns), tiles.shape[1]
    weights = torch.from_numpy(window(rows, columns, half)).to(tiles.device)
    weighted = tiles.view(n, rows * columns, channels, 2 * half, 2 * half) * weights
    flat = weighted.permute(0, 2, 3, 4, 1).reshape(n, -1, rows * columns)
    size = ((rows + 1) * half, (columns + 1) * half)
    return F.fold(flat, size, 2 * half, stride=half)


class Parts(nn.Module):
    """A view of the whole picture at 1/16, and one network for every tile."""

    firsts = ("encoder.stem", "tile_2")  # the layers that see the planes

    def __init__(self, outputs: int = 2, inputs: int = 1):
        super().__init__()
        self.encoder = Encoder(inputs)
        self.scene = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(320, 128, 1), nn.ReLU(), nn.Conv2d(128, 128, 1)
        )
        self.narrow_16 = Conv(320, 128, 1)
        self.decode_16 = Conv(128 + 112, 128)
        self.context = Conv(128, 32, 1)
        self.tile_2 = Conv(inputs, 32, 3, 2)
        self.tile_4 = Conv(32, 32, 3, 2)
        self.decode = nn.Sequential(Conv(64, 64), Residual(64))
        self.head = nn.Conv2d(64, outputs, 1)
        self.unit = unit(outputs)

    def forward(self, planes: Tensor) -> Tensor:
        """L* − 50 of (N, 1, H, W), multiples of 16, to ab of (N, 2, H/4, W/4)."""
        *_, sixteenth, _, x = self.encoder(planes)
        x = double(self.narrow_16(x) + self.scene(x), sixteenth)
        x = self.decode_16(torch.cat([x, sixteenth], 1))
        # what lies around the middle of each tile, where four places of 1/16 meet
        around = F.avg_pool2d(self.context(x), 2, 1)
        rows, columns = around.shape[-2:]
        around = around.permute(0, 2, 3, 1).flatten(0, 2)[:, :, None, None]
        tiles = self.tile_4(self.tile_2(cut(normalised(planes))))
        tiles = torch.cat([tiles, around.expand(-1, -1, 8, 8)], 1)
        ab = self.head(self.decode(tiles)).float() * self.unit
        return blend(ab, rows, columns, 4)
