"""CIELAB agrees with scikit-image, the authority here."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from skimage.color import lab2rgb, rgb2lab

from labcolor.color.lab import lab_from_srgb, srgb_from_lab


def grid():
    """Return 33³ colours of the whole RGB cube, the corners among them."""
    steps = np.linspace(0, 1, 33)
    return np.stack(np.meshgrid(steps, steps, steps), -1).reshape(-1, 1, 3)


def random_image(seed):
    return np.random.default_rng(seed).random((60, 80, 3))


PICTURES = [grid(), random_image(0), random_image(1) ** 4, random_image(2) * 0.05]


@pytest.mark.parametrize("rgb", PICTURES, ids=["grid", "random", "dim", "almost black"])
def test_forward_agrees_with_scikit_image(rgb):
    """L*, a and b differ by less than 1e-3."""
    lab = lab_from_srgb(rgb)
    assert lab.dtype == np.float32
    np.testing.assert_allclose(lab, rgb2lab(rgb), atol=1e-3)


@pytest.mark.parametrize("rgb", PICTURES, ids=["grid", "random", "dim", "almost black"])
def test_inverse_agrees_with_scikit_image(rgb):
    """R, G and B differ by less than 1e-4, and come back from the forward conversion."""
    lab = rgb2lab(rgb)
    result = srgb_from_lab(lab)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, lab2rgb(lab), atol=1e-4)
    np.testing.assert_allclose(result, rgb, atol=1e-4)


def test_colours_outside_srgb_are_clipped_as_scikit_image_clips_them():
    """The whole Lab box, most of it outside the gamut, agrees to 1e-4."""
    ab = np.linspace(-110, 110, 23)
    steps = np.stack(np.meshgrid(np.linspace(0, 100, 21), ab, ab), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-image tells how many colours it clipped
        expected = lab2rgb(steps)
    np.testing.assert_allclose(srgb_from_lab(steps), expected, atol=1e-4)


def test_worked_numbers():
    """White, black and pure red, as Bruce Lindbloom's calculator has them for sRGB and D65."""
    lab = lab_from_srgb([[1, 1, 1], [0, 0, 0], [1, 0, 0]])
    expected: list[list[float]] = [[100, 0, 0], [0, 0, 0], [53.2408, 80.0925, 67.2032]]
    np.testing.assert_allclose(lab, expected, atol=0.02)


@pytest.mark.parametrize("convert", [lab_from_srgb, srgb_from_lab])
def test_other_than_three_channels_are_refused(convert):
    with pytest.raises(ValueError, match="3 channels"):
        convert(np.zeros((4, 4)))
