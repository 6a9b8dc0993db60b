"""L* of pixels of every kind is scikit-image's."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import rgb2lab

from labcolor.color.lightness import lightness


def authority(pixels):
    top = np.iinfo(pixels.dtype).max if pixels.dtype != np.float32 else 1
    rgb = np.stack([pixels] * 3, -1) if pixels.ndim == 2 else pixels[..., ::-1]
    return rgb2lab(rgb / top)[..., 0]


@pytest.mark.parametrize("shape", [(40, 50), (40, 50, 3)], ids=["grey", "colour"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_random_pixels(shape, dtype):
    pixels = np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, shape, dtype)
    result = lightness(pixels)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, authority(pixels), atol=1e-3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_grey_level(dtype):
    levels = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)[None]
    np.testing.assert_allclose(lightness(levels), authority(levels), atol=1e-3)


def test_dark_colours_lie_on_the_line_of_the_formula():
    pixels = np.random.default_rng(0).integers(0, 30, (20, 20, 3), np.uint8)
    np.testing.assert_allclose(lightness(pixels), authority(pixels), atol=1e-3)


@pytest.mark.parametrize("shape", [(9, 9), (9, 9, 3)], ids=["grey", "colour"])
def test_floats(shape):
    pixels = np.random.default_rng(0).random(shape, np.float32)
    np.testing.assert_allclose(lightness(pixels), authority(pixels), atol=1e-3)
