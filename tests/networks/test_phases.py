"""Dilated convolutions written as undilated ones give the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from labcolor.engine import Engine
from labcolor.networks.onnx import Graph
from labcolor.networks.phases import Phases

CHANNELS = 3


@pytest.mark.parametrize("size", [(28, 28), (29, 29), (20, 33), (33, 20), (2, 2), (1, 7)])
def test_phases_side_by_side_are_the_same_as_dilation_2(size):
    """Two dilated layers with offsets between them, at even, odd and tiny sizes."""
    random = np.random.default_rng(1)
    x = random.normal(size=(1, CHANNELS, *size)).astype(np.float32)
    weight = random.normal(size=(CHANNELS, CHANNELS, 3, 3)).astype(np.float32)
    bias = random.normal(size=CHANNELS).astype(np.float32)

    dilated = Graph("dilated", x.shape)
    y = dilated.conv(dilated.input, weight, bias, pad=2, dilation=2)
    y = dilated.conv(y, weight, bias, pad=2, dilation=2)
    expected = Engine(dilated.tobytes(y, x.shape), "cpu")(x)

    rewritten = Graph("rewritten", x.shape)
    phases = Phases(rewritten, *size)
    y = phases.split(rewritten.input)
    y = rewritten.conv(phases.clear(y), weight, bias, pad=1)
    y = rewritten.conv(phases.clear(y), weight, bias, pad=1)
    actual = Engine(rewritten.tobytes(phases.join(y), x.shape), "cpu")(x)

    np.testing.assert_allclose(actual, expected, atol=1e-3)
