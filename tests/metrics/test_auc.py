"""The area under the curve of ab error, by hand and by its properties."""

from __future__ import annotations

import numpy as np
import pytest

from labcolor.color.bins import nearest, smooth
from labcolor.metrics import AreaUnderCurve


def area(truth, ab, **options):
    curve = AreaUnderCurve()
    curve.add(truth, ab)
    return curve.raw(), curve.rebalanced(**options)


def test_the_truth_scores_full_marks():
    truth = np.random.default_rng(0).uniform(-80, 80, (50, 2))
    assert area(truth, truth) == pytest.approx((100, 100))


def test_one_error_everywhere():
    """All pixels 30 off: the curve is 0 up to t = 29 and 1 from t = 30 on, so 120.5 / 150."""
    truth = np.zeros((10, 2))
    assert area(truth, truth + np.array([30, 0]))[0] == pytest.approx(100 * 120.5 / 150)


def test_errors_beyond_the_curve_count_nothing():
    assert area(np.full((4, 2), -90.0), np.full((4, 2), 90.0))[0] == 0


def test_rare_colours_count_for_more_when_rebalanced():
    """99 grey pixels right and a red one wrong: raw hardly notices, rebalanced does."""
    truth = np.zeros((100, 2))
    truth[0] = [70, 50]
    raw, rebalanced = area(truth, np.zeros((100, 2)))
    assert raw > 99
    assert rebalanced < 75


def test_a_uniform_prior_makes_both_the_same():
    truth = np.random.default_rng(0).uniform(-60, 60, (500, 2))
    ab = truth + np.random.default_rng(1).normal(0, 20, truth.shape)
    raw, rebalanced = area(truth, ab, prior=np.full(313, 1 / 313))
    assert raw == pytest.approx(rebalanced)


def test_pictures_add_up():
    """Two pictures, one after the other, are one picture of both."""
    rng = np.random.default_rng(0)
    truth, ab = rng.uniform(-60, 60, (2, 300, 2))
    parts = AreaUnderCurve()
    parts.add(truth[:100].reshape(10, 10, 2), ab[:100].reshape(10, 10, 2))
    parts.add(truth[100:], ab[100:])
    assert (parts.raw(), parts.rebalanced()) == pytest.approx(area(truth, ab))


def test_counts_of_two_pictures_are_those_of_both():
    """What was counted apart may be put together later."""
    rng = np.random.default_rng(0)
    truth, ab = rng.uniform(-60, 60, (2, 300, 2))
    whole, part = AreaUnderCurve(), AreaUnderCurve()
    whole.add(truth[:100], ab[:100])
    part.add(truth[100:], ab[100:])
    whole += part
    assert (whole.raw(), whole.rebalanced()) == pytest.approx(area(truth, ab))


def test_the_curve_of_the_definition():
    """Drawn point by point, with and without weights, it has the same area."""
    rng = np.random.default_rng(0)
    truth = rng.uniform(-80, 80, (400, 2)).round()
    ab = truth + rng.normal(0, 60, truth.shape)
    distance = np.hypot(*(ab - truth).T)
    t = np.arange(151)
    bins = nearest(truth, 1)[0][:, 0]
    share = smooth(np.bincount(bins, minlength=313))
    expected = []
    for weights in (np.ones(400), 1 / share[bins].astype(np.float64)):
        curve = ((distance <= t[:, None]) * weights).sum(1) / weights.sum()
        expected.append(100 * ((curve[1:] + curve[:-1]) / 2).sum() / 150)
    assert area(truth, ab) == pytest.approx(expected)
