"""Rebalancing, softmax and the annealed mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax as scipy_softmax

from labcolor.color.bins import BINS, nearest, prior, rebalancing_weights
from labcolor.color.decode import annealed_mean, mean, rebalance, softmax


def some_logits(seed=0, scale=4.0):
    return np.random.default_rng(seed).normal(0, scale, (313, 5, 6)).astype(np.float32)


def bin_at(a, b):
    return int(nearest((a, b), 1)[0][0])


@given(st.integers(0, 1000), st.floats(0.05, 3))
def test_softmax_is_scipys(seed, temperature):
    logits = some_logits(seed)
    expected = scipy_softmax(logits.astype(np.float64) / temperature, axis=0)
    np.testing.assert_allclose(softmax(logits, temperature), expected, atol=1e-5)


@pytest.mark.parametrize("temperature", [0, 1e-300, 1e-40, 1e-6])
def test_temperature_to_zero_gives_the_mode(temperature):
    """No overflow, no NaN, and the likeliest bin's centre."""
    logits = some_logits(scale=50)
    ab = annealed_mean(logits, temperature)
    np.testing.assert_allclose(ab, BINS[logits.argmax(0)], atol=1e-4)


def test_huge_logits_do_not_overflow():
    distribution = softmax(np.full((313, 1, 1), 3e38, np.float32), 0.38)
    np.testing.assert_allclose(distribution, 1 / 313, rtol=1e-5)


def test_equation_5():
    """The annealed mean of a distribution z is the mean of exp(log z / T), normalised."""
    z = scipy_softmax(some_logits().astype(np.float64), axis=0)
    annealed = np.exp(np.log(z) / 0.38)
    annealed /= annealed.sum(0)
    expected = np.einsum("qhw,qc->hwc", annealed, BINS)
    np.testing.assert_allclose(annealed_mean(np.log(z), 0.38), expected, atol=1e-3)


def test_annealed_mean_by_hand():
    """Two bins with 3:1 odds at a = 0 and a = 40: a mean of 10, at T = ½ odds of 9:1 and 4."""
    logits = np.full((313, 1, 1), -1e4, np.float32)
    logits[bin_at(0, 0)], logits[bin_at(40, 0)] = np.log(3), 0
    np.testing.assert_allclose(annealed_mean(logits, 1)[0, 0], [10, 0], atol=1e-4)
    np.testing.assert_allclose(annealed_mean(logits, 0.5)[0, 0], [4, 0], atol=1e-4)


def test_mean_has_the_shape_of_a_picture():
    assert mean(softmax(some_logits())).shape == (5, 6, 2)


def test_rebalancing_multiplies_the_distribution_by_the_weights():
    """softmax(logits + S · log w) ∝ softmax(logits) · w^S."""
    logits, weights = some_logits(), rebalancing_weights(prior())
    expected = softmax(logits) * (weights**0.7)[:, None, None]
    expected /= expected.sum(0)
    np.testing.assert_allclose(softmax(rebalance(logits, weights, 0.7)), expected, atol=1e-5)


def test_rebalancing_can_be_taken_back():
    logits, weights = some_logits(), rebalancing_weights(prior())
    there = rebalance(logits, weights, 1)
    np.testing.assert_allclose(rebalance(there, weights, -1), logits, atol=1e-4)
    assert rebalance(logits, weights, 0) is logits


def test_a_negative_temperature_is_refused():
    with pytest.raises(ValueError, match="temperature"):
        softmax(some_logits(), -1)
