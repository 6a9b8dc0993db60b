"""The regression network of Zhang, Zhu, Isola, Geng, Lin, Yu and Efros, SIGGRAPH 2017.

"Real-Time User-Guided Image Colorization with Learned Deep Priors", as the authors' PyTorch
release has it (colorizers/siggraph17.py), up to ab; its second output, a distribution over 529
bins, is left out.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labcolor.errors import WeightsError
from labcolor.networks import Layers
from labcolor.networks.onnx import Graph
from labcolor.networks.rewriting import WIDE, Rewriting, convolutions
from labcolor.networks.size import check

MULTIPLE = 8

# What PyTorch's L* − 50 and ab are divided by before they go in, and ab multiplied by after.
_LIGHTNESS, _AB = 100, 110


def graph(
    layers: Layers,
    size: tuple[int, int] = (256, 256),
    *,
    rewriting: Rewriting = "none",
    source: str = "the file of weights",
) -> bytes:
    """Write the network as an ONNX model.

    Its input has four planes, float32 of shape (1, 4, H, W): L* − 50, then a and b of the hints
    in CIELAB units and their mask, 1 where there is one; where there is none all three are 0. Its
    output is ab in CIELAB units, (1, 2, H, W).

    Parameters
    ----------
    layers : mapping of str to sequence of ndarray
        The tensors of each layer, as `labcolor.weights.torch.read_pth` returns them: weight and
        bias, and of a norm mean and variance too. Those of model_class are passed over.
    size : (int, int), optional
        H and W, multiples of 8.
    rewriting : {"none", "rows", "tiles"}, optional
        How the layers with 512 outputs are written; as in `labcolor.networks.zhang16.graph`.
    source : str, optional
        What an error calls the weights, such as the path of their file.

    Returns
    -------
    bytes
        The model, as it would lie in an .onnx file.

    Raises
    ------
    WeightsError
        A layer is missing or has tensors of another shape.
    UsageError
        The size is not a multiple of 8.
    """
    check(size, MULTIPLE)
    net = _Writer(layers, size, source, rewriting)
    whole = net.block("model1", net.graph.input, (4, 64, 64))
    half = net.block("model2", net.every_second(whole), (64, 128, 128))
    quarter = net.block("model3", net.every_second(half), (128, 256, 256, 256))
    x = net.block("model4", net.every_second(quarter), (256, 512, 512, 512))
    x = net.dilated_blocks(("model5", "model6"), x)
    x = net.block("model7", x, (512, 512, 512, 512))
    x = net.sum("model8up", x, 512, "model3short8", quarter, 256)
    x = net.block("model8", x, (256, 256, 256), first=1)
    x = net.sum("model9up", x, 256, "model2short9", half, 128)
    x = net.block("model9", x, (128, 128), first=1)
    x = net.sum("model10up", x, 128, "model1short10", whole, 64, outputs=128)
    x = net.graph.node("LeakyRelu", net.conv("model10.1", x, 128, 128), alpha=0.2)
    x = net.graph.node("Tanh", net.conv("model_out.0", x, 128, 2, kernel=1))
    ab = net.graph.node("Mul", x, net.graph.constant(np.full((1, 2, 1, 1), _AB, np.float32)))
    return net.graph.tobytes(ab, (1, 2, *size))


class _Writer:
    """The parts that the network is made of, under the names that PyTorch has for them."""

    def __init__(self, layers: Layers, size: tuple[int, int], source: str, rewriting: Rewriting):
        self.graph = Graph("siggraph17", (1, 4, *size))
        self._layers, self._source = layers, source
        eighth = [side // MULTIPLE for side in size]
        self._wide = convolutions(rewriting, self.graph, *eighth)
        # a plane of odd sides does not fall into equal phases
        self._even = not any(side % 2 for side in eighth)

    def block(
        self, name: str, x: str, widths: tuple[int, ...], *, first: int = 0, dilation: int = 1
    ) -> str:
        """Add convolutions, each with its ReLU, and the norm after them."""
        index = first
        for inputs, outputs in pairwise(widths):
            x = self.graph.relu(
                self.conv(f"{name}.{index}", x, inputs, outputs, dilation=dilation)
            )
            index += 2
        gain, shift, mean, variance = self._tensors(f"{name}.{index}", *[(widths[-1],)] * 4)
        return self.graph.batch_norm(x, mean, variance, gain=gain, shift=shift)

    def dilated_blocks(self, names: tuple[str, ...], x: str) -> str:
        """Add the blocks with dilation 2, whose columns the rewritten ones want apart."""
        wide = self._wide if self._even else None
        x = wide.split(x) if wide else x
        for name in names:
            x = self.block(name, x, (WIDE,) * 4, dilation=2)
        return wide.join(x) if wide else x

    def every_second(self, x: str) -> str:
        """Take every second row and column, as the maximum of single pixels."""
        return self.graph.node("MaxPool", x, kernel_shape=(1, 1), strides=(2, 2))

    def sum(
        self,
        up: str,
        x: str,
        inputs: int,
        short: str,
        skip: str,
        width: int,
        outputs: int | None = None,
    ) -> str:
        """Double the size of `x`, add what was there before at that size, and take the ReLU."""
        outputs = outputs or width
        weight, bias = self._tensors(f"{up}.0", (inputs, outputs, 4, 4), (outputs,))
        x = self.graph.deconv(x, weight, bias, stride=2, pad=1, name=f"{up}.0")
        return self.graph.relu(
            self.graph.node("Add", x, self.conv(f"{short}.0", skip, width, outputs))
        )

    def conv(
        self, name: str, x: str, inputs: int, outputs: int, *, kernel: int = 3, dilation: int = 1
    ) -> str:
        """Add a convolution that keeps the size."""
        weight, bias = self._tensors(name, (outputs, inputs, kernel, kernel), (outputs,))
        if name == "model1.0":
            units = np.array([_LIGHTNESS, _AB, _AB, 1], np.float32)
            weight = weight / units.reshape(1, -1, 1, 1)
        if self._wide and outputs == WIDE and (dilation == 1 or self._even):
            return self._wide.conv(x, weight, bias, dilation=dilation)
        pad = kernel // 2 * dilation
        return self.graph.conv(x, weight, bias, pad=pad, dilation=dilation, name=name)

    def _tensors(self, name: str, *shapes: tuple[int, ...]) -> list[NDArray[Any]]:
        """Return a layer's tensors, or say in what way they are not its."""
        found = [tensor.shape for tensor in self._layers.get(name, ())]
        if found != list(shapes):
            what = (
                f"has tensors of shape {' and '.join(map(str, found))}" if found else "is missing"
            )
            message = (
                f"{self._source} is not of the network of Zhang et al. 2017 (siggraph17): layer "
                f"{name} {what}, where {' and '.join(map(str, shapes))} are expected."
            )
            raise WeightsError(message)
        return [tensor.astype(np.float32, copy=False) for tensor in self._layers[name]]
