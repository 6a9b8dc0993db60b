"""The networks in PyTorch; `labcolor.networks` writes the same ones as ONNX."""

from __future__ import annotations

from torch import nn

from training.networks.lite import Lite
from training.networks.parts import Parts
from training.networks.vgg import Vgg

NETWORKS: dict[str, type[nn.Module]] = {"lite": Lite, "vgg": Vgg, "parts": Parts}
