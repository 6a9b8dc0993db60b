"""The numbers of one colouring, against scikit-image on whole pictures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from skimage import data
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import peak_signal_noise_ratio

from labcolor.evaluation.measure import measure
from labcolor.evaluation.truth import Photograph, lab_of
from labcolor.metrics import AreaUnderCurve


@pytest.fixture(scope="module")
def truth():
    """Return a photograph of several strips, the last one not full."""
    bgr = np.ascontiguousarray(data.astronaut()[:300, :, ::-1])
    return Photograph("astronaut", bgr, lab_of(bgr))


def test_the_truth_is_perfect(truth):
    scores = measure(truth, truth.pixels, seconds=2.0)
    assert (scores.curve.raw(), scores.curve.rebalanced()) == pytest.approx((100, 100))
    assert (scores.ab_error, scores.ciede2000) == (0, 0)
    assert scores.psnr == math.inf
    assert scores.seconds == 2


def test_another_colouring(truth):
    other = np.ascontiguousarray(truth.pixels[..., ::-1])
    scores = measure(truth, other)
    one, two = rgb2lab(truth.pixels[..., ::-1]), rgb2lab(other[..., ::-1])
    error = np.hypot(*np.moveaxis(one - two, -1, 0)[1:])
    assert scores.ab_error == pytest.approx(error.mean(), abs=1e-2)
    assert scores.ciede2000 == pytest.approx(deltaE_ciede2000(one, two).mean(), abs=1e-2)
    assert scores.psnr == pytest.approx(peak_signal_noise_ratio(truth.pixels, other))
    assert scores.chroma == pytest.approx(np.hypot(two[..., 1], two[..., 2]).mean(), abs=1e-2)
    grey = np.hypot(one[..., 1], one[..., 2]) < 10
    false = grey & (np.hypot(two[..., 1], two[..., 2]) > 25)
    share = scores.colour_errors.false_colour_share()
    assert share == pytest.approx(false.sum() / grey.sum(), abs=1e-3)


def test_the_curve_is_that_of_the_whole_picture(truth):
    other = np.ascontiguousarray(truth.pixels[::-1])
    whole = AreaUnderCurve()
    whole.add(truth.lab[..., 1:], lab_of(other)[..., 1:])
    curve = measure(truth, other).curve
    assert curve.raw() == pytest.approx(whole.raw())
    assert curve.rebalanced() == pytest.approx(whole.rebalanced())
