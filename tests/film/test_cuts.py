"""Hard cuts are found; flashes, flicker and motion are none."""

from __future__ import annotations

import numpy as np
import pytest
from clips import Flickering, pan

from labcolor.film.steady import Follower


def cuts(pictures: list[np.ndarray]) -> list[int]:
    follower: Follower[int] = Follower(Flickering())
    found = []
    for number, picture in enumerate(pictures):
        found += list(follower.push(follower.look(number, picture)))
    found += list(follower.finish())
    assert [one.item for one in found] == list(range(len(pictures)))
    return [one.item for one in found if one.first and one.item]


def lit(picture: np.ndarray, factor: float, offset: float = 0) -> np.ndarray:
    return np.clip(picture * factor + offset, 0, 255).astype(np.uint8)


SHOTS = [pan(20, seed, width=192, height=128) for seed in range(4)]


def test_every_hard_cut_is_found() -> None:
    assert cuts([picture for shot in SHOTS for picture in shot]) == [20, 40, 60]


def test_a_shot_of_few_pictures() -> None:
    assert cuts([*SHOTS[0], *SHOTS[1][:4], *SHOTS[2]]) == [20, 24]


@pytest.mark.parametrize("length", [1, 2])
def test_a_flash_is_no_cut(length: int) -> None:
    shot = list(SHOTS[0])
    for number in range(9, 9 + length):
        shot[number] = lit(shot[number], 0.3, 200)
    assert cuts(shot) == []


def test_a_lost_picture_is_no_cut() -> None:
    shot = list(SHOTS[0])
    shot[10] = np.zeros_like(shot[10])
    assert cuts(shot) == []


def test_flicker_is_no_cut() -> None:
    """Brightness that changes by 12 % from picture to picture, as that of old film."""
    rng = np.random.default_rng(0)
    assert cuts([lit(picture, 1 + 0.12 * rng.normal()) for picture in SHOTS[0]]) == []


def test_grain_is_no_cut() -> None:
    rng = np.random.default_rng(0)
    assert cuts([lit(p, 1, rng.normal(0, 12, p.shape)) for p in SHOTS[0]]) == []


def test_fast_motion_is_no_cut() -> None:
    assert cuts(pan(20, speed=10, width=192, height=128)) == []


def test_a_cut_to_black_and_back() -> None:
    black = [np.zeros_like(SHOTS[0][0])] * 8
    assert cuts([*SHOTS[0], *black, *SHOTS[1]]) == [20, 28]
