"""Convolutions whose normalisation, activation and filters of single channels are fused.

Planes are bfloat16 between the layers, and what is summed is float32, as `torch.autocast` has it.
"""

from __future__ import annotations

import ctypes
import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from training.fused.build import Shape, kernels
from training.networks.layers import Conv


class Limits(NamedTuple):
    """Between what an activation keeps its values."""

    low: float
    high: float


ACTIVATIONS = {nn.ReLU: Limits(0.0, math.inf), nn.ReLU6: Limits(0.0, 6.0)}
NONE = Limits(-math.inf, math.inf)


def _planes(n: int, channels: int, height: int, width: int) -> Tensor:
    """Make room for (n, channels, height, width) bfloat16, channels last."""
    return torch.empty(n, height, width, channels, dtype=torch.bfloat16).permute(0, 3, 1, 2)


def _as_planes(x: Tensor) -> Tensor:
    """Return x as the kernels read it; of one row or column PyTorch's own strides say nothing."""
    n, channels, height, width = x.shape
    strides = (height * width * channels, 1, width * channels, channels)
    if x.dtype == torch.bfloat16 and x.stride() == strides:
        return x
    return _planes(n, channels, height, width).copy_(x)


def _pointers(*tensors: Tensor) -> list[int]:
    return [tensor.data_ptr() for tensor in tensors]


class Normalised(torch.autograd.Function):
    """Batch normalisation by what the batch shows, and the activation."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, norm: nn.BatchNorm2d, limits: Limits
    ) -> Tensor:
        """(N, C, H, W) in and out; the running statistics of `norm` follow."""
        x = _as_planes(x)
        channels, rows = x.shape[1], x.numel() // x.shape[1]
        total, square = torch.empty(2, channels)
        kernels().sums_of(x.data_ptr(), rows, channels, *_pointers(total, square))
        mean = total / rows
        variance = (square / rows - mean.square()).clamp_min(0)
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * (rows / (rows - 1)), norm.momentum)
        norm.num_batches_tracked.add_(1)
        narrowness = (variance + norm.eps).rsqrt()
        gain = weight * narrowness
        offset = bias - mean * gain
        y = _planes(*x.shape)
        kernels().activate(*_pointers(x, y), rows, channels, *_pointers(gain, offset), *limits)
        ctx.save_for_backward(x, mean, narrowness, gain, offset)
        ctx.limits = limits
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Ioffe & Szegedy 2015, section 3, with the factors of x and of 1 gathered."""
        x, mean, narrowness, gain, offset = ctx.saved_tensors
        dy = _as_planes(gradients[0])
        channels, rows = x.shape[1], x.numel() // x.shape[1]
        to_bias, with_x = torch.empty(2, channels)
        planes, affine = (rows, channels), _pointers(gain, offset)
        kernels().sums_of_gradient(
            *(*_pointers(x, dy), *planes, *affine, *ctx.limits), *_pointers(to_bias, with_x)
        )
        to_weight = (with_x - mean * to_bias) * narrowness
        slope = -gain * to_weight * narrowness / rows
        rest = -gain * to_bias / rows - slope * mean
        dx = _planes(*x.shape)
        kernels().gradient(
            *_pointers(x, dy, dx), *planes, *affine, *_pointers(slope, rest), *ctx.limits
        )
        return dx, to_weight, to_bias, None, None


class Filtered(torch.autograd.Function):
    """Each channel filtered by itself."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int) -> Tensor:
        """(N, C, H, W) and (C, 1, 3 or 5, the same) to (N, C, H / stride, W / stride)."""
        x = _as_planes(x)
        n, channels, height, width = x.shape
        rows, columns = (height - 1) // stride + 1, (width - 1) // stride + 1
        side = weight.shape[-1]
        weights = weight.detach().reshape(channels, side * side).t().contiguous()
        shape = Shape(n, height, width, channels, stride, rows, columns)
        y = _planes(n, channels, rows, columns)
        kernels().filter(side, *_pointers(x, weights, y), ctypes.byref(shape))
        ctx.save_for_backward(x, weights)
        ctx.side, ctx.shape = side, shape
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of the planes and of the weights."""
        x, weights = ctx.saved_tensors
        dy, dx, dw = _as_planes(gradients[0]), _planes(*x.shape), torch.empty_like(weights)
        shape = ctypes.byref(ctx.shape)
        kernels().filter_to_input(ctx.side, *_pointers(dy, weights, dx), shape)
        kernels().filter_to_weights(ctx.side, *_pointers(x, dy, dw), shape)
        return dx, dw.t().reshape(-1, 1, ctx.side, ctx.side), None


class FusedConv(Conv):
    """A `Conv` of the same tensors under the same names, fused while it is trained."""

    def __init__(self, conv: Conv):
        nn.Sequential.__init__(self, *conv)
        self.training = conv.training
        _, _, *activation = conv
        self.limits = ACTIVATIONS[type(activation[0])] if activation else NONE

    def forward(self, x: Tensor) -> Tensor:
        """As `Conv`, in bfloat16."""
        if not self.training:
            return super().forward(x)
        conv, norm = self[0], self[1]
        x = Filtered.apply(x, conv.weight, conv.stride[0]) if conv.groups > 1 else conv(x)
        return Normalised.apply(x, norm.weight, norm.bias, norm, self.limits)


def fuse(net: nn.Module) -> nn.Module:
    """Replace every `Conv` of a network by its fused like, in place."""
    for name, child in net.named_children():
        setattr(net, name, FusedConv(child) if isinstance(child, Conv) else fuse(child))
    return net
