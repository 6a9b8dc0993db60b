"""What a network is written against: an ONNX graph that is being written, or arrays."""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


class Norm(NamedTuple):
    """Batch normalisation, as it stands after the training: (y − mean) / √(variance + ε)."""

    mean: NDArray[np.float32]
    variance: NDArray[np.float32]
    gain: NDArray[np.float32] | None = None
    shift: NDArray[np.float32] | None = None
    epsilon: float = 1e-5


class Net(Protocol[T]):
    """Layers that are added to a graph, or computed.

    What a layer gives, a name or planes, is what others take. Planes that go into `relu`,
    `leaky_relu` and `tanh`, or first into `add`, may be overwritten: nothing else reads them.
    """

    def conv(
        self,
        x: T,
        weight: NDArray[np.float32],
        bias: NDArray[np.float32],
        *,
        stride: int = 1,
        pad: int = 0,
        dilation: int = 1,
        relu: bool = False,
        norm: Norm | None = None,
        name: str = "",
    ) -> T:
        """Convolve with square kernels, (outputs, C, k, k); take max(y, 0), and normalise."""

    def double(
        self,
        x: T,
        weight: NDArray[np.float32],
        bias: NDArray[np.float32],
        *,
        relu: bool = False,
        name: str = "",
    ) -> T:
        """Double the size by a transposed convolution, (C, outputs, 4, 4), padded by 1."""

    def every_second(self, x: T) -> T:
        """Take every second row and column."""

    def add(self, x: T, y: T) -> T:
        """Take x + y."""

    def relu(self, x: T) -> T:
        """Take max(x, 0)."""

    def leaky_relu(self, x: T, slope: float) -> T:
        """Take max(x, slope · x)."""

    def tanh(self, x: T, scale: float) -> T:
        """Take scale · tanh x."""
