"""A VGG-shaped trunk: 3×3 convolutions and pooling only, and regression of ab.

Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR
2015, made small. `training/networks/vgg.py` is the same network in PyTorch.
"""

from __future__ import annotations

from labcolor.networks import Layers
from labcolor.networks.size import check
from labcolor.networks.writer import Plane, Writer

MULTIPLE = 16

# channels of the convolutions at each size, from 1 to 1/16; a 2×2 maximum stands between
_WIDTHS = ((16,), (32, 32), (64, 64), (128, 128), (256, 256, 256, 256))


def graph(layers: Layers, size: tuple[int, int], *, source: str = "the file of weights") -> bytes:
    """Write the network as an ONNX model.

    Its input is L* − 50, float32 of shape (1, 1, H, W); its output ab, (1, 2, H / 4, W / 4).

    Parameters
    ----------
    layers : mapping of str to sequence of ndarray
        Weight and bias of every convolution.
    size : (int, int)
        H and W, multiples of 16.
    source : str, optional
        What an error calls the weights, such as the path of their file.

    Returns
    -------
    bytes
        The model, as it would lie in an .onnx file.

    Raises
    ------
    WeightsError
        A layer is missing or of another shape.
    UsageError
        The size is not a multiple of 16.
    """
    check(size, MULTIPLE)
    net = Writer("vgg", layers, (1, *size), source)
    _, _, quarter, eighth, sixteenth = _trunk(net)
    x = net.double(net.conv("across_16", sixteenth, 128))
    x = net.conv("decode_8", net.add(x, net.conv("across_8", eighth, 128)), 64)
    x = net.add(net.double(x), net.conv("across_4", quarter, 64))
    x = net.conv("decode_4", x, 64)
    return net.tobytes(net.conv("head", x, 2, relu=None))


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
