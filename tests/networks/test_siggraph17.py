"""The network agrees with PyTorch, given the same weights in a file of PyTorch's form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pth_standin import pth, stream
from siggraph17_standin import standin_input, standin_state

from labcolor.engines.opencv import OpenCv
from labcolor.errors import UsageError, WeightsError
from labcolor.networks.registry import graph
from labcolor.weights.torch import read_pth

VECTOR = Path(__file__).parent / "data" / "siggraph17_vector.npz"


def siggraph17(layers, size, **more):
    return graph("siggraph17", layers, size, gives="ab", hints=True, **more)


@pytest.fixture(scope="module")
def layers(tmp_path_factory):
    state = standin_state()
    assert len(state) == 107  # as in the published file
    counted = [name for name in state if name.endswith("num_batches_tracked")]
    path = tmp_path_factory.mktemp("siggraph17") / "siggraph17.pth"
    path.write_bytes(pth({k: v for k, v in state.items() if k not in counted}, stream))
    return read_pth(path)


@pytest.mark.parametrize("size", ["even", "odd"])
def test_ab_is_that_of_a_pytorch_transcription(layers, size):
    """With hints and without, as make_siggraph17_vector.py has stored it.

    An eighth of the sides is even or odd, which dilated layers may not care about.
    """
    hinted, automatic = np.load(VECTOR)[size]
    planes = standin_input(hinted.shape[1:])
    engine = OpenCv(siggraph17(layers, hinted.shape[1:]), "cpu")

    np.testing.assert_allclose(engine(planes)[0], hinted, rtol=0, atol=1e-3)
    planes[:, 1:] = 0
    np.testing.assert_allclose(engine(planes)[0], automatic, rtol=0, atol=1e-3)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"model5.2": ()}, "layer model5.2 is missing"),
        ({"model1.0": (np.zeros((64, 1, 3, 3)), np.zeros(64))}, r"\(64, 4, 3, 3\) and \(64,\)"),
        ({"model9.3": (np.zeros(128), np.zeros(128))}, "layer model9.3 has"),
    ],
)
def test_weights_of_another_network_are_refused(layers, change, complaint):
    """The error names the file and the first layer that differs."""
    with pytest.raises(WeightsError, match=rf"other\.pth is not .*siggraph17.* {complaint}"):
        siggraph17(layers | change, (8, 8), source="other.pth")


@pytest.mark.parametrize("size", [(230, 224), (0, 8)])
def test_sizes_that_the_network_cannot_take_are_refused(size):
    """Eighths of the input must be whole."""
    with pytest.raises(UsageError, match="multiples of 8"):
        siggraph17({}, size)
