"""What a network is written against: an ONNX graph that is being written, or arrays."""

from __future__ import annotations

from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


class Net(Protocol[T]):
    """Layers that are added to a graph, or computed.

    What a layer gives, a name or planes, is what others take. Planes that go into `batch_norm`,
    `relu`, `leaky_relu`, or first into `add`, may be overwritten: nothing else reads them.
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
        name: str = "",
    ) -> T:
        """Convolve with square kernels, (outputs, C, k, k), and take max(y, 0) if asked for."""

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

    def batch_norm(
        self,
        x: T,
        mean: NDArray[np.float32],
        variance: NDArray[np.float32],
        *,
        gain: NDArray[np.float32] | None = None,
        shift: NDArray[np.float32] | None = None,
        epsilon: float = 1e-5,
    ) -> T:
        """Take (x − mean) / √(variance + ε) · gain + shift, all of them by channel."""

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
