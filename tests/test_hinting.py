"""Hints with the embedded weights: what is hinted at, its object, and what is far away."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data
from skimage.color import rgb2lab

from labcolor import Colorizer, Hints
from labcolor.errors import UsageError
from labcolor.methods import method
from labcolor.weights import store

NEEDED = pytest.mark.skipif(
    not store.has_embedded(method("reg_full_model")), reason="no weights that take hints yet"
)


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer("reg_full_model")


def ab(colour: str) -> np.ndarray:
    rgb = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return rgb2lab(rgb)[1:]


# a place of a photograph, its colour, and places of the same thing
CASES = [
    ("astronaut", (100, 430), "#4050a0", [(120, 400), (80, 460)]),  # her suit
    ("astronaut", (330, 80), "#7090b0", [(345, 130), (310, 50)]),  # the wall behind her
    ("coffee", (310, 150), "#6a4020", [(280, 145), (335, 160)]),  # what is in the cup
    ("chelsea", (220, 200), "#a07050", [(240, 180), (200, 220)]),  # the cat's fur
]


@NEEDED
@pytest.mark.parametrize(("name", "place", "colour", "others"), CASES)
def test_the_place_the_object_and_what_is_far_away(colorizer, name, place, colour, others):
    photo = cv2.cvtColor(getattr(data, name)(), cv2.COLOR_RGB2GRAY)
    without, hinted = (
        rgb2lab(colorizer(photo, hints)[..., ::-1] / 255)[..., 1:]
        for hints in (None, Hints(points=[(*place, colour)]))
    )
    x, y = place
    around = np.s_[y - 3 : y + 4, x - 3 : x + 4]
    wanted = ab(colour)
    assert np.hypot(*(hinted[around].mean((0, 1)) - wanted)) < 6
    for column, row in others:
        before, after = without[row, column] - wanted, hinted[row, column] - wanted
        assert np.hypot(*after) < np.hypot(*before)
    height, width = photo.shape
    rows, columns = np.mgrid[0:height, 0:width]
    away = np.hypot((rows - y) / height, (columns - x) / width) > 0.5
    assert np.hypot(*(hinted - without)[away].mean(0)) < 2


@NEEDED
def test_a_picture_of_hints_holds_over_its_whole_area():
    """A painted square comes out in its colour, whatever --strength multiplies the rest with."""
    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)
    picture = np.zeros((512, 512, 4), np.uint8)
    picture[400:460, 60:140] = (0xA0, 0x50, 0x40, 255)
    for strength in (1, 0.5):
        chroma = Colorizer("reg_full_model", strength=strength).chroma(photo, Hints(picture))
        side = len(chroma) / 512
        square = chroma[int(410 * side) : int(450 * side), int(70 * side) : int(130 * side)]
        np.testing.assert_allclose(square - ab("#4050a0"), 0, atol=0.5)


def test_networks_that_take_none_name_those_that_do():
    with pytest.raises(UsageError, match="--method reg_full_model"):
        Colorizer()(np.zeros((8, 8), np.uint8), Hints(points=[(1, 1, "#102030")]))
