"""The same weights give the same colours, whichever of the authors' two files has them."""

from __future__ import annotations

import numpy as np
import pytest
from pth_standin import pth, stream
from zhang16_standin import caffemodel, standin_layers, standin_lightness

from labcolor.color.decode import annealed_mean, rebalance
from labcolor.engines.opencv import OpenCv
from labcolor.errors import WeightsError
from labcolor.networks import eccv16
from labcolor.networks.registry import graph
from labcolor.weights.caffe import read_caffemodel
from labcolor.weights.torch import read_pth

SIZE = (40, 48)

# Caffe's layers in their order, against the blocks of colorizers/eccv16.py: how many
# convolutions each has. A norm follows all but the last.
BLOCKS = (2, 2, 3, 3, 3, 3, 3, 4)


def as_released_for_pytorch(layers: dict) -> dict[str, np.ndarray]:
    """Write Caffe's layers as PyTorch's state dict: other names, L* in hundreds, T in the end."""
    order, state = iter(layers.items()), {}
    for block, convolutions in enumerate(BLOCKS, 1):
        for index in range(0, 2 * convolutions, 2):
            name, (weight, bias) = next(order)
            if name == "bw_conv1_1":
                weight = weight * 100
            if name == "conv8_313":
                weight, bias = weight * 2.606, bias * 2.606
            state |= {f"model{block}.{index}.weight": weight, f"model{block}.{index}.bias": bias}
        if block == len(BLOCKS):
            break
        _, (mean, variance, factor) = next(order)
        norm = f"model{block}.{2 * convolutions}"
        state |= {
            f"{norm}.weight": np.ones_like(mean),
            f"{norm}.bias": np.zeros_like(mean),
            f"{norm}.running_mean": mean / factor,
            f"{norm}.running_var": variance / factor,
        }
    state["model_out.weight"] = np.zeros((2, 313, 1, 1))
    return {name: np.asarray(each, np.float32) for name, each in state.items()}


def zhang16(layers, size, **more):
    return graph("zhang16", layers, size, gives="distribution", **more)


@pytest.fixture(scope="module")
def state():
    state = as_released_for_pytorch(standin_layers())
    assert len(state) + 7 == 82  # as in the published file, which counts batches in its 7 norms
    return state


def answer(layers):
    return OpenCv(zhang16(layers, SIZE), "cpu")(standin_lightness(SIZE))[0]


def test_the_same_tensors_in_either_container_give_the_same_ab(tmp_path, state):
    """At the T of the release and at another, with and without rebalancing."""
    (tmp_path / "v2.caffemodel").write_bytes(caffemodel(standin_layers()))
    (tmp_path / "v2.pth").write_bytes(pth(state, stream))

    from_caffe = answer(read_caffemodel(tmp_path / "v2.caffemodel"))
    from_torch = answer(eccv16.as_zhang16(read_pth(tmp_path / "v2.pth")))

    weights = np.linspace(0.1, 6, 313).astype(np.float32)
    for temperature in (1 / 2.606, 1.0):
        for change in (0.0, -1.0):
            one, other = (
                annealed_mean(rebalance(logits.copy(), weights, change), temperature)
                for logits in (from_caffe, from_torch)
            )
            assert np.ptp(one) > 10
            np.testing.assert_allclose(other, one, rtol=0, atol=1e-3)


def test_gain_and_shift_of_the_norms_count(state):
    """Their effect is that of another mean and variance, which Caffe's file can have too."""
    random = np.random.default_rng(3)
    changed, equivalent = dict(state), dict(standin_layers())
    for block, norm in ((1, "model1.4"), (5, "model5.6")):
        mean, variance = state[f"{norm}.running_mean"], state[f"{norm}.running_var"]
        gain, shift = random.uniform(0.7, 1.4, (2, len(mean)))
        changed |= {f"{norm}.weight": gain, f"{norm}.bias": shift}
        deviation = np.sqrt(variance + 1e-5) / gain
        name = {1: "conv1_2norm", 5: "conv5_3norm"}[block]
        equivalent[name] = (mean - shift * deviation, deviation**2 - 1e-5, np.ones(1))

    layers = {}
    for key, each in changed.items():
        layers.setdefault(key.rpartition(".")[0], []).append(each)

    np.testing.assert_allclose(
        answer(eccv16.as_zhang16(layers)), answer(equivalent), rtol=0, atol=1e-4
    )


@pytest.mark.parametrize(
    ("lacks", "complaint"), [("model3.6", "no norm model3.6"), ("model6.2", "conv6_2 is missing")]
)
def test_what_is_missing_is_named(state, lacks, complaint):
    layers = {}
    for key, each in state.items():
        layers.setdefault(key.rpartition(".")[0], []).append(each)
    del layers[lacks]
    with pytest.raises(WeightsError, match=rf"other\.pth is not .* {complaint}"):
        zhang16(eccv16.as_zhang16(layers, "other.pth"), (8, 8), source="other.pth")
