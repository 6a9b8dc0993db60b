"""Writes a network of folded convolutions as ONNX, and checks its weights layer by layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from labcolor.errors import WeightsError
from labcolor.networks import Layers
from labcolor.onnx.graph import Graph


class Plane(NamedTuple):
    """What comes out of an operator: its name and its size."""

    name: str
    channels: int
    height: int
    width: int


class Writer:
    """The parts that labcolor's own networks are made of.

    Batch normalisation is folded into the convolutions when the weights are exported, so that none
    is left here.

    Parameters
    ----------
    name : str
        What the network is called.
    layers : mapping of str to sequence of ndarray
        Weight and bias of every convolution.
    shape : (int, int, int)
        Channels, height and width of the input.
    source : str
        What an error calls the weights.

    Attributes
    ----------
    graph : Graph
        The graph that is being written.
    input : Plane
        What goes into it.
    """

    def __init__(self, name: str, layers: Layers, shape: tuple[int, int, int], source: str):
        self.graph = Graph(name, (1, *shape))
        self.input = Plane(self.graph.input, *shape)
        self.layers, self.source = layers, source
        self._name = name

    def conv(
        self,
        name: str,
        x: Plane,
        outputs: int,
        side: int = 3,
        *,
        stride: int = 1,
        groups: int = 1,
        relu: str | None = "Relu",
    ) -> Plane:
        """Add a convolution and what follows it: "Relu", "Relu6" or nothing.

        Raises
        ------
        WeightsError
            The layer is missing, or of another shape.
        """
        shape = (outputs, x.channels // groups, side, side)
        weight, bias = self._parameters(name, shape)
        y = self.graph.conv(
            x.name, weight, bias, stride=stride, pad=side // 2, groups=groups, name=name
        )
        if relu == "Relu6":
            bounds = [self.graph.constant(np.float32(bound)) for bound in (0, 6)]
            y = self.graph.node("Clip", y, *bounds)
        elif relu:
            y = self.graph.relu(y)
        return Plane(y, outputs, -(-x.height // stride), -(-x.width // stride))

    def _parameters(self, name: str, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        found = [tensor.shape for tensor in self.layers.get(name, ())]
        if found != [shape, shape[:1]]:
            shapes = " and ".join(map(str, found))
            what = f"has tensors of shape {shapes}" if found else "is missing"
            message = f"{self.source} is not of the network {self._name!r}: layer {name} {what}."
            raise WeightsError(message)
        weight, bias = self.layers[name]
        return weight, bias

    def residual(self, name: str, x: Plane) -> Plane:
        """Add two convolutions around which the input is carried."""
        change = self.conv(f"{name}.first", x, x.channels)
        change = self.conv(f"{name}.second", change, x.channels, relu=None)
        total = self.add(x, change)
        return total._replace(name=self.graph.relu(total.name))

    def add(self, x: Plane, y: Plane) -> Plane:
        """Add two planes of one size."""
        return x._replace(name=self.graph.node("Add", x.name, y.name))

    def concat(self, *parts: Plane) -> Plane:
        """Put the channels of planes of one size behind one another."""
        joined = self.graph.node("Concat", *(part.name for part in parts), axis=1)
        return parts[0]._replace(name=joined, channels=sum(part.channels for part in parts))

    def add_scene(self, name: str, x: Plane, to: Plane) -> Plane:
        """Let every place of `to` know the mean of `x`, through two layers of its channels."""
        mean = Plane(self.graph.node("GlobalAveragePool", x.name), x.channels, 1, 1)
        scene = self.conv(f"{name}.1", mean, to.channels, 1)
        scene = self.conv(f"{name}.3", scene, to.channels, 1, relu=None)
        # Made as large as the plane in so many words: OpenCV 5 takes the sum for a residual of the
        # convolution before it and refuses two different shapes.
        shape = self.graph.constant(np.array((1, 1, to.height, to.width)))
        return self.add(to, to._replace(name=self.graph.node("Expand", scene.name, shape)))

    def upsample(self, x: Plane, like: Plane | None = None) -> Plane:
        """Double each pixel, up to the size of another plane."""
        scales = self.graph.constant(np.array([1, 1, 2, 2], np.float32))
        name = self.graph.node(
            "Resize",
            x.name,
            "",
            scales,
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )
        larger = x._replace(name=name, height=2 * x.height, width=2 * x.width)
        return self._cropped(larger, like) if like else larger

    def _cropped(self, x: Plane, like: Plane) -> Plane:
        for axis, has, wants in ((2, x.height, like.height), (3, x.width, like.width)):
            if has != wants:
                bounds = [self.graph.constant(np.array([n])) for n in (0, wants, axis)]
                x = x._replace(name=self.graph.node("Slice", x.name, *bounds))
        return x._replace(height=like.height, width=like.width)

    def tobytes(self, output: Plane) -> bytes:
        """Return the model, as it would lie in an .onnx file."""
        return self.graph.tobytes(output.name, (1, *output[1:]))
