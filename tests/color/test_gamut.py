"""Lightness is kept to the letter over the whole Lab box: chroma gives way, hue does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import rgb2lab

from labcolor.color.gamut import fit
from labcolor.color.lab import XYZ_FROM_RGB
from labcolor.color.planes import encode, linear_from_roots, roots_from_lab

BOUNDS = {np.uint8: 0.26, np.uint16: 0.002}
STRONGEST = 4 * 110  # ab times the greatest strength


def fitted(lab):
    """Return linear light, B, G, R, of (3, h, w) Lab planes."""
    roots = roots_from_lab(np.array(lab, np.float32))
    work, linear = np.empty_like(roots), np.empty_like(roots)
    linear_from_roots(roots, work, linear)
    fit(roots, linear, work)
    return linear


def written(lab, dtype):
    """Return scikit-image's L* of what is written for (3, h, w) Lab planes."""
    linear = fitted(lab)
    levels = np.empty(linear.shape, dtype)
    encode(linear, np.empty_like(linear), levels)
    return rgb2lab(levels[::-1].transpose(1, 2, 0) / np.iinfo(dtype).max)[..., 0]


def lab_of(linear):
    """Return float64 Lab of linear light, B, G, R."""
    white = XYZ_FROM_RGB.sum(1)
    xyz = np.tensordot(XYZ_FROM_RGB / white[:, None], linear[::-1].astype(float), 1)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def box(lightness, reach, seed=0, size=(200, 500)):
    """Fill the Lab box at random."""
    rng = np.random.default_rng(seed)
    lab = rng.uniform(-reach, reach, (3, *size))
    lab[0] = rng.uniform(*lightness, size)
    return lab


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("reach", [10, 40, 110, STRONGEST])
@pytest.mark.parametrize("lightness", [(0, 2), (0, 20), (6, 12), (0, 100), (90, 100)])
def test_lightness_is_kept_over_the_whole_box(lightness, reach, dtype):
    lab = box(lightness, reach)
    assert np.abs(written(lab, dtype) - lab[0]).max() <= BOUNDS[dtype]


@pytest.mark.parametrize("dtype", BOUNDS)
@settings(max_examples=200, deadline=None)
@given(
    lightness=st.floats(0, 100, width=32),
    a=st.floats(-STRONGEST, STRONGEST, width=32),
    b=st.floats(-STRONGEST, STRONGEST, width=32),
)
def test_lightness_is_kept(dtype, lightness, a, b):
    kept = written(np.reshape([lightness, a, b], (3, 1, 1)), dtype)
    assert abs(kept.item() - lightness) <= BOUNDS[dtype]


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("ab", [(0, 0), (60, 40), (-300, 0), (0, 440), (50, -400), (440, 440)])
def test_lightness_of_every_grey_is_kept(dtype, ab):
    levels = np.arange(np.iinfo(dtype).max + 1).reshape(-1, 1)
    grey = rgb2lab(np.repeat(levels[..., None], 3, -1) / levels.max())[..., 0]
    lab = np.stack([grey, np.full_like(grey, ab[0]), np.full_like(grey, ab[1])])
    assert np.abs(written(lab, dtype) - grey).max() <= BOUNDS[dtype]


def test_what_is_inside_stays():
    """The colours of the RGB cube come back, to 1e-5 of linear light."""
    bgr = np.random.default_rng(0).uniform(0.001, 0.999, (3, 100, 300))
    np.testing.assert_allclose(fitted(lab_of(bgr)), bgr, atol=1e-5)


@pytest.mark.parametrize("reach", [110, STRONGEST])
def test_hue_is_kept_and_the_result_is_inside(reach):
    """To a tenth of a degree, of colours that have a hue to speak of."""
    lab = box((0.5, 99.5), reach)
    linear = fitted(lab)
    assert linear.min() >= -2e-6
    assert linear.max() <= 1 + 2e-5
    _, a, b = lab_of(linear)
    wanted, result = lab[1] + 1j * lab[2], a + 1j * b
    turned = np.degrees(np.abs(np.angle(result / wanted)))
    assert turned[np.abs(result) > 1].max() < 0.1


@pytest.mark.parametrize("reach", [110, STRONGEST])
def test_no_more_chroma_is_lost_than_must_be(reach):
    """With 1/200 of what was wanted more, a colour that was reduced would be outside."""
    lab = box((0.5, 99.5), reach)
    given = lab_of(fitted(lab))
    wanted, kept = np.hypot(*lab[1:]), np.hypot(*given[1:])
    reduced = kept < 0.99 * wanted
    assert reduced.mean() > 0.3
    share = kept / wanted + 1 / 200
    roots = roots_from_lab(np.array([lab[0], share * lab[1], share * lab[2]], np.float32))
    more = linear_from_roots(roots, np.empty_like(roots), np.empty_like(roots))
    outside = (more.min(0) < 0) | (more.max(0) > 1)
    assert outside[reduced].all()


def test_white_and_black_have_no_colour():
    lab = np.full((3, 2, 1), 50.0)
    lab[0, :, 0] = 0, 100
    np.testing.assert_allclose(fitted(lab)[:, :, 0], [[0, 1]] * 3, atol=1e-4)
