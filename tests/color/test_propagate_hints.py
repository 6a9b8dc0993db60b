"""What a hint changes: its place exactly, what no edge parts from it, and nothing far away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import rgb2lab

from labcolor.color.hints import Hints
from labcolor.color.propagate_hints import apply_hints

RED = rgb2lab(np.array([200, 30, 30]) / 255)[1:]
BLUE = rgb2lab(np.array([30, 30, 200]) / 255)[1:]
FLAT = np.full((160, 160), 50, np.float32)


def told(*points: tuple[int, int, str], side: int = 160) -> np.ndarray:
    """Hint at places of a photograph of 160×160."""
    return Hints(points=points or [(40, 100, "#C81E1E")]).planes(160, 160, side)


def ignored(hints: np.ndarray, seen: np.ndarray, grid: int = 40, ab: float = 5) -> np.ndarray:
    """Honour hints in the answer of a network that does not care, ab everywhere."""
    answer = np.full((grid, grid, 2), ab, np.float32)
    return apply_hints(answer, answer, hints, seen)


@pytest.mark.parametrize("grid", [(40, 40), (72, 72), (160, 160), (20, 30)])
def test_a_hinted_place_gets_its_colour_and_far_places_keep_theirs(grid):
    """Whatever the network made of the hint, and however small the hint is."""
    before = np.full((*grid, 2), 5, np.float32)
    after = apply_hints(before + 20, before, told(), FLAT)
    row, column = int(grid[0] * 100.5 / 160), int(grid[1] * 40.5 / 160)
    np.testing.assert_allclose(after[row, column], RED, atol=0.01)
    y, x = np.mgrid[0 : grid[0], 0 : grid[1]]
    away = np.hypot((y - row) / grid[0], (x - column) / grid[1])
    assert np.hypot(*(after[away > 0.55] - 5).T).max() < 2


@settings(deadline=None, max_examples=25)
@given(
    st.tuples(st.integers(0, 159), st.integers(0, 159)),
    st.sampled_from([16, 36, 56, 100, 144, 160, 288]),
    st.integers(0, 9),
)
def test_any_sizes_and_places(place, side, seed):
    """Hinted cells hold the hint, at any size of the square and of the network's answer."""
    random = np.random.default_rng(seed)
    hints = told((*place, "#C81E1E"), side=side)
    seen = random.uniform(0, 100, (side, side)).astype(np.float32)
    grid = max(4, side // 4)
    ab, without = random.normal(0, 20, (2, grid, grid, 2)).astype(np.float32)
    after = apply_hints(ab, without, hints, seen)
    assert after.shape == ab.shape
    assert after.dtype == np.float32
    row, column = (int((each + 0.5) * grid / 160) for each in place[::-1])
    np.testing.assert_allclose(after[row, column], RED, atol=0.02)


def test_a_single_pixel_of_a_large_square_is_not_lost():
    """Where the network looks closely, a cell is thousands of the square's pixels."""
    hints = np.zeros((3, 2448, 2448), np.float32)
    hints[:, 1000, 1000] = (*RED, 1)
    after = ignored(hints, np.full((2448, 2448), 50, np.float32), grid=36)
    np.testing.assert_allclose(after[14, 14], RED, atol=0.01)


def test_what_is_much_lighter_does_not_follow():
    """An edge of lightness beside the hint holds its colour back."""
    seen = np.full((160, 160), 30, np.float32)
    seen[:, 80:] = 80
    after = ignored(told((70, 80, "#C81E1E")), seen, grid=160, ab=0)
    assert np.hypot(*after[80, 74]) > 30
    assert np.hypot(*after[80, 84:].T).max() < 4


def test_a_whole_thing_within_its_edges_follows_and_nothing_else():
    """A disc on another ground, a third of the picture's side wide."""
    rows, columns = np.mgrid[:160, :160]
    radius = np.hypot(rows - 80, columns - 80)
    seen = np.where(radius < 27, 65, 30).astype(np.float32)
    after = ignored(told((62, 80, "#C81E1E")), seen, grid=160, ab=0)
    share = after @ RED / (RED @ RED)
    assert share[radius < 22].min() > 0.5
    assert np.abs(share[radius > 32]).max() < 0.05


def test_shading_and_grain_let_a_hint_pass_where_an_edge_of_the_same_height_does_not():
    """Thirty of L* on the way: as a slope, as a step; and a slope with the grain of a film."""
    slope = np.broadcast_to(np.clip((np.arange(160) - 40) * 0.5, 0, 30) + 40, (160, 160))
    step = np.broadcast_to(np.where(np.arange(160) < 70, 40.0, 70.0), (160, 160))
    grain = slope + np.random.default_rng(0).normal(0, 3, slope.shape)
    hints = told((40, 80, "#C81E1E"))
    follows = [
        float(ignored(hints, seen.astype(np.float32), ab=0)[20, 20] @ RED / (RED @ RED))
        for seen in (slope, grain, step)
    ]
    assert follows[0] > 0.5
    assert follows[1] > 0.5
    assert follows[2] < 0.05


def test_what_is_near_another_hint_follows_that_one():
    after = ignored(told((20, 80, "#C81E1E"), (140, 80, "#1E1EC8")), FLAT)
    np.testing.assert_allclose(after[20, 10], RED, rtol=0.15)
    np.testing.assert_allclose(after[20, 30], BLUE, rtol=0.15)


def test_differences_within_an_object_stay():
    """What the network saw of its parts is moved, not painted over."""
    before = np.zeros((40, 40, 2), np.float32)
    before[:, 12:14] = (0, 8)
    after = apply_hints(before, before, told(), FLAT)
    np.testing.assert_allclose(after[25, 12:14] - after[25, 14:16], [[0, 8], [0, 8]], atol=2.5)


def test_the_networks_own_answer_is_held_back_far_away_alone():
    """Beside an edge, not far from the hint, what the network says of it counts."""
    seen = np.full((160, 160), 30, np.float32)
    seen[:, 60:] = 90
    before = np.zeros((40, 40, 2), np.float32)
    after = apply_hints(before + np.float32(6), before, told(), seen)
    np.testing.assert_allclose(after[25, 18], [6, 6], atol=0.5)
    assert np.hypot(*after[:, 36:].reshape(-1, 2).T).max() < 2


def test_without_a_hint_nothing_changes():
    before = np.zeros((16, 16, 2), np.float32)
    none = np.zeros((3, 16, 16), np.float32)
    seen = np.full((16, 16), 50, np.float32)
    np.testing.assert_array_equal(apply_hints(before + 1, before, none, seen), before)
