"""The compact network that labcolor trains and ships: an encoder with a view of the whole scene.

Residual blocks down to 1/16 of the input, where the scene's mean is added everywhere, and a
decoder with skips back to 1/4, where the 313 logits are. Batch normalisation is folded into the
convolutions when the weights are exported, so that none is left here. `training/model.py` is the
same network in PyTorch.
"""

from __future__ import annotations

import numpy as np

from labcolor.errors import WeightsError
from labcolor.networks import Layers
from labcolor.networks.onnx import Graph
from labcolor.networks.size import check

_BINS = 313
# How many residual blocks each stage has.
_BLOCKS = {"quarter": 1, "eighth": 2, "sixteenth": 4, "decode_eighth": 1}


def graph(
    layers: Layers,
    size: tuple[int, int] = (144, 144),
    *,
    source: str = "the file of weights",
) -> bytes:
    """Write the network as an ONNX model.

    Its input is L* − 50, float32 of shape (1, 1, H, W); its output the logits over the 313 bins,
    (1, 313, H / 4, W / 4).

    Parameters
    ----------
    layers : mapping of str to sequence of ndarray
        Weight and bias of every convolution.
    size : (int, int), optional
        H and W, multiples of 8.
    source : str, optional
        What an error calls the weights, such as the path of their file.

    Returns
    -------
    bytes
        The model, as it would lie in an .onnx file.

    Raises
    ------
    WeightsError
        A layer is missing.
    UsageError
        The size is not a multiple of 8.
    """
    check(size)
    height, width = size
    _check(layers, source)
    net = _Writer(layers, height, width)
    x = net.conv("stem.0", net.graph.input, stride=2)
    x = net.conv("stem.1", x)
    quarter = net.residuals("quarter", net.conv("quarter.0", x, stride=2))
    eighth = net.residuals("eighth", net.conv("eighth.0", quarter, stride=2))
    x = net.residuals("sixteenth", net.conv("sixteenth.0", eighth, stride=2))
    x = net.add_scene(x, -(-height // 16), -(-width // 16))
    x = net.double(net.conv("narrow_eighth", x), height // 8, width // 8)
    x = net.conv("decode_eighth.0", net.concat(x, eighth))
    x = net.residuals("decode_eighth", x)
    x = net.double(net.conv("narrow_quarter", x), height // 4, width // 4)
    x = net.conv("decode_quarter.0", net.concat(x, quarter))
    logits = net.conv("head", x, relu=False)
    return net.graph.tobytes(logits, (1, _BINS, height // 4, width // 4))


def _check(layers: Layers, source: str) -> None:
    """Compare the tensors with what the network has, whatever its widths are."""
    stages = ("stem.0", "quarter.0", "eighth.0", "sixteenth.0")
    widths = [len(layers[stage][0]) if stage in layers else 0 for stage in stages]
    for name, (outputs, inputs, side) in _convolutions(*widths).items():
        found = [tensor.shape for tensor in layers.get(name, ())]
        if found != [(outputs, inputs, side, side), (outputs,)]:
            what = (
                f"has tensors of shape {' and '.join(map(str, found))}" if found else "is missing"
            )
            message = f"{source} is not of labcolor's compact network: layer {name} {what}."
            raise WeightsError(message)


def _convolutions(a: int, b: int, c: int, d: int) -> dict[str, tuple[int, int, int]]:
    """List outputs, inputs and side of every kernel, for the widths at 1/2, 1/4, 1/8 and 1/16."""
    found = {
        "stem.0": (a, 1, 3),
        "stem.1": (a, a, 3),
        "quarter.0": (b, a, 3),
        "eighth.0": (c, b, 3),
        "sixteenth.0": (d, c, 3),
        "scene.1": (d, d, 1),
        "scene.3": (d, d, 1),
        "narrow_eighth": (c, d, 1),
        "decode_eighth.0": (c, 2 * c, 3),
        "narrow_quarter": (2 * b, c, 1),
        "decode_quarter.0": (2 * b, 3 * b, 3),
        "head": (_BINS, 2 * b, 1),
    }
    for (stage, count), width in zip(_BLOCKS.items(), (b, c, d, c), strict=True):
        for block in range(1, count + 1):
            found |= {f"{stage}.{block}.{part}": (width, width, 3) for part in ("first", "second")}
    return found


class _Writer:
    """The parts that the network is made of, each of them a few operators."""

    def __init__(self, layers: Layers, height: int, width: int) -> None:
        self.graph = Graph("compact", (1, 1, height, width))
        self._layers = layers

    def conv(self, name: str, x: str, *, stride: int = 1, relu: bool = True) -> str:
        weight, bias = self._layers[name]
        pad = weight.shape[-1] // 2
        x = self.graph.conv(x, weight, bias, stride=stride, pad=pad, name=name)
        return self.graph.relu(x) if relu else x

    def residuals(self, stage: str, x: str) -> str:
        for block in range(1, _BLOCKS[stage] + 1):
            change = self.conv(f"{stage}.{block}.first", x)
            change = self.conv(f"{stage}.{block}.second", change, relu=False)
            x = self.graph.relu(self.graph.node("Add", x, change))
        return x

    def add_scene(self, x: str, height: int, width: int) -> str:
        """Let every place know what the whole picture is like."""
        scene = self.conv("scene.1", self.graph.node("GlobalAveragePool", x))
        scene = self.conv("scene.3", scene, relu=False)
        # Made as large as the plane in so many words: OpenCV 5 takes the sum for a residual of the
        # convolution before it and refuses two different shapes.
        shape = self.graph.constant(np.array((1, 1, height, width)))
        scene = self.graph.node("Expand", scene, shape)
        return self.graph.relu(self.graph.node("Add", x, scene))

    def concat(self, *parts: str) -> str:
        return self.graph.node("Concat", *parts, axis=1)

    def double(self, x: str, height: int, width: int) -> str:
        """Double each pixel, and cut off what a side of 8 mod 16 has too many."""
        scales = self.graph.constant(np.array([1, 1, 2, 2], np.float32))
        x = self.graph.node(
            "Resize",
            x,
            "",
            scales,
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )
        for axis, size in ((2, height), (3, width)):
            if size % 2:
                bounds = [self.graph.constant(np.array([n])) for n in (0, size, axis)]
                x = self.graph.node("Slice", x, *bounds)
        return x
