"""3×3 convolutions that compute seven rows at a time with nine products in place of 21.

This is Toom and Cook's scheme, F(7, 3) in the terms of Lavin and Gray (arXiv 1509.09308), along
one axis only. Each tile of seven output rows is seen through nine input rows, which are brought
to the nine points below; at each point a convolution along the row remains, and the rows follow
from its results::

    y = Aᵀ [(G g) ⊙ (Bᵀ x)]

OpenCV's own Winograd kernel, F(6×6, 3×3), needs about half as many multiplications, but does
less than half as many a second as its AVX-512 matrix product, which only its transposed
convolution calls: that is why the convolution along the row is written as one. On one machine a
layer of 512 × 512 channels over 28×28 took 10.6 ms in this way and 14.2 ms as a plain
convolution; with AVX-512 switched off, 14.3 ms. The price is three times the weights, which take
OpenCV two seconds more to read.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labcolor.networks.onnx import Graph

_TILE = 7
_TAPS = 3
_SEEN = _TILE + _TAPS - 1
# With infinity as the ninth. Of a dozen sets tried these round least: by 1e-6 of the standard
# deviation of what comes out, where 0, ±1, ±2, ±1/2 and −4/3 round by 1.5e-6.
_POINTS = (0, 1, -1, 4 / 3, -4 / 3, 1 / 2, -1 / 2, 3)
_ONE = _POINTS.index(1)


class _Scheme(NamedTuple):
    """The matrices, float64."""

    rows: NDArray[np.float64]  # Aᵀ, (7, 9)
    kernel: NDArray[np.float64]  # G, (9, 3)
    seen: NDArray[np.float64]  # Bᵀ, (9, 9)


class TallTiles:
    """Convolutions of planes of one size, in a graph.

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
        scheme = _scheme()
        self._kernel, self._rows_seen = scheme.kernel, scheme.seen
        self._to_points = graph.constant(scheme.seen.reshape(_SEEN, 1, 1, _SEEN, 1))
        self._to_rows = graph.constant(scheme.rows.T.reshape(_SEEN, 1, _TILE, 1))

    def split(self, x: str) -> str:
        """Put even columns left and odd ones right, as `conv` wants them for dilation 2."""
        return self._graph.node("Gather", x, self._apart, axis=3)

    def join(self, x: str) -> str:
        """Undo `split`."""
        return self._graph.node("Gather", x, self._back, axis=3)

    def conv(self, x: str, weight: NDArray[Any], bias: NDArray[Any], *, dilation: int = 1) -> str:
        """Add a 3×3 convolution that keeps the size.

        Rows that a dilated convolution mixes are `dilation` rows apart, so it sees a plane with
        fewer rows, each as long as `dilation` of them. Columns are brought together by `split`.

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
        rows, tiles = height // d, -(-height // (d * _TILE))
        x = self._graph.node(
            "Conv",
            self._reshape(x, 1, 1, inputs, rows, d * width),
            self._to_points,
            kernel_shape=(1, _SEEN, 1),
            strides=(1, _TILE, 1),
            pads=(0, 1, 0, 0, _TILE * tiles + 1 - rows, 0),
        )
        x = self._along_rows(
            self._reshape(x, 1, _SEEN * inputs, tiles * d * d, width // d), weight, bias
        )
        x = self._graph.node(
            "ConvTranspose",
            self._reshape(x, 1, _SEEN, outputs * tiles, d * width),
            self._to_rows,
            kernel_shape=(_TILE, 1),
            strides=(_TILE, 1),
        )
        if tiles * _TILE != rows:
            x = self._reshape(x, 1, outputs, tiles * _TILE, d * width)
            ends = (self._graph.constant(np.array([n])) for n in (0, rows, 2))
            x = self._graph.node("Slice", x, *ends)
        return self._reshape(x, 1, outputs, height, width)

    def _along_rows(self, x: str, weight: NDArray[Any], bias: NDArray[Any]) -> str:
        """Convolve along the rows, with a kernel of its own for each of the points."""
        outputs, inputs = weight.shape[:2]
        # a transposed convolution has its inputs first, and its kernels turned round
        by_row = weight[..., ::-1].transpose(2, 1, 0, 3).reshape(_TAPS, -1)
        kernels = self._kernel.astype(np.float32) @ by_row
        # what is added at the point 1 comes into each row once
        biases = np.zeros((_SEEN, outputs))
        biases[_ONE] = bias
        return self._graph.node(
            "ConvTranspose",
            x,
            self._graph.constant(kernels.reshape(_SEEN * inputs, outputs, 1, _TAPS)),
            self._graph.constant(biases.reshape(-1)),
            kernel_shape=(1, _TAPS),
            strides=(1, 1),
            pads=(0, 1, 0, 1),
            group=_SEEN,
        )

    def _reshape(self, x: str, *shape: int) -> str:
        return self._graph.node("Reshape", x, self._graph.constant(np.array(shape)))


def _scheme() -> _Scheme:
    """Return the matrices of F(7, 3): evaluation, its transpose and the transposed inverse."""
    inverse = np.linalg.inv(_powers(_SEEN)).T
    # rows of Bᵀ of the same size: what the points see has then the size of the input
    size = np.abs(inverse).max(axis=1, keepdims=True)
    return _Scheme(_powers(_TILE).T, _powers(_TAPS) * size, inverse / size)


def _powers(count: int) -> NDArray[np.float64]:
    """Powers 0, 1, … of the points; of infinity the highest only."""
    finite = np.vander(np.array(_POINTS), count, increasing=True)
    return np.vstack((finite, np.eye(count)[-1:]))
