"""EfficientNet-Lite0 as an encoder, a view of the whole scene, and a decoder back to 1/4.

Tan & Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019;
the Lite variant has neither squeeze-and-excitation nor swish. `training/networks/lite.py` is the
same network in PyTorch.
"""

from __future__ import annotations

from labcolor.networks.writer import Plane, Writer

# OpenCV 4 mistakes a 5×5 filter of single channels on a plane of one row, which 1/32 of 32 is.
LEAST = 48

# expansion, outputs, blocks, kernel, stride of each stage
_STAGES = (
    (1, 16, 1, 3, 1),
    (6, 24, 2, 3, 2),
    (6, 40, 2, 5, 2),
    (6, 80, 3, 3, 2),
    (6, 112, 3, 5, 1),
    (6, 192, 4, 5, 2),
    (6, 320, 1, 3, 1),
)


def build(net: Writer, outputs: int) -> Plane:
    """Add the network; logits over the 313 bins, or ab, come out at 1/4 of the input's size."""
    planes = encoder(net)
    quarter, eighth = planes[1], planes[2]
    x = decode_16(net, planes)
    x = net.upsample(net.conv("narrow_8", x, 96, 1))
    x = net.conv("decode_8", net.concat(x, eighth), 96)
    x = net.upsample(net.conv("narrow_4", x, 64, 1))
    x = net.conv("decode_4", net.concat(x, quarter), 96)
    return net.conv("head", x, outputs, 1, relu=None)


def encoder(net: Writer) -> list[Plane]:
    """Add the encoder; the planes after each of its seven stages come out."""
    x, found = net.conv("encoder.stem", net.input, 32, stride=2, relu="Relu6"), []
    for stage, (expansion, outputs, count, side, stride) in enumerate(_STAGES):
        for block in range(count):
            name = f"encoder.stages.{stage}.{block}"
            x = _inverted(net, name, x, expansion, outputs, side, 1 if block else stride)
        found.append(x)
    return found


def _inverted(
    net: Writer, name: str, x: Plane, expansion: int, outputs: int, side: int, stride: int
) -> Plane:
    """Add an inverted residual: widen, filter each channel by itself, narrow."""
    width = x.channels * expansion
    wide = net.conv(f"{name}.expand", x, width, 1, relu="Relu6") if expansion > 1 else x
    wide = net.conv(
        f"{name}.depthwise", wide, width, side, stride=stride, groups=width, relu="Relu6"
    )
    narrow = net.conv(f"{name}.project", wide, outputs, 1, relu=None)
    return net.add(x, narrow) if stride == 1 and x.channels == outputs else narrow


def decode_16(net: Writer, planes: list[Plane]) -> Plane:
    """Add the scene, and bring what the encoder found back to 1/16."""
    sixteenth, last = planes[4], planes[6]
    x = net.add_scene("scene", last, net.conv("narrow_16", last, 128, 1))
    return net.conv("decode_16", net.concat(net.upsample(x, sixteenth), sixteenth), 128)
