"""Damage that decoders conceal is found all the same; djpeg is the reader who checks."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zlib

import cv2
import numpy as np
import pytest
import skimage.data
import tifffile
from PIL import Image
from segments import noise, saved, wave

from labcolor import photo
from labcolor.errors import PhotoError

ASTRONAUT = skimage.data.astronaut()[::2, ::2]
JPEGS = {
    "colour": lambda: saved("JPEG", ASTRONAUT),
    "grey": lambda: saved("JPEG", ASTRONAUT[..., 1].copy()),
    "progressive": lambda: saved("JPEG", ASTRONAUT, progressive=True),
    "own tables": lambda: saved("JPEG", ASTRONAUT, optimize=True),
    "grain": lambda: saved("JPEG", noise(256, 256), quality=95),
    "restarts": lambda: saved("JPEG", ASTRONAUT, restart_marker_rows=1),
}


def scan_of(jpeg: bytes) -> int:
    """Say where the middle of the scans' data is."""
    return (jpeg.index(b"\xff\xda") + len(jpeg)) // 2


def refused(content: bytes) -> str:
    with pytest.raises(PhotoError) as caught:
        photo.read(content)
    return str(caught.value)


def accepted(content: bytes, caplog: pytest.LogCaptureFixture) -> np.ndarray:
    caplog.clear()
    pixels = photo.read(content, accept_damaged=True).pixels
    assert "is damaged" in caplog.text
    return pixels


def warnings_of_djpeg(content: bytes) -> str:
    if shutil.which("djpeg") is None:
        pytest.skip("djpeg (libjpeg-turbo) is not installed")
    done = subprocess.run(["djpeg"], input=content, capture_output=True, check=False)
    return done.stderr.decode()


@pytest.mark.parametrize("kind", JPEGS)
def test_an_end_inside_the_scan(kind, caplog):
    """What stands behind an EOI in the middle is lost: refused, and coloured on demand."""
    whole = JPEGS[kind]()
    at = scan_of(whole)
    broken = whole[:at] + b"\xff\xd9" + whole[at + 2 :]
    assert "premature end" in warnings_of_djpeg(broken)
    assert "damaged" in refused(broken)
    got, expected = accepted(broken, caplog), photo.read(whole).pixels
    if kind != "progressive":
        np.testing.assert_array_equal(got[:32], expected[:32])


@pytest.mark.parametrize("kind", JPEGS)
@pytest.mark.parametrize("size", [40, 600])
def test_zero_bytes_inside_the_scan(kind, size, caplog):
    """A run of zeros, such as a bad sector leaves, is no picture even where libjpeg takes it."""
    whole = JPEGS[kind]()
    at = scan_of(whole)
    broken = whole[:at] + bytes(size) + whole[at + size :]
    assert "damaged" in refused(broken)
    accepted(broken, caplog)


@pytest.mark.parametrize("size", [40, 600])
def test_zeros_at_the_end_of_the_scan_that_stand_for_pixels(size):
    """Zeros in the place of the last rows are damage too, although they reach the end."""
    whole = JPEGS["colour"]()
    assert "damaged" in refused(whole[: -size - 2] + bytes(size) + whole[-2:])


@pytest.mark.parametrize("bytes_too_many", [b"\1\2\3", bytes(500), b"\xaa" * 60])
def test_bytes_too_many_are_harmless(bytes_too_many, caplog):
    """Some scanners write them before the end; every pixel is there."""
    for kind in ("colour", "grain", "progressive"):
        whole = JPEGS[kind]()
        got = photo.read(whole[:-2] + bytes_too_many + whole[-2:])
        np.testing.assert_array_equal(got.pixels, photo.read(whole).pixels)
    assert not caplog.text


def test_many_bytes_too_many_are_told(caplog):
    """Hundreds of them may be what a lost byte has left over, so somebody should look."""
    whole = JPEGS["grain"]()
    rest = noise(300).tobytes().replace(b"\xff", b"\xfe")
    photo.read(whole[:-2] + rest + whole[-2:])
    assert "meaningless bytes" in caplog.text


def test_flat_paper_with_tables_of_its_own_is_whole():
    """Where a white block is spelled with two zero bits, a white page is thousands of zeros."""
    page = np.full((800, 800), 255, np.uint8)
    page[:8, :8] = noise(8, 8)
    whole = saved("JPEG", page, optimize=True)
    assert bytes(100) in whole
    assert photo.read(whole).pixels.shape == (800, 800)


def test_warnings_about_headers_are_no_damage():
    """An unknown revision of JFIF and garbage between segments lose no pixel."""
    whole = bytearray(JPEGS["colour"]())
    whole[11] = 9  # the major revision
    at = whole.index(b"\xff\xdb")
    odd = bytes(whole[:at]) + b"\0\0garbage" + bytes(whole[at:])
    assert photo.read(odd).pixels.shape == ASTRONAUT.shape


def chunk(kind: bytes, body: bytes, *, sound: bool = True) -> bytes:
    checksum = zlib.crc32(kind + body) ^ (0 if sound else 1)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_the_checksum_of_a_png_s_pixels(depth, caplog):
    """A wrong checksum of pixels is damage, at either depth, even where all rows decode."""
    samples = wave().astype(depth) * (257 if depth is np.uint16 else 1)
    whole = cv2.imencode(".png", samples)[1].tobytes()
    at = whole.index(b"IDAT")
    end = at + 4 + struct.unpack_from(">I", whole, at - 4)[0]
    broken = whole[:end] + bytes([whole[end] ^ 1]) + whole[end + 1 :]
    assert "damaged" in refused(broken)
    np.testing.assert_array_equal(accepted(broken, caplog), samples)


@pytest.mark.parametrize(
    ("compression", "damage"),
    [("zlib", b"\xff" * 20), ("zlib", bytes(20)), ("lzw", b"\xff" * 20), ("jpeg", b"\xff" * 20)],
)
def test_one_bad_strip_of_a_tiff(compression, damage, caplog):
    """A strip that is damaged among good ones is found, whatever its decoder makes of it."""
    if compression != "zlib":
        pytest.importorskip("imagecodecs", reason="tifffile writes no such compression without")
    stream = io.BytesIO()
    tifffile.imwrite(
        stream, noise(128, 96), photometric="minisblack", compression=compression, rowsperstrip=16
    )
    whole = stream.getvalue()
    with tifffile.TiffFile(io.BytesIO(whole)) as tiff:
        page = tiff.pages[0]
        at = page.dataoffsets[3] + page.databytecounts[3] // 2
    broken = whole[:at] + damage + whole[at + len(damage) :]
    assert "damaged" in refused(broken)
    np.testing.assert_array_equal(accepted(broken, caplog)[:48], photo.read(whole).pixels[:48])


def test_a_fax_page_with_a_bad_line(capfd, caplog):
    """Group 4 has no checksum, but libtiff notices; its words do not reach the user."""
    from labcolor.photo import libtiff

    if libtiff._library() is None:
        pytest.skip("libtiff is a part of Pillow here and cannot be heard")
    y, x = np.mgrid[:200, :300]
    whole = saved("TIFF", np.sin(x / 7) * np.cos(y / 9) > 0, compression="group4")
    with tifffile.TiffFile(io.BytesIO(whole)) as tiff:
        at = tiff.pages[0].dataoffsets[0] + tiff.pages[0].databytecounts[0] // 2
    broken = whole[:at] + bytes(20) + whole[at + 20 :]
    assert "damaged" in refused(broken)
    accepted(broken, caplog)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_codestream_that_ends_in_a_layer(share, caplog):
    """JPEG 2000 whose last layers are cut off is refused, and what is there taken on demand."""
    whole = saved("JPEG2000", ASTRONAUT, quality_layers=[40, 20, 10], irreversible=True)
    broken = whole[: int(len(whole) * share)]
    assert "damaged" in refused(broken)
    got = accepted(broken, caplog)
    assert np.abs(got[..., ::-1].astype(int) - ASTRONAUT).mean() < 20


def test_a_tile_that_is_missing():
    """A codestream cut between two tiles is cut, though its last tile-part is whole."""
    whole = saved("JPEG2000", noise(256, 256), tile_size=(128, 128))
    second = [at for at in range(len(whole)) if whole[at : at + 4] == b"\xff\x90\0\x0a"][2]
    assert "damaged" in refused(whole[:second] + b"\xff\xd9")


def test_a_salvage_that_decodes_nothing_is_a_failure():
    """A picture that is black from end to end is not what is left of a photograph."""
    whole = saved("TIFF", noise(90, 80), compression="tiff_adobe_deflate")
    with tifffile.TiffFile(io.BytesIO(whole)) as tiff:
        at = tiff.pages[0].dataoffsets[0]
    broken = whole[:at] + b"\xff" * 50 + whole[at + 50 :]
    with pytest.raises(PhotoError, match="damaged"):
        photo.read(broken, accept_damaged=True)
    jpeg = saved("JPEG", noise(90, 80))
    with pytest.raises(PhotoError, match="damaged"):
        photo.read(jpeg[: jpeg.index(b"\xff\xda") + 10], accept_damaged=True)


def test_webp_that_ends_too_soon():
    """A WebP whose headers agree that it is shorter lacks pixels all the same."""
    for options in ({"quality": 80}, {"lossless": True}):
        whole = saved("WEBP", ASTRONAUT, **options)
        cut = bytearray(whole[: len(whole) // 2])
        struct.pack_into("<I", cut, 4, len(cut) - 8)
        struct.pack_into("<I", cut, 16, len(cut) - 20)
        assert "damaged" in refused(bytes(cut))


def test_pixels_come_from_the_same_decoder():
    """Looking for damage changes no pixel."""
    for make in JPEGS.values():
        with Image.open(io.BytesIO(make())) as image:
            expected = np.asarray(image)
        got = photo.read(make()).pixels
        np.testing.assert_array_equal(got if got.ndim == 2 else got[..., ::-1], expected)
