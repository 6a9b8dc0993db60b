"""Dilated convolutions as undilated ones, which OpenCV computes in half the time.

OpenCV has a Winograd kernel (Lavin and Gray, arXiv 1509.09308) for 3×3 convolutions with stride
1 and no dilation. One with dilation 2 never mixes even rows with odd ones, nor even columns with
odd ones: it is an undilated convolution of each of the plane's four phases. Here the phases are
laid side by side in one plane, one row and one column of zeros between them::

    00 01 02 03        00 02  ·  01 03
    10 11 12 13        20 22  ·  21 23
    20 21 22 23   →     ·  ·  ·   ·  ·
    30 31 32 33        10 12  ·  11 13
                       30 32  ·  31 33

so that a convolution with padding 1 sees across each border the zeros that the dilated one sees
in its padding. The results are the same but for the rounding of Winograd's sums. The phases of a
28×28 plane take 25 of Winograd's 6×6 tiles in this way; as four planes in a batch they take 36.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labcolor.networks.onnx import Graph


class Phases:
    """The four phases of a plane, side by side, in a graph.

    Parameters
    ----------
    graph : Graph
        The graph to write into.
    height, width : int
        The size of the plane.
    """

    def __init__(self, graph: Graph, height: int, width: int) -> None:
        self._graph = graph
        self._order = [graph.constant(_order(size)) for size in (height, width)]
        self._back = [graph.constant(_back(size)) for size in (height, width)]
        self._mask = graph.constant(np.outer(_inside(height), _inside(width))[None, None])

    def split(self, x: str) -> str:
        """Lay the phases of (1, C, H, W) side by side: (1, C, H + 1, W + 1), gutter undefined."""
        return self._gather(x, self._order)

    def clear(self, x: str) -> str:
        """Set the gutter to zero, as it must be before each convolution."""
        return self._graph.node("Mul", x, self._mask)

    def join(self, x: str) -> str:
        """Undo `split`."""
        return self._gather(x, self._back)

    def _gather(self, x: str, indices: list[str]) -> str:
        for axis, rows in zip((2, 3), indices, strict=True):
            x = self._graph.node("Gather", x, rows, axis=axis)
        return x


def _order(size: int) -> NDArray[np.int64]:
    """Even rows, any row in the gutter's place, odd rows."""
    return np.concatenate((np.arange(0, size, 2), [0], np.arange(1, size, 2)))


def _back(size: int) -> NDArray[np.int64]:
    """Where each row has gone."""
    row = np.arange(size)
    return row // 2 + row % 2 * ((size + 1) // 2 + 1)


def _inside(size: int) -> NDArray[np.float32]:
    """1 for rows, 0 for the gutter."""
    return np.insert(np.ones(size, np.float32), (size + 1) // 2, 0)
