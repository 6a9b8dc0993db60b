"""Colours hold still where pictures do, follow where they move, and cross no cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from clips import Flickering, pan, scene

from labcolor import Colorizer
from labcolor.errors import PhotoError, UsageError
from labcolor.film.steady import Follower, Steady


def settled(colorizer: Flickering, pictures: list[np.ndarray], **settings: float) -> np.ndarray:
    """Give ab of each picture, (pictures, 72, 72, 2)."""
    follower: Follower[int] = Follower(colorizer, **settings)
    found = []
    for number, picture in enumerate(pictures):
        found += list(follower.push(follower.look(number, picture)))
    return np.stack([one.ab for one in [*found, *follower.finish()]])


def test_flicker_of_a_known_amount_is_gone() -> None:
    """8 units up and down become less than one in eight of it."""
    pictures = pan(60)
    by_itself = settled(Flickering(flicker=8), pictures, steady=0)
    steady = settled(Flickering(flicker=8), pictures)
    assert np.abs(np.diff(by_itself, axis=0)).mean() > 4
    assert np.abs(np.diff(steady, axis=0)).mean() < 0.5


def test_without_steadiness_each_picture_is_coloured_by_itself() -> None:
    colorizer = Flickering(flicker=8)
    pictures = pan(10)
    by_itself = settled(colorizer, pictures, steady=0, every=5)
    assert colorizer.asked == 10
    for ab, picture in zip(by_itself, pictures, strict=True):
        alone = settled(Flickering(flicker=8), [picture])[0]
        assert np.abs(ab - alone).max() < 1e-3


def test_the_network_sees_every_nth_picture() -> None:
    for every, asked in ((1, 30), (2, 15), (3, 10)):
        colorizer = Flickering()
        settled(colorizer, pan(30), every=every)
        assert colorizer.asked == asked


class Drifting(Flickering):
    """A colorizer that drifts up and down by 8 units within ten seconds."""

    def chroma(self, *_: object) -> np.ndarray:
        self.asked += 1
        a = 8 * np.sin(2 * np.pi * 2 * self.asked / 250)
        return np.full((8, 8, 2), (a, 0), np.float32)


def test_a_long_shot_does_not_drift() -> None:
    """Ten seconds in, colours stay within a quarter of what the network drifts by."""
    still = scene(7)[:, :96]
    rng = np.random.default_rng(0)
    pictures = [np.clip(still + rng.normal(0, 2, still.shape), 0, 255) for _ in range(500)]
    ab = settled(Drifting(), [picture.astype(np.uint8) for picture in pictures])
    assert np.ptp(ab[250:, ..., 0].mean((1, 2))) < 16 / 4


class Positional(Flickering):
    """Colours by lightness: what is light is red, what is dark is green."""

    def chroma(self, image: Any, *_: object) -> np.ndarray:
        import cv2

        light = cv2.resize(
            image.astype(np.float32) / 65535, (16, 16), interpolation=cv2.INTER_AREA
        )
        a = np.where(light > 0.5, 30, -30)
        return np.dstack([a, np.zeros_like(a)]).astype(np.float32)


def test_colours_follow_the_motion_and_leave_no_trail() -> None:
    """A light square on dark ground is red wherever it is, and the ground behind it green."""
    pictures = []
    ground = (scene(5, 160, 120) // 4).astype(np.uint8)
    for number in range(40):
        picture = ground.copy()
        picture[40:80, 10 + 2 * number : 50 + 2 * number] = 200 + scene(6, 40, 40) // 8
        pictures.append(picture)
    ab = settled(Positional(), pictures)
    for number in (10, 25, 39):
        middle = (30 + 2 * number) * 72 // 160
        behind = (10 + 2 * number - 24) * 72 // 160
        assert ab[number, 36, middle, 0] > 15
        if behind > 2:
            assert ab[number, 36, behind, 0] < -10


def test_nothing_crosses_a_cut() -> None:
    """The pictures of a shot have the same colours to the bit, whatever comes before and after."""
    before, shot, after = pan(15, seed=1), pan(20, seed=2), pan(15, seed=3)
    alone = settled(Flickering(flicker=8), shot)
    among = settled(Flickering(flicker=8), [*before, *shot, *after])
    assert np.array_equal(among[15:35], alone)


def test_a_state_goes_on_as_if_nothing_had_been() -> None:
    pictures = pan(80, seed=4)
    follower: Follower[int] = Follower(Flickering(flicker=8))
    whole = []
    for number, picture in enumerate(pictures):
        whole += list(follower.push(follower.look(number, picture)))
    whole += list(follower.finish())
    begins = [number for number, one in enumerate(whole) if one.state]
    assert len(begins) > 2
    for begin in begins:
        other: Follower[int] = Follower(Flickering(flicker=8), state=whole[begin].state)
        rest = []
        for number in range(begin, len(pictures)):
            rest += list(other.push(other.look(number, pictures[number])))
        rest += list(other.finish())
        for one, two in zip(whole[begin:], rest, strict=True):
            assert np.array_equal(one.ab, two.ab)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_arrays_of_anybodys_reader(depth: type) -> None:
    scale = 257 if depth == np.uint16 else 1
    grey = [(picture * depth(scale)).astype(depth) for picture in pan(8)]
    for frames in (grey, [np.dstack([one] * 3) for one in grey]):
        result = list(Steady(Flickering())(frames))
        assert len(result) == 8
        assert all(one.dtype == depth and one.shape == (64, 96, 3) for one in result)


def test_what_makes_no_sense() -> None:
    with pytest.raises(UsageError, match="from 0 to 1"):
        Steady(Flickering(), 1.5)
    with pytest.raises(UsageError, match="1 or more"):
        Steady(Flickering(), every=0)
    with pytest.raises(PhotoError, match="must have one size"):
        list(Steady(Flickering())([*pan(1), *pan(1, width=50)]))
    with pytest.raises(UsageError, match="uses the mean of several references"):
        Steady(Colorizer(like="kodachrome", like_several="nearest"))


def test_a_film_takes_its_colours_from_a_reference() -> None:
    """Every picture of it, from the same one."""
    frames = [np.asarray(one) for one in pan(4)]
    plain, like = (
        np.stack(list(Steady(Colorizer(like=like))(frames))).astype(int)
        for like in (None, "kodachrome")
    )
    assert np.abs(plain - like).mean() > 0.5


def test_another_engine_gives_the_same_film() -> None:
    """Within a level in the mean of the pictures, as for photographs."""
    pytest.importorskip("onnxruntime", reason="pip install 'labcolor[onnxruntime]'")
    frames = pan(6)
    one, other = (
        np.stack(list(Steady(Colorizer(engine=engine))(frames))).astype(int)
        for engine in ("opencv", "onnxruntime")
    )
    assert np.abs(one - other).max() <= 2
    assert np.abs(one - other).mean() < 0.02
    assert np.ptp(one, axis=-1).mean() > 1
