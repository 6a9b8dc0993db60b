"""CIEDE2000 and PSNR against published pairs and scikit-image."""

from __future__ import annotations

import math

import numpy as np
import pytest
from skimage import data
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import peak_signal_noise_ratio

from labcolor.metrics import ciede2000, psnr

# Sharma, Wu & Dalal (2005), table 1: L*, a, b of two colours and their difference. The pairs stand
# where implementations go wrong: at hues that are opposite, at the turn, at greys, in the blues.
PUBLISHED = """
50 2.6772 -79.7751  50 0 -82.7485  2.0425
50 3.1571 -77.2803  50 0 -82.7485  2.8615
50 2.8361 -74.0200  50 0 -82.7485  3.4412
50 -1.3802 -84.2814  50 0 -82.7485  1.0000
50 -1.1848 -84.8006  50 0 -82.7485  1.0000
50 -0.9009 -85.5211  50 0 -82.7485  1.0000
50 0 0  50 -1 2  2.3669
50 -1 2  50 0 0  2.3669
50 2.4900 -0.0010  50 -2.4900 0.0009  7.1792
50 2.4900 -0.0010  50 -2.4900 0.0010  7.1792
50 2.4900 -0.0010  50 -2.4900 0.0011  7.2195
50 2.4900 -0.0010  50 -2.4900 0.0012  7.2195
50 -0.0010 2.4900  50 0.0009 -2.4900  4.8045
50 -0.0010 2.4900  50 0.0010 -2.4900  4.8045
50 -0.0010 2.4900  50 0.0011 -2.4900  4.7461
50 2.5 0  50 0 -2.5  4.3065
50 2.5 0  73 25 -18  27.1492
50 2.5 0  61 -5 29  22.8977
50 2.5 0  56 -27 -3  31.9030
50 2.5 0  58 24 15  19.4535
50 2.5 0  50 3.1736 0.5854  1.0000
50 2.5 0  50 3.2972 0  1.0000
50 2.5 0  50 1.8634 0.5757  1.0000
50 2.5 0  50 3.2592 0.3350  1.0000
60.2574 -34.0099 36.2677  60.4626 -34.1751 39.4387  1.2644
63.0109 -31.0961 -5.8663  62.8187 -29.7946 -4.0864  1.2630
61.2901 3.7196 -5.3901  61.4292 2.2480 -4.9620  1.8731
35.0831 -44.1164 3.7933  35.0232 -40.0716 1.5901  1.8645
22.7233 20.0904 -46.6940  23.0331 14.9730 -42.5619  2.0373
36.4612 47.8580 18.3852  36.2715 50.5065 21.2231  1.4146
90.8027 -2.0831 1.4410  91.1528 -1.6435 0.0447  1.4441
90.9257 -0.5406 -0.9208  88.6381 -0.8985 -0.7239  1.5381
6.7747 -0.2908 -2.4247  5.8714 -0.0985 -2.2286  0.6377
2.0776 0.0795 -1.1350  0.9033 -0.0636 -0.5514  0.9082
"""
PAIRS = np.array([line.split() for line in PUBLISHED.split("\n") if line], np.float64)


def test_ciede2000_of_the_published_pairs():
    """All 34, to the four decimals that are printed; float32 may round the last one."""
    assert len(PAIRS) == 34
    difference = ciede2000(PAIRS[:, :3], PAIRS[:, 3:6])
    assert difference.dtype == np.float32
    np.testing.assert_allclose(difference, PAIRS[:, 6], atol=1e-4)


def test_ciede2000_does_not_depend_on_the_order():
    one, other = PAIRS[:, :3], PAIRS[:, 3:6]
    np.testing.assert_allclose(ciede2000(one, other), ciede2000(other, one), atol=2e-4)


def test_ciede2000_of_pictures_is_that_of_scikit_image():
    """A photograph against the next: all sorts of colours, and all sorts of differences."""
    one = rgb2lab(data.astronaut()[:256, :256])
    other = rgb2lab(data.coffee()[:256, :256])
    np.testing.assert_allclose(ciede2000(one, other), deltaE_ciede2000(one, other), atol=1e-3)


def test_ciede2000_of_greys_is_a_number():
    """Their hue is undefined, and the difference is not."""
    greys = np.array([[0, 0, 0], [50, 0, 0], [100, 0, 0]], np.float32)
    np.testing.assert_array_equal(ciede2000(greys, greys), 0)
    assert np.isfinite(ciede2000(greys, greys[::-1])).all()


@pytest.mark.parametrize("shape", [(4, 2), (5, 3)])
def test_ciede2000_refuses_what_does_not_match(shape):
    with pytest.raises(ValueError, match=r"\(4, 2\)|\(5,\)"):
        ciede2000(np.zeros(shape), np.zeros((4, shape[1])))


def test_psnr_is_that_of_scikit_image():
    one = data.astronaut()
    other = np.clip(one + np.random.default_rng(0).normal(0, 9, one.shape), 0, 255)
    other = other.astype(np.uint8)
    assert psnr(one, other) == pytest.approx(peak_signal_noise_ratio(one, other), abs=1e-6)


def test_psnr_of_the_same_picture_is_infinite():
    assert psnr(data.astronaut(), data.astronaut()) == math.inf


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8)),
        (np.zeros((2, 2), np.uint16), np.zeros((2, 2), np.uint16)),
    ],
    ids=["shape", "depth"],
)
def test_psnr_refuses_what_does_not_match(one, other):
    with pytest.raises(ValueError, match="uint8 of one shape"):
        psnr(one, other)
