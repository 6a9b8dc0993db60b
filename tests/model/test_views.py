"""The whole, crops and mirror images of a photograph, and the mean of what is said of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from labcolor import Colorizer, Hints
from labcolor.color.decode import softmax
from labcolor.errors import UsageError
from labcolor.model.views import CLOSEST, Pyramid, Views

SIDE, CELLS = 32, 8


def pyramid(near: np.ndarray) -> Pyramid:
    """Let the whole be what `near` is when it is made small."""
    whole = [cv2.resize(plane, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for plane in near]
    return Pyramid(np.stack(whole), near)


def smooth(detail: int) -> np.ndarray:
    """Make a slope of L* across the picture, (1, N·S, N·S)."""
    y, x = np.mgrid[0 : SIDE * detail, 0 : SIDE * detail] / (SIDE * detail)
    return (20 + 30 * x + 20 * y).astype(np.float32)[None]


def cells(view: np.ndarray) -> np.ndarray:
    """Answer with L* itself, a cell for every 4 × 4 pixels."""
    return cv2.resize(view[0], (CELLS, CELLS), interpolation=cv2.INTER_AREA)[None]


def whole_of(views: Views, ask, seen: Pyramid) -> np.ndarray:
    return np.concatenate(list(views.merged(ask, seen)), axis=1)


@pytest.mark.parametrize("detail", [1, 2, 3, CLOSEST])
def test_what_all_views_agree_on_is_the_result(detail: int) -> None:
    """Each place of each crop is where it belongs, and all weights together are 1."""
    near = smooth(detail)
    merged = whole_of(Views(SIDE, detail), cells, pyramid(near))
    side = CELLS * detail
    expected = cv2.resize(near[0], (side, side), interpolation=cv2.INTER_AREA)
    inside = np.s_[detail:-detail, detail:-detail]  # at the border the whole has no more to say
    assert merged.shape == (1, side, side)
    np.testing.assert_allclose(merged[0][inside], expected[inside], atol=1e-3)


@pytest.mark.parametrize("detail", [2, 4])
def test_a_distribution_stays_one(detail: int) -> None:
    rng = np.random.default_rng(0)

    def ask(_view: np.ndarray) -> np.ndarray:
        return softmax(rng.normal(0, 3, (313, CELLS, CELLS)).astype(np.float32))

    merged = whole_of(Views(SIDE, detail), ask, pyramid(smooth(detail)))
    np.testing.assert_allclose(merged.sum(0), 1, atol=1e-5)


def test_the_number_of_views() -> None:
    """(2N − 1)² crops and the whole."""
    looked = []

    def ask(view: np.ndarray) -> np.ndarray:
        looked.append(view)
        return cells(view)

    for detail, number in [(1, 1), (2, 10), (3, 26)]:
        looked.clear()
        whole_of(Views(SIDE, detail), ask, pyramid(smooth(detail)))
        assert len(looked) == number
        assert {view.shape for view in looked} == {(1, SIDE, SIDE)}


@pytest.mark.parametrize("crops", ["border", "each its own"])
def test_no_seam_where_crops_end(crops: str) -> None:
    """Crops that answer badly at their border, or each in its own way, leave no step.

    A seam is a step between two neighbouring cells; here the largest one that smooth weights make
    of answers that differ by 10 is asserted, where weights that end at once would leave 5.
    """
    rng = np.random.default_rng(1)
    rim = np.full((CELLS, CELLS), 10, np.float32)
    rim[1:-1, 1:-1] = 0

    def ask(view: np.ndarray) -> np.ndarray:
        answer = rim if crops == "border" else np.full_like(rim, 10 * rng.random())
        return np.where(view[0, 0, 0] < 0, 0, answer)[None].astype(np.float32)

    near = np.zeros((1, 4 * SIDE, 4 * SIDE), np.float32)
    seen = Pyramid(np.full((1, SIDE, SIDE), -1, np.float32), near)  # the whole answers 0
    merged = whole_of(Views(SIDE, 4), ask, seen)[0]
    inner = merged[CELLS // 2 : -CELLS // 2, CELLS // 2 : -CELLS // 2]
    steps = max(np.abs(np.diff(inner, axis=axis)).max() for axis in (0, 1))
    assert steps < 2


@pytest.fixture(scope="module")
def closer() -> Colorizer:
    return Colorizer(detail=3)


@pytest.mark.parametrize("kind", ["flat", "gradient"])
def test_no_seam_in_a_picture(closer: Colorizer, kind: str) -> None:
    """On a flat picture and on a gradient, no step at crops' borders beyond those elsewhere."""
    y, x = np.mgrid[0:600, 0:600]
    photo = np.full((600, 600), 140.0) if kind == "flat" else 60 + 60 * (x + y) / 600
    chroma = closer.chroma(photo.astype(np.uint8))
    half = len(chroma) // 6  # of a crop
    for axis in (0, 1):
        steps = np.hypot(*np.moveaxis(np.diff(chroma, axis=axis), -1, 0)).mean(1 - axis)
        border = np.arange(1, 6) * half
        elsewhere = np.delete(steps, np.concatenate([border - 2, border - 1, border]))
        assert steps[border - 1].max() < 1.5 * elsewhere.max() + 0.1
        assert steps.max() < 3


def test_a_closer_look_has_a_finer_grid(closer: Colorizer) -> None:
    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)
    grid = len(Colorizer().chroma(photo))
    assert closer.chroma(photo).shape == (3 * grid, 3 * grid, 2)
    assert closer.distribution(photo).shape == (313, 3 * grid, 3 * grid)
    assert closer(photo).shape == (512, 512, 3)


def test_hints_hold_in_a_closer_look() -> None:
    """Crops get the hints that fall into them, as large as they see them."""
    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)
    colorizer = Colorizer("reg_full_model", detail=2)
    side = len(colorizer.chroma(photo))
    chroma = colorizer.chroma(photo, Hints(points=[(100, 430, "#4050a0")]))
    there = chroma[430 * side // 512, 100 * side // 512]
    np.testing.assert_allclose(there, [19.5, -46.8], atol=4)


@pytest.mark.parametrize("detail", [0, -1, CLOSEST + 1])
def test_a_detail_out_of_range_is_refused(detail: int) -> None:
    with pytest.raises(UsageError, match="detail must be from 1 to 8"):
        Colorizer(detail=detail)


def test_halves_of_an_odd_grid_are_refused() -> None:
    with pytest.raises(UsageError, match="odd"):
        whole_of(Views(SIDE, 2), lambda _: np.zeros((2, 7, 7), np.float32), pyramid(smooth(2)))
