"""EfficientNet-Lite as an encoder, a view of the whole scene, and a decoder back to 1/4.

Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019;
the Lite variant has neither squeeze-and-excitation nor swish. `training/networks/lite.py` is the
same network in PyTorch.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from labcolor.networks.writer import Plane, Writer

# OpenCV 4 mistakes a 5×5 filter of single channels on a plane of one row, which 1/32 of 32 is.
LEAST = 48

# expansion, outputs, blocks, kernel, stride of each stage of Lite0
_STAGES = (
    (1, 16, 1, 3, 1),
    (6, 24, 2, 3, 2),
    (6, 40, 2, 5, 2),
    (6, 80, 3, 3, 2),
    (6, 112, 3, 5, 1),
    (6, 192, 4, 5, 2),
    (6, 320, 1, 3, 1),
)


class Stage(NamedTuple):
    """Inverted residuals of one width."""

    expansion: int
    outputs: int
    blocks: int
    kernel: int
    stride: int


class Scale(NamedTuple):
    """One network of the family.

    Attributes
    ----------
    width, depth : float
        What channels and blocks of Lite0's encoder are multiplied by.
    decoder : (int, int, int, int)
        Channels at 1/16, at 1/8 and, narrowed and in the end, at 1/4.
    """

    width: float
    depth: float
    decoder: tuple[int, int, int, int]

    def stages(self) -> tuple[Stage, ...]:
        """Return the stages of the encoder; the first and the last keep their one block."""
        last = len(_STAGES) - 1
        return tuple(
            Stage(
                expansion,
                _rounded(outputs * self.width),
                blocks if number in (0, last) else math.ceil(blocks * self.depth),
                kernel,
                stride,
            )
            for number, (expansion, outputs, blocks, kernel, stride) in enumerate(_STAGES)
        )


def _rounded(channels: float) -> int:
    """Round to a multiple of 8 that is not less by more than a tenth."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * channels else rounded + 8


LITE0 = Scale(1.0, 1.0, (128, 96, 64, 96))
LITE2 = Scale(1.1, 1.2, (160, 112, 72, 112))


def build(net: Writer, outputs: int, scale: Scale = LITE0) -> Plane:
    """Add the network; logits over the 313 bins, or ab, come out at 1/4 of the input's size."""
    _, at_8, narrow, at_4 = scale.decoder
    planes = encoder(net, scale)
    quarter, eighth = planes[1], planes[2]
    x = decode_16(net, planes, scale)
    x = net.upsample(net.conv("narrow_8", x, at_8, 1))
    x = net.conv("decode_8", net.concat(x, eighth), at_8)
    x = net.upsample(net.conv("narrow_4", x, narrow, 1))
    x = net.conv("decode_4", net.concat(x, quarter), at_4)
    return net.conv("head", x, outputs, 1, relu=None)


def encoder(net: Writer, scale: Scale = LITE0) -> list[Plane]:
    """Add the encoder; the planes after each of its seven stages come out."""
    x, found = net.conv("encoder.stem", net.input, 32, stride=2, relu="Relu6"), []
    for number, stage in enumerate(scale.stages()):
        for block in range(stage.blocks):
            stride = 1 if block else stage.stride
            x = _inverted(net, f"encoder.stages.{number}.{block}", x, stage, stride)
        found.append(x)
    return found


def _inverted(net: Writer, name: str, x: Plane, stage: Stage, stride: int) -> Plane:
    """Add an inverted residual: widen, filter each channel by itself, narrow."""
    width = x.channels * stage.expansion
    wide = net.conv(f"{name}.expand", x, width, 1, relu="Relu6") if stage.expansion > 1 else x
    wide = net.conv(
        f"{name}.depthwise", wide, width, stage.kernel, stride=stride, groups=width, relu="Relu6"
    )
    narrow = net.conv(f"{name}.project", wide, stage.outputs, 1, relu=None)
    return net.add(x, narrow) if stride == 1 and x.channels == stage.outputs else narrow


def decode_16(net: Writer, planes: list[Plane], scale: Scale = LITE0) -> Plane:
    """Add the scene, and bring what the encoder found back to 1/16."""
    at_16, sixteenth, last = scale.decoder[0], planes[4], planes[6]
    x = net.add_scene("scene", last, net.conv("narrow_16", last, at_16, 1))
    return net.conv("decode_16", net.concat(net.upsample(x, sixteenth), sixteenth), at_16)
