"""Tiles add up to the whole, without a seam."""

from __future__ import annotations

import numpy as np
import pytest
from own_standin import standin_layers

from labcolor.engines.opencv import OpenCv
from labcolor.networks.registry import graph
from labcolor.networks.tiles import HALF, window


def added_up(weights: np.ndarray, rows: int, columns: int, half: int) -> np.ndarray:
    """Put every window where its tile stands, one by one."""
    total = np.zeros(((rows + 1) * half, (columns + 1) * half))
    for index, weight in enumerate(weights[:, 0]):
        y, x = (index // columns) * half, (index % columns) * half
        total[y : y + 2 * half, x : x + 2 * half] += weight
    return total


@pytest.mark.parametrize("size", [(1, 1), (1, 4), (9, 9), (3, 7)])
@pytest.mark.parametrize("half", [4, 16])
def test_the_windows_add_up_to_1_everywhere(size, half):
    rows, columns = size
    total = added_up(window(rows, columns, half), rows, columns, half)
    np.testing.assert_allclose(total, 1, atol=1e-6)


def blind_to_its_tile() -> dict:
    """Weights with which each tile answers a function of its context alone."""
    layers = standin_layers("parts")
    weight, bias = layers["tile_4"]
    layers["tile_4"] = np.zeros_like(weight), bias
    return layers


def test_a_tile_sees_nothing_beyond_its_edge():
    """With its context held still, a change in one tile's corner moves that tile only."""
    layers = standin_layers("parts")
    weight, bias = layers["context"]
    layers["context"] = np.zeros_like(weight), bias
    engine = OpenCv(graph("parts", layers, (96, 96), gives="ab"), "cpu")
    plane = np.zeros((1, 1, 96, 96), np.float32)
    before = engine(plane)[0]
    plane[..., :HALF, :HALF] = 40  # only the first tile has these places
    change = np.abs(engine(plane)[0] - before).max(0)
    assert change[: 2 * HALF // 4, : 2 * HALF // 4].max() > 0.01
    change[: 2 * HALF // 4, : 2 * HALF // 4] = 0
    assert change.max() < 1e-5


def test_the_blend_leaves_a_smooth_answer_smooth():
    """Tiles that answer by their context alone: no step where one tile takes over from the next.

    A seam would be a step between two places that is far larger than the steps within a tile.
    """
    engine = OpenCv(graph("parts", blind_to_its_tile(), (160, 160), gives="ab"), "cpu")
    y, x = np.mgrid[0:160, 0:160] / 160
    ab = engine((60 * (x + y) / 2 - 30).astype(np.float32)[None, None])[0]
    inner = ab[:, 8:-8, 8:-8]  # away from the border, which the convolutions themselves see
    for axis in (1, 2):
        steps = np.abs(np.diff(inner, axis=axis))
        at = (np.arange(steps.shape[axis]) + 1) % 4 == 0
        seams, within = steps.compress(at, axis), steps.compress(~at, axis)
        assert seams.mean() < 2 * within.mean() + 1e-3
