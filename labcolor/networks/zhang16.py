"""The classification network of Zhang, Isola and Efros, "Colorful Image Colorization", ECCV 2016.

This is release v2, as its colorization_deploy_v2.prototxt has it, up to the logits: what that
file does with them (times 2.606, softmax, mean of the bins' centres) is decoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labcolor.errors import WeightsError
from labcolor.networks import Layers
from labcolor.networks.writer import Plane, Writer
from labcolor.onnx.graph import Graph, Norm


class Layer(NamedTuple):
    """One layer with weights, under its published name.

    A ReLU follows every convolution and deconvolution but the last. A norm comes after the ReLU;
    Caffe's BatchNorm has neither gain nor shift, PyTorch's has both.
    """

    name: str
    kind: Literal["conv", "deconv", "norm"]
    inputs: int
    outputs: int
    kernel: int = 3
    stride: int = 1
    pad: int = 1
    dilation: int = 1

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of its tensors: weight and bias; of a norm mean, variance and factor."""
        if self.kind == "norm":
            return (self.outputs,), (self.outputs,), (1,)
        ends = (self.outputs, self.inputs) if self.kind == "conv" else (self.inputs, self.outputs)
        return (*ends, self.kernel, self.kernel), (self.outputs,)


LAYERS = (
    Layer("bw_conv1_1", "conv", 1, 64),
    Layer("conv1_2", "conv", 64, 64, stride=2),
    Layer("conv1_2norm", "norm", 64, 64),
    Layer("conv2_1", "conv", 64, 128),
    Layer("conv2_2", "conv", 128, 128, stride=2),
    Layer("conv2_2norm", "norm", 128, 128),
    Layer("conv3_1", "conv", 128, 256),
    Layer("conv3_2", "conv", 256, 256),
    Layer("conv3_3", "conv", 256, 256, stride=2),
    Layer("conv3_3norm", "norm", 256, 256),
    Layer("conv4_1", "conv", 256, 512),
    Layer("conv4_2", "conv", 512, 512),
    Layer("conv4_3", "conv", 512, 512),
    Layer("conv4_3norm", "norm", 512, 512),
    Layer("conv5_1", "conv", 512, 512, pad=2, dilation=2),
    Layer("conv5_2", "conv", 512, 512, pad=2, dilation=2),
    Layer("conv5_3", "conv", 512, 512, pad=2, dilation=2),
    Layer("conv5_3norm", "norm", 512, 512),
    Layer("conv6_1", "conv", 512, 512, pad=2, dilation=2),
    Layer("conv6_2", "conv", 512, 512, pad=2, dilation=2),
    Layer("conv6_3", "conv", 512, 512, pad=2, dilation=2),
    Layer("conv6_3norm", "norm", 512, 512),
    Layer("conv7_1", "conv", 512, 512),
    Layer("conv7_2", "conv", 512, 512),
    Layer("conv7_3", "conv", 512, 512),
    Layer("conv7_3norm", "norm", 512, 512),
    Layer("conv8_1", "deconv", 512, 256, kernel=4, stride=2),
    Layer("conv8_2", "conv", 256, 256),
    Layer("conv8_3", "conv", 256, 256),
    Layer("conv8_313", "conv", 256, 313, kernel=1, pad=0),
)


def build(net: Writer, outputs: int) -> Plane:
    """Add the network; the logits come out at 1/4 of the input's size."""
    layers = checked(net.layers, net.source)
    y = _layers(net.graph, net.input.name, layers)
    return Plane(y, outputs, net.input.height // 4, net.input.width // 4)


def checked(layers: Layers, source: str = "the file of weights") -> Layers:
    """Return the tensors of each of `LAYERS`, in the shapes that it has.

    Parameters
    ----------
    layers : mapping of str to sequence of ndarray
        As `labcolor.weights.caffe.read_caffemodel` returns them; a norm may have a gain and a
        shift besides. Other layers are passed over: the released file is a snapshot of the
        training, and has some that prepare its data.
    source : str, optional
        What an error calls the weights, such as the path of their file.

    Raises
    ------
    WeightsError
        A layer is missing or has tensors of another shape.
    """
    return {layer.name: _tensors(layers, layer, source) for layer in LAYERS}


def _layers(net: Graph, x: str, layers: Layers) -> str:
    """Add layer after layer to a graph."""
    for layer, then in zip_longest(LAYERS, LAYERS[1:]):
        if layer.kind == "norm":
            continue  # is added with the layer before
        weight, bias = layers[layer.name]
        if layer.kind == "deconv":
            x = net.transposed_conv(x, weight, bias, stride=2, pad=1, relu=True, name=layer.name)
            continue
        x = net.conv(
            x,
            weight,
            bias,
            stride=layer.stride,
            pad=layer.pad,
            dilation=layer.dilation,
            relu=then is not None,
            norm=_norm(layers[then.name]) if then and then.kind == "norm" else None,
            name=layer.name,
        )
    return x


def _norm(tensors: Sequence[NDArray[np.float32]]) -> Norm:
    """Bring the tensors of a norm to what they mean; Caffe keeps sums, and how many."""
    mean, variance, factor, *gain_and_shift = tensors
    share = 0 if factor[0] == 0 else 1 / factor[0]
    gain, shift = gain_and_shift or (None, None)
    return Norm(mean * share, variance * share, gain, shift)


def _tensors(layers: Layers, layer: Layer, source: str) -> list[NDArray[np.float32]]:
    """Return the layer's tensors, or say in what way they are not its."""
    found = [tensor.shape for tensor in layers.get(layer.name, ())]
    shapes = layer.shapes
    if layer.kind == "norm" and len(found) > len(shapes):
        shapes += ((layer.outputs,), (layer.outputs,))
    # files from before BlobShape pad each shape to four sizes with ones
    if [_without_ones(shape) for shape in found] != [_without_ones(s) for s in shapes]:
        expected = " and ".join(map(str, layer.shapes))
        what = f"has tensors of shape {' and '.join(map(str, found))}" if found else "is missing"
        message = (
            f"{source} is not of the network of Zhang et al. 2016, release v2: "
            f"layer {layer.name} {what}, where {expected} are expected."
        )
        raise WeightsError(message)
    tensors = zip(layers[layer.name], shapes, strict=True)
    return [tensor.astype(np.float32, copy=False).reshape(shape) for tensor, shape in tensors]


def _without_ones(shape: tuple[int, ...]) -> list[int]:
    return [size for size in shape if size != 1]
