"""The networks in PyTorch; `labcolor.networks` writes the same ones as ONNX."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from torch import nn

from labcolor.networks import CHANNELS, Gives
from labcolor.networks.lite import LITE2
from training.networks.lite import Lite
from training.networks.parts import Parts
from training.networks.vgg import Vgg

NETWORKS: dict[str, Callable[..., nn.Module]] = {
    "lite": Lite,
    "lite2": partial(Lite, scale=LITE2),
    "vgg": Vgg,
    "parts": Parts,
}


def build(network: str, gives: Gives, hints: bool) -> nn.Module:
    """Make a network that gives a distribution or ab, from L* alone or with hints beside it."""
    return NETWORKS[network](CHANNELS[gives], 4 if hints else 1)
