"""What the network is shown is the mean by area."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from labcolor.color.reduce import reduce


def pixels(*shape, dtype=np.uint8):
    return np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, shape, dtype)


@pytest.mark.parametrize("shape", [(64, 96), (65, 301), (1000, 37), (97, 61, 3), (32, 32)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_it_is_opencvs_area_mean_of_floats(shape, dtype):
    """INTER_AREA over the whole picture in float32, which takes four times the memory."""
    image = pixels(*shape, dtype=dtype)
    expected = cv2.resize(
        image.astype(np.float32) / np.iinfo(dtype).max, (32, 32), interpolation=cv2.INTER_AREA
    )
    np.testing.assert_allclose(reduce(image, 32), expected, atol=1e-5)


def test_whole_blocks_by_hand():
    image = np.array([[0, 255, 51, 51], [255, 0, 51, 51]], np.uint8).repeat(8, 0).repeat(4, 1)
    square = reduce(image, 8)
    np.testing.assert_allclose(square[:, :4], 0.5 * np.ones((8, 4)), atol=0.51)
    np.testing.assert_allclose(square.mean(), image.mean() / 255, rtol=1e-5)
    np.testing.assert_allclose(square[:, 4:], 0.2, rtol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (200, 3), (5, 5, 3)])
def test_small_sides_are_enlarged_within_range(shape):
    square = reduce(pixels(*shape), 16)
    assert square.shape == (16, 16, *shape[2:])
    assert square.min() >= 0
    assert square.max() <= 1


def test_a_flat_picture_stays_flat():
    np.testing.assert_allclose(reduce(np.full((333, 77), 100, np.uint8), 16), 100 / 255, rtol=1e-5)
