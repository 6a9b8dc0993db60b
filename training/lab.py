"""sRGB to CIELAB (D65) on tensors: what `labcolor.color.lab` does, on the device that trains."""

from __future__ import annotations

import torch
from torch import Tensor

XYZ_FROM_RGB = (
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
WHITE = (0.95047, 1.0, 1.08883)


def _cube_root(t: Tensor) -> Tensor:
    return torch.where(t > 0.008856, t.clamp_min(1e-6) ** (1 / 3), 7.787 * t + 16 / 116)


def lab_from_srgb(rgb: Tensor) -> Tensor:
    """Convert (N, 3, H, W) sRGB, 0…1, to L*, a, b."""
    linear = torch.where(rgb > 0.04045, ((rgb.clamp_min(0) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    matrix = torch.tensor(XYZ_FROM_RGB, device=rgb.device) / torch.tensor(
        WHITE, device=rgb.device
    ).unsqueeze(1)
    x, y, z = _cube_root(torch.einsum("ij,njhw->nihw", matrix, linear)).unbind(1)
    return torch.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), 1)
