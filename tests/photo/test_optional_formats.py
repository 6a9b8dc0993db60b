"""HEIC, GIF, camera raw and rare compressions: read by their packages, or named without them."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from PIL import Image
from segments import noise, saved, wave
from test_metadata import XMP, exif_block, seen_by_exiftool

from labcolor import photo
from labcolor.batch.find import find
from labcolor.batch.names import Rule, name_results
from labcolor.cli.summary import left_alone
from labcolor.errors import PhotoError
from labcolor.photo import tags
from labcolor.photo.formats import recognise


@pytest.fixture
def pillow_heif():
    return pytest.importorskip("pillow_heif", reason="needs labcolor[heif]")


@pytest.fixture
def tifffile():
    pytest.importorskip("imagecodecs", reason="needs labcolor[formats]")
    return pytest.importorskip("tifffile", reason="needs labcolor[formats]")


def without(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """Let packages not be there."""
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)


def heic(pillow_heif, samples: np.ndarray, **options) -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(samples)).save(stream, quality=95, **options)
    return stream.getvalue()


def smooth() -> np.ndarray:
    return np.dstack([wave(), np.rot90(wave(96, 64)), wave()[::-1]])


def test_heic_with_all_it_says(pillow_heif, tmp_path):
    """A phone's photograph comes upright, once, with what the camera said; 8 bits stay 8."""
    content = heic(pillow_heif, smooth(), exif=b"Exif\0\0" + exif_block(6), xmp=XMP)
    got = photo.read(content)
    with Image.open(io.BytesIO(saved("PNG", smooth()))) as image:
        expected = np.asarray(image.transpose(Image.Transpose.ROTATE_270))
    assert got.pixels.dtype == np.uint8
    assert got.pixels.shape == (96, 64, 3)
    assert np.abs(got.pixels[..., ::-1].astype(int) - expected).mean() < 4
    assert got.format == "heif"
    photo.write(got, tmp_path / "out.jpg")
    seen = seen_by_exiftool(tmp_path / "out.jpg")
    assert seen["IFD0:Make"] == "Leica"
    assert seen["IFD0:Orientation"] == 1
    assert seen["ExifIFD:DateTimeOriginal"] == "1931:05:06 07:08:09"
    assert seen["XMP-photoshop:City"] == "Zürich"


@pytest.mark.parametrize("depth", [10, 12])
def test_heic_of_more_bits(pillow_heif, depth):
    """10 and 12 bits come as 16, over the full range."""
    levels = np.linspace(0, (1 << depth) - 1, 96 * 64).reshape(64, 96).astype(np.uint16)
    full = np.dstack([levels << (16 - depth)] * 3)
    stream = io.BytesIO()
    encoder = pillow_heif.from_bytes("RGB;16", (96, 64), full.tobytes())
    encoder.save(stream, quality=100, chroma=444)
    got = photo.read(stream.getvalue()).pixels
    assert got.dtype == np.uint16
    assert got.min() < 1500
    assert got.max() > 64_000
    assert len(np.unique(got)) > 500


def test_heic_with_alpha(pillow_heif):
    """Transparency stays."""
    samples = np.dstack([smooth(), wave()])
    got = photo.read(heic(pillow_heif, samples))
    assert got.alpha is not None
    assert np.abs(got.alpha.astype(int) - wave()).mean() < 4


@pytest.mark.parametrize(
    "brand", [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"miaf"]
)
def test_heic_is_named(brand, monkeypatch):
    """Every brand is a photograph, not a film, and the package that reads it is named."""
    content = b"\0\0\0\x18ftyp" + brand + bytes(60)
    assert recognise(content[:64]) == "heif"
    without(monkeypatch, "pillow_heif")
    with pytest.raises(PhotoError, match=r"a HEIC photograph.*pip install 'labcolor\[heif\]'"):
        photo.read(content)


def test_brands_of_films():
    """A film stays one, and AVIF is not HEIC."""
    assert recognise(b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(40)) is None
    assert recognise(b"\0\0\0\x18ftypmif1\0\0\0\0avifmiaf" + bytes(40)) == "avif"
    assert recognise(b"\0\0\0\x18ftypmif1\0\0\0\0heicmiaf" + bytes(40)) == "heif"


def test_a_damaged_heic(pillow_heif):
    """A cut one is refused in a sentence."""
    content = heic(pillow_heif, smooth())
    for share in (0.1, 0.5, 0.9):
        with pytest.raises(PhotoError):
            photo.read(content[: int(len(content) * share)])


def test_gif_gives_its_first_picture(caplog):
    """Grey levels, transparency and the comment come along; other pictures are named."""
    frames = [Image.fromarray(plane) for plane in (wave(), 255 - wave())]
    stream = io.BytesIO()
    frames[0].save(
        stream, "GIF", save_all=True, append_images=frames[1:], comment="Grüße".encode()
    )
    got = photo.read(stream.getvalue())
    grey = got.pixels if got.pixels.ndim == 2 else got.pixels[..., 0]
    np.testing.assert_array_equal(grey, wave())
    assert got.metadata.texts[0].text == "Grüße"
    assert "holds 2 pictures; the first one is taken" in caplog.text


def test_gif_that_is_cut():
    """A cut one is damaged."""
    whole = saved("GIF", noise(64, 64))
    with pytest.raises(PhotoError, match="damaged"):
        photo.read(whole[: len(whole) // 2])


def dng(tifffile, mosaic: np.ndarray) -> bytes:
    """Make a small DNG: a mosaic of red, green, green, blue, and what LibRaw has to know."""
    stream = io.BytesIO()
    one = (1, 1)
    matrix = [n for value in (1, 0, 0, 0, 1, 0, 0, 0, 1) for n in (value, 1)]
    tifffile.imwrite(
        stream,
        mosaic,
        photometric=32803,
        extratags=[
            (271, 2, 6, "Agfa", True),
            (272, 2, 9, "Isolette", True),
            (274, 3, 1, 6, True),
            (33421, 3, 2, (2, 2), True),
            (33422, 1, 4, (0, 1, 1, 2), True),
            (50706, 1, 4, (1, 4, 0, 0), True),
            (50707, 1, 4, (1, 1, 0, 0), True),
            (50708, 2, 14, "Agfa Isolette", True),
            (50714, 4, 1, 0, True),
            (50717, 4, 1, 65535, True),
            (50721, 10, 9, matrix, True),
            (50728, 5, 3, one * 3, True),
            (50778, 3, 1, 21, True),
        ],
    )
    return stream.getvalue()


def test_dng_is_developed(tifffile, tmp_path):
    """LibRaw develops it upright to 16 bits of sRGB; what the camera said comes along."""
    pytest.importorskip("rawpy", reason="needs labcolor[raw]")
    mosaic = np.tile(np.linspace(2000, 60_000, 160).astype(np.uint16), (120, 1))
    content = dng(tifffile, mosaic)
    got = photo.read(content)
    assert got.format == "raw"
    assert got.pixels.dtype == np.uint16
    height, width = got.pixels.shape[:2]
    assert height > width
    rows = got.pixels.astype(float).mean(axis=(1, 2))
    assert rows[10] < rows[height // 2] < rows[-10]
    assert tags.read(got.metadata.exif).orientation == 1
    photo.write(got, tmp_path / "out.tif")
    assert seen_by_exiftool(tmp_path / "out.tif")["IFD0:Make"] == "Agfa"


def test_raw_files_are_named(tifffile, monkeypatch):
    """Without the package it is said what reads them, whether their name tells or their tags."""
    without(monkeypatch, "rawpy")
    named = io.BytesIO(saved("TIFF"))
    named.name = "DSC_1.NEF"
    content = dng(tifffile, np.zeros((16, 16), np.uint16))
    for source in (named, content, b"\0\0\0\x18ftypcrx " + bytes(60), b"FUJIFILMCCD-RAW 0201"):
        with pytest.raises(PhotoError, match=r"a camera's raw file.*'labcolor\[raw\]'"):
            photo.read(source)


COMPRESSIONS = {
    "zstd": "Zstandard",
    "lzma": "LZMA",
    "jpeg2000": "JPEG 2000",
    "jpegxl": "JPEG XL",
    "lerc": "LERC",
    "png": "PNG",
}


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_rare_compressions(compression, depth, tifffile, monkeypatch):
    """With the packages the very samples are read; without, the compression is named."""
    grey = wave().astype(depth) * (257 if depth is np.uint16 else 1)
    for samples, photometric in ((grey, "minisblack"), (np.dstack([grey, grey, grey]), "rgb")):
        stream = io.BytesIO()
        options = {"compressionargs": {"level": 0}} if compression == "jpeg2000" else {}
        tifffile.imwrite(
            stream, samples, photometric=photometric, compression=compression, **options
        )
        got = photo.read(stream.getvalue())
        np.testing.assert_array_equal(got.pixels, samples)
    without(monkeypatch, "imagecodecs")
    try:
        photo.read(stream.getvalue())  # Pillow's libtiff knows some
    except PhotoError as error:
        text = str(error)
        assert COMPRESSIONS[compression] in text
        assert "pip install 'labcolor[formats]'" in text
        assert "damaged" not in text
        with pytest.raises(PhotoError, match="labcolor\\[formats\\]"):
            photo.read(stream.getvalue(), accept_damaged=True)


def test_rare_jpegs(monkeypatch):
    """12 bits, lossless and JPEG-LS are read with the package, and named without it."""
    imagecodecs = pytest.importorskip("imagecodecs", reason="needs labcolor[formats]")
    deep = wave().astype(np.uint16) * 16
    files = {
        "12-bit": (imagecodecs.jpeg_encode(deep, level=98, bitspersample=12), 65535 / 4095),
        "lossless": (imagecodecs.ljpeg_encode(deep, bitspersample=12), 65535 / 4095),
        "JPEG-LS": (imagecodecs.jpegls_encode(wave()), 1),
    }
    for content, factor in files.values():
        got = photo.read(content).pixels
        expected = (deep if got.dtype == np.uint16 else wave()) * factor
        assert np.abs(got - expected).max() < 40 * factor
    without(monkeypatch, "imagecodecs")
    for words, (content, _) in files.items():
        with pytest.raises(PhotoError, match=f"{words}.*'labcolor\\[formats\\]'"):
            photo.read(content)


def test_folders_take_what_can_be_read(tmp_path, monkeypatch):
    """What lacks its package is counted with the command that brings it, and fails nothing."""
    for name in ("a.heic", "b.nef", "c.gif", "d.jpg"):
        (tmp_path / name).write_bytes(b"x")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    findings = find([tmp_path], output=tmp_path / "out")
    assert [found.name for found in findings.photographs] == ["c.gif", "d.jpg"]
    said = left_alone(findings.left)
    assert "reads 1 .heic after pip install 'labcolor[heif]'" in said
    assert "reads 1 .nef after pip install 'labcolor[raw]'" in said
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    assert len(find([tmp_path], output=tmp_path / "out").photographs) == 4


def test_results_of_what_is_read_only():
    """They get the ending of a format that is written."""
    names = name_results(["a.heic", "b.NEF", "c.gif", "d.j2k"], Rule())
    assert [one.output for one in names.values()] == ["a.jpg", "b.tif", "c.png", "d.jp2"]


def test_a_result_of_a_stream_is_of_a_format_that_is_written(pillow_heif):
    """A HEIC from a pipe goes out as JPEG where nothing else is asked for."""
    out = io.BytesIO()
    photo.write(photo.read(heic(pillow_heif, smooth())), out)
    assert out.getvalue().startswith(b"\xff\xd8\xff")
