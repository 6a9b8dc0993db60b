"""A VGG-shaped trunk: 3×3 convolutions and pooling only, and regression of ab.

Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR
2015, made small. `training/networks/vgg.py` is the same network in PyTorch.
"""

from __future__ import annotations

from labcolor.networks.writer import Plane, Writer

# channels of the convolutions at each size, from 1 to 1/16; a 2×2 maximum stands between
_WIDTHS = ((16,), (32, 32), (64, 64), (128, 128), (256, 256, 256, 256))


def build(net: Writer, outputs: int) -> Plane:
    """Add the network; ab come out at 1/4 of the input's size."""
    _, _, quarter, eighth, sixteenth = _trunk(net)
    x = net.upsample(net.conv("across_16", sixteenth, 128))
    x = net.conv("decode_8", net.add(x, net.conv("across_8", eighth, 128)), 64)
    x = net.add(net.upsample(x), net.conv("across_4", quarter, 64))
    x = net.conv("decode_4", x, 64)
    return net.conv("head", x, outputs, relu=None)


def _trunk(net: Writer) -> list[Plane]:
    """Add the convolutions down to 1/16; the planes at each size come out."""
    x, found = net.input, []
    for size, widths in enumerate(_WIDTHS):
        x = _halved(net, x) if size else x
        for number, width in enumerate(widths):
            x = net.conv(f"sizes.{size}.{number}", x, width)
        found.append(x)
    return found


def _halved(net: Writer, x: Plane) -> Plane:
    pooled = net.graph.node("MaxPool", x.name, kernel_shape=(2, 2), strides=(2, 2))
    return Plane(pooled, x.channels, x.height // 2, x.width // 2)
