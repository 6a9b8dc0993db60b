"""Stand-in weights for release v2, and the files that Caffe would keep them in.

The published weights are 129 MB, so tests and benchmarks make some of their own: the same
shapes, He-scaled, from a generator that NumPy promises never to change.
"""

from __future__ import annotations

import math

import numpy as np

from labcolor.networks import prototxt as caffe
from labcolor.networks.zhang16 import LAYERS
from labcolor.onnx.wire import Message

Layers = dict[str, tuple[np.ndarray, ...]]


def standin_layers() -> Layers:
    """Return tensors under which every activation is of the order of 1."""
    random = np.random.RandomState(2016)
    layers = {}
    for layer in LAYERS:
        if layer.kind == "norm":
            factor = np.float32(4)
            mean = random.uniform(0, 0.6, layer.outputs) * factor
            variance = random.uniform(0.5, 1.5, layer.outputs) * factor
            tensors: tuple[np.ndarray, ...] = mean, variance, np.array([factor])
        else:
            weight, bias = layer.shapes
            # each output of the deconvolution sees a quarter of its kernel
            kernel = 2 if layer.kind == "deconv" else layer.kernel
            scale = math.sqrt(6 / (layer.inputs * kernel**2))
            if layer is LAYERS[0]:
                scale /= 30  # what lightness is of the order of
            tensors = random.uniform(-scale, scale, weight), random.uniform(-0.1, 0.1, bias)
        layers[layer.name] = tuple(each.astype(np.float32) for each in tensors)
    return layers


def standin_lightness(size: tuple[int, int]) -> np.ndarray:
    """Return L* − 50 of shape (1, 1, *size), float32: waves from −50 to 50 and some noise."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    noise = np.random.RandomState(0).uniform(-10, 10, size)
    waves = 40 * np.sin(rows / 7) * np.cos(columns / 11)
    return (waves + noise).astype(np.float32)[None, None]


def caffemodel(layers: Layers) -> bytes:
    """Write tensors as Caffe's snapshots have them; only what has blobs is in there."""
    net = Message().text(1, "LtoAB")
    for name, tensors in layers.items():
        layer = Message().text(1, name)
        for tensor in tensors:
            dims = Message()
            for size in tensor.shape:
                dims.integer(1, size)
            data = np.ascontiguousarray(tensor, "<f4").reshape(-1).view(np.uint8).data
            layer.message(7, Message().message(7, dims).data(5, data))
        net.message(100, layer)
    return net.tobytes()


def prototxt(size: tuple[int, int] = (224, 224)) -> str:
    """Write colorization_deploy_v2.prototxt, to its end."""
    return (
        caffe.prototxt(size)
        + """
layer { name: "conv8_313_rh" type: "Scale" bottom: "conv8_313" top: "conv8_313_rh"
  scale_param { bias_term: false } }
layer { name: "class8_313_rh" type: "Softmax" bottom: "conv8_313_rh" top: "class8_313_rh" }
layer { name: "class8_ab" type: "Convolution" bottom: "class8_313_rh" top: "class8_ab"
  convolution_param { num_output: 2 kernel_size: 1 } }
"""
    )
