"""Convolutions written by rows or by Toom and Cook's scheme give the numbers of plain ones."""

from __future__ import annotations

import numpy as np
import pytest

from labcolor.engine import Engine
from labcolor.networks.onnx import Graph
from labcolor.networks.rewriting import convolutions


@pytest.mark.parametrize("rewriting", ["rows", "tiles"])
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
def test_a_rewritten_convolution_is_the_same_as_a_plain_one(size, dilation, rewriting):
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
    wide = convolutions(rewriting, rewritten, *size)
    y = rewritten.input if dilation == 1 else wide.split(rewritten.input)
    for weight, bias in layers:
        y = wide.conv(y, weight, bias, dilation=dilation)
    y = y if dilation == 1 else wide.join(y)
    actual = Engine(rewritten.tobytes(y, shape), "cpu")(x)

    # OpenCV's own Winograd kernel is off by up to 1.4e-5 here
    np.testing.assert_allclose(actual, expected, rtol=0, atol=5e-5)


@pytest.mark.parametrize("size", [(29, 33), (1, 4)])
def test_split_and_join_undo_each_other(size):
    """At any width, and even columns come first."""
    x = np.arange(np.prod(size), dtype=np.float32).reshape(1, 1, *size)
    net = Graph("split", x.shape)
    wide = convolutions("rows", net, *size)
    split = wide.split(net.input)

    apart = Engine(net.tobytes(split, x.shape), "cpu")(x)
    back = Engine(net.tobytes(wide.join(split), x.shape), "cpu")(x)

    even = (size[1] + 1) // 2
    np.testing.assert_array_equal(apart[..., :even], x[..., ::2])
    np.testing.assert_array_equal(apart[..., even:], x[..., 1::2])
    np.testing.assert_array_equal(back, x)


@pytest.mark.parametrize(("side", "size"), [(3, (12, 20)), (3, (2, 2)), (1, (5, 7))])
def test_halving_and_pointwise_convolutions_are_the_same_as_plain_ones(side, size):
    random = np.random.default_rng(2)
    x = random.normal(size=(1, 3, *size)).astype(np.float32)
    weight, bias = random.normal(size=(4, 3, side, side)) / 5, random.normal(size=4)
    stride = 2 if side == 3 else 1
    shape = (1, 4, size[0] // stride, size[1] // stride)

    plain = Graph("plain", x.shape)
    y = plain.conv(plain.input, weight, bias, stride=stride, pad=side // 2)
    expected = Engine(plain.tobytes(y, shape), "cpu")(x)

    net = Graph("rewritten", x.shape)
    wide = convolutions("rows", net, *size)
    if side == 3:
        y = wide.halve(net.input, weight, bias, size=size)
    else:
        y = wide.pointwise(net.input, weight, bias)
    actual = Engine(net.tobytes(y, shape), "cpu")(x)

    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-5)
