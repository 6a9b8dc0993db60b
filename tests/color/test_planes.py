"""The conversion on planes is scikit-image's."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import lab2rgb, rgb2lab

from labcolor.color.planes import encode, linear_from_roots, roots_from_lab
from labcolor.color.srgb import linear_from_srgb, srgb_from_linear


def test_it_agrees_with_scikit_image():
    """Linear light of the RGB cube to 1e-4, which is what the white points' fifth digit makes."""
    rgb = np.random.default_rng(0).random((100, 300, 3)) ** 2
    roots = roots_from_lab(np.array(rgb2lab(rgb).transpose(2, 0, 1), np.float32, order="C"))
    linear = linear_from_roots(roots, np.empty_like(roots), np.empty_like(roots))
    expected = linear_from_srgb(lab2rgb(rgb2lab(rgb)))
    np.testing.assert_allclose(linear[::-1].transpose(1, 2, 0), expected, atol=1e-4)


@pytest.mark.parametrize(("dtype", "error"), [(np.uint8, 0.001), (np.uint16, 0.2)])
def test_the_transfer_curve_is_rounded_once(dtype, error):
    """No level is further from the exact curve than half, and the stated error."""
    top = np.iinfo(dtype).max
    exact = np.linspace(0, 1, 3 * 400 * 400, dtype=np.float32).reshape(3, 400, 400)
    expected = top * np.float64(srgb_from_linear(exact))
    levels = np.empty(exact.shape, dtype)
    encode(exact, np.empty_like(exact), levels)
    assert np.abs(levels - expected).max() <= 0.5 + error


def test_what_is_outside_is_clipped():
    linear = np.array([-0.5, -1e-6, 1 + 1e-6, 2], np.float32).reshape(1, 1, 4).repeat(3, 0)
    levels = np.empty(linear.shape, np.uint8)
    encode(linear, np.empty_like(linear), levels)
    np.testing.assert_array_equal(levels, np.broadcast_to([0, 0, 255, 255], (3, 1, 4)))
