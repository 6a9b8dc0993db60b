"""The guided filter keeps colours on their side of an edge, and adds none of its own."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data
from skimage.color import rgb2lab

from labcolor.color.guided import Guided
from labcolor.color.upsample import Bilinear

RED, BLUE = np.array([60, 40], np.float32), np.array([10, -50], np.float32)


def small(plane, height, width):
    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)


def enlarged(way, lightness, ab):
    """Enlarge ab, and return it as (h, w, 2)."""
    size = lightness.shape
    plane = (
        Bilinear(ab, *size)
        if way is Bilinear
        else Guided(ab, small(lightness, 4 * len(ab), 4 * ab.shape[1]), *size)
    )
    return plane.rows(0, lightness).transpose(1, 2, 0)


@pytest.fixture(scope="module", params=["astronaut", "coffee", "chelsea"])
def photograph(request):
    """Return L* and ab of a photograph."""
    lab = rgb2lab(getattr(data, request.param)()).astype(np.float32)
    return np.ascontiguousarray(lab[..., 0]), np.ascontiguousarray(lab[..., 1:])


def halves():
    """Return L* of a light and a dark half that meet within a cell, and the ab of each."""
    lightness = np.full((240, 320), 80, np.float32)
    lightness[:, 150:] = 25
    ab = np.where((lightness > 50)[..., None], RED, BLUE)
    return lightness, ab


def test_an_edge_is_sharp():
    """Of the error that interpolation makes along an edge, less than a third is left."""
    lightness, ab = halves()
    errors = {
        way: np.abs(enlarged(way, lightness, small(ab, 12, 16)) - ab).mean()
        for way in (Guided, Bilinear)
    }
    assert errors[Guided] < errors[Bilinear] / 3


def test_a_photograph_is_nearer_the_truth(photograph):
    """Its own ab made small and brought back beats bilinear and bicubic interpolation."""
    lightness, ab = photograph
    tiny = small(ab, 36, 36)
    cubic = cv2.resize(tiny, lightness.shape[::-1], interpolation=cv2.INTER_CUBIC)
    guided, bilinear, cubic = (
        np.linalg.norm(result - ab, axis=-1).mean()
        for result in (
            enlarged(Guided, lightness, tiny),
            enlarged(Bilinear, lightness, tiny),
            cubic,
        )
    )
    assert guided < 0.97 * cubic < cubic < bilinear


def test_made_small_again_it_is_what_was_given(photograph):
    """Two corrections leave a fifth of what bilinear interpolation loses, at most half."""
    lightness, ab = photograph
    tiny = small(ab, 36, 36)
    lost = {
        way: np.abs(small(enlarged(way, lightness, tiny), 36, 36) - tiny).mean()
        for way in (Guided, Bilinear)
    }
    assert lost[Guided] < lost[Bilinear] / 2


def test_grain_does_not_become_colour(photograph):
    """Of grain of 5 in L*, less than two fifths come through to a and to b."""
    lightness, ab = photograph
    tiny = small(ab, 36, 36)
    grain = np.random.default_rng(0).normal(0, 5, lightness.shape).astype(np.float32)
    change = enlarged(Guided, lightness + grain, tiny) - enlarged(Guided, lightness, tiny)
    assert change.std() < 2


def test_flat_lightness_changes_nothing():
    """Without edges it is the smooth plane that bilinear interpolation gives, corrected."""
    ab = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 60, (20, 20, 2)), (0, 0), 4)
    ab = ab.astype(np.float32)
    flat = np.full((200, 200), 50, np.float32)
    difference = enlarged(Guided, flat, ab) - enlarged(Bilinear, flat, ab)
    assert np.abs(difference).max() < 1


def test_a_glint_gets_no_colour_of_its_own():
    """L* beyond all that the cells span takes the colour at the end of the span."""
    lightness, ab = halves()
    glint = lightness.copy()
    glint[100:102, 100:102] = 100
    tiny = small(ab, 12, 16)
    size = lightness.shape
    plane = Guided(tiny, small(lightness, 48, 64), *size)
    np.testing.assert_allclose(plane.rows(0, glint), plane.rows(0, lightness), atol=0.5)


@pytest.mark.parametrize("strip", [1, 7, 32, 240])
def test_strips_do_not_show(strip):
    """A hundred-thousandth of the largest ab at most, where a sum is rounded in another order."""
    lightness, ab = halves()
    lightness += np.random.default_rng(0).normal(0, 5, lightness.shape).astype(np.float32)
    plane = Guided(small(ab, 12, 16), small(lightness, 48, 64), *lightness.shape)
    rows = [plane.rows(top, lightness[top : top + strip]) for top in range(0, 240, strip)]
    np.testing.assert_allclose(np.concatenate(rows, 1), plane.rows(0, lightness), atol=1e-3)


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (7, 5), (200, 2)])
@pytest.mark.parametrize("grid", [(1, 1), (36, 36), (8, 3)])
def test_any_size_will_do(size, grid):
    rng = np.random.default_rng(0)
    ab = rng.normal(0, 30, (*grid, 2)).astype(np.float32)
    seen = rng.uniform(0, 100, (4 * grid[0], 4 * grid[1])).astype(np.float32)
    lightness = rng.uniform(0, 100, size).astype(np.float32)
    result = Guided(ab, seen, *size).rows(0, lightness)
    assert result.shape == (2, *size)
    assert np.isfinite(result).all()


def test_a_grid_as_large_as_what_was_seen_will_do():
    """Networks that give ab at the size of their input."""
    lightness, ab = halves()
    tiny = small(ab, 48, 64)
    result = Guided(tiny, small(lightness, 48, 64), 240, 320).rows(0, lightness)
    expected = enlarged(Bilinear, lightness, tiny)
    assert np.abs(result.transpose(1, 2, 0) - ab).mean() < np.abs(expected - ab).mean()
