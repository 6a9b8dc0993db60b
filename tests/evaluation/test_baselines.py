"""What the baselines give photographs."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2lab

from labcolor.errors import PhotoError
from labcolor.evaluation import BASELINES, Folder, baseline


def photographs(folder):
    return [folder.read(file) for file in folder.files]


def lab(bgr):
    return rgb2lab(bgr[..., ::-1])


def in_gamut(bgr):
    return ((bgr > 0) & (bgr < 255)).all(-1)


@pytest.mark.parametrize("name", BASELINES)
def test_lightness_is_kept(folder, name):
    """They give colours only, as a method does."""
    colour = baseline(name, folder)
    for photograph in photographs(folder):
        result = colour(photograph)
        assert result.dtype == np.uint8
        inside = in_gamut(result)
        difference = np.abs(lab(result) - photograph.lab)[..., 0]
        assert difference[inside].max() < 0.5


def test_grey_has_no_colour(folder):
    for photograph in photographs(folder):
        assert np.ptp(baseline("grey", folder)(photograph), axis=-1).max() == 0


def test_mean_is_one_colour_that_of_all_pixels(folder):
    """Where there is room for it: a colour of its L* may lie outside sRGB."""
    every = photographs(folder)
    mean = np.concatenate([one.lab[..., 1:].reshape(-1, 2) for one in every]).mean(0)
    result = baseline("mean", folder)(every[0])
    middle = in_gamut(result) & (every[0].lab[..., 0] > 30) & (every[0].lab[..., 0] < 80)
    assert np.abs(lab(result)[middle][:, 1:] - mean).max() < 1.5


def test_random_has_the_colours_of_another_photograph(album):
    """Of two, each gets those of the other; what is no photograph lends none."""
    for name in ("coffee.png", "pets/chelsea.png", "pets/dogs/none.png"):
        (album / name).unlink()
    Image.new("RGB", (60, 40), (200, 120, 120)).save(album / "pink.png")
    Image.new("L", (60, 40), 99).save(album / "grey.png")
    (album / "broken.png").write_bytes(b"x")
    folder = Folder(album)
    astronaut, pink = (folder.read(album / name) for name in ("nasa/astronaut.png", "pink.png"))
    random = baseline("random", folder)
    result = random(astronaut)
    middle = in_gamut(result) & (astronaut.lab[..., 0] > 30) & (astronaut.lab[..., 0] < 80)
    assert np.abs(lab(result)[middle][:, 1:] - pink.lab[0, 0, 1:]).max() < 1.5
    assert lab(random(pink))[..., 1:].std((0, 1)).min() > 3


def test_random_is_the_same_every_time(folder):
    one, two = baseline("random", folder), baseline("random", folder)
    for photograph in photographs(folder):
        np.testing.assert_array_equal(one(photograph), two(photograph))


def test_random_needs_two_photographs(tmp_path):
    Image.new("RGB", (6, 4), "red").save(tmp_path / "red.png")
    folder = Folder(tmp_path)
    with pytest.raises(PhotoError, match="two colour photographs"):
        baseline("random", folder)(folder.read(folder.files[0]))
