"""What the tests of every engine share."""

from __future__ import annotations

import numpy as np
import pytest

from labcolor.onnx.graph import Graph


@pytest.fixture(scope="module")
def tripling():
    """Return a network that multiplies by 3 and adds 1."""
    net = Graph("tripling", (1, 1, 4, 6))
    weight, bias = np.full((1, 1, 1, 1), 3.0), np.ones(1)
    return net.tobytes(net.conv(net.input, weight, bias), (1, 1, 4, 6))
