"""Overlapping tiles of 32×32, each told what the whole picture is, and regression of ab.

A view of the whole at 1/16 gives every tile its context; one small network sees each tile and
nothing beyond its edge; what the tiles answer is added up under windows whose sum is 1.
`training/networks/parts.py` is the same network in PyTorch.
"""

from __future__ import annotations

import numpy as np

from labcolor.networks.lite import decode_16, encoder
from labcolor.networks.tiles import HALF, window
from labcolor.networks.writer import Plane, Writer


def build(net: Writer, outputs: int) -> Plane:
    """Add the network; ab come out at 1/4 of the input's size."""
    context = net.conv("context", decode_16(net, encoder(net)), 32, 1)
    tiler = _Tiler(net)
    tiles = tiler.cut(net.input)
    tiles = net.conv("tile_4", net.conv("tile_2", tiles, 32, stride=2), 32, stride=2)
    tiles = net.concat(tiles, tiler.around_each(context, tiles))
    tiles = net.residual("decode.1", net.conv("decode.0", tiles, 64))
    return tiler.blend(net.conv("head", tiles, outputs, 1, relu=None))


class _Tiler:
    """Cuts a plane into tiles and puts them together again."""

    def __init__(self, net: Writer):
        self._graph = net.graph
        self._rows, self._columns = net.input.height // HALF - 1, net.input.width // HALF - 1

    def cut(self, x: Plane) -> Plane:
        """Cut one channel into tiles that overlap by half, along the axis of the batch."""
        blocks = self._reshape(x.name, self._rows + 1, HALF, self._columns + 1, HALF)
        blocks = self._transpose(blocks, 0, 2, 1, 3)  # (rows, columns, 16, 16)
        rows = self._pairs(blocks, axis=0, along=2, count=self._rows)
        both = self._pairs(rows, axis=1, along=3, count=self._columns)
        tiles = self._reshape(both, self._rows * self._columns, 1, 2 * HALF, 2 * HALF)
        return Plane(tiles, 1, 2 * HALF, 2 * HALF)

    def around_each(self, context: Plane, tiles: Plane) -> Plane:
        """Give each tile the context at its middle, where four places of 1/16 meet."""
        around = self._graph.node("AveragePool", context.name, kernel_shape=(2, 2), strides=(1, 1))
        around = self._transpose(around, 0, 2, 3, 1)
        count = self._rows * self._columns
        around = self._reshape(around, count, context.channels, 1, 1)
        shape = (count, context.channels, tiles.height, tiles.width)
        spread = self._graph.node("Expand", around, self._graph.constant(np.array(shape)))
        return Plane(spread, *shape[1:])

    def blend(self, tiles: Plane) -> Plane:
        """Add the tiles up under their windows."""
        half = tiles.height // 2
        weights = self._graph.constant(
            np.repeat(window(self._rows, self._columns, half), tiles.channels, axis=1)
        )
        weighted = self._graph.node("Mul", tiles.name, weights)
        places = tiles.channels * tiles.height * tiles.width
        listed = self._reshape(weighted, 1, 1, self._rows * self._columns, places)
        spread = self._transpose(listed, 0, 3, 1, 2)
        spread = self._reshape(spread, 1, places, self._rows, self._columns)
        # each place of a tile goes where it belongs, and what falls together is added up
        kernel = np.eye(places, dtype=np.float32).reshape(places, *tiles[1:])
        whole = self._graph.transposed_conv(spread, kernel, stride=half)
        height, width = (self._rows + 1) * half, (self._columns + 1) * half
        return Plane(whole, tiles.channels, height, width)

    def _pairs(self, blocks: str, axis: int, along: int, count: int) -> str:
        """Join each block with the next one of `axis`, along another axis."""
        ends = []
        for first in (0, 1):
            bounds = [self._graph.constant(np.array([n])) for n in (first, first + count, axis)]
            ends.append(self._graph.node("Slice", blocks, *bounds))
        return self._graph.node("Concat", *ends, axis=along)

    def _reshape(self, x: str, *shape: int) -> str:
        return self._graph.node("Reshape", x, self._graph.constant(np.array(shape)))

    def _transpose(self, x: str, *axes: int) -> str:
        return self._graph.node("Transpose", x, perm=axes)
