"""JPEG 2000: resolutions and few bits; exiftool and imagecodecs are the ones who check."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest
from segments import saved, wave
from test_metadata import seen_by_exiftool

from labcolor import photo


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def with_header_box(content: bytes, added: bytes) -> bytes:
    """Put a box at the end of the header box."""
    at = content.index(b"jp2h") - 4
    (size,) = struct.unpack_from(">I", content, at)
    head = content[:at] + struct.pack(">I", size + len(added))
    return head + content[at + 4 : at + size] + added + content[at + size :]


def resolution(kind: bytes, *numbers: int) -> bytes:
    return box(b"res ", box(kind, struct.pack(">4H2b", *numbers)))


@pytest.mark.parametrize(
    ("kind", "numbers", "expected"),
    [
        (b"resc", (11811, 1, 11811, 1, 0, 0), (300, 300)),
        (b"resd", (11811, 1, 23622, 1, 0, 0), (600, 300)),
        (b"resc", (11811, 10, 11811, 1000, 1, 3), (300, 300)),
        (b"resc", (0, 1, 11811, 1, 0, 0), None),
        (b"resc", (1, 0, 11811, 1, 0, 0), None),
    ],
)
def test_a_resolution_is_read(kind, numbers, expected):
    """Pixels a metre with their powers of ten, vertically first, become pixels an inch."""
    content = with_header_box(saved("JPEG2000"), resolution(kind, *numbers))
    got = photo.read(content).metadata.resolution
    assert got == (expected if expected is None else pytest.approx(expected, abs=0.01))


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize("dpi", [(300, 300), (4800, 1200), (96.5, 72), (2, 99_999)])
def test_a_resolution_is_written(dpi, depth, tmp_path):
    """ExifTool and labcolor read it back, at either depth; the picture is whole."""
    said = photo.Metadata(resolution=dpi)
    pixels = wave(64, 96).astype(depth)
    photo.write(photo.Photo(pixels, metadata=said), tmp_path / "out.jp2")
    again = photo.read(tmp_path / "out.jp2")
    assert again.metadata.resolution == pytest.approx(dpi, rel=1e-3)
    assert again.pixels.shape[:2] == (64, 96)
    seen = seen_by_exiftool(tmp_path / "out.jp2")
    for side, expected in zip("XY", dpi, strict=True):
        metres = seen[f"Jpeg2000:Capture{side}Resolution"]
        metres *= 10 ** seen[f"Jpeg2000:Capture{side}ResolutionUnit"]
        assert metres * 0.0254 == pytest.approx(expected, rel=1e-3)


def test_a_resolution_goes_from_format_to_format(tmp_path):
    """300 dpi in any output."""
    content = with_header_box(saved("JPEG2000"), resolution(b"resc", 11811, 1, 11811, 1, 0, 0))
    for suffix in (".jpg", ".png", ".tif", ".jp2", ".bmp"):
        photo.write(photo.read(content), tmp_path / f"out{suffix}")
        got = photo.read(tmp_path / f"out{suffix}").metadata.resolution
        assert got == pytest.approx((300, 300), abs=0.02)


@pytest.mark.parametrize("bits", range(1, 9))
@pytest.mark.parametrize("channels", [1, 3])
def test_few_bits_are_stretched_to_the_full_range(bits, channels):
    """Black is 0 and white 255, however few the levels between."""
    imagecodecs = pytest.importorskip("imagecodecs", reason="writes JPEG 2000 of any depth")
    levels = (np.arange(64 * 96).reshape(64, 96) % (1 << bits)).astype(np.uint8)
    samples = levels if channels == 1 else np.dstack([levels] * 3)
    content = imagecodecs.jpeg2k_encode(
        samples, level=0, bitspersample=bits, codecformat="jp2", mct=False
    )
    got = photo.read(content).pixels
    expected = np.rint(samples * 255.0 / ((1 << bits) - 1)).astype(np.uint8)
    np.testing.assert_array_equal(got, expected)


def test_deep_ones_are_stretched_too():
    """What OpenCV decodes knows its bits as before."""
    imagecodecs = pytest.importorskip("imagecodecs", reason="writes JPEG 2000 of any depth")
    levels = (wave().astype(np.uint16) << 4) | 15
    content = imagecodecs.jpeg2k_encode(levels, level=0, bitspersample=12, codecformat="jp2")
    expected = np.rint(levels * 65535.0 / 4095).astype(np.uint16)
    np.testing.assert_array_equal(photo.read(content).pixels, expected)
    assert cv2.imdecode(np.frombuffer(content, np.uint8), -1) is not None
