"""False colours and right hues, counted by hand and by scikit-image's own LCh."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import lab2lch

from labcolor.metrics import ColourErrors, colour_errors


def polar(chroma, degrees):
    return np.stack(
        [chroma * np.cos(np.deg2rad(degrees)), chroma * np.sin(np.deg2rad(degrees))], -1
    )


def test_counted_by_hand():
    truth = polar(np.array([9.0, 9.0, 0.0, 20.0, 20.0, 20.0, 20.0]), np.zeros(7))
    ab = polar(np.array([26.0, 24.0, 40.0, 5.0, 50.0, 50.0, 0.0]), [0, 0, 90, 44, -44, 46, 0])
    found = colour_errors(truth, ab)
    assert found == ColourErrors(grey=3, false_colour=2, coloured=4, right_hue=2)
    assert found.false_colour_share() == pytest.approx(2 / 3)
    assert found.right_hue_share() == 0.5


def test_the_hue_is_that_of_scikit_image():
    rng = np.random.default_rng(0)
    truth, ab = rng.normal(0, 30, (2, 5000, 2))
    lch, other = (lab2lch(np.insert(one, 0, 50, axis=-1)) for one in (truth, ab))
    turned = np.abs((lch[:, 2] - other[:, 2] + np.pi) % (2 * np.pi) - np.pi)
    coloured = lch[:, 1] >= 10
    found = colour_errors(truth, ab)
    assert found.coloured == coloured.sum()
    assert found.right_hue == (coloured & (turned <= np.pi / 4)).sum()


def test_pictures_count_alike_whatever_their_size():
    small, large = ColourErrors(4, 4, 0, 0), ColourErrors(900, 0, 100, 50)
    both = small.as_one().plus(large.as_one())
    assert both.false_colour_share() == pytest.approx(1 / 1.9)
    assert both.right_hue_share() == pytest.approx(0.5)


def test_nothing_of_a_kind_is_no_share():
    assert colour_errors(np.zeros((2, 2)), np.zeros((2, 2))).right_hue_share() is None
    assert ColourErrors().false_colour_share() is None
    assert ColourErrors().as_one() == ColourErrors()
