"""Which photographs of a folder are compared, and as what pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data
from skimage.color import rgb2lab

from labcolor.errors import PhotoError, UsageError
from labcolor.evaluation import Folder
from labcolor.evaluation.truth import lab_of


def test_photographs_are_found_at_any_depth_in_order(folder, album):
    """What is hidden, is no file or has another ending is none."""
    for name in ("notes.txt", "pets/._chelsea.png"):
        (album / name).write_text("no photograph")
    (album / "folder.png").mkdir()
    names = [folder.name(file) for file in Folder(album).files]
    assert names == ["coffee.png", "nasa/astronaut.png", "pets/chelsea.png", "pets/dogs/none.png"]


def test_the_truth_is_the_pixels_of_the_file(folder, album):
    rgb = np.asarray(Image.open(album / "coffee.png"))
    photograph = folder.read(album / "coffee.png")
    np.testing.assert_array_equal(photograph.pixels, rgb[..., ::-1])
    np.testing.assert_allclose(photograph.lab, rgb2lab(rgb), atol=1e-2)


def test_lab_does_not_depend_on_the_strips():
    """A photograph of several strips, the last one not full."""
    rgb = data.coffee()
    np.testing.assert_allclose(lab_of(rgb[..., ::-1]), rgb2lab(rgb), atol=1e-2)


def test_sixteen_bits_are_rounded_to_eight(album):
    deep = np.full((4, 4, 3), (65535, 257 * 100 + 128, 0), np.uint16)
    (album / "deep.png").write_bytes(cv2.imencode(".png", deep)[1].tobytes())
    pixels = Folder(album).read(album / "deep.png").pixels
    assert pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels[0, 0], [255, 100, 0])


@pytest.mark.parametrize("kind", ["grey", "alike", "nearly alike"])
def test_grey_photographs_are_none(album, kind):
    """Of one channel, of three that are the same, or of three that differ by noise."""
    grey = data.camera()[::8, ::8]
    rgb = np.stack([grey] * 3, -1)
    if kind == "nearly alike":
        rgb = np.clip(rgb.astype(int) + np.array([2, 0, -1]), 0, 255).astype(np.uint8)
    Image.fromarray(grey if kind == "grey" else rgb).save(album / "camera.png")
    assert Folder(album).read(album / "camera.png") is None


def test_a_subfolder_is_cropped_and_no_other(album):
    """5 % of 60×40 are 3 and 2 pixels; folders below the subfolder belong to it."""
    plain, cropped = Folder(album), Folder(album, {"pets": 5.0})
    for name in ("pets/chelsea.png", "pets/dogs/none.png"):
        expected = plain.read(album / name).pixels[2:-2, 3:-3]
        np.testing.assert_array_equal(cropped.read(album / name).pixels, expected)
    assert cropped.read(album / "nasa/astronaut.png").pixels.shape == (40, 60, 3)


def test_a_crop_leaves_something(album):
    Image.new("RGB", (2, 3), "red").save(album / "nasa" / "dot.png")
    folder = Folder(album, {"nasa": 49.9})
    assert folder.read(album / "nasa" / "dot.png").pixels.shape == (1, 2, 3)


def test_a_squashed_photograph_is_a_square_of_the_mean_colour(album):
    """After the crop."""
    whole = Folder(album, {"pets": 5.0}).read(album / "pets/chelsea.png").pixels
    square = Folder(album, {"pets": 5.0}, squash=12).read(album / "pets/chelsea.png").pixels
    assert square.shape == (12, 12, 3)
    np.testing.assert_allclose(square.mean((0, 1)), whole.mean((0, 1)), atol=0.5)


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(PhotoError, match="There is no folder"):
        Folder(tmp_path / "nowhere")


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(PhotoError, match="There is no photograph in"):
        Folder(tmp_path)


def test_a_missing_subfolder_is_said(album):
    """It would be left uncropped without a word."""
    with pytest.raises(UsageError, match="cats"):
        Folder(album, {"cats": 5.0})
