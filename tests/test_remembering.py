"""A colorizer that remembers its photograph: the same pictures, and the network asked once."""

from __future__ import annotations

from unittest import mock

import cv2
import numpy as np
import pytest
from skimage import data

from labcolor import Colorizer, Hints
from labcolor.errors import UsageError

HINTS = Hints(points=[(100, 430, "#4050a0")])


@pytest.fixture(scope="module")
def photo():
    return cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)


@pytest.mark.parametrize("settings", [{}, {"detail": 2}], ids=str)
def test_it_gives_what_a_new_one_gives(photo, settings):
    """To the bit, whatever has been adjusted before, with hints and without."""
    known = Colorizer(**settings).remembering(photo)
    known.adjusted(rebalance=1, strength=2)(photo)
    quiet = Colorizer(**settings, rebalance=0.2, temperature=0.7, strength=1.3)
    adjusted = known.adjusted(rebalance=0.2, temperature=0.7, strength=1.3)
    for hints in (None, HINTS):
        np.testing.assert_array_equal(adjusted(photo, hints), quiet(photo, hints))
    pairs = zip(adjusted.variants(photo, 3), quiet.variants(photo, 3), strict=True)
    for one, other in pairs:
        np.testing.assert_array_equal(one, other)


def test_the_network_is_asked_once(photo):
    """Settings, hints and sizes cost no pass of it, where it takes no hints."""
    known = Colorizer().remembering(photo)
    with mock.patch.object(known._estimator, "_engine", wraps=known._estimator._engine) as network:
        known(photo)
        known.adjusted(strength=0.5, rebalance=0.1)(cv2.resize(photo, (300, 300)), HINTS)
        known.uncertainty(photo)
        list(known.variants(photo, 3))
        known.likely(photo, 3, 4)
    assert network.call_count == 1


def test_other_settings_share_the_network(photo):
    """Nothing is read again: a frame of a moving slider has no time for it."""
    colorize = Colorizer()
    with mock.patch("labcolor.colorizer.engines.start", side_effect=AssertionError):
        known = colorize.looking(1).remembering(photo)
        known.adjusted(strength=0.5).liking("kodachrome")(photo)


def test_a_small_one_is_a_preview_of_the_large_one(photo):
    """What the result is when made small, but for edges: hints are where they are in the large."""
    known = Colorizer("reg_full_model").remembering(photo)
    small = known(cv2.resize(photo, (256, 256), interpolation=cv2.INTER_AREA), HINTS)
    large = cv2.resize(known(photo, HINTS), (256, 256), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - large).mean() < 2


def test_likely_colours_are_shares_of_the_distribution(photo):
    """Distinct, the likeliest first, with the L* of the place; together at most all of it."""
    found = Colorizer().likely(photo, 100, 430)
    shares = [one.share for one in found]
    assert shares == sorted(shares, reverse=True)
    assert 0.5 < sum(shares) <= 1 + 1e-6
    grey = cv2.cvtColor(photo, cv2.COLOR_GRAY2BGR)[430, 100]
    level = cv2.cvtColor(np.array([[grey]], np.float32) / 255, cv2.COLOR_BGR2Lab)[0, 0, 0]
    for one in found:
        bgr = np.frombuffer(bytes.fromhex(one.colour[1:]), np.uint8)[::-1]
        lab = cv2.cvtColor(np.array([[bgr]], np.float32) / 255, cv2.COLOR_BGR2Lab)[0, 0]
        assert abs(lab[0] - level) < 3  # a place is a pixel, and what the network sees a mean


def test_what_is_refused(photo):
    colorize = Colorizer()
    with pytest.raises(UsageError, match="512,3 is outside the photograph of 512 × 512"):
        colorize.likely(photo, 512, 3)
    with pytest.raises(UsageError, match="rebalance must be from 0 to 1"):
        colorize.adjusted(rebalance=2)
    with pytest.raises(UsageError, match="it has no rebalance"):
        Colorizer("reg_full_model").adjusted(rebalance=0.5)
    with pytest.raises(UsageError, match="strength must be from 0 to 4"):
        colorize.adjusted(strength=5)
    with pytest.raises(UsageError, match="upsampling must be"):
        colorize.adjusted(upsample="cubic")
