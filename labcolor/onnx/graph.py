"""Writes ONNX graphs, with the few operators that the networks here are made of.

Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx). Operator
set 15 is used: every OpenCV from 4.11 on reads what is needed of it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labcolor.onnx.wire import Message

OPSET = 15
_IR_VERSION = 8
_ELEMENT_TYPES = {np.dtype("<f4"): 1, np.dtype("<i8"): 7, np.dtype("<f2"): 10}
_FLOAT, _INT, _STRING, _INTS = 1, 2, 3, 7


class Norm(NamedTuple):
    """Batch normalisation, as it stands after the training: (y − mean) / √(variance + ε)."""

    mean: NDArray[np.float32]
    variance: NDArray[np.float32]
    gain: NDArray[np.float32] | None = None
    shift: NDArray[np.float32] | None = None
    epsilon: float = 1e-5


class Graph:
    """A graph with one input and one output, being written from the first layer to the last.

    Each method adds one operator and returns the name of its output, which is what the next one
    takes as its input.

    Parameters
    ----------
    name : str
        The graph's name.
    shape : sequence of int
        The shape of the float32 input, (N, C, H, W).

    Attributes
    ----------
    input : str
        The name of the graph's input.
    """

    def __init__(self, name: str, shape: Sequence[int]) -> None:
        self.input = "input"
        self._name = name
        self._shape = tuple(shape)
        self._nodes: list[Message] = []
        self._tensors: list[Message] = []
        self._count = 0

    def node(self, op: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add any operator with one output.

        Parameters
        ----------
        op : str
            The operator, as ONNX names it.
        *inputs : str
            What the operator reads: outputs of other operators, or constants.
        name : str
            The name of its output; without one, the operator's name and a number.
        **attributes : int, float, str or sequence of int
            The operator's attributes.
        """
        output = name or self._new_name(op)
        message = Message()
        for each in inputs:
            message.text(1, each)
        message.text(2, output).text(3, output).text(4, op)
        for key, value in attributes.items():
            message.message(5, _attribute(key, value))
        self._nodes.append(message)
        return output

    def constant(self, array: NDArray[Any], name: str = "") -> str:
        """Add a constant: integers as int64, everything else as float32.

        What is float16 is kept so and cast where it is read, which costs the half and loses
        nothing.
        """
        if array.dtype == np.float16:
            half = self._tensor(array, "<f2", f"{name}.half" if name else "")
            return self.node("Cast", half, name=name, to=_ELEMENT_TYPES[np.dtype("<f4")])
        return self._tensor(
            array, "<i8" if np.issubdtype(array.dtype, np.integer) else "<f4", name
        )

    def conv(
        self,
        x: str,
        weight: NDArray[Any],
        bias: NDArray[Any] | None = None,
        *,
        stride: int = 1,
        pad: int = 0,
        dilation: int = 1,
        groups: int = 1,
        relu: bool = False,
        norm: Norm | None = None,
        name: str = "",
    ) -> str:
        """Add a convolution with square kernels, the same on both axes.

        Parameters
        ----------
        x : str
            What is convolved, (N, C, H, W).
        weight : ndarray
            (outputs, C / groups, k, k).
        bias : ndarray, optional
            (outputs,).
        stride, pad, dilation, groups : int
            As ONNX and Caffe define them.
        relu : bool
            Whether a ReLU follows.
        norm : Norm, optional
            What comes after it.
        name : str
            The name of what the convolution gives.
        """
        y = self.node(
            "Conv",
            x,
            *self._parameters(weight, bias, name),
            name=name,
            kernel_shape=weight.shape[2:],
            strides=(stride, stride),
            pads=(pad,) * 4,
            dilations=(dilation, dilation),
            group=groups,
        )
        y = self.relu(y) if relu else y
        return self.batch_norm(y, norm) if norm else y

    def transposed_conv(
        self,
        x: str,
        weight: NDArray[Any],
        bias: NDArray[Any] | None = None,
        *,
        stride: int = 1,
        pad: int = 0,
        relu: bool = False,
        name: str = "",
    ) -> str:
        """Add a transposed convolution; `weight` is (C, outputs, k, k), the rest as in `conv`."""
        y = self.node(
            "ConvTranspose",
            x,
            *self._parameters(weight, bias, name),
            name=name,
            kernel_shape=weight.shape[2:],
            strides=(stride, stride),
            pads=(pad,) * 4,
        )
        return self.relu(y) if relu else y

    def batch_norm(self, x: str, norm: Norm) -> str:
        """Add (x − mean) / √(variance + ε) · gain + shift, all of them by channel."""
        mean, variance, gain, shift, epsilon = norm
        statistics = (
            np.ones_like(mean) if gain is None else gain,
            np.zeros_like(mean) if shift is None else shift,
            mean,
            variance,
        )
        constants = [self.constant(each) for each in statistics]
        return self.node("BatchNormalization", x, *constants, epsilon=epsilon)

    def relu(self, x: str) -> str:
        """Add max(x, 0)."""
        return self.node("Relu", x)

    def leaky_relu(self, x: str, slope: float) -> str:
        """Add max(x, slope · x)."""
        return self.node("LeakyRelu", x, alpha=slope)

    def tanh(self, x: str, scale: float) -> str:
        """Add scale · tanh x."""
        factor = self.constant(np.full((1, 1, 1, 1), scale, np.float32))
        return self.node("Mul", self.node("Tanh", x), factor)

    def add(self, x: str, y: str) -> str:
        """Add x + y."""
        return self.node("Add", x, y)

    def subsample(self, x: str) -> str:
        """Add what takes every second row and column, as the maximum of single pixels."""
        return self.node("MaxPool", x, kernel_shape=(1, 1), strides=(2, 2))

    def tobytes(self, output: str, shape: Sequence[int]) -> bytes:
        """Return the model, as it would lie in an .onnx file.

        Parameters
        ----------
        output : str
            The name of what comes out.
        shape : sequence of int
            Its shape.
        """
        graph = Message()
        for node in self._nodes:
            graph.message(1, node)
        graph.text(2, self._name)
        for tensor in self._tensors:
            graph.message(5, tensor)
        graph.message(11, _value(self.input, self._shape))
        graph.message(12, _value(output, shape))
        opset = Message().text(1, "").integer(2, OPSET)
        model = Message().integer(1, _IR_VERSION).text(2, "labcolor")
        return model.message(7, graph).message(8, opset).tobytes()

    def _parameters(
        self, weight: NDArray[Any], bias: NDArray[Any] | None, name: str
    ) -> tuple[str, ...]:
        """Add a layer's weight and bias under the layer's name."""
        named = {"weight": weight} | ({} if bias is None else {"bias": bias})
        return tuple(self.constant(v, f"{name}.{k}" if name else "") for k, v in named.items())

    def _tensor(self, array: NDArray[Any], kind: str, name: str) -> str:
        name = name or self._new_name("constant")
        # ascontiguousarray makes scalars one-dimensional, hence the shape of the original
        data = np.ascontiguousarray(array, dtype=kind)
        tensor = Message()
        for size in np.shape(array):
            tensor.integer(1, size)
        tensor.integer(2, _ELEMENT_TYPES[data.dtype]).text(8, name)
        self._tensors.append(tensor.data(9, data.reshape(-1).view(np.uint8).data))
        return name

    def _new_name(self, stem: str) -> str:
        self._count += 1
        return f"{stem}_{self._count}"


def _attribute(name: str, value: float | str | Sequence[int]) -> Message:
    """Return an AttributeProto."""
    message = Message().text(1, name)
    if isinstance(value, float):
        return message.float32(2, value).integer(20, _FLOAT)
    if isinstance(value, int):
        return message.integer(3, value).integer(20, _INT)
    if isinstance(value, str):
        return message.text(4, value).integer(20, _STRING)
    for each in value:
        message.integer(8, each)
    return message.integer(20, _INTS)


def _value(name: str, shape: Sequence[int]) -> Message:
    """Return the ValueInfoProto of a float32 tensor."""
    dimensions = Message()
    for size in shape:
        dimensions.message(1, Message().integer(1, size))
    tensor = Message().integer(1, _ELEMENT_TYPES[np.dtype("<f4")]).message(2, dimensions)
    return Message().text(1, name).message(2, Message().message(1, tensor))
