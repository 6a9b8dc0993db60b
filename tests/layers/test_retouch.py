from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from handed import DEPTHS, FORMS, photo_of

from labcolor import Colorizer, Hints
from labcolor import photo as photos
from labcolor.color.lab import lab_from_srgb
from labcolor.color.lightness import lightness
from labcolor.errors import PhotoError, UsageError
from labcolor.layers import reading
from labcolor.layers.compositing import Composite
from labcolor.layers.model import Bounds, Group, Layer, Layered, Mask, Raster
from labcolor.layers.retouch import Retouched
from labcolor.layers.writing import write
from labcolor.photo import Photo

RED, BLUE = (40, 40, 200), (200, 60, 40)


def painted(bounds: Bounds, bgr: tuple[int, int, int], alpha: int, dtype: type) -> Callable:
    """Make the rows of a layer of one colour."""
    picture = np.empty((bounds.height, bounds.width, 4), np.uint8)
    picture[:] = (*bgr, alpha)
    picture = picture.astype(dtype) * (257 if dtype == np.uint16 else 1)
    return lambda top, bottom: picture[top:bottom]


def with_touch(layers: Layered, *touch: Layer) -> Layered:
    """Put somebody's layers over those that labcolor made."""
    return replace(layers, layers=(*layers.layers[:2], *touch))


def ramp(bounds: Bounds, dtype: type) -> Mask:
    """Make a mask that shows more and more from left to right."""
    across = np.linspace(0, np.iinfo(dtype).max, bounds.width).astype(dtype)
    plane = np.tile(across, (bounds.height, 1))
    return Mask(bounds, lambda top, bottom: plane[top:bottom])


@pytest.mark.parametrize("form", FORMS)
def test_untouched_it_is_the_result(
    handed: Callable, form: str, photo: Photo, result: np.ndarray
) -> None:
    """To the level, from the layers and from the merged picture."""
    path = handed(form)
    for merged in (False, True):
        back = Retouched(path, merged=merged)(photo)
        assert np.array_equal(back.pixels, result)
        assert back.metadata == photo.metadata


@pytest.mark.parametrize("form", FORMS)
def test_paint_moves_colour_and_not_lightness(
    tmp_path: Path, form: str, photo: Photo, layers: Layered, result: np.ndarray
) -> None:
    """In Color mode or in Normal, on layers smaller than the picture, or larger."""
    dtype = photo.pixels.dtype.type
    red, blue = Bounds(20, 30, 80, 90), Bounds(90, -10, 170, 60)
    edited = with_touch(
        layers,
        Raster("red", red, painted(red, RED, 255, dtype), mode="color"),
        Raster("blue", blue, painted(blue, BLUE, 255, dtype)),
    )
    path = tmp_path / f"edited.{form}"
    write(edited, photo, path, form)
    back = Retouched(path)(photo).pixels
    allowed = 0.26 if dtype == np.uint8 else 0.002
    assert np.abs(lightness(back) - lightness(photo.pixels)).max() <= allowed
    lab = lab_from_srgb(back[..., ::-1] / np.float32(np.iinfo(dtype).max))
    light = (lab[..., 0] > 25) & (lab[..., 0] < 75)
    assert lab[30:90, 20:80, 1][light[30:90, 20:80]].mean() > 20
    assert lab[:60, 90:, 2][light[:60, 90:]].mean() < -20
    untouched = np.ones(back.shape[:2], bool)
    untouched[30:90, 20:80] = untouched[:60, 90:] = False
    assert np.array_equal(back[untouched], result[untouched])


def test_edits_of_8_bits_do_for_an_original_of_16(tmp_path: Path, colorizer: Colorizer) -> None:
    """Krita saves ORA at 8 bits: colours come at that depth, lightness stays at the full one."""
    deep = photo_of(np.uint16)
    shallow = replace(deep, pixels=(deep.pixels >> 8).astype(np.uint8))
    photos.write(replace(shallow, pixels=colorizer(shallow.pixels)), tmp_path / "flat.png")
    back = Retouched(tmp_path / "flat.png")(deep).pixels
    assert back.dtype == np.uint16
    assert np.abs(lightness(back) - lightness(deep.pixels)).max() <= 0.002


@pytest.mark.parametrize("dtype", DEPTHS)
def test_compositing_is_that_of_psd_tools(
    tmp_path: Path, dtype: type, colorizer: Colorizer
) -> None:
    """Opacity, masks, groups, what is hidden, and the mode Color in a group of its own."""
    pytest.importorskip("psd_tools", reason="psd-tools composites independently")
    from psd_tools import PSDImage
    from psd_tools.composite import composite

    photo = photo_of(dtype)
    result = colorizer(photo.pixels)
    one, two, three = Bounds(10, 20, 90, 120), Bounds(40, 60, 140, 180), Bounds(0, 100, 150, 192)
    base = Raster("colour", Bounds(0, 0, 150, 192), lambda top, bottom: result[top:bottom])
    edited = Layered(
        "edited",
        150,
        192,
        (
            base,
            Raster("half", one, painted(one, RED, 255, dtype), opacity=0.5),
            Group(
                "group",
                (
                    Raster("masked", two, painted(two, BLUE, 255, dtype), mask=ramp(two, dtype)),
                    Raster("thin", three, painted(three, RED, 100, dtype)),
                    Raster("hidden", two, painted(two, RED, 255, dtype), visible=False),
                ),
                opacity=0.7,
            ),
            Raster("touch", two, painted(two, RED, 160, dtype), mode="color"),
        ),
        lambda: result,
    )
    path = tmp_path / "edited.psd"
    write(edited, photo, path, "psd")
    ours, _ = Composite(reading.read(path)).painted(0, 192)
    theirs, *_ = composite(PSDImage.open(path), force=True)
    assert np.abs(ours - theirs[..., :3]).max() <= 1.5 / 255


@pytest.mark.parametrize("form", ["ora", "psd"])
def test_what_is_painted_in_a_group_comes_back(
    tmp_path: Path, form: str, photo: Photo, layers: Layered, result: np.ndarray
) -> None:
    """Both formats give the same, masks and opacity and all."""
    dtype = photo.pixels.dtype.type
    bounds = Bounds(30, 40, 120, 150)
    layer = Raster("paint", bounds, painted(bounds, RED, 200, dtype), opacity=0.8)
    edited = with_touch(layers, Group("mine", (replace(layer, mask=ramp(bounds, dtype)),)))
    paths = [tmp_path / f"edited.{one}" for one in (form, "psb")]
    for path in paths:
        write(edited, photo, path, path.suffix[1:])
    one, other = (Retouched(path)(photo).pixels.astype(int) for path in paths)
    assert np.abs(one - other).max() <= (2 if dtype == np.uint8 else 514)
    assert np.abs(one - result).max() > 20


def test_other_modes_are_refused_by_name(handed: Callable, photo: Photo) -> None:
    """Which layer, which mode, and what to do; the merged picture can be taken then."""
    psd, ora = handed("psd"), handed("ora")
    data = psd.read_bytes()
    psd.write_bytes(data.replace(b"8BIMcolr", b"8BIMmul "))
    with pytest.raises(PhotoError, match=r"'touch-up' of .*handed\.psd has the mode multiply"):
        Retouched(psd)
    rewritten = ora.with_name("rewritten.ora")
    _rewrite(ora, rewritten, lambda stack: stack.replace(b"svg:color", b"svg:soft-light"))
    with pytest.raises(PhotoError, match=r"'touch-up' of .* has the mode soft-light"):
        Retouched(rewritten)
    for path in (psd, rewritten):
        assert Retouched(path, merged=True)(photo).pixels.shape == (192, 150, 3)
    hidden = rewritten.with_name("hidden.ora")
    _rewrite(rewritten, hidden, lambda stack: stack.replace(b'"visible"', b'"hidden"'))
    Retouched(hidden)  # what is not seen may have any mode


def test_what_is_clipped_is_refused(handed: Callable) -> None:
    """A clipping layer is not what its pixels are."""
    path = handed("psd")
    data = bytearray(path.read_bytes())
    data[data.index(b"8BIMcolr") + 9] = 1
    path.write_bytes(data)
    with pytest.raises(PhotoError, match="clipped to the layer below"):
        Retouched(path)


def _rewrite(source: Path, target: Path, change: Callable[[bytes], bytes]) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry.filename == "stack.xml" else data)


def test_another_picture_is_refused(handed: Callable, tmp_path: Path, photo: Photo) -> None:
    """Of another size, or of something else."""
    smaller = replace(photo, pixels=np.ascontiguousarray(photo.pixels[:-1]))
    with pytest.raises(PhotoError, match=r"150 × 192 pixels large and the upright astronaut"):
        Retouched(handed("ora"))(smaller)
    other = skimage.data.coffee()[:192, :150, ::-1].copy()
    photos.write(Photo(other), tmp_path / "coffee.png")
    with pytest.raises(PhotoError, match="shows a different picture from astronaut"):
        Retouched(tmp_path / "coffee.png")(photo)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", [0.001, 0.01, 0.1, 0.4, 0.7])
def test_a_file_cut_short_is_told(handed: Callable, form: str, part: float, photo: Photo) -> None:
    """In one sentence, wherever it ends."""
    path = handed(form)
    data = path.read_bytes()
    path.write_bytes(data[: max(20, int(part * len(data)))])
    with pytest.raises(PhotoError, match=re.escape(str(path))):
        Retouched(path)(photo)


@pytest.mark.parametrize("form", FORMS)
def test_damage_inside_is_told_or_does_no_harm(handed: Callable, form: str, photo: Photo) -> None:
    """No byte that is wrong ends in anything but a sentence or a picture."""
    random = np.random.default_rng(0)
    path = handed(form)
    data = path.read_bytes()
    for at in [*random.integers(0, 500, 8), *random.integers(0, len(data), 8)]:
        changed = bytearray(data)
        changed[at] ^= 0xFF
        path.write_bytes(changed)
        with suppress(PhotoError):
            Retouched(path)(photo)


def test_hints_come_from_their_layer(
    tmp_path: Path, photo: Photo, layers: Layered, colorizer: Colorizer
) -> None:
    """What is painted in the layer `hints` is what a PNG of it would say."""
    dtype = photo.pixels.dtype.type
    bounds = Bounds(60, 70, 90, 100)
    hint = Raster("hints", bounds, painted(bounds, RED, 255, dtype), visible=False)
    picture = np.zeros((192, 150, 4), dtype)
    picture[70:100, 60:90] = hint.rows(0, 30)
    for form in FORMS:
        path = tmp_path / f"hinted.{form}"
        write(with_touch(layers, hint), photo, path, form)
        assert np.array_equal(reading.hints(path), picture)
        hinted = colorizer(photo.pixels, Hints(reading.hints(path)))
        assert np.array_equal(hinted, colorizer(photo.pixels, Hints(picture)))


def test_without_a_layer_of_hints_there_are_none(
    tmp_path: Path, photo: Photo, layers: Layered
) -> None:
    """Which layers there are is said."""
    write(with_touch(layers), photo, tmp_path / "plain.ora", "ora")
    with pytest.raises(UsageError, match=r"no layer 'hints' .* it has grey, colour"):
        reading.hints(tmp_path / "plain.ora")
