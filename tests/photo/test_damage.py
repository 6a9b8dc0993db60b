"""What is no photograph, or no longer one, is refused in a sentence that names the file."""

from __future__ import annotations

import io
import os
import struct

import cv2
import handmade
import numpy as np
import pytest
import tifffile
from PIL import Image

from labcolor import photo
from labcolor.errors import PhotoError


def noise(*shape: int, dtype=np.uint8) -> np.ndarray:
    """Give a picture that no encoder makes small."""
    return np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


def saved(form: str, samples: np.ndarray | None = None, **options) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(noise(90, 80, 3) if samples is None else samples).save(stream, form, **options)
    return stream.getvalue()


def deep_tiff(**options) -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, noise(90, 80, 3, dtype=np.uint16), photometric="rgb", **options)
    return stream.getvalue()


def deep_jp2() -> bytes:
    return cv2.imencode(".jp2", noise(90, 80, 3, dtype=np.uint16))[1].tobytes()


FILES = {
    "JPEG": lambda: saved("JPEG"),
    "progressive JPEG": lambda: saved("JPEG", progressive=True),
    "grey JPEG": lambda: saved("JPEG", noise(90, 80)),
    "PNG": lambda: saved("PNG"),
    "16-bit PNG": lambda: handmade.png(noise(90, 80, 3, dtype=np.uint16), 2, 16),
    "TIFF": lambda: saved("TIFF"),
    "LZW TIFF": lambda: saved("TIFF", compression="tiff_lzw"),
    "G4 TIFF": lambda: saved("TIFF", noise(90, 80) > 127, compression="group4"),
    "16-bit TIFF": deep_tiff,
    "16-bit Deflate TIFF": lambda: deep_tiff(compression="zlib", rowsperstrip=8),
    "WebP": lambda: saved("WEBP"),
    "lossless WebP": lambda: saved("WEBP", lossless=True),
    "BMP": lambda: saved("BMP"),
    "JPEG 2000": lambda: saved("JPEG2000"),
    "16-bit JPEG 2000": deep_jp2,
}


@pytest.fixture
def refused(tmp_path):
    """Give a function that reads bytes as a file and returns the sentence of refusal."""

    def refuse(content: bytes, name: str = "scan 1.dat", **options) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(PhotoError) as caught:
            photo.read(path, **options)
        text = str(caught.value)
        assert name in text
        assert text.count(". ") <= 1
        assert text.endswith(".")
        return text

    return refuse


@pytest.mark.parametrize("share", [0.5, 0.9, 0.02])
@pytest.mark.parametrize("kind", FILES)
def test_cut_files_are_refused(kind, share, refused):
    """A file that ends too soon is refused, however much of it a decoder would make up."""
    whole = FILES[kind]()
    assert photo.read(whole).pixels.shape[:2] == (90, 80)
    assert "damaged" in refused(whole[: int(len(whole) * share)])


def test_last_byte_of_the_pixels_counts(refused):
    """Even a few missing bytes of pixels are missed."""
    for kind in ("PNG", "16-bit PNG", "LZW TIFF", "JPEG"):
        assert "damaged" in refused(FILES[kind]()[:-40])


@pytest.mark.parametrize(
    "kind", ["JPEG", "progressive JPEG", "PNG", "16-bit PNG", "TIFF", "16-bit Deflate TIFF", "BMP"]
)
def test_damaged_files_are_accepted_on_demand(kind, caplog):
    """What is left of a cut file can be asked for; what is stored first is right."""
    whole = FILES[kind]()
    if kind.endswith("TIFF"):  # the directory stands before the pixels
        assert struct.unpack_from("<I", whole, 4)[0] < 1000
    got = photo.read(whole[: int(len(whole) * 0.7)], accept_damaged=True)
    expected = photo.read(whole)
    assert got.pixels.shape == expected.pixels.shape
    stored_first = slice(-8, None) if kind == "BMP" else slice(8)
    if kind != "progressive JPEG":
        np.testing.assert_array_equal(got.pixels[stored_first], expected.pixels[stored_first])
    assert got.pixels[stored_first].std() > 10
    assert "is damaged" in caplog.text


def test_accepting_damage_changes_nothing_of_a_whole_file(caplog):
    """A whole file is read as ever, without a warning."""
    for kind in ("JPEG", "16-bit TIFF"):
        whole = FILES[kind]()
        got = photo.read(whole, accept_damaged=True)
        np.testing.assert_array_equal(got.pixels, photo.read(whole).pixels)
    assert not caplog.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"  \n<HTML><head>", "web page"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"Dear Sir or Madam, enclosed please find the photograph you asked for.", "a text"),
        (b"8BPS\0\1" + bytes(60), "Photoshop"),
        (b"\0\0\0\x18ftypmp42" + bytes(60), "video"),
        (bytes(5000), "zero bytes"),
        (os.urandom(1) + b"\x80\x81\x82\x83" * 20, "does not know"),
        ("Straße ".encode() * 30, "a text"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_other_files_are_named(content, words, refused):
    """A file that is no photograph is told what it is, and what is read instead."""
    text = refused(content)
    assert words in text
    assert "JPEG, PNG, TIFF" in text


def test_nothing_to_read(tmp_path, refused):
    """A missing file, a folder and an empty file are told apart."""
    assert "empty" in refused(b"")
    with pytest.raises(PhotoError, match=r"There is no file .*nowhere\.jpg"):
        photo.read(tmp_path / "nowhere.jpg")
    with pytest.raises(PhotoError, match="is a folder"):
        photo.read(tmp_path)
    with pytest.raises(PhotoError, match="empty"):
        photo.read(b"")
    with pytest.raises(PhotoError, match="empty"):
        photo.read(io.BytesIO())
    with pytest.raises(PhotoError):
        photo.read("a\0b")


def resized(content: bytes, form: str, width: int, height: int) -> bytes:
    """Let a header claim another size."""
    data = bytearray(content)
    if form == "PNG":
        data[16:24] = struct.pack(">II", width, height)
        data[29:33] = handmade.chunk(b"IHDR", bytes(data[16:29]))[-4:]
    elif form == "BMP":
        data[18:26] = struct.pack("<ii", width, height)
    elif form == "JPEG":
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    elif form == "TIFF":
        (first,) = struct.unpack_from("<I", data, 4)
        for row in range(struct.unpack_from("<H", data, first)[0]):
            at = first + 2 + 12 * row
            (tag,) = struct.unpack_from("<H", data, at)
            if tag in (256, 257):
                value = width if tag == 256 else height
                struct.pack_into("<HII", data, at + 2, 4, 1, value)
    elif form == "JPEG2000":
        at = data.index(b"\xff\x51") + 2
        data[at + 4 : at + 12] = struct.pack(">II", width, height)
    return bytes(data)


@pytest.mark.parametrize("form", ["PNG", "BMP", "JPEG", "TIFF", "JPEG2000"])
def test_too_many_pixels(form, refused):
    """Two thousand million pixels are refused by the header alone."""
    text = refused(resized(saved(form), form, 50_000, 40_000))
    assert "50000 × 40000" in text


@pytest.mark.parametrize("form", ["PNG", "BMP", "JPEG", "TIFF", "JPEG2000"])
def test_no_pixels(form, refused):
    """A picture without width or height is refused."""
    refused(resized(saved(form), form, 0, 40))
    refused(resized(saved(form), form, 40, 0))


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros((8, 8), np.float32), "floating-point"),
        (np.zeros((8, 8), np.uint32), "32-bit"),
        (np.zeros((8, 8), np.int16), "signed"),
        (np.zeros((8, 8, 6), np.uint16), "6 channels"),
        (np.zeros((8, 8, 7), np.uint8), "7 channels"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_unusual_tiffs_are_named(samples, words, refused):
    """Samples that photographs are not kept in are refused with the way out."""
    stream = io.BytesIO()
    tifffile.imwrite(stream, samples, photometric="rgb" if samples.ndim == 3 else "minisblack")
    text = refused(stream.getvalue())
    assert words in text
    assert "save it" in text


@pytest.mark.parametrize("kind", FILES)
def test_random_damage_never_escapes(kind):
    """Whatever bytes are changed, the answer is a photograph or a PhotoError."""
    rng = np.random.default_rng(7)
    whole = FILES[kind]()
    for _ in range(25):
        data = bytearray(whole)
        reach = len(data) if rng.random() < 0.3 else 300
        for at in rng.integers(2, reach, rng.integers(1, 12)):
            data[at] = rng.integers(0, 256)
        try:
            got = photo.read(bytes(data), accept_damaged=bool(rng.random() < 0.5))
        except PhotoError:
            continue
        assert got.pixels.size


def test_checksum_of_a_deep_png(refused, caplog):
    """A flipped bit that leaves all rows decodable is caught by the checksum of the pixels."""
    data = bytearray(handmade.png(np.full((50, 50, 3), 9999, np.uint16), 2, 16))
    end = data.index(b"IEND") - 4
    data[end - 8] ^= 1  # in the Adler-32 before the chunk's own checksum
    assert "damaged" in refused(bytes(data))
    got = photo.read(bytes(data), accept_damaged=True)
    assert (got.pixels == 9999).all()
    assert "is damaged" in caplog.text


def test_library_messages_stay_silent(refused, capfd):
    """Neither OpenCV nor Pillow writes to standard error on its own."""
    for kind in ("16-bit PNG", "16-bit Deflate TIFF", "16-bit JPEG 2000", "LZW TIFF"):
        whole = FILES[kind]()
        refused(whole[: len(whole) // 2])
    assert capfd.readouterr().err == ""
