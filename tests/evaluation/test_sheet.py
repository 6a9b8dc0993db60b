"""The picture of the worst, the median and the best."""

from __future__ import annotations

import numpy as np
import pytest

from labcolor.evaluation import Candidate, Folder, baseline, compare
from labcolor.evaluation.sheet import GAP, LINE, SIDE, sheet


def good_at_astronauts_bad_at_coffee(photograph):
    if photograph.name == "nasa/astronaut.png":
        return photograph.pixels.copy()
    if photograph.name == "coffee.png":
        return np.ascontiguousarray(photograph.pixels[..., ::-1])
    return np.repeat(photograph.pixels[..., 1:2], 3, -1)


def drawn(folder, methods):
    grey = Candidate("grey", baseline("grey", folder), is_baseline=True)
    return sheet(folder, compare(folder, [grey, *methods]), methods)


def cell(picture, row, column):
    """Cut a cell out; the album's photographs are fitted to 400 × 267."""
    height = round(SIDE * 40 / 60)
    top = GAP // 2 + LINE + row * (GAP + 2 * LINE + height)
    left = GAP + column * (SIDE + GAP)
    return picture[top : top + height, left : left + SIDE].astype(float)


def test_rows_are_worst_median_best_and_columns_grey_ours_truth(folder):
    """The worst is coffee with its colours inverted, the best the astronaut as she is."""
    picture = drawn(folder, [Candidate("ours", good_at_astronauts_bad_at_coffee)])
    assert picture.dtype == np.uint8
    assert picture.shape[1] == GAP + 3 * (SIDE + GAP)
    grey, ours, truth = (cell(picture, 2, column) for column in range(3))
    np.testing.assert_array_equal(ours, truth)
    assert np.ptp(grey, axis=-1).max() == 0
    ours, truth = (cell(picture, 0, column) for column in (1, 2))
    np.testing.assert_array_equal(ours[..., ::-1], truth)
    assert np.ptp(cell(picture, 1, 1), axis=-1).max() == 0


def test_each_method_has_a_column(folder):
    methods = [Candidate(name, good_at_astronauts_bad_at_coffee) for name in ("one", "two")]
    picture = drawn(folder, methods)
    assert picture.shape[1] == GAP + 4 * (SIDE + GAP)
    np.testing.assert_array_equal(cell(picture, 0, 1), cell(picture, 0, 2))


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_photographs(album, count):
    """One is the only one; of two, one is the worst and one the best."""
    names = ["coffee.png", "nasa/astronaut.png"][:count]
    for file in Folder(album).files:
        if file.relative_to(album).as_posix() not in names:
            file.unlink()
    picture = drawn(Folder(album), [Candidate("ours", good_at_astronauts_bad_at_coffee)])
    assert picture.shape[0] == count * (GAP + 2 * LINE + round(SIDE * 40 / 60))
