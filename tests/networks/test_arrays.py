"""Layers that NumPy computes give what cv2.dnn gives for the same layers as a graph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labcolor.engine import Engine
from labcolor.networks.arrays import Arrays
from labcolor.networks.net import Norm
from labcolor.networks.onnx import Graph

SIDES = st.integers(1, 40)


def both(layers, x, *, once=False, threads=2):
    """Return what layers make of (C, h, w), by arrays and by a graph."""
    net = Arrays(threads, once=once)
    once_more = [layers(net, net.planes(x)).inside.copy() for _ in range(2)]
    np.testing.assert_array_equal(*once_more)  # the second pass uses the memory of the first
    ours = once_more[1].transpose(2, 0, 1)
    graph = Graph("layers", (1, *x.shape))
    onnx = graph.tobytes(layers(graph, graph.input), (1, *ours.shape))
    return ours, Engine(onnx, "cpu")(x[None])[0]


def agree(ours, theirs):
    """Compare to a millionth of what there is, which is what float32 sums over channels leave."""
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=5e-5 * max(1, np.abs(theirs).max()))


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(
    size=st.tuples(SIDES, SIDES),
    channels=st.integers(1, 5),
    kernel=st.sampled_from([1, 3]),
    stride=st.sampled_from([1, 2]),
    dilation=st.sampled_from([1, 2]),
    relu=st.booleans(),
    threads=st.integers(1, 4),
)
def test_convolutions(size, channels, kernel, stride, dilation, relu, threads):
    """Two of them, so that the border between them counts."""
    first, second = random(3, channels, kernel, kernel), random(4, 3, kernel, kernel, seed=1)
    how = {"dilation": dilation, "pad": kernel // 2 * dilation, "relu": relu}

    def layers(net, x):
        x = net.conv(x, first, random(3), name="first", **how)
        return net.conv(x, second, random(4), stride=stride, name="second", **how)

    agree(*both(layers, random(channels, *size), threads=threads))


@pytest.mark.parametrize("size", [(28, 28), (29, 20), (5, 33), (1, 7), (2, 2), (14, 15)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_wide_convolutions_take_fewer_products(size, dilation):
    """As F(4×4, 3×3), where tiles fit and where they do not, and as many where it is once only."""
    weight, bias = random(130, 128, 3, 3) / 34, random(130)
    again = random(128, 130, 3, 3, seed=2) / 34

    def layers(net, x):
        how = {"pad": dilation, "dilation": dilation}
        x = net.conv(x, weight, bias, relu=True, name="first", **how)
        return net.conv(x, again, bias[:128], name="second", **how)

    x = random(128, *size, seed=3)
    fewer, theirs = both(layers, x)
    agree(fewer, theirs)
    agree(both(layers, x, once=True)[0], theirs)


@settings(max_examples=30, deadline=None)
@given(size=st.tuples(SIDES, SIDES), relu=st.booleans(), threads=st.integers(1, 3))
def test_transposed_convolutions(size, relu, threads):
    """As the networks have them: 4×4, which doubles the size."""
    weight = random(3, 5, 4, 4)

    def layers(net, x):
        return net.double(x, weight, random(5), relu=relu, name="up")

    agree(*both(layers, random(3, *size), threads=threads))


@pytest.mark.parametrize("learnt", [True, False])
def test_norms(learnt):
    """With the gain and the shift that PyTorch's have, and without as Caffe's."""
    more = (random(6, seed=2), random(6, seed=3)) if learnt else ()
    norm = Norm(random(6), random(6, seed=1) ** 2, *more)
    weight, bias = random(6, 6, 3, 3), random(6)

    def layers(net, x):
        return net.conv(x, weight, bias, pad=1, relu=True, norm=norm, name="layer")

    agree(*both(layers, random(6, 5, 9)))


def test_what_else_there_is():
    """The skips, ends and halvings of the network of 2017."""
    weight = random(4, 4, 3, 3) / 6

    def layers(net, x):
        x = net.conv(x, weight, random(4), pad=1, name="first")
        half = net.every_second(x)
        x = net.conv(half, weight, random(4), pad=1, name="second")
        x = net.relu(net.add(x, half))
        x = net.conv(x, weight, random(4, seed=1), pad=1, name="third")
        return net.tanh(net.leaky_relu(x, 0.2), 110)

    agree(*both(layers, random(4, 8, 10)))
