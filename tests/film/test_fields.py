"""Interlaced films are noticed and made whole; others are left alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from clips import Flickering, av, lumas, pan, stamps, write

from labcolor.film import Options, colour
from labcolor.film.fields import field_order
from labcolor.film.properties import properties

PROGRESSIVE = pan(60, speed=3, width=192, height=128)


def woven(pictures: list[np.ndarray]) -> list[np.ndarray]:
    """Weave two moments into each picture, the top field the earlier one."""
    result = []
    for early, late in zip(pictures[::2], pictures[1::2], strict=True):
        picture = early.copy()
        picture[1::2] = late[1::2]
        result.append(picture)
    return result


def combing(pictures: list[np.ndarray]) -> float:
    """Measure how unlike neighbouring lines are, against every second one."""
    floats = [picture.astype(np.float32) for picture in pictures]
    near = np.mean([np.abs(np.diff(one, axis=0)).mean() for one in floats])
    far = np.mean([np.abs(one[2:] - one[:-2]).mean() for one in floats])
    return float(near / far)


@pytest.fixture
def interlaced(tmp_path: Path) -> Path:
    return write(tmp_path / "film.mkv", woven(PROGRESSIVE), codec="ffv1")


def test_fields_are_noticed(interlaced: Path, tmp_path: Path) -> None:
    assert field_order(properties(interlaced)) == "tff"
    whole = write(tmp_path / "whole.mkv", PROGRESSIVE, codec="ffv1")
    assert field_order(properties(whole)) == ""


def test_they_are_made_whole_pictures_at_the_same_times(
    interlaced: Path, caplog: pytest.LogCaptureFixture
) -> None:
    result = colour(interlaced, None, Flickering(), Options(codec="ffv1")).path
    assert "is interlaced" in caplog.text
    assert stamps(result) == stamps(interlaced)
    assert combing(list(lumas(result))) < 0.8 * combing(list(lumas(interlaced)))


def test_they_are_kept_on_request(interlaced: Path) -> None:
    result = colour(
        interlaced, None, Flickering((0, 0)), Options(codec="ffv1", fields="keep")
    ).path
    before, after = list(lumas(interlaced)), list(lumas(result))
    assert np.abs(np.stack(before).astype(int) - np.stack(after)).max() <= 1


def test_kept_fields_are_said_to_be_fields(interlaced: Path) -> None:
    result = colour(interlaced, None, Flickering(), Options(fields="keep")).path
    with av.open(str(result)) as film:
        assert next(film.decode(video=0)).interlaced_frame


def test_a_telecine_is_undone_on_request(tmp_path: Path) -> None:
    """Five pictures for four, fields of two neighbours in two of them, become four again."""
    told = []
    for number in range(0, 60, 4):
        a, b, c, d = PROGRESSIVE[number : number + 4]
        bc, cd = b.copy(), c.copy()
        bc[1::2], cd[1::2] = c[1::2], d[1::2]
        told += [a, b, bc, cd, d]
    film = write(tmp_path / "film.mkv", told, codec="ffv1", rate=Fraction(30000, 1001))
    result = colour(film, None, Flickering(), Options(codec="ffv1", fields="ivtc")).path
    times = stamps(result)
    assert abs(len(times) - 60) <= 1
    assert abs(float(times[-1] - stamps(film)[-1])) < 0.1
    assert combing(list(lumas(result))) < 1.05 * combing(PROGRESSIVE)
