"""The regression network of Zhang, Zhu, Isola, Geng, Lin, Yu and Efros, SIGGRAPH 2017.

"Real-Time User-Guided Image Colorization with Learned Deep Priors", as the authors' PyTorch
release has it (colorizers/siggraph17.py), up to ab; its second output, a distribution over 529
bins, is left out.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labcolor.errors import WeightsError
from labcolor.networks import Layers
from labcolor.networks.writer import Plane, Writer
from labcolor.onnx.graph import Graph, Norm

# What PyTorch's L* − 50 and ab are divided by before they go in, and ab multiplied by after.
_LIGHTNESS, _AB = 100, 110


def build(net: Writer, outputs: int) -> Plane:
    """Add the network; ab in CIELAB units come out at the input's size."""
    y = _layers(net.graph, net.input.name, checked(net.layers, net.source))
    return Plane(y, outputs, net.input.height, net.input.width)


def checked(layers: Layers, source: str = "the file of weights") -> Layers:
    """Return the tensors of each layer, for L* − 50 and ab in CIELAB units.

    Parameters
    ----------
    layers : mapping of str to sequence of ndarray
        As `labcolor.weights.torch.read_pth` returns them: weight and bias, and of a norm mean and
        variance too. Those of model_class are passed over.
    source : str, optional
        What an error calls the weights, such as the path of their file.

    Raises
    ------
    WeightsError
        A layer is missing or has tensors of another shape.
    """
    found = {name: _tensors(layers, name, shapes, source) for name, shapes in _shapes().items()}
    weight, bias = found[_FIRST]
    units = np.array([_LIGHTNESS, _AB, _AB, 1], np.float32).reshape(1, -1, 1, 1)
    return found | {_FIRST: [weight / units, bias]}


def _layers(net: Graph, x: str, layers: Layers) -> str:
    """Add layer after layer to a graph that takes L* − 50, a, b and mask."""

    def conv(name: str, x: str, *, kernel: int = 3, relu: bool = False) -> str:
        return net.conv(x, *layers[name], pad=kernel // 2, relu=relu, name=name)

    def block(name: str, x: str) -> str:
        made = _BLOCKS[name]
        gain, shift, mean, variance = layers[made.norm]
        *others, last = made.convolutions()
        pad = dilation = made.dilation
        for each in others:
            weight, bias = layers[each]
            x = net.conv(x, weight, bias, pad=pad, dilation=dilation, relu=True, name=each)
        weight, bias = layers[last]
        norm = Norm(mean, variance, gain, shift)
        return net.conv(
            x, weight, bias, pad=pad, dilation=dilation, relu=True, norm=norm, name=last
        )

    def up(name: str, x: str, short: str, skipped: str) -> str:
        """Double the size, add what was there before at that size, and take the ReLU."""
        x = net.transposed_conv(x, *layers[name], stride=2, pad=1, name=name)
        return net.relu(net.add(x, conv(short, skipped)))

    whole = block("model1", x)
    half = block("model2", net.subsample(whole))
    quarter = block("model3", net.subsample(half))
    x = block("model4", net.subsample(quarter))
    for name in ("model5", "model6", "model7"):
        x = block(name, x)
    x = block("model8", up("model8up.0", x, "model3short8.0", quarter))
    x = block("model9", up("model9up.0", x, "model2short9.0", half))
    x = up("model10up.0", x, "model1short10.0", whole)
    x = net.leaky_relu(conv("model10.1", x), 0.2)
    return net.tanh(conv("model_out.0", x, kernel=1), _AB)


class _Block(NamedTuple):
    """Convolutions, each with its ReLU, and the norm after them."""

    name: str
    widths: tuple[int, ...]
    first: int = 0
    dilation: int = 1

    @property
    def norm(self) -> str:
        return f"{self.name}.{self.first + 2 * (len(self.widths) - 1)}"

    def convolutions(self) -> dict[str, tuple[int, int]]:
        """Name them, each with its inputs and outputs."""
        ends = enumerate(pairwise(self.widths))
        return {f"{self.name}.{self.first + 2 * i}": both for i, both in ends}


_FIRST = "model1.0"
_BLOCKS = {
    block.name: block
    for block in (
        _Block("model1", (4, 64, 64)),
        _Block("model2", (64, 128, 128)),
        _Block("model3", (128, 256, 256, 256)),
        _Block("model4", (256, 512, 512, 512)),
        _Block("model5", (512, 512, 512, 512), dilation=2),
        _Block("model6", (512, 512, 512, 512), dilation=2),
        _Block("model7", (512, 512, 512, 512)),
        _Block("model8", (256, 256, 256), first=1),
        _Block("model9", (128, 128), first=1),
    )
}
# inputs and outputs
_UP = {"model8up.0": (512, 256), "model9up.0": (256, 128), "model10up.0": (128, 128)}
_SHORT = {"model3short8.0": (256, 256), "model2short9.0": (128, 128), "model1short10.0": (64, 128)}
_LAST = {"model10.1": (128, 128, 3), "model_out.0": (128, 2, 1)}


def _shapes() -> dict[str, tuple[tuple[int, ...], ...]]:
    """List the shapes of every layer's tensors, as PyTorch has them."""
    found: dict[str, tuple[tuple[int, ...], ...]] = {}
    plain = {name: (*ends, 3) for name, ends in _SHORT.items()} | _LAST
    for block in _BLOCKS.values():
        plain |= {name: (*ends, 3) for name, ends in block.convolutions().items()}
        found[block.norm] = ((block.widths[-1],),) * 4
    for name, (inputs, outputs, kernel) in plain.items():
        found[name] = (outputs, inputs, kernel, kernel), (outputs,)
    for name, (inputs, outputs) in _UP.items():
        found[name] = (inputs, outputs, 4, 4), (outputs,)
    return found


def _tensors(
    layers: Layers, name: str, shapes: tuple[tuple[int, ...], ...], source: str
) -> list[NDArray[np.float32]]:
    found = [tensor.shape for tensor in layers.get(name, ())]
    if found != list(shapes):
        what = f"has tensors of shape {' and '.join(map(str, found))}" if found else "is missing"
        message = (
            f"{source} is not of the network of Zhang et al. 2017 (siggraph17): layer "
            f"{name} {what}, where {' and '.join(map(str, shapes))} are expected."
        )
        raise WeightsError(message)
    return [tensor.astype(np.float32, copy=False) for tensor in layers[name]]
