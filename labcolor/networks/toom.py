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

from labcolor.networks.rows import TAPS, Rows, by_row

_TILE = 7
_SEEN = _TILE + TAPS - 1
# With infinity as the ninth. Of a dozen sets tried these round least: by 1e-6 of the standard
# deviation of what comes out, where 0, ±1, ±2, ±1/2 and −4/3 round by 1.5e-6.
_POINTS = (0, 1, -1, 4 / 3, -4 / 3, 1 / 2, -1 / 2, 3)
_ONE = _POINTS.index(1)


class _Scheme(NamedTuple):
    """The matrices, float64."""

    rows: NDArray[np.float64]  # Aᵀ, (7, 9)
    kernel: NDArray[np.float64]  # G, (9, 3)
    seen: NDArray[np.float64]  # Bᵀ, (9, 9)


class TallTiles(Rows):
    """Convolutions of planes of one size, in a graph; see `Rows`."""

    def _prepare(self) -> None:
        scheme = _scheme()
        self._kernel = scheme.kernel.astype(np.float32)
        self._to_points = self._graph.constant(scheme.seen.reshape(_SEEN, 1, 1, _SEEN, 1))
        self._to_rows = self._graph.constant(scheme.rows.T.reshape(_SEEN, 1, _TILE, 1))

    def conv(self, x: str, weight: NDArray[Any], bias: NDArray[Any], *, dilation: int = 1) -> str:
        """Add a 3×3 convolution that keeps the size; see `Rows.conv`."""
        outputs, inputs = weight.shape[:2]
        (height, width), d = self._size, dilation
        rows, tiles = height // d, -(-height // (d * _TILE))
        x = self._graph.node(
            "Conv",
            self.reshape(x, 1, 1, inputs, rows, d * width),
            self._to_points,
            kernel_shape=(1, _SEEN, 1),
            strides=(1, _TILE, 1),
            pads=(0, 1, 0, 0, _TILE * tiles + 1 - rows, 0),
        )
        # a kernel of its own for each of the points
        kernels = self._kernel @ by_row(weight).reshape(TAPS, -1)
        # what is added at the point 1 comes into each row once
        biases = np.zeros((_SEEN, outputs))
        biases[_ONE] = bias
        x = self._along_rows(
            self.reshape(x, 1, _SEEN * inputs, tiles * d * d, width // d),
            kernels.reshape(_SEEN * inputs, outputs, 1, TAPS),
            biases.reshape(-1),
            groups=_SEEN,
        )
        x = self._graph.node(
            "ConvTranspose",
            self.reshape(x, 1, _SEEN, outputs * tiles, d * width),
            self._to_rows,
            kernel_shape=(_TILE, 1),
            strides=(_TILE, 1),
        )
        if tiles * _TILE != rows:
            x = self.reshape(x, 1, outputs, tiles * _TILE, d * width)
            ends = (self._graph.constant(np.array([n])) for n in (0, rows, 2))
            x = self._graph.node("Slice", x, *ends)
        return self.reshape(x, 1, outputs, height, width)


def _scheme() -> _Scheme:
    """Return the matrices of F(7, 3): evaluation, its transpose and the transposed inverse."""
    inverse = np.linalg.inv(_powers(_SEEN)).T
    # rows of Bᵀ of the same size: what the points see has then the size of the input
    size = np.abs(inverse).max(axis=1, keepdims=True)
    return _Scheme(_powers(_TILE).T, _powers(TAPS) * size, inverse / size)


def _powers(count: int) -> NDArray[np.float64]:
    """Powers 0, 1, … of the points; of infinity the highest only."""
    finite = np.vander(np.array(_POINTS), count, increasing=True)
    return np.vstack((finite, np.eye(count)[-1:]))
