"""Hints in photographs: what is hinted at, its object, and what is far away.

Far away is what is farther from the hint than half the picture, each axis counted in sides of the
picture: an object larger than that wants more than one hint.
"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pth_standin import pth, stream
from siggraph17_standin import standin_state
from skimage import data
from skimage.color import rgb2lab

from labcolor import Colorizer, Hints


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer("reg_full_model")


@pytest.fixture(scope="module")
def siggraph17(tmp_path_factory):
    """Make the published network with weights that are none."""
    state = {
        name: each
        for name, each in standin_state().items()
        if not name.endswith("num_batches_tracked")
    }
    path = tmp_path_factory.mktemp("siggraph17") / "siggraph17.pth"
    path.write_bytes(pth(state, stream))
    return Colorizer("reg_full_model", path, input_size=64)


def ab(colour: str) -> np.ndarray:
    rgb = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return rgb2lab(rgb)[1:]


def coloured(colorize, photo: np.ndarray, hints: Hints | None = None) -> np.ndarray:
    """Return ab of the result, as scikit-image sees it."""
    return rgb2lab(colorize(photo, hints)[..., ::-1] / 255)[..., 1:]


def away(shape: tuple[int, int], x: int, y: int) -> np.ndarray:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.hypot((rows - y) / shape[0], (columns - x) / shape[1]) > 0.5


def around(x: int, y: int) -> tuple[slice, slice]:
    return np.s_[y - 3 : y + 4, x - 3 : x + 4]


# a place of a photograph, its colour, places of the same thing, and places behind its edge
CASES = [
    ("astronaut", (100, 430), "#4050a0", [(80, 460), (60, 330)], [(215, 130), (390, 430)]),  # suit
    ("astronaut", (330, 80), "#7090b0", [(350, 190), (280, 20)], [(240, 50), (402, 80)]),  # wall
    ("astronaut", (330, 80), "#e0a0a0", [(350, 190), (280, 20)], [(240, 50), (402, 80)]),
    ("coffee", (310, 150), "#6a4020", [(280, 145), (335, 160)], [(300, 40), (200, 100)]),  # coffee
    ("coffee", (40, 330), "#803028", [(30, 200), (100, 380)], [(150, 300)]),  # the table, left
    ("coffee", (480, 60), "#803028", [(560, 160), (420, 30)], [(380, 60), (330, 350)]),  # right
    ("chelsea", (220, 200), "#a07050", [(150, 220), (200, 220)], [(420, 150)]),  # the cat's fur
    ("rocket", (300, 60), "#402010", [(200, 60), (450, 60)], [(320, 200)]),  # the sky
]


@pytest.mark.parametrize(("name", "place", "colour", "others", "behind"), CASES)
def test_the_place_the_object_and_what_is_far_away(colorizer, name, place, colour, others, behind):
    """The place has its colour, its thing comes half of the way and more, all else stays."""
    photo = cv2.cvtColor(getattr(data, name)(), cv2.COLOR_RGB2GRAY)
    without = coloured(colorizer, photo)
    hinted = coloured(colorizer, photo, Hints(points=[(*place, colour)]))
    wanted = ab(colour)
    assert np.hypot(*(hinted[around(*place)].mean((0, 1)) - wanted)) < 3
    asked = np.hypot(*(wanted - without[around(*place)].mean((0, 1))))
    for other in others:
        before, after = (each[around(*other)].mean((0, 1)) for each in (without, hinted))
        way = wanted - before
        assert (after - before) @ way > 0.5 * way @ way
    for other in behind:
        before, after = (each[around(*other)].mean((0, 1)) for each in (without, hinted))
        assert np.hypot(*(after - before)) < 0.25 * asked
    change = (hinted - without)[away(photo.shape, *place)]
    assert np.percentile(np.hypot(*change.T), 98) < 2
    assert np.hypot(*change.mean(0)) < 1


def test_hints_in_several_places_each_have_their_own_object(colorizer):
    """A suit in blue before a wall in pink; between them nothing has the one's or the other's."""
    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)
    points = [(100, 430, "#4050a0"), (180, 330, "#4050a0"), (330, 80, "#e0a0a0")]
    hinted = coloured(colorizer, photo, Hints(points=points))
    for x, y, colour in points:
        assert np.hypot(*(hinted[around(x, y)].mean((0, 1)) - ab(colour))) < 3
    face = hinted[around(215, 130)].mean((0, 1))
    assert min(np.hypot(*(face - ab(colour))) for _, _, colour in points) > 8


def test_a_closer_look_takes_the_same_hints():
    """Where the network looks at crops too, places, objects and far places are the same."""
    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)
    colorize = Colorizer("reg_full_model", detail=2)
    without = coloured(colorize, photo)
    hinted = coloured(colorize, photo, Hints(points=[(330, 80, "#7090b0")]))
    assert np.hypot(*(hinted[around(330, 80)].mean((0, 1)) - ab("#7090b0"))) < 3
    for other in ((350, 190), (280, 20)):
        before, after = (each[around(*other)].mean((0, 1)) for each in (without, hinted))
        assert np.hypot(*(after - ab("#7090b0"))) < 0.5 * np.hypot(*(before - ab("#7090b0")))
    change = (hinted - without)[away(photo.shape, 330, 80)]
    assert np.percentile(np.hypot(*change.T), 98) < 2


def test_a_network_of_the_published_shape_follows_hints_too(siggraph17):
    """Whatever comes out of it: SIGGRAPH'17's answer is as large as what it sees."""
    photo = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2GRAY)
    without = siggraph17.chroma(photo)
    hinted = siggraph17.chroma(photo, Hints(points=[(330, 80, "#7090b0")]))
    assert hinted.shape == (64, 64, 2)
    row, column = 80 * 64 // 512, 330 * 64 // 512
    place = hinted[row - 1 : row + 2, column - 1 : column + 2]
    np.testing.assert_allclose(place - ab("#7090b0"), 0, atol=0.1)
    far = away((64, 64), column, row)
    assert np.hypot(*(hinted - without)[far].T).max() < 2


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


# the cat is brown already, as the distribution has it
UNLIKE = [(*case[:2], "#707fa0", *case[3:]) if case[0] == "chelsea" else case for case in CASES]


@pytest.mark.parametrize(("name", "place", "colour", "others", "behind"), UNLIKE)
def test_a_method_whose_network_takes_none(name, place, colour, others, behind):
    """Spread along L* alone: the place, its object and what is behind an edge, as above."""
    colorize = Colorizer()
    test_the_place_the_object_and_what_is_far_away(colorize, name, place, colour, others, behind)
