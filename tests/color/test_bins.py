"""The bins, their soft encoding, the prior and the rebalancing weights."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labcolor.color.bins import (
    BINS,
    nearest,
    nearest_by_table,
    prior,
    rebalancing_weights,
    smooth,
    soft_encode,
)

colour = st.tuples(st.floats(-110, 110), st.floats(-110, 110))


def test_bins_are_the_published_ones():
    """The authors' pts_in_hull.npy, by its published sha256: a header, then int64 numbers."""
    header = b"\x93NUMPY\x01\x00F\x00{'descr': '<i8', 'fortran_order': False, 'shape': (313, 2), }"
    file = header.ljust(79) + b"\n" + BINS.astype("<i8").tobytes()
    published = "b5dec01315c34f43f1c8c089e84c45ae35d1838d8e77ed0e7ca930f79ffa450e"
    assert hashlib.sha256(file).hexdigest() == published


def test_bins_cannot_be_changed_by_mistake():
    with pytest.raises(ValueError, match="read-only"):
        BINS[0, 0] = 1


def test_nearest_is_what_a_search_tree_finds():
    """Scipy's k-d tree finds the same distances."""
    from scipy.spatial import cKDTree

    ab = np.random.default_rng(0).uniform(-110, 110, (500, 2))
    _, squared = nearest(ab, 10)
    np.testing.assert_allclose(np.sqrt(squared), cKDTree(BINS).query(ab, 10)[0], rtol=1e-5)


@given(colour, st.integers(1, 313))
def test_soft_encoding_is_a_distribution(ab, neighbours):
    """Positive or zero, falling from the nearest on, and summing to 1, in and out of the gamut."""
    _, share = soft_encode(ab, neighbours)
    assert share.shape == (neighbours,)
    assert (share >= 0).all()
    assert (np.diff(share) <= 0).all()
    assert share.sum() == pytest.approx(1, abs=1e-5)


def test_soft_encoding_of_a_centre():
    """A centre with four neighbours at 10: 1 and exp(−100 / 50) each, divided by their sum."""
    index, share = soft_encode((0, 0), 5)
    beside = np.exp(-2)
    np.testing.assert_allclose(share, np.array([1, *4 * [beside]]) / (1 + 4 * beside), rtol=1e-5)
    assert BINS[index[0]].tolist() == [0, 0]


def test_soft_encoding_keeps_the_shape_of_a_picture():
    index, share = soft_encode(np.zeros((3, 4, 2)))
    assert index.shape == share.shape == (3, 4, 10)


def test_the_table_of_whole_ab_finds_what_a_search_finds():
    """Over fractions, which are rounded first, and beyond the table, whose border they take."""
    ab = np.random.default_rng(0).uniform(-140, 140, (20, 30, 2))
    expected = nearest(np.rint(ab).clip(-128, 127), 1)[0][..., 0]
    np.testing.assert_array_equal(nearest_by_table(ab), expected)


@pytest.mark.parametrize("neighbours", [0, 314])
def test_too_few_or_many_neighbours_are_refused(neighbours):
    with pytest.raises(ValueError, match="neighbours"):
        nearest((0, 0), neighbours)


def test_ab_of_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match="last axis"):
        nearest(np.zeros((4, 3)))


def test_prior_is_a_distribution_that_peaks_near_grey():
    share = prior()
    assert share.shape == (313,)
    assert (share > 0).all()
    assert share.sum() == pytest.approx(1, abs=1e-5)
    assert np.hypot(*BINS[share.argmax()]) <= 15


def test_smoothing_keeps_the_sum_and_spreads_one_bin_over_its_neighbours():
    """In the middle of the gamut, neighbours at 10 get exp(−2) of what the bin keeps."""
    histogram = np.zeros(313)
    centre = int(nearest((0, 0), 1)[0][0])
    histogram[centre] = 7
    smoothed = smooth(histogram)
    assert smoothed.sum() == pytest.approx(1, abs=1e-6)
    beside = int(nearest((10, 0), 1)[0][0])
    assert smoothed[beside] / smoothed[centre] == pytest.approx(np.exp(-2), rel=1e-5)


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_rebalancing_weights_expect_one_and_favour_the_rare(seed, mixing):
    """E_prior[w] = 1, and a rarer bin never weighs less."""
    share = np.random.default_rng(seed).dirichlet(np.full(313, 0.5)) + 1e-9
    share /= share.sum()
    weights = rebalancing_weights(share, mixing)
    assert (weights * share).sum() == pytest.approx(1, rel=1e-4)
    assert (np.diff(weights[np.argsort(share)]) <= 1e-6 * weights.max()).all()


def test_rebalancing_weights_by_hand():
    """Equation 4 with λ = ½ over two bins of ¾ and ¼: 1/0.625 and 1/0.375, over their mean."""
    w = np.array([1 / 0.625, 1 / 0.375])
    w /= 0.75 * w[0] + 0.25 * w[1]
    np.testing.assert_allclose(rebalancing_weights([0.75, 0.25]), w, rtol=1e-6)


def test_uniform_mixing_weighs_all_alike():
    np.testing.assert_allclose(rebalancing_weights(prior(), 1), 1, rtol=1e-4)


def test_weights_that_would_be_infinite_are_refused():
    with pytest.raises(ValueError, match="finite"):
        rebalancing_weights([1.0, 0.0], 0)


@pytest.mark.parametrize("mixing", [-0.1, 1.1])
def test_mixing_out_of_range_is_refused(mixing):
    with pytest.raises(ValueError, match="λ"):
        rebalancing_weights(prior(), mixing)
