"""What campaigns of the fuzzer have found, each a file of its own."""

from __future__ import annotations

import json
import struct
import time
import zlib

import handmade
import numpy as np
import pytest
from corpus import journals, layered
from segments import noise, saved, wave
from test_odd_files import GREY, bmp, tiff, without

from labcolor import photo
from labcolor.batch.journal import Journal
from labcolor.errors import PhotoError
from labcolor.layers.reading import read as read_layers


def test_a_png_of_a_colour_type_that_there_is_not():
    """A colour type of 255 was an uncaught KeyError."""
    whole = bytearray(handmade.png(noise(9, 9).astype(np.uint16), 0, 16))
    whole[25] = 255
    whole[29:33] = handmade.chunk(b"IHDR", bytes(whole[16:29]))[-4:]
    for accept_damaged in (False, True):
        with pytest.raises(PhotoError, match="damaged"):
            photo.read(bytes(whole), accept_damaged=accept_damaged)


def test_a_bmp_that_claims_hundreds_of_megapixels():
    """Nine kilobytes of it were expanded, slowly, where damage is accepted."""
    whole = bytearray(saved("BMP", wave()))
    struct.pack_into("<ii", whole, 18, 25_000, 20_000)
    began = time.monotonic()
    with pytest.raises(PhotoError, match="25000 × 20000"):
        photo.read(bytes(whole), accept_damaged=True)
    assert time.monotonic() - began < 1


def test_a_jp2_of_two_sizes():
    """The box around a small codestream claimed 1.9 thousand million rows; memory was taken."""
    whole = bytearray(saved("JPEG2000", np.dstack([wave()] * 3)))
    at = whole.index(b"ihdr") + 4
    struct.pack_into(">I", whole, at, 0x7300_0040)
    for accept_damaged in (False, True):
        with pytest.raises(PhotoError, match="damaged"):
            photo.read(bytes(whole), accept_damaged=accept_damaged)


def test_a_bmp_of_masks_beyond_its_pixels():
    """Masks of more than 16 bits over pixels of 16 were an OverflowError."""
    with pytest.raises(PhotoError, match="damaged"):
        photo.read(bmp((0xF0000, 0xF0, 0xF, 0), 16, np.zeros((4, 4), np.uint32)))


def test_what_is_left_of_a_tiff_that_lies():
    """The salvage of a cut TIFF with an orientation had its sides exchanged."""
    content = tiff(without(GREY, t274=6), wave().tobytes())
    got = photo.read(content[:-3000], accept_damaged=True).pixels
    np.testing.assert_array_equal(got[:, -20:], np.rot90(wave(), -1)[:, -20:])


def test_a_strip_that_claims_gigabytes():
    """Each of its five million rows was listed: half a minute, and 4.5 GB."""
    inks = np.dstack([wave()] * 5)
    said = {"t258": [8] * 5, "t262": 5, "t277": 5}
    whole = tiff(without(GREY, **said, t279=inks.nbytes), inks.tobytes())
    vast = tiff(without(GREY, **said, t279=0x9393_8D00), inks.tobytes())
    began = time.monotonic()
    got = photo.read(vast, accept_damaged=True).pixels
    assert time.monotonic() - began < 1
    np.testing.assert_array_equal(got, photo.read(whole).pixels)


def test_a_filter_that_there_is_not(capfd):
    """Libpng told standard error of it."""
    samples = noise(9, 9).astype(np.uint16)
    rows = b"".join(b"\x09" + row.astype(">u2").tobytes() for row in samples)
    whole = handmade.png(samples, 0, 16)
    at = whole.index(b"IDAT") - 4
    broken = whole[:at] + handmade.chunk(b"IDAT", zlib.compress(rows)) + whole[-12:]
    with pytest.raises(PhotoError, match="damaged"):
        photo.read(broken)
    assert capfd.readouterr().err == ""


def adam7(samples: np.ndarray) -> bytes:
    """Write a grey 16-bit PNG in seven passes (specification, section 8.2)."""
    body = b""
    for x, y, dx, dy in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):  # fmt: skip
        for row in samples[y::dy, x::dx]:
            body += b"\0" + row.astype(">u2").tobytes() if row.size else b""
    height, width = samples.shape
    header = struct.pack(">IIBBBBB", width, height, 16, 0, 0, 0, 1)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(body)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(handmade.chunk(*one) for one in chunks)


def test_an_interlaced_deep_png(capfd):
    """It is decoded as a whole, and damage to it stays silent."""
    samples = (noise(21, 13).astype(np.uint16) << 8) | noise(21, 13)
    whole = adam7(samples)
    np.testing.assert_array_equal(photo.read(whole).pixels, samples)
    at = whole.index(b"IDAT")
    body = bytearray(zlib.decompress(whole[at + 4 : -16])[:-30])
    cut = whole[: at - 4] + handmade.chunk(b"IDAT", zlib.compress(bytes(body))) + whole[-12:]
    broken = whole[: at + 20] + bytes(8) + whole[at + 28 :]
    for content in (broken, whole[:-30], cut):
        for accept_damaged in (False, True):
            with pytest.raises(PhotoError, match="damaged"):
                photo.read(content, accept_damaged=accept_damaged)
    assert "libpng error" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.pop("event"),
        lambda event: event.pop("output", None),
        lambda event: event.update(output=7),
        lambda event: event.update(content={"size": 1}),
        lambda event: event.update(content={"size": 1, "mtime": 2, "sha256": "x", "more": 3}),
        lambda event: event.update(files=[]),
        lambda event: event.update(files={"a.jpg": None}),
        lambda event: event.update(facts=None, settings=None),
    ],
)
def test_lines_of_a_journal_that_lack_something(change, tmp_path, caplog):
    """A line that is JSON but says too little counts as damaged, and the others are read."""
    lines = next(journals()).splitlines()
    (tmp_path / ".labcolor").mkdir()
    path = tmp_path / ".labcolor/journal.jsonl"
    for number, line in enumerate(lines):
        event = json.loads(line)
        change(event)
        changed = [*lines[:number], json.dumps(event).encode(), *lines[number + 1 :]]
        path.write_bytes(b"\n".join(changed) + b"\n")
        caplog.clear()
        journal = Journal(tmp_path)
        assert len(journal.records) >= 1
    path.write_bytes(b"[" * 100_000 + b"\n" + b"\n".join(lines) + b"\n")
    assert set(Journal(tmp_path).records) == {"a.jpg", "b.jpg"}
    assert "damaged" in caplog.text


def test_an_archive_of_layers_with_a_place_before_its_beginning(tmp_path):
    """Zipfile sought there, and the system's error came out."""
    whole = bytearray(next(layered()))
    end = whole.rindex(b"PK\x05\x06")
    (at,) = struct.unpack_from("<I", whole, end + 16)
    struct.pack_into("<I", whole, end + 16, at + 5000)
    path = tmp_path / "layers.ora"
    path.write_bytes(whole)
    with pytest.raises(PhotoError, match="damaged"):
        read_layers(path)
