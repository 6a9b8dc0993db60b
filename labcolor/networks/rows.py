"""Convolutions written so that OpenCV's fastest matrix product does them at once.

Before the first pass OpenCV prepares the weights of a convolution for its Winograd kernel, which
takes longer than the pass; and it leaves dilated ones to a matrix product that is half as fast as
the AVX-512 one of its transposed convolution. So three rows are laid over one another here, and a
transposed convolution along the row does the rest: as many products, and nothing to prepare. That
is what counts for one photograph; for many, `labcolor.networks.toom` does with fewer products.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from labcolor.networks.onnx import Graph

TAPS = 3


class Rows:
    """Convolutions of planes of one size, in a graph.

    Rows that a dilated convolution mixes are so many rows apart as its dilation says. So it sees
    a plane with fewer rows, each as long as `dilation` of them; columns are brought together by
    `split`.

    Parameters
    ----------
    graph : Graph
        The graph to write into.
    height, width : int
        The size of the planes.
    """

    def __init__(self, graph: Graph, height: int, width: int) -> None:
        self._graph = graph
        self._size = height, width
        columns = np.arange(width)
        self._apart = graph.constant(np.concatenate((columns[::2], columns[1::2])))
        self._back = graph.constant(columns // 2 + columns % 2 * ((width + 1) // 2))
        self._prepare()

    def split(self, x: str) -> str:
        """Put even columns left and odd ones right, as `conv` wants them for dilation 2."""
        return self._graph.node("Gather", x, self._apart, axis=3)

    def join(self, x: str) -> str:
        """Undo `split`."""
        return self._graph.node("Gather", x, self._back, axis=3)

    def conv(self, x: str, weight: NDArray[Any], bias: NDArray[Any], *, dilation: int = 1) -> str:
        """Add a 3×3 convolution that keeps the size.

        Parameters
        ----------
        x : str
            (1, C, H, W), after `split` if there is dilation.
        weight, bias : ndarray
            (outputs, C, 3, 3) and (outputs,).
        dilation : int
            1, or 2 where height and width are even.
        """
        outputs, inputs = weight.shape[:2]
        (height, width), d = self._size, dilation
        x = self._graph.node(
            "Conv",
            self.reshape(x, 1, 1, inputs, height // d, d * width),
            self._three,
            kernel_shape=(1, TAPS, 1),
            pads=(0, 1, 0, 0, 1, 0),
        )
        kernels = by_row(weight).reshape(TAPS * inputs, outputs, 1, TAPS)
        x = self._along_rows(
            self.reshape(x, 1, TAPS * inputs, height * d, width // d), kernels, bias
        )
        return self.reshape(x, 1, outputs, height, width)

    def halve(
        self, x: str, weight: NDArray[Any], bias: NDArray[Any], *, size: tuple[int, int]
    ) -> str:
        """Add a 3×3 convolution of stride 2, over a plane of an even size.

        What each place sees is laid out as channels, and a matrix product does the rest.
        """
        outputs, inputs = weight.shape[:2]
        (height, width), taps = size, TAPS * TAPS
        x = self._graph.node(
            "Conv",
            self.reshape(x, 1, 1, inputs, height, width),
            self._graph.constant(np.eye(taps).reshape(taps, 1, 1, TAPS, TAPS)),
            kernel_shape=(1, TAPS, TAPS),
            strides=(1, 2, 2),
            pads=(0, 1, 1, 0, 1, 1),
        )
        x = self.reshape(x, 1, taps * inputs, height // 2, width // 2)
        by_tap = weight.transpose(0, 2, 3, 1).reshape(outputs, taps * inputs, 1, 1)
        return self.pointwise(x, by_tap, bias)

    def pointwise(self, x: str, weight: NDArray[Any], bias: NDArray[Any]) -> str:
        """Add a 1×1 convolution, `weight` being (outputs, C, 1, 1)."""
        return self._graph.deconv(x, weight.transpose(1, 0, 2, 3), bias)

    def reshape(self, x: str, *shape: int) -> str:
        """Add a change of shape."""
        return self._graph.node("Reshape", x, self._graph.constant(np.array(shape)))

    def _prepare(self) -> None:
        """Add the constants that all convolutions share."""
        self._three = self._graph.constant(np.eye(TAPS).reshape(TAPS, 1, 1, TAPS, 1))

    def _along_rows(
        self, x: str, kernels: NDArray[Any], bias: NDArray[Any], groups: int = 1
    ) -> str:
        """Add a convolution of each row, with kernels as `by_row` turns them."""
        return self._graph.node(
            "ConvTranspose",
            x,
            self._graph.constant(kernels),
            self._graph.constant(bias),
            kernel_shape=(1, TAPS),
            strides=(1, 1),
            pads=(0, 1, 0, 1),
            group=groups,
        )


def by_row(weight: NDArray[Any]) -> NDArray[np.float32]:
    """Bring (outputs, inputs, 3, 3) to (3, inputs, outputs, 3), each row turned round.

    A transposed convolution has its inputs first, and its kernels turned round.
    """
    return np.ascontiguousarray(weight[..., ::-1].transpose(2, 1, 0, 3), np.float32)
