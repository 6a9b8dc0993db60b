"""labcolor's own networks agree with their PyTorch originals, given the same weights."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator
from own_standin import DATA, NETWORKS, standin_layers, standin_planes

from labcolor.engines.opencv import OpenCv
from labcolor.errors import UsageError, WeightsError
from labcolor.networks import registry

VECTORS = DATA / "own_vectors.npz"


def graph(name: str, size: tuple[int, int], layers=None, **more) -> bytes:
    architecture, options = NETWORKS[name]
    layers = standin_layers(name) if layers is None else layers
    return registry.graph(architecture, layers, size, **options, **more)


@pytest.mark.parametrize("name", NETWORKS)
def test_it_agrees_with_pytorch(name):
    """What training/networks gave in float64, to 1e-4 of the largest answer."""
    expected = np.load(VECTORS)[name]
    height, width = (4 * side for side in expected.shape[2:])
    answer = OpenCv(graph(name, (height, width)), "cpu")(standin_planes(name, (height, width)))
    np.testing.assert_allclose(answer, expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("name", NETWORKS)
def test_odd_multiples_of_16(name):
    """Halved once more they are cut in the middle of a pixel; ONNX's own evaluator agrees."""
    size = (48, 80)
    model = graph(name, size)
    planes = standin_planes(name, size)
    loaded = onnx.load_model_from_string(model)
    (expected,) = ReferenceEvaluator(loaded).run(None, {"input": planes})
    answer = OpenCv(model, "cpu")(planes)
    assert answer.shape[2:] == (size[0] // 4, size[1] // 4)
    np.testing.assert_allclose(answer, expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("name", NETWORKS)
def test_it_is_valid_onnx(name):
    onnx.checker.check_model(onnx.load_model_from_string(graph(name, (48, 48))))


@pytest.mark.parametrize("size", [(100, 128), (0, 128), (-16, 16), (136, 128)])
@pytest.mark.parametrize("name", NETWORKS)
def test_other_sizes_are_refused(name, size):
    with pytest.raises(UsageError, match="multiples of 16"):
        graph(name, size)


@pytest.mark.parametrize("name", ["lite", "parts"])
def test_too_small_is_refused(name):
    with pytest.raises(UsageError, match="48 at least, not 32 × 64"):
        graph(name, (32, 64))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_missing_layer_is_named(name):
    layers = standin_layers(name)
    del layers["head"]
    with pytest.raises(WeightsError, match=r"my\.npz .* layer head is missing"):
        graph(name, (48, 48), layers, source="my.npz")


def test_a_layer_of_another_shape_is_named():
    layers = standin_layers("lite")
    weight, bias = layers["decode_8"]
    layers["decode_8"] = weight[:, 1:], bias
    with pytest.raises(WeightsError, match=r"layer decode_8 has tensors of shape"):
        graph("lite", (48, 48), layers)
