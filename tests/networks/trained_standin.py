"""Stand-ins of the published networks whose kernels are trained, for what depends on that.

Random weights are chaotic: the little that two orders of summing differ by grows from layer to
layer. Trained weights damp it. So these networks have the 3×3 kernels of labcolor's own VGG-shaped
network, repeated and varied until they fill the published shapes; norms by the activations of four
photographs, as after a training; and logits as uncertain as a trained classifier's.
"""

from __future__ import annotations

import cv2
import numpy as np
import skimage.data
from siggraph17_standin import standin_state
from skimage.color import rgb2gray
from skimage.util import img_as_ubyte
from zhang16_standin import Layers, standin_layers

from labcolor.color.lightness import lightness
from labcolor.engines.opencv import OpenCv
from labcolor.model.methods import METHODS
from labcolor.networks.zhang16 import LAYERS, Layer
from labcolor.onnx.graph import Graph
from labcolor.weights.load import load

_SPREAD = 1.2
"""Of logits, as standard deviation: times 2.606, 3.3 bits; `class_weights_model` has 3.9."""

_AB = 5
"""What makes ab of `trained_state` vary by some 8 units, as in photographs."""

# the layers of the VGG-shaped network that those of release v2 take after, in both their orders
_ORDER = (
    *("sizes.0.0", "sizes.1.0", "sizes.1.1", "sizes.2.0", "sizes.2.1", "sizes.3.0", "sizes.3.1"),
    *("sizes.4.0", "sizes.4.1", "sizes.4.2"),
    *("sizes.4.1", "sizes.4.2", "sizes.4.3") * 3,
    *("across_16", "across_8", "across_8"),
)
# and those that SIGGRAPH'17's do, by the channels that go in
_BY_WIDTH = {64: "sizes.1.1", 128: "sizes.2.1", 256: "sizes.3.1", 512: "sizes.4.2"}


class Kernels:
    """Kernels of any shape, made of trained ones."""

    def __init__(self) -> None:
        self._layers = load(METHODS["reg_full_vgg_model"]).layers
        self._random = np.random.RandomState(2016)

    def of(self, source: str, outputs: int, inputs: int) -> tuple[np.ndarray, np.ndarray]:
        """Return weight (outputs, inputs, 3, 3) and bias, of the size of the trained ones."""
        weight, bias = self._layers[source]
        down, across = -(-outputs // weight.shape[0]), -(-inputs // weight.shape[1])
        tiled = np.tile(weight, (down, across, 1, 1))[:outputs, :inputs] / np.float32(across)
        varied = tiled * self._random.uniform(0.5, 1.5, tiled.shape)
        return varied.astype(np.float32), np.tile(bias, down)[:outputs].astype(np.float32)

    def transposed(self, source: str, inputs: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
        """Return weight (inputs, outputs, 4, 4) and bias: kernels blurred to twice the size."""
        weight, bias = self.of(source, outputs, inputs)
        sides = (0, 0), (0, 0)
        wide = sum(
            np.pad(weight, (*sides, (y, 1 - y), (x, 1 - x))) for y in (0, 1) for x in (0, 1)
        )
        return np.ascontiguousarray(np.swapaxes(wide, 0, 1)) / 4, bias


def trained_layers() -> Layers:
    """Return tensors of release v2 of `zhang16`."""
    kernels, found, x = Kernels(), standin_layers(), _photographs()
    sources = iter(_ORDER)
    for layer in LAYERS:
        if layer.kind == "norm":
            mean, variance, factor = x.mean((0, 2, 3)), x.var((0, 2, 3)), np.float32(4)
            found[layer.name] = mean * factor, variance * factor, np.array([factor])
            x = (x - mean[:, None, None]) / np.sqrt(variance[:, None, None] + np.float32(1e-5))
            continue
        if layer.kind == "deconv":
            found[layer.name] = kernels.transposed(next(sources), layer.inputs, layer.outputs)
        elif layer.kernel == 3:
            found[layer.name] = kernels.of(next(sources), layer.outputs, layer.inputs)
        x = _through(layer, found, x)
    weight, bias = found[LAYERS[-1].name]
    scale = np.float32(_SPREAD) / x.std(1).mean()
    return found | {LAYERS[-1].name: (weight * scale, bias * scale)}


def _photographs() -> np.ndarray:
    """Return L* − 50 of photographs, (4, 1, 224, 224) float32."""
    data = skimage.data
    greys = data.camera(), *(rgb2gray(each()) for each in (data.astronaut, data.coffee, data.cat))
    small = [
        cv2.resize(img_as_ubyte(each), (224, 224), interpolation=cv2.INTER_AREA) for each in greys
    ]
    return np.stack([lightness(each) - 50 for each in small])[:, None].astype(np.float32)


def _through(layer: Layer, layers: Layers, x: np.ndarray) -> np.ndarray:
    net, last = Graph("layer", x.shape), layer is LAYERS[-1]
    tensors = layers[layer.name]
    if layer.kind == "deconv":
        y = net.transposed_conv(net.input, *tensors, stride=2, pad=1, relu=True)
    else:
        steps = {"stride": layer.stride, "pad": layer.pad, "dilation": layer.dilation}
        y = net.conv(net.input, *tensors, **steps, relu=not last)
    scale = 2 if layer.kind == "deconv" else 1 / layer.stride
    size = (int(side * scale) for side in x.shape[2:])
    return OpenCv(net.tobytes(y, (1, layer.outputs, *size)), "cpu")(x)


def trained_state() -> dict[str, np.ndarray]:
    """Return a state dict of SIGGRAPH'17."""
    kernels, state = Kernels(), standin_state()
    for name, weight in state.items():
        side = weight.shape[2] if weight.ndim == 4 else 0
        if side not in (3, 4) or weight.shape[1] not in _BY_WIDTH:
            continue
        made = kernels.of if side == 3 else kernels.transposed
        source = _BY_WIDTH[weight.shape[1 if side == 3 else 0]]
        state[name], state[name.replace("weight", "bias")] = made(source, *weight.shape[:2])
    state["model_out.0.weight"] *= _AB
    return state
