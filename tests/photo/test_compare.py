"""Before/after pairs: what stands where, and how large."""

from __future__ import annotations

import numpy as np
import pytest

from labcolor.photo.compare import LONGEST, Comparison, small

RED = np.full((60, 90, 3), (0, 0, 200), np.uint8)


@pytest.mark.parametrize("shape", [(60, 90), (90, 60)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_before_is_left_and_after_right(shape, dtype):
    """Portrait or landscape, the photograph stands at the left, and nothing is enlarged."""
    top = np.iinfo(dtype).max
    before = np.full(shape, top // 5 * 2, dtype)
    after = np.zeros((*shape, 3), dtype)
    after[..., 2] = top // 5 * 4
    comparison = Comparison()
    comparison.add(before, after)
    picture = comparison.picture().pixels
    assert picture.dtype == np.uint8
    assert picture.shape == (shape[0], 2 * shape[1] + 8, 3)
    assert (picture[:, : shape[1]] == 102).all()
    assert (picture[:, -shape[1] :] == (0, 0, 204)).all()
    assert (picture[:, shape[1] : -shape[1]] == 255).all()


def test_large_photographs_are_scaled_down():
    """By area, to a longer side that is documented."""
    chess = (np.indices((4000, 3000)).sum(axis=0) % 2 * 255).astype(np.uint8)
    scaled = small(chess, LONGEST)
    assert scaled.shape == (LONGEST, LONGEST * 3 // 4, 3)
    assert np.abs(scaled.astype(int) - 127.5).max() < 64


def test_pages_stand_below_each_other():
    """Each page of its own size; the paper between is white."""
    comparison = Comparison(2)
    comparison.add(RED, RED)
    comparison.add(RED[:30, :50], RED[:30, :50])
    picture = comparison.picture().pixels
    assert picture.shape == (60 + 8 + 30, 2 * 90 + 8, 3)
    assert (picture[60:68] == 255).all()
    assert (picture[68:, 108:] == 255).all()


def test_many_pages_stay_one_picture():
    """A document of 1000 pages makes a picture that JPEG can hold."""
    comparison = Comparison(1000)
    for _ in range(1000):
        comparison.add(RED, RED)
    assert max(comparison.picture().pixels.shape) < 20_000
