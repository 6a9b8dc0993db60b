"""The merged picture has the chroma that was given and the lightness that it had."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import lab2rgb, rgb2lab

from labcolor.color.merge import merge
from labcolor.color.upsample import Bilinear


def lab_of(bgr):
    return rgb2lab(bgr[..., ::-1] / np.iinfo(bgr.dtype).max)


def picture(dtype, *channels):
    """Every level that the depth has room for, in a smooth order."""
    top = np.iinfo(dtype).max
    plane = np.linspace(0, top, 150 * 200).reshape(150, 200)
    return np.stack([plane] * channels[0], -1).astype(dtype) if channels else plane.astype(dtype)


def chroma(height, width, spread=25):
    ab = np.random.default_rng(1).uniform(-spread, spread, (14, 14, 2)).astype(np.float32)
    return Bilinear(ab, height, width)


@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "colour"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.uint8, 0.26), (np.uint16, 0.002)])
@pytest.mark.parametrize("spread", [25, 400], ids=["mostly inside sRGB", "mostly outside"])
def test_lightness_is_kept(dtype, tolerance, channels, spread):
    pixels = picture(dtype, *channels)
    result = merge(pixels, chroma(150, 200, spread))
    grey = pixels if not channels else pixels[..., 0]
    expected = lab_of(np.stack([grey] * 3, -1))[..., 0]
    assert result.dtype == dtype
    assert np.abs(lab_of(result)[..., 0] - expected).max() <= tolerance


def test_lightness_of_colours_is_kept():
    """Of the whole RGB cube, 16 bits deep."""
    pixels = np.random.default_rng(0).integers(0, 65536, (150, 200, 3)).astype(np.uint16)
    difference = lab_of(merge(pixels, chroma(150, 200)))[..., 0] - lab_of(pixels)[..., 0]
    assert np.abs(difference).max() <= 0.002


@pytest.mark.parametrize(("dtype", "levels"), [(np.uint8, 1), (np.uint16, 12)])
def test_colours_are_scikit_images(dtype, levels):
    """Within a level of 8 bit, and of 16 within what the white points' fifth digit makes."""
    pixels = picture(dtype)
    plane = chroma(150, 200, spread=10)
    lightness = lab_of(np.stack([pixels] * 3, -1))[..., 0]
    lab = np.dstack([lightness, *plane.rows(0, lightness)])
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = lab2rgb(lab)[..., ::-1] * np.iinfo(dtype).max
    inside = ((expected > 0) & (expected < np.iinfo(dtype).max)).all(-1)
    assert inside.mean() > 0.7
    assert np.abs(merge(pixels, plane).astype(float) - expected)[inside].max() <= levels


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_no_chroma_gives_the_grey_picture_back(dtype):
    pixels = picture(dtype)
    result = merge(pixels, Bilinear(np.zeros((2, 2, 2), np.float32), 150, 200))
    difference = np.abs(result.astype(int) - pixels[..., None].astype(int))
    assert difference.max() <= (0 if dtype == np.uint8 else 1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("strip", [1, 31, 150, 1000])
def test_strips_do_not_show(dtype, strip):
    """A level at most, where a sum was rounded in another order."""
    pixels, plane = picture(dtype), chroma(150, 200)
    difference = merge(pixels, plane, strip).astype(int) - merge(pixels, plane)
    assert np.abs(difference).max() <= 1


def test_a_view_of_a_larger_picture_will_do():
    """Crops and flips are not contiguous, and need not be."""
    pixels = picture(np.uint8)
    crop = pixels[10:60:2, ::-1]
    np.testing.assert_array_equal(
        merge(crop, chroma(25, 200)), merge(np.ascontiguousarray(crop), chroma(25, 200))
    )


def test_who_rounds_in_a_way_of_his_own_gets_what_is_not_rounded():
    pixels = picture(np.uint8)
    exact = merge(pixels, chroma(150, 200), dtype=np.float32)
    assert exact.dtype == np.float32
    assert np.abs(merge(pixels, chroma(150, 200)) - 255 * exact).max() <= 0.501
