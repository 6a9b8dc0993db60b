"""Colour hints brought to the network's square: none vanishes, none changes its colour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import rgb2lab

from labcolor.color.hints import Hints
from labcolor.errors import UsageError

RED, BLUE = (200, 30, 30), (30, 30, 200)


def ab(rgb: tuple[int, int, int]) -> np.ndarray:
    return rgb2lab(np.array(rgb) / 255)[1:]


def painted(height: int, width: int, rows: slice, columns: slice, rgb=RED) -> np.ndarray:
    """Paint a rectangle on a transparent picture, BGRA."""
    picture = np.zeros((height, width, 4), np.uint8)
    picture[rows, columns] = (*rgb[::-1], 255)
    return picture


@settings(deadline=None)
@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    side=st.sampled_from([8, 16, 32]),
    place=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)),
)
def test_a_single_pixel_does_not_vanish_and_keeps_its_colour(size, side, place):
    """It is found where it lies, in one place at least, and nowhere else."""
    height, width = size
    y, x = int(place[0] * height), int(place[1] * width)
    picture = painted(height, width, slice(y, y + 1), slice(x, x + 1))
    planes = Hints(picture).planes(height, width, side)
    rows, columns = np.nonzero(planes[2])
    assert len(rows) >= 1
    np.testing.assert_allclose(planes[:2, rows, columns].T, [ab(RED)] * len(rows), atol=0.01)
    # within the pixels of the network that this one touches
    assert rows.min() >= np.floor(y * side / height)
    assert rows.max() <= np.ceil((y + 1) * side / height) - 1
    assert columns.min() >= np.floor(x * side / width)
    assert columns.max() <= np.ceil((x + 1) * side / width) - 1


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 3))
def test_pixels_that_share_a_place_give_their_mean(red, blue):
    """8 × 8 pixels are one of the network's; what is transparent in it does not count."""
    picture = painted(64, 64, slice(8, 8 + red), slice(16, 17))
    picture[12 : 12 + blue, 17] = (*BLUE[::-1], 255)
    picture[15, 23] = (0, 255, 0, 100)  # less than half opaque
    planes = Hints(picture).planes(64, 64, 8)
    mean = (red * ab(RED) + blue * ab(BLUE)) / (red + blue)
    np.testing.assert_allclose(planes[:2, 1, 2], mean, atol=0.01)
    assert planes[2].sum() == 1


def test_deep_pictures_and_grey_ones():
    """16 bits say the same as 8; grey and alpha say that a place is grey."""
    picture = painted(40, 30, slice(3, 9), slice(4, 8))
    shallow = Hints(picture).planes(40, 30, 16)
    deep = Hints(picture.astype(np.uint16) * 257).planes(40, 30, 16)
    np.testing.assert_allclose(deep, shallow, atol=1e-4)
    grey = Hints(picture[..., [0, 3]]).planes(40, 30, 16)
    np.testing.assert_array_equal(grey[2], shallow[2])
    assert not grey[:2].any()


@pytest.mark.parametrize(("x", "y"), [(0, 0), (199, 99), (100, 50), (0, 99)])
def test_a_point_is_a_small_patch_around_its_place(x, y):
    planes = Hints(points=[(x, y, "#C81E1E")]).planes(100, 200, 50)
    rows, columns = np.nonzero(planes[2])
    assert {abs(rows - y // 2).max(), abs(columns - x // 4).max()} == {1}
    assert planes[2, y // 2, x // 4] == 1
    np.testing.assert_allclose(planes[:2, rows, columns].T, [ab(RED)] * len(rows), atol=0.01)


def test_each_of_two_close_points_keeps_its_place():
    points = [(10, 10, "#C81E1E"), (11, 10, "#1E1EC8")]
    planes = Hints(points=points).planes(32, 32, 32)
    np.testing.assert_allclose(planes[:2, 10, 10], ab(RED), atol=0.01)
    np.testing.assert_allclose(planes[:2, 10, 11], ab(BLUE), atol=0.01)


def test_points_count_where_the_picture_says_something_else():
    picture = painted(32, 32, slice(0, 32), slice(0, 16))
    planes = Hints(picture, [(5, 5, "#1E1EC8")]).planes(32, 32, 32)
    np.testing.assert_allclose(planes[:2, 5, 5], ab(BLUE), atol=0.01)
    np.testing.assert_allclose(planes[:2, 20, 5], ab(RED), atol=0.01)
    assert not planes[:, :, 16:].any()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "hints are empty"),
        ({"picture": np.zeros((4, 4, 4), np.uint8)}, "fully transparent"),
        ({"picture": np.full((4, 4, 4), 127, np.uint8)}, "fully transparent"),
        ({"picture": np.zeros((4, 4, 3), np.uint8)}, "BGRA"),
        ({"picture": np.zeros((4, 4, 4), np.float32)}, "BGRA"),
        ({"picture": [[1]]}, "BGRA"),
        ({"points": [(1, 1, "redd")]}, "'redd' is not a colour: did you mean red"),
        ({"points": [(1, 1, "#12345")]}, "is not a colour"),
    ],
)
def test_what_is_no_hint(arguments, words):
    with pytest.raises(UsageError, match=words):
        Hints(**arguments)


def test_hints_that_do_not_fit_the_photograph():
    picture = painted(20, 30, slice(0, 5), slice(0, 5))
    with pytest.raises(UsageError, match=r"30 × 20 .* photograph 20 × 30"):
        Hints(picture).planes(30, 20, 8)
    for x, y in ((20, 0), (0, 30), (-1, 0)):
        with pytest.raises(UsageError, match=rf"hint {x},{y} .* 0,0 to 19,29"):
            Hints(points=[(x, y, "#112233")]).planes(30, 20, 8)
