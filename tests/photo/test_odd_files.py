"""Files that other readers take: old JPEG in TIFF, missing tags, odd bit fields, long texts.

ImageMagick is the reader who checks, where it is installed.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import zlib
from typing import Any

import numpy as np
import pytest
from handmade import chunk
from PIL import Image, ImageCms
from segments import noise, saved, wave

from labcolor import photo
from labcolor.errors import PhotoError
from labcolor.photo import jpeg

GREY = {256: 96, 257: 64, 258: 8, 259: 1, 262: 1, 273: "@", 277: 1, 278: 64, 279: 96 * 64}


def tiff(tags: dict[int, object], *pieces: bytes, order: str = "<") -> bytes:
    """Spell a TIFF: `"@"` stands for the offset of the next piece behind the directory."""
    at = 8 + 2 + 12 * len(tags) + 4
    rows, values, rest = b"", b"", list(pieces)
    base = at + sum(
        len(value) * 4 for value in tags.values() if isinstance(value, list) and len(value) > 1
    )
    places = [base + sum(map(len, rest[:n])) for n in reversed(range(len(rest)))]

    def number(value: Any) -> int:
        return places.pop() if value == "@" else int(value)

    for tag, value in sorted(tags.items()):
        numbers = [number(one) for one in (value if isinstance(value, list) else [value])]
        if len(numbers) == 1:
            rows += struct.pack(f"{order}HHII", tag, 4, 1, numbers[0])
        else:
            rows += struct.pack(f"{order}HHII", tag, 4, len(numbers), at + len(values))
            values += struct.pack(f"{order}{len(numbers)}I", *numbers)
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    return head + struct.pack(f"{order}H", len(tags)) + rows + bytes(4) + values + b"".join(rest)


def seen_by_imagemagick(content: bytes, kind: str, depth: int = 8) -> np.ndarray:
    """Give the samples of a picture as ImageMagick reads it, upright or not."""
    program = shutil.which("magick") or shutil.which("convert")
    if program is None:
        pytest.skip("ImageMagick is not installed")
    with tempfile.NamedTemporaryFile(suffix=".tif") as file:
        file.write(content)
        file.flush()
        command = [program, file.name, "-depth", str(depth), "-endian", "LSB", f"{kind}:-"]
        done = subprocess.run(command, capture_output=True, check=False)
    if not done.stdout:
        pytest.skip("this ImageMagick does not read it")
    return np.frombuffer(done.stdout, np.uint8 if depth == 8 else np.uint16)


def without(tags: dict[int, object], *gone: int, **more: object) -> dict[int, object]:
    kept = {tag: value for tag, value in tags.items() if tag not in gone}
    return kept | {int(tag[1:]): value for tag, value in more.items()}


@pytest.mark.parametrize("order", ["<", ">"])
def test_old_jpeg_as_one_stream(order):
    """Grey and colour, with strips named or not: what Pillow sees in the JPEG."""
    grey = saved("JPEG", wave())
    colour = saved("JPEG", np.dstack([wave(), wave()[::-1], wave()]), subsampling=2)
    for stream, tags in (
        (grey, without(GREY, 273, 279, t259=6, t512=1, t513="@", t514=len(grey))),
        (grey, without(GREY, 273, 279, t259=6, t513="@")),
        (
            colour,
            without(GREY, 273, 279, t258=[8, 8, 8], t259=6, t262=6, t277=3, t513="@", t514=9**9),
        ),
    ):
        content = tiff(tags, stream, order=order)
        expected = photo.read(stream).pixels
        np.testing.assert_array_equal(photo.read(content).pixels, expected)


def split(stream: bytes) -> tuple[dict[str, list[bytes]], bytes]:
    """Take tables and scan out of a JPEG."""
    tables: dict[str, list[bytes]] = {"q": [], "dc": [], "ac": []}
    for one in jpeg.segments(stream):
        body = stream[one.begin : one.end]
        if one.marker == 0xDB:
            tables["q"].append(body[1:65])
        if one.marker == 0xC4:
            tables["ac" if body[0] >> 4 else "dc"].append(body[1:])
        if one.marker == 0xDA:
            return tables, stream[one.end : -2]
    raise AssertionError


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("strips", [1, 4])
def test_old_jpeg_in_tables_and_strips(colour, strips):
    """Where the tables stand in tags and each strip begins anew, the pixels are the same."""
    samples = np.dstack([wave(), wave()[::-1], wave()]) if colour else wave()
    options = {"subsampling": 2} if colour else {}
    if strips > 1:
        options["restart_marker_rows"] = 1
    stream = saved("JPEG", samples, **options)
    tables, scan = split(stream)
    parts = [scan]
    if strips > 1:
        import re

        parts = re.split(rb"\xff[\xd0-\xd7]", scan)
        rows = 64 // len(parts)
    tags = without(GREY, 279, t259=6, t512=1, t262=6 if colour else 1)
    tags |= {258: [8, 8, 8], 277: 3, 530: [2, 2]} if colour else {}
    tags |= {278: 64 if strips == 1 else rows, 273: ["@"] * len(parts), 279: [*map(len, parts)]}
    pieces = list(parts)
    for tag, name in ((519, "q"), (520, "dc"), (521, "ac")):
        tags[tag] = ["@"] * len(tables[name])
        pieces += tables[name]
    got = photo.read(tiff(tags, *pieces)).pixels
    np.testing.assert_array_equal(got, photo.read(stream).pixels)


def test_a_damaged_old_jpeg():
    """An end inside its scan is damage here too."""
    stream = saved("JPEG", noise(64, 96))
    at = len(stream) // 2
    broken = stream[:at] + b"\xff\xd9" + stream[at + 2 :]
    content = tiff(without(GREY, 273, 279, t259=6, t513="@", t514=len(broken)), broken)
    with pytest.raises(PhotoError, match="damaged"):
        photo.read(content)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("strips", [1, 4])
def test_strips_of_no_stated_size(bits, strips):
    """They are as large as their rows, or reach to the next one where they are compressed."""
    samples = wave().astype("<u2") * 257 if bits == 16 else wave()
    rows = 64 // strips
    parts = [samples[at : at + rows].tobytes() for at in range(0, 64, rows)]
    tags = without(GREY, 279, t258=bits, t278=rows, t273=["@"] * strips)
    content = tiff(tags, *parts)
    got = photo.read(content).pixels
    np.testing.assert_array_equal(got, samples)
    seen = seen_by_imagemagick(content, "gray", bits)
    np.testing.assert_array_equal(seen.reshape(64, 96), samples)
    packed = [zlib.compress(part) for part in parts]
    np.testing.assert_array_equal(photo.read(tiff(tags | {259: 8}, *packed)).pixels, samples)


@pytest.mark.parametrize("bits", [8, 16])
def test_grey_with_alpha_that_is_not_named(bits):
    """A second channel of no stated meaning is alpha, as ImageMagick takes it."""
    samples = np.dstack([wave(), 255 - wave()])
    if bits == 16:
        samples = samples.astype("<u2") * 257
    tags = without(GREY, t258=[bits, bits], t277=2, t279=samples.nbytes)
    content = tiff(tags, samples.tobytes())
    got = photo.read(content)
    np.testing.assert_array_equal(got.pixels, samples[..., 0])
    np.testing.assert_array_equal(got.alpha, samples[..., 1])


@pytest.mark.parametrize("planar", [1, 2])
@pytest.mark.parametrize("compression", [1, 8])
def test_inks_with_alpha(planar, compression):
    """Four inks and a fifth channel: the colours that Pillow gives the inks, and alpha."""
    inks = np.dstack([wave() // 2, wave()[::-1] // 2, wave() // 3, wave() // 4])
    alpha = 255 - wave()
    samples = np.dstack([inks, alpha])
    planes = [np.ascontiguousarray(samples[..., n]) for n in range(5)]
    parts = [samples.tobytes()] if planar == 1 else [plane.tobytes() for plane in planes]
    parts = [zlib.compress(part) for part in parts] if compression == 8 else parts
    tags = without(
        GREY, t258=[8] * 5, t259=compression, t262=5, t277=5, t284=planar, t338=2,
        t273=["@"] * len(parts), t279=[*map(len, parts)],
    )  # fmt: skip
    got = photo.read(tiff(tags, *parts))
    with Image.frombytes("CMYK", (96, 64), inks.tobytes()) as image:
        expected = np.asarray(image.convert("RGB"))
    np.testing.assert_array_equal(got.pixels[..., ::-1], expected)
    np.testing.assert_array_equal(got.alpha, alpha)


@pytest.mark.parametrize("bits", [8, 16])
def test_samples_of_no_stated_format(bits):
    """SampleFormat 4 says nothing; they are plain numbers."""
    samples = wave().astype("<u2") * 257 if bits == 16 else wave()
    tags = without(GREY, t258=bits, t279=samples.nbytes, t339=4)
    np.testing.assert_array_equal(photo.read(tiff(tags, samples.tobytes())).pixels, samples)


def test_a_number_of_channels_that_is_not_stated():
    """Three depths are three channels, and three channels are red, green and blue."""
    samples = np.dstack([wave(), wave()[::-1], 255 - wave()])
    tags = without(GREY, 262, 277, t258=[8, 8, 8], t279=samples.nbytes)
    got = photo.read(tiff(tags, samples.tobytes())).pixels
    np.testing.assert_array_equal(got[..., ::-1], samples)


def test_odd_tiffs_are_named_as_they_are():
    """The sentence says what is odd, and not that 8 bits should be 8 bits."""
    mixed = tiff(without(GREY, t258=[8, 8, 4], t262=2, t277=3), wave().tobytes() * 3)
    with pytest.raises(PhotoError, match=r"differ in depth \(4, 8 bits\)"):
        photo.read(mixed)
    lacking = tiff(without(GREY, t262=2), wave().tobytes())
    with pytest.raises(PhotoError, match="colours of 3 channels but holds 1"):
        photo.read(lacking)
    unknown = tiff(without(GREY, t259=40_000), wave().tobytes())
    for accept_damaged in (False, True):
        with pytest.raises(PhotoError, match="compression 40000") as caught:
            photo.read(unknown, accept_damaged=accept_damaged)
        assert "is damaged" not in str(caught.value)


def bmp(masks: tuple[int, ...], bits: int, codes: np.ndarray, *, flipped: bool = False) -> bytes:
    """Spell a BMP of bit fields, with a header of 56 bytes, rows from below or above."""
    height, width = codes.shape
    rows = codes if flipped else codes[::-1]
    step = bits // 8
    padded = np.zeros((height, -(-width * step // 4) * 4), np.uint8)
    padded[:, : width * step] = rows.astype(f"<u{step}").view(np.uint8).reshape(height, -1)
    body = padded.tobytes()
    info = struct.pack(
        "<IiiHHIIiiII", 56, width, -height if flipped else height, 1, bits, 3, len(body),
        11811, 11811, 0, 0,
    )  # fmt: skip
    head = struct.pack("<2sIHHI", b"BM", 70 + len(body), 0, 0, 70)
    return head + info + struct.pack("<4I", *masks) + body


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize(
    ("masks", "bits"),
    [
        ((0xF00, 0xF0, 0xF, 0xF000), 16),
        ((0xF00, 0xF0, 0xF, 0), 16),
        ((0x3FF00000, 0xFFC00, 0x3FF, 0), 32),
        ((0x7C00, 0x3E0, 0x1F, 0x8000), 16),
    ],
)
def test_bit_fields(masks, bits, flipped):
    """Whatever bits a colour has, all of them set are 255 and none of them 0."""
    levels = np.linspace(0, 1, 5 * 7).reshape(5, 7)
    codes = np.zeros((5, 7), np.uint32)
    expected = []
    for mask in masks:
        if not mask:
            expected.append(None)
            continue
        shift = (mask & -mask).bit_length() - 1
        values = np.rint(levels * (mask >> shift)).astype(np.uint32)
        codes |= values << shift
        expected.append(np.rint(values * 255.0 / (mask >> shift)).astype(np.uint8))
    got = photo.read(bmp(masks, bits, codes, flipped=flipped))
    np.testing.assert_array_equal(got.pixels[..., ::-1], np.dstack(expected[:3]))
    assert (got.alpha is None) == (expected[3] is None)
    if got.alpha is not None:
        np.testing.assert_array_equal(got.alpha, expected[3])
    assert got.metadata.resolution == pytest.approx((300, 300), abs=0.01)


def test_a_bmp_around_a_jpeg_is_named():
    """What printers get is not damaged."""
    content = bytearray(bmp((0, 0, 0, 0), 32, np.zeros((4, 4), np.uint32)))
    struct.pack_into("<I", content, 30, 4)
    with pytest.raises(PhotoError, match="a BMP around a JPEG"):
        photo.read(bytes(content))


def test_a_png_with_long_texts_and_profiles():
    """More than a megabyte of either is kept, at 8 bits as at 16."""
    story = b"A note on the print. " * 60_000
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile += bytes(1_600_000)
    struct.pack_into(">I", profile, 0, len(profile))
    png = saved("PNG", np.dstack([wave()] * 3))
    content = (
        png[:33]
        + chunk(b"iCCP", b"scanner\0\0" + zlib.compress(bytes(profile)))
        + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(story))
        + png[33:]
    )
    got = photo.read(content)
    assert got.metadata.texts[0].text == story.decode()
    np.testing.assert_array_equal(got.pixels[..., 0], wave())


@pytest.mark.parametrize("kind", [b"pHYs", b"tEXt", b"eXIf", b"iCCP", b"gAMA"])
def test_a_png_with_a_damaged_chunk_beside_the_pixels(kind, caplog):
    """The picture is whole; the chunk is left out, by name."""
    png = saved("PNG")
    bad = bytearray(chunk(kind, struct.pack(">IIB", 11811, 11811, 1)))
    bad[-1] ^= 255
    got = photo.read(png[:33] + bytes(bad) + png[33:])
    np.testing.assert_array_equal(got.pixels, wave())
    assert f"a damaged chunk {kind.decode()}" in caplog.text
    assert got.metadata.resolution is None
