from __future__ import annotations

import io
import logging
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from handed import DEPTHS, photo_of
from PIL import Image

from labcolor import Colorizer, Hints
from labcolor import photo as photos
from labcolor.color.lightness import lightness
from labcolor.errors import OutputError, PhotoError
from labcolor.layers import reading
from labcolor.layers.handover import Handover, check_pages
from labcolor.layers.model import Group, Layered
from labcolor.layers.reading import hints as read_hints
from labcolor.layers.stack import stack
from labcolor.layers.writing import write
from labcolor.photo import Photo
from labcolor.photo.lcms import srgb_profile


def levels(picture: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Bring what psd-tools gives, 0…1 RGB, to levels, BGR."""
    return np.rint(picture[..., 2::-1] * np.iinfo(dtype).max).astype(dtype)


def test_the_stack_is_as_promised(layers: Layered) -> None:
    """Grey, colour, regions, touch-up and hints, of which the first two are seen."""
    names = [layer.name for layer in layers.layers]
    assert names[:2] == ["grey", "colour"]
    assert names[-2:] == ["touch-up", "hints"]
    assert [layer.mode for layer in layers.layers[-2:]] == ["color", "normal"]
    assert not layers.layers[-1].visible
    groups = layers.layers[2:-2]
    assert groups
    for group in groups:
        assert isinstance(group, Group)
        assert group.name.startswith("region")
        assert not any(layer.visible for layer in group.layers)
        assert all(layer.mask for layer in group.layers)


def test_regions_together_are_the_picture(layers: Layered, result: np.ndarray) -> None:
    """Their masks sum to all of it, and as they are they show what labcolor made."""
    total = np.zeros(result.shape[:2])
    for group in layers.layers[2:-2]:
        own = group.layers[0]
        left, top, right, bottom = own.bounds
        assert np.array_equal(own.rows(0, own.bounds.height), result[top:bottom, left:right])
        mask = own.mask.rows(0, own.bounds.height)
        total[top:bottom, left:right] += mask / np.iinfo(mask.dtype).max
    assert total.mean() == pytest.approx(1, abs=0.02)
    assert np.percentile(np.abs(total - 1), 95) < 0.1


def test_every_layer_keeps_lightness(layers: Layered, photo: Photo) -> None:
    """Grey is L*, and so is every other colour of a region."""
    seen = lightness(photo.pixels)
    allowed = 0.26 if photo.pixels.dtype == np.uint8 else 0.002
    for layer in layers.rasters():
        if layer.name in ("touch-up", "hints"):
            continue
        left, top, right, bottom = layer.bounds
        rows = layer.rows(0, layer.bounds.height)
        assert np.abs(lightness(rows) - seen[top:bottom, left:right]).max() <= allowed


def test_rows_do_not_depend_on_where_they_begin(layers: Layered) -> None:
    """Strips of a layer are what the whole is, to the rounding of a level."""
    for layer in layers.rasters():
        height = layer.bounds.height
        whole = layer.rows(0, height).astype(int)
        parts = np.concatenate([layer.rows(0, height // 3), layer.rows(height // 3, height)])
        assert np.abs(parts - whole).max() <= (1 if parts.dtype == np.uint8 else 8)


@pytest.mark.parametrize("form", ["psd", "psb"])
def test_psd_tools_reads_what_was_written(
    handed: Callable, form: str, layers: Layered, result: np.ndarray
) -> None:
    """Names, groups, modes, what is seen, every sample, masks, the merged picture, the profile."""
    psd_tools = pytest.importorskip("psd_tools", reason="psd-tools reads PSD independently")
    document = psd_tools.PSDImage.open(handed(form))
    assert (document.depth, document.size) == (8 * result.itemsize, result.shape[1::-1])
    assert [layer.name for layer in document] == [layer.name for layer in layers.layers]
    assert {layer.name: layer.blend_mode.name for layer in document}["touch-up"] == "COLOR"
    assert [layer.name for layer in document if not layer.visible] == ["hints"]
    assert np.array_equal(levels(document.numpy(), result.dtype), result)
    ours = {layer.name: layer for layer in layers.rasters()}
    theirs = [layer for layer in document.descendants() if not layer.is_group()]
    assert [layer.name for layer in theirs] == list(ours)
    for layer in theirs:
        rows = ours[layer.name].rows(0, ours[layer.name].bounds.height)
        assert layer.bbox == tuple(ours[layer.name].bounds)
        off = levels(layer.numpy(), result.dtype).astype(int) - rows[..., :3]
        assert np.abs(off).max() <= (1 if result.dtype == np.uint8 else 8)
    masked = next(layer for layer in theirs if layer.has_mask())
    mask = ours[masked.name].mask.rows(0, masked.height)
    assert masked.mask.bbox == masked.bbox
    theirs_of_it = masked.numpy("mask")[..., 0]
    assert theirs_of_it == pytest.approx(mask / np.iinfo(mask.dtype).max, abs=1e-3)
    resources = {int(key): value for key, value in document.image_resources.items()}
    assert bytes(resources[1039].data) == srgb_profile()
    assert b"xmpmeta" in bytes(resources[1060].data)


def test_ora_is_as_its_specification_says(
    handed: Callable, layers: Layered, result: np.ndarray
) -> None:
    """The mimetype first and stored, a stack from top to bottom, PNG files with a profile."""
    with zipfile.ZipFile(handed("ora")) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read(first) == b"image/openraster"
        image = ET.fromstring(archive.read("stack.xml"))
        assert (image.get("w"), image.get("h"), image.get("xres")) == ("150", "192", "300")
        top = image[0]
        assert [one.get("name") for one in top] == [one.name for one in layers.layers][::-1]
        assert top[1].get("composite-op") == "svg:color"
        assert top[0].get("visibility") == "hidden"
        for layer in image.iter("layer"):
            with Image.open(io.BytesIO(archive.read(layer.get("src")))) as picture:
                assert picture.info["icc_profile"] == srgb_profile()
        merged = photos.read(archive.read("mergedimage.png"))
        assert np.array_equal(merged.pixels, result)
        assert b"xmpmeta" in merged.metadata.xmp
        with Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png"))) as thumbnail:
            assert max(thumbnail.size) <= 256


@pytest.mark.parametrize("form", ["ora", "psd"])
def test_the_same_photograph_gives_the_same_bytes(handed: Callable, form: str) -> None:
    """No time and no name gets in."""
    first = handed(form)
    before = first.read_bytes()
    first.unlink()
    assert handed(form).read_bytes() == before


def test_hints_go_into_their_layer(tmp_path: Path, colorizer: Colorizer) -> None:
    """What was told is handed over, and says the same when it comes back."""
    photo = photo_of(np.uint8)
    hints = Hints(points=[(40, 30, "#a03020"), (100, 150, "#2040c0")])
    handover = Handover(colorizer, partial(colorizer, hints=hints), hints)
    coloured = replace(photo, pixels=handover(photo.pixels))
    path = tmp_path / "hinted.psd"
    handover.write(coloured, path, "psd")
    back = Hints(read_hints(path))
    side = colorizer.input_size
    assert np.allclose(back.planes(192, 150, side), hints.planes(192, 150, side), atol=0.01)
    assert np.array_equal(colorizer(photo.pixels, back), coloured.pixels)


def test_a_method_without_a_distribution_has_no_regions() -> None:
    """There are no alternatives to show then."""
    photo = photo_of(np.uint8)
    colorizer = Colorizer("reg_full_model")
    layers = stack(photo, colorizer(photo.pixels), colorizer)
    assert [layer.name for layer in layers.layers] == ["grey", "colour", "touch-up", "hints"]


@pytest.mark.parametrize("dtype", DEPTHS)
def test_of_a_colour_original_the_grey_layer_is_its_lightness(
    colorizer: Colorizer, dtype: type
) -> None:
    """Whatever its colours were."""
    photo = photo_of(dtype)
    toned = replace(photo, pixels=np.dstack([photo.pixels // 2, photo.pixels, photo.pixels]))
    layers = stack(toned, colorizer(toned.pixels), colorizer)
    grey = layers.layers[0].rows(0, 192)
    assert np.ptp(grey.astype(int), axis=2).max() <= (0 if dtype == np.uint8 else 1)
    allowed = 0.26 if dtype == np.uint8 else 0.002
    assert np.abs(lightness(grey) - lightness(toned.pixels)).max() <= allowed


def test_what_a_format_does_not_hold_is_told(
    tmp_path: Path, photo: Photo, layers: Layered
) -> None:
    """Too many pixels, or pages; nothing is left behind."""
    wide = replace(layers, width=30_001)
    with pytest.raises(OutputError, match="choose PSB or ORA"):
        write(wide, photo, tmp_path / "wide.psd", "psd")
    photos.write([replace(photo, format="tiff")] * 2, tmp_path / "two.tif")
    with pytest.raises(OutputError, match="2 pages"):
        check_pages(photos.Pages(tmp_path / "two.tif"), "ora")
    assert [path.name for path in tmp_path.iterdir()] == ["two.tif"]


def test_what_does_not_fit_into_a_psd_is_left_out_or_refused(
    tmp_path: Path,
    photo: Photo,
    layers: Layered,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The regions go first, and that is said; a PSB has no such limit."""
    write(layers, photo, tmp_path / "all.psd", "psd")
    size = (tmp_path / "all.psd").stat().st_size
    monkeypatch.setattr("labcolor.layers.psd_writing.LARGEST", size // 2)
    with caplog.at_level(logging.WARNING, logger="labcolor"):
        write(layers, photo, tmp_path / "some.psd", "psd")
    assert "regions do not fit" in caplog.text
    names = [layer.name for layer in reading.read(tmp_path / "some.psd").layers]
    assert names == ["grey", "colour", "touch-up", "hints"]
    write(layers, photo, tmp_path / "all.psb", "psb")
    assert len(reading.read(tmp_path / "all.psb").layers) == len(layers.layers)
    monkeypatch.setattr("labcolor.layers.psd_writing.LARGEST", 1000)
    with pytest.raises(OutputError, match="choose PSB or ORA"):
        write(layers, photo, tmp_path / "none.psd", "psd")
    assert not (tmp_path / "none.psd").exists()


def test_a_file_in_layers_is_no_photograph(handed: Callable) -> None:
    """What it is instead is said, where somebody wants to colour it."""
    for form, words in (("ora", "in layers"), ("psd", "a Photoshop document")):
        with pytest.raises(PhotoError, match=words):
            photos.read(handed(form))
