"""Convolutions written by Toom and Cook's scheme give the numbers of plain ones."""

from __future__ import annotations

import numpy as np
import pytest

from labcolor.engine import Engine
from labcolor.networks.onnx import Graph
from labcolor.networks.toom import TallTiles


@pytest.mark.parametrize(
    ("size", "dilation"),
    [
        ((28, 28), 1),
        ((29, 20), 1),
        ((5, 33), 1),
        ((1, 7), 1),
        ((28, 28), 2),
        ((32, 20), 2),
        ((6, 34), 2),
        ((2, 2), 2),
    ],
)
def test_tall_tiles_are_the_same_as_a_plain_convolution(size, dilation):
    """Two layers with biases between them, where tiles fit and where they do not."""
    random = np.random.default_rng(1)
    x = random.normal(size=(1, 3, *size)).astype(np.float32)
    layers = [
        (random.normal(size=(4, 3, 3, 3)) / 5, random.normal(size=4)),
        (random.normal(size=(2, 4, 3, 3)) / 6, random.normal(size=2)),
    ]
    shape = (1, 2, *size)

    plain = Graph("plain", x.shape)
    y = plain.input
    for weight, bias in layers:
        y = plain.conv(y, weight, bias, pad=dilation, dilation=dilation)
    expected = Engine(plain.tobytes(y, shape), "cpu")(x)

    rewritten = Graph("rewritten", x.shape)
    tiles = TallTiles(rewritten, *size)
    y = rewritten.input if dilation == 1 else tiles.split(rewritten.input)
    for weight, bias in layers:
        y = tiles.conv(y, weight, bias, dilation=dilation)
    y = y if dilation == 1 else tiles.join(y)
    actual = Engine(rewritten.tobytes(y, shape), "cpu")(x)

    # OpenCV's own Winograd kernel is off by up to 1.4e-5 here
    np.testing.assert_allclose(actual, expected, rtol=0, atol=5e-5)


@pytest.mark.parametrize("size", [(29, 33), (1, 4)])
def test_split_and_join_undo_each_other(size):
    """At any width, and even columns come first."""
    x = np.arange(np.prod(size), dtype=np.float32).reshape(1, 1, *size)
    net = Graph("split", x.shape)
    tiles = TallTiles(net, *size)
    split = tiles.split(net.input)

    apart = Engine(net.tobytes(split, x.shape), "cpu")(x)
    back = Engine(net.tobytes(tiles.join(split), x.shape), "cpu")(x)

    even = (size[1] + 1) // 2
    np.testing.assert_array_equal(apart[..., :even], x[..., ::2])
    np.testing.assert_array_equal(apart[..., even:], x[..., 1::2])
    np.testing.assert_array_equal(back, x)
