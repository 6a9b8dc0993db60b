"""Which samples come out of which file."""

from __future__ import annotations

import io

import cv2
import handmade
import numpy as np
import pytest
import tifffile
from PIL import Image

from labcolor import photo
from labcolor.photo import tag_writing, tags


def in_mode(samples: np.ndarray, mode: str) -> Image.Image:
    return Image.frombytes(mode, samples.shape[1::-1], np.ascontiguousarray(samples).tobytes())


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def saved(image: Image.Image, form: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def tiff(samples: np.ndarray, **options) -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, samples, **options)
    return stream.getvalue()


def deep(rng, *shape: int) -> np.ndarray:
    return rng.integers(0, 65536, shape, dtype=np.uint16)


@pytest.mark.parametrize("form", ["PNG", "TIFF", "BMP", "WEBP", "JPEG2000"])
def test_rgb_of_lossless_formats(form, rng):
    """RGB as Pillow wrote it comes back as BGR, sample for sample."""
    samples = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    options = {"lossless": True} if form == "WEBP" else {}
    got = photo.read(saved(Image.fromarray(samples), form, **options))
    np.testing.assert_array_equal(got.pixels, samples[..., ::-1])
    assert got.alpha is None
    assert got.pixels.flags.c_contiguous


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP", "JPEG2000"])
def test_rgba_of_lossless_formats(form, rng):
    """Alpha comes apart from the colours, and neither changes the other."""
    samples = rng.integers(0, 256, (40, 50, 4), dtype=np.uint8)
    options = {"lossless": True, "exact": True} if form == "WEBP" else {}
    got = photo.read(saved(Image.fromarray(samples), form, **options))
    np.testing.assert_array_equal(got.pixels, samples[..., 2::-1])
    np.testing.assert_array_equal(got.alpha, samples[..., 3])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "BMP", "JPEG2000"])
def test_grey_stays_grey(form):
    """A grey file comes back as one plane."""
    samples = np.tile(np.arange(64, dtype=np.uint8) * 4, (64, 1))
    got = photo.read(saved(Image.fromarray(samples), form))
    assert got.pixels.shape == (64, 64)
    np.testing.assert_allclose(got.pixels.astype(int), samples, atol=3 if form == "JPEG" else 0)


def test_grey_with_alpha(rng):
    """Grey with alpha comes back as two planes, from PNG and TIFF."""
    samples = rng.integers(0, 256, (20, 30, 2), dtype=np.uint8)
    for form in ("PNG", "TIFF"):
        got = photo.read(saved(in_mode(samples, "LA"), form))
        np.testing.assert_array_equal(got.pixels, samples[..., 0])
        np.testing.assert_array_equal(got.alpha, samples[..., 1])


@pytest.mark.parametrize("color_type", [0, 2, 4, 6])
def test_16_bit_png(color_type, rng):
    """Every type of colour that PNG has with 16 bits keeps all of them."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color_type]
    samples = deep(rng, 21, 33, channels)
    got = photo.read(handmade.png(samples, color_type, 16))
    colors = samples[..., 0] if channels < 3 else samples[..., 2::-1]
    np.testing.assert_array_equal(got.pixels, colors)
    if channels in (2, 4):
        np.testing.assert_array_equal(got.alpha, samples[..., -1])
    else:
        assert got.alpha is None


@pytest.mark.parametrize("filtered", range(5))
def test_16_bit_png_of_several_bands(filtered, rng, monkeypatch):
    """Filters that reach into the band above decode as they do in a whole file."""
    monkeypatch.setattr("labcolor.photo.strips.STRIP_PIXELS", 200)
    samples = np.cumsum(deep(rng, 40, 50, 3), axis=0, dtype=np.uint16)
    encoded = handmade.png(samples, 2, 16, filtered=filtered)
    np.testing.assert_array_equal(photo.read(encoded).pixels, samples[..., ::-1])


def test_16_bit_png_with_a_transparent_colour(rng):
    """The one colour that tRNS names is transparent, in grey and in RGB."""
    samples = deep(rng, 8, 9, 3)
    key = samples[3, 4].astype(">u2").tobytes()
    got = photo.read(handmade.png(samples, 2, 16, before=handmade.chunk(b"tRNS", key)))
    assert got.alpha[3, 4] == 0
    assert (got.alpha == 0).sum() == 1
    got = photo.read(handmade.png(samples[..., 0], 0, 16, before=handmade.chunk(b"tRNS", key[:2])))
    assert got.alpha[3, 4] == 0
    assert got.alpha.max() == 65535


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_of_grey_png(bits):
    """1, 2 and 4 bits stretch to the whole range."""
    levels = np.arange(1 << bits)[None].repeat(3, 0)
    got = photo.read(handmade.png(levels, 0, bits))
    np.testing.assert_array_equal(got.pixels, levels * 255 // ((1 << bits) - 1))


def test_palette_with_transparency():
    """A palette's colours and the transparency of one of them come through."""
    image = in_mode(np.array([[0, 1], [2, 1]], np.uint8), "P")
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    got = photo.read(saved(image, "PNG", transparency=1))
    assert got.pixels[0, 0].tolist() == [30, 20, 10]
    assert got.pixels[1, 0].tolist() == [90, 80, 70]
    assert got.alpha.tolist() == [[255, 0], [255, 0]]


@pytest.mark.parametrize("compression", [None, "group4", "tiff_lzw", "tiff_adobe_deflate"])
def test_bilevel_tiff(compression, rng):
    """Bilevel scans are black and white, in each compression."""
    black = rng.integers(0, 2, (30, 41)).astype(bool)
    got = photo.read(saved(Image.fromarray(black), "TIFF", compression=compression))
    np.testing.assert_array_equal(got.pixels, black * np.uint8(255))


@pytest.mark.parametrize("bits", [1, 8, 16])
@pytest.mark.parametrize("order", ["<", ">"])
def test_white_is_zero(bits, order, rng):
    """TIFFs that count ink come out as light."""
    dtype = {1: bool, 8: np.uint8, 16: np.uint16}[bits]
    ink = rng.integers(0, 1 << bits, (16, 24)).astype(dtype)
    got = photo.read(tiff(ink, photometric="miniswhite", byteorder=order))
    top = 255 if bits < 16 else 65535
    np.testing.assert_array_equal(got.pixels, top - ink.astype(int) * (255 if bits == 1 else 1))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"byteorder": ">"},
        {"bigtiff": True},
        {"compression": "zlib", "predictor": True, "rowsperstrip": 7},
        {"tile": (16, 32), "compression": "zlib", "predictor": True},
        {"tile": (16, 16)},
        {"planarconfig": "separate"},
    ],
    ids=str,
)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bit_tiff(channels, options, rng, monkeypatch):
    """Deep TIFFs keep every bit, however they are stored."""
    monkeypatch.setattr("labcolor.photo.tiff_bands.STRIP_PIXELS", 500)
    samples = deep(rng, 45, 61, channels)
    photometric = "minisblack" if channels == 1 else "rgb"
    stored = samples[..., 0] if channels == 1 else samples
    if options.get("planarconfig"):
        if channels == 1:
            pytest.skip("one plane has no order")
        stored = np.ascontiguousarray(stored.transpose(2, 0, 1))
    extra = {"extrasamples": ["unassalpha"]} if channels == 4 else {}
    got = photo.read(tiff(stored, photometric=photometric, **extra, **options))
    colors = samples[..., 0] if channels == 1 else samples[..., 2::-1]
    np.testing.assert_array_equal(got.pixels, colors)
    if channels == 4:
        np.testing.assert_array_equal(got.alpha, samples[..., 3])


def test_12_bit_tiff():
    """Scans of 12 packed bits reach white at 65535."""
    levels = np.array([[0, 1, 2048, 4095], [4095, 5, 6, 7]])
    bits = ((levels[..., None] >> np.arange(11, -1, -1)) & 1).astype(np.uint8)
    directory = tags.Directory("<")
    packed = np.packbits(bits.reshape(2, -1), axis=1).tobytes()
    for tag, value in ((256, 4), (257, 2), (258, 12), (259, 1), (262, 1), (273, 8)):
        directory.put(tag, tags.LONG, value)
    directory.put(279, tags.LONG, len(packed))
    begin = 8 + len(packed)
    encoded = tag_writing.header("<", begin) + packed + tag_writing.dump(directory, begin)
    got = photo.read(encoded).pixels
    np.testing.assert_array_equal(got, np.rint(levels * (65535 / 4095)))


def test_16_bit_tiff_with_lzw(rng):
    """LZW, the scanners' compression, keeps every bit."""
    samples = np.cumsum(deep(rng, 30, 40, 3), axis=1, dtype=np.uint16)
    flags = [cv2.IMWRITE_TIFF_COMPRESSION, 5, cv2.IMWRITE_TIFF_ROWSPERSTRIP, 7]
    encoded = cv2.imencode(".tif", samples, flags)[1].tobytes()
    np.testing.assert_array_equal(photo.read(encoded).pixels, samples)


@pytest.mark.parametrize(
    "options",
    [{}, {"compression": "zlib", "predictor": True, "rowsperstrip": 5}, {"tile": (16, 16)}],
    ids=str,
)
def test_16_bit_grey_tiff_with_alpha(options, rng):
    """Deep grey with alpha, which neither OpenCV nor Pillow decodes, is read."""
    samples = deep(rng, 20, 30, 2)
    encoded = tiff(
        samples,
        photometric="minisblack",
        planarconfig="contig",
        extrasamples=["unassalpha"],
        **options,
    )
    got = photo.read(encoded)
    np.testing.assert_array_equal(got.pixels, samples[..., 0])
    np.testing.assert_array_equal(got.alpha, samples[..., 1])


def test_premultiplied_alpha(rng):
    """Colours that a TIFF multiplied by alpha are divided again."""
    alpha = np.full((9, 9, 1), 32768, np.uint16)
    color = deep(rng, 9, 9, 3)
    stored = (color * (alpha / 65535)).round().astype(np.uint16)
    encoded = tiff(np.dstack([stored, alpha]), photometric="rgb", extrasamples=["assocalpha"])
    np.testing.assert_allclose(photo.read(encoded).pixels[..., ::-1].astype(int), color, atol=2)


def test_12_bits_are_stretched(rng):
    """A JPEG 2000 and an AVIF of 12 bits reach white at 65535."""
    samples = rng.integers(0, 4096, (64, 64, 3)).astype(np.uint16)
    samples[0, 0] = 4095
    depth = [cv2.IMWRITE_AVIF_DEPTH, 12, cv2.IMWRITE_AVIF_QUALITY, 100]
    if not cv2.haveImageWriter("x.avif"):
        pytest.skip("this OpenCV has no AVIF")
    got = photo.read(cv2.imencode(".avif", samples, depth)[1].tobytes())
    expected = samples * (65535 / 4095)
    np.testing.assert_allclose(got.pixels, expected, atol=40)


def test_cmyk_by_the_plain_formula():
    """CMYK without a profile is paper white minus ink, also in Adobe's inverted JPEGs."""
    ink = np.zeros((16, 16, 4), np.uint8)
    ink[..., 0], ink[..., 3] = 255, 51
    got = photo.read(saved(in_mode(ink, "CMYK"), "JPEG", quality=100))
    np.testing.assert_allclose(got.pixels[8, 8], [204, 204, 0], atol=2)
    got = photo.read(saved(in_mode(ink, "CMYK"), "TIFF"))
    assert got.pixels[8, 8].tolist() == [204, 204, 0]


def test_lab_tiff():
    """CIELAB is converted: its white is white and its red is red."""
    lab = np.zeros((4, 4, 3), np.uint8)
    lab[..., 0], lab[:, 2:, 0], lab[:, 2:, 1], lab[:, 2:, 2] = 255, 138, 81, 70
    got = photo.read(saved(in_mode(lab, "LAB"), "TIFF"))
    assert got.pixels[0, 0].min() >= 254
    blue, green, red = got.pixels[0, 3].tolist()
    assert red > 240
    assert max(blue, green) < 30


def test_sources_of_every_kind(tmp_path):
    """A path, a string, bytes and a stream give the same photograph."""
    encoded = saved(Image.new("RGB", (5, 4), (1, 2, 3)), "PNG")
    path = tmp_path / "Grüße aus 東京 📷.png"
    path.write_bytes(encoded)
    for source in (path, str(path), encoded, io.BytesIO(encoded)):
        got = photo.read(source)
        assert got.pixels.shape == (4, 5, 3)
        assert got.pixels[0, 0].tolist() == [3, 2, 1]
        assert got.format == "png"
    assert photo.read(path).name == str(path)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF", "TIFF"])
def test_first_of_several_pictures(form, caplog):
    """Of several pages or frames the first is taken, and the number is said."""
    frames = [Image.new("RGB", (32, 32), (shade, 0, 0)) for shade in (10, 120, 250)]
    try:
        encoded = saved(frames[0], form, save_all=True, append_images=frames[1:], lossless=True)
    except (KeyError, OSError):
        pytest.skip(f"this Pillow writes no {form}")
    got = photo.read(encoded)
    assert abs(int(got.pixels[0, 0, 2]) - 10) <= 3
    assert "holds 3 pictures" in caplog.text
