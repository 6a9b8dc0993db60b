"""The graphs are what ONNX's own package reads, and compute what its operators mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from labcolor.engines.opencv import OpenCv
from labcolor.onnx.graph import Graph, Norm

onnx = pytest.importorskip("onnx")


def small_graph():
    """Return a model with each kind of operator, and what goes into it."""
    random = np.random.default_rng(0)
    net = Graph("small", (1, 2, 8, 6))
    weight = random.normal(size=(4, 2, 3, 3))
    norm = Norm(random.normal(size=4), random.random(4) + 1, epsilon=1e-3)
    how: dict[str, Any] = {"stride": 2, "pad": 1, "relu": True, "norm": norm, "name": "first"}
    x = net.conv(net.input, weight, random.normal(size=4), **how)
    x = net.conv(x, random.normal(size=(4, 4, 3, 3)), pad=2, dilation=2)
    x = net.transposed_conv(x, random.normal(size=(4, 2, 4, 4)), stride=2, pad=1)
    mean, variance = random.random((2, 2))
    x = net.batch_norm(x, Norm(mean, variance, random.normal(size=2), np.ones(2)))
    x = net.node("Concat", x, net.input, axis=1)
    x = net.node("LeakyRelu", x, alpha=0.2)
    x = net.node("Gather", x, net.constant(np.array([3, 0])), axis=-3)
    return net.tobytes(x, (1, 2, 8, 6)), random.normal(size=(1, 2, 8, 6)).astype(np.float32)


def test_onnx_accepts_the_graph():
    """The checker, with shape inference in strict mode, has nothing to say."""
    model = onnx.load_from_string(small_graph()[0])

    onnx.checker.check_model(model, full_check=True)

    assert model.opset_import[0].version == 15
    assert [each.name for each in model.graph.input] == ["input"]
    assert model.graph.node[0].input[1:] == ["first.weight", "first.bias"]
    attributes = {
        each.name: onnx.helper.get_attribute_value(each) for each in model.graph.node[-1].attribute
    }
    assert attributes == {"axis": -3}


def test_opencv_computes_what_the_operators_are_defined_to():
    """OpenCV agrees with ONNX's reference implementation."""
    from onnx.reference import ReferenceEvaluator

    content, x = small_graph()
    [expected] = ReferenceEvaluator(onnx.load_from_string(content)).run(None, {"input": x})

    np.testing.assert_allclose(OpenCv(content, "cpu")(x), expected, atol=1e-4)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.array([1.5, -2]),
        np.eye(3).T[::2],
    ],
)
def test_constants_keep_their_shape_and_numbers(array):
    """Integers become int64 and everything else float32, whatever lies behind the view."""
    net = Graph("constant", (1,))
    net.constant(array)

    [tensor] = onnx.load_from_string(net.tobytes(net.input, (1,))).graph.initializer

    actual = onnx.numpy_helper.to_array(tensor)
    assert actual.dtype == (np.int64 if array.dtype.kind == "u" else np.float32)
    np.testing.assert_array_equal(actual, array)
    assert actual.shape == array.shape


def test_weights_of_half_precision_are_kept_so_and_cast():
    """They count as what they stand for, to the bit, in a graph that ONNX accepts."""
    weight = np.random.default_rng(0).normal(size=(4, 2, 3, 3)).astype(np.float16)
    bias = np.arange(4, dtype=np.float16) / 3
    x = np.random.default_rng(1).normal(size=(1, 2, 8, 6)).astype(np.float32)
    answers = []
    for kind in (np.float16, np.float32):
        net = Graph("halves", x.shape)
        y = net.conv(net.input, weight.astype(kind), bias.astype(kind), pad=1, name="first")
        content = net.tobytes(y, (1, 4, 8, 6))
        model = onnx.load_from_string(content)
        onnx.checker.check_model(model, full_check=True)
        types = {
            onnx.helper.tensor_dtype_to_np_dtype(it.data_type) for it in model.graph.initializer
        }
        assert types == {np.dtype(kind)}
        answers.append(OpenCv(content, "cpu")(x))
    np.testing.assert_array_equal(*answers)
