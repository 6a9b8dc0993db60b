"""The compact network agrees with its PyTorch original, given the same weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from compact_standin import standin_layers, standin_lightness
from onnx.reference import ReferenceEvaluator

from labcolor.engine import Engine
from labcolor.errors import UsageError, WeightsError
from labcolor.networks import compact

VECTOR = Path(__file__).parent / "data" / "compact_vector.npz"


def test_it_agrees_with_pytorch():
    """The logits that training/model.py gave, batch normalisation folded, to 1e-3."""
    expected = np.load(VECTOR)["logits"]
    x = standin_lightness((64, 48))
    logits = Engine(compact.graph(standin_layers(), (64, 48)), "cpu")(x)
    np.testing.assert_allclose(logits, expected, atol=1e-3)


@pytest.mark.parametrize("size", [(32, 32), (40, 40), (24, 56), (8, 8)])
def test_sizes_that_are_multiples_of_8(size):
    """Those of 16 and those that are not: ONNX's own reference evaluator gives the same."""
    model = compact.graph(standin_layers(), size)
    x = standin_lightness(size)
    (expected,) = ReferenceEvaluator(onnx.load_model_from_string(model)).run(None, {"input": x})
    logits = Engine(model, "cpu")(x)
    assert logits.shape == (1, 313, size[0] // 4, size[1] // 4)
    np.testing.assert_allclose(logits, expected, atol=1e-3)


def test_it_is_valid_onnx():
    onnx.checker.check_model(onnx.load_model_from_string(compact.graph(standin_layers())))


@pytest.mark.parametrize("size", [(100, 128), (0, 128), (-8, 8)])
def test_other_sizes_are_refused(size):
    with pytest.raises(UsageError, match="multiples of 8"):
        compact.graph(standin_layers(), size)


def test_a_missing_layer_is_named():
    layers = standin_layers()
    del layers["scene.3"]
    with pytest.raises(WeightsError, match=r"my\.npz .* scene\.3 is missing"):
        compact.graph(layers, source="my.npz")


def test_a_layer_of_another_shape_is_named():
    layers = standin_layers()
    weight, bias = layers["decode_eighth.0"]
    layers["decode_eighth.0"] = weight[:, 1:], bias
    with pytest.raises(WeightsError, match=r"layer decode_eighth\.0 has tensors of shape"):
        compact.graph(layers)
