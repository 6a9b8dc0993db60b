"""What rounding does to a place stays with it, and is never more than a code."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from clips import Flickering, pan, scene

from labcolor.film.motion import GRID
from labcolor.film.rounding import SteadyRounding
from labcolor.film.steady import Follower, Settled

HEIGHT, WIDTH = 60, 90


def moved_by(x: float, y: float = 0.0) -> np.ndarray:
    """Say that everything was so many pixels to the left and above in the picture before."""
    cells = np.mgrid[:GRID, :GRID][::-1].transpose(1, 2, 0).astype(np.float32)
    return np.ascontiguousarray(cells - np.float32([x * GRID / WIDTH, y * GRID / HEIGHT]))


def test_a_picture_by_itself_is_rounded_to_the_nearest() -> None:
    values = np.random.default_rng(0).uniform(-3, 258, (HEIGHT, WIDTH, 2)).astype(np.float32)
    codes = SteadyRounding()(values, None)
    assert codes.dtype == np.uint8
    assert np.array_equal(codes, np.clip(np.rint(values), 0, 255))


def test_what_hardly_changes_keeps_its_codes() -> None:
    """Values that tremble by a tenth of a code around anything: no code ever changes."""
    rng = np.random.default_rng(1)
    still = rng.uniform(1, 254, (HEIGHT, WIDTH, 1)).astype(np.float32)
    rounding, plain = SteadyRounding(), []
    first = rounding(still, None)
    for _ in range(20):
        values = still + rng.uniform(-0.1, 0.1, still.shape).astype(np.float32)
        plain.append(np.rint(values) != first)
        assert np.array_equal(rounding(values, moved_by(0)), first)
    assert np.mean(plain) > 0.04


def test_no_code_is_farther_away_than_one() -> None:
    rng = np.random.default_rng(2)
    rounding = SteadyRounding()
    for _ in range(50):
        values = rng.uniform(1, 254, (HEIGHT, WIDTH, 3)).astype(np.float32)
        codes = rounding(values, moved_by(*rng.uniform(-2, 2, 2)))
        assert np.abs(codes - values).max() <= 1


def test_whole_values_stay() -> None:
    """So grey stays grey beside colours."""
    rng = np.random.default_rng(3)
    rounding = SteadyRounding()
    rounding(rng.uniform(1, 254, (HEIGHT, WIDTH, 1)).astype(np.float32), None)
    values = rng.integers(0, 256, (HEIGHT, WIDTH, 1)).astype(np.float32)
    assert np.array_equal(rounding(values, moved_by(0.4)), values)


def test_codes_go_with_the_motion() -> None:
    """Smooth colours pan by two pixels a picture and drift slowly: most codes go along."""
    wide = scene(4, WIDTH + 40, HEIGHT).astype(np.float32)
    wide = cv2.GaussianBlur(wide, (0, 0), 6)[..., None]
    changes = {}
    for back in (None, moved_by(-2)):
        rounding, before, found = SteadyRounding(), None, []
        for number in range(15):
            values = wide[:, 2 * number : 2 * number + WIDTH] + np.float32(0.03 * number)
            codes = rounding(np.ascontiguousarray(values), back if number else None)
            if before is not None:
                found.append(codes[:, :-2] != before[:, 2:])
            before = codes
        changes[back is None] = np.mean(found)
    assert changes[False] < changes[True] / 2


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_the_motion_of_a_turned_picture(quarters: int) -> None:
    """It is found by turning the film's pictures, or by turning what was found."""
    pictures = pan(4, speed=2)

    def settled(quarters: int) -> Settled[int]:
        follower: Follower[int] = Follower(Flickering())
        found = []
        for number, picture in enumerate(pictures):
            turned = np.ascontiguousarray(np.rot90(picture, quarters))
            found += list(follower.push(follower.look(number, turned)))
        return [*found, *follower.finish()][2]

    one, other = settled(0).turned(quarters), settled(quarters)
    assert one.back is not None
    assert other.back is not None
    inner = np.s_[12:-12, 12:-12]
    assert np.median(np.abs(one.back - other.back)[inner]) < 0.2
