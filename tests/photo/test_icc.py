"""Colours of other spaces become those of sRGB; LittleCMS and closed formulas are the judges."""

from __future__ import annotations

import io
import struct

import handmade
import numpy as np
import pytest
from PIL import Image, ImageCms

from labcolor import photo
from labcolor.photo import tag_writing, tags
from labcolor.photo.lcms import srgb_profile

SRGB = np.array(  # IEC 61966-2-1 adapted to D50 by Bradford, as brucelindbloom.com lists it
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)


def encoded(light: np.ndarray) -> np.ndarray:
    """Apply the transfer function of sRGB."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def decoded(codes: np.ndarray) -> np.ndarray:
    """Undo the transfer function of sRGB."""
    return np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)


SPACES = {
    "Adobe RGB": (handmade.ADOBE_RGB, handmade.curve(563 / 256), lambda v: v ** (563 / 256)),
    "ProPhoto": (handmade.PROPHOTO, handmade.curve(1.8), lambda v: v ** (461 / 256)),
    "Display P3": (handmade.DISPLAY_P3, handmade.srgb_curve(), decoded),
}
GREYS = {
    "Gray Gamma 2.2": (handmade.curve(563 / 256), lambda v: v ** (563 / 256)),
    "Dot Gain 20%": (
        handmade.curve(points=handmade.dot_gain()),
        lambda v: np.interp(v, np.linspace(0, 1, 256), handmade.dot_gain()),
    ),
    "linear": (handmade.curve(1.0), lambda v: v),
}


def png_with(samples: np.ndarray, profile: bytes) -> bytes:
    """Write a PNG of the depth of the samples, RGB or grey, with a profile."""
    stream = io.BytesIO()
    if samples.dtype == np.uint8:
        Image.fromarray(samples).save(stream, "PNG", icc_profile=profile)
        return stream.getvalue()
    import zlib

    body = handmade.chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))
    return handmade.png(samples, 2 if samples.ndim == 3 else 0, 16, before=body)


def littlecms(samples: np.ndarray, profile: bytes) -> np.ndarray:
    """Convert 8-bit samples with LittleCMS, relative to white."""
    return np.asarray(
        ImageCms.profileToProfile(
            Image.fromarray(samples),
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
        )
    )


@pytest.mark.parametrize("space", SPACES)
def test_8_bit_rgb_as_littlecms_converts_it(space):
    """No channel of any colour differs from LittleCMS by more than its rounding."""
    primaries, transfer, _ = SPACES[space]
    profile = handmade.rgb_profile(primaries, transfer)
    samples = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    got = photo.read(png_with(samples, profile)).pixels[..., ::-1].astype(int)
    difference = np.abs(got - littlecms(samples, profile))
    assert difference.max() <= 2  # LittleCMS computes 8 bits in fixed point
    assert (difference <= 1).mean() > 0.995


@pytest.mark.parametrize("space", SPACES)
def test_16_bit_rgb_by_the_formula(space):
    """16-bit colours within sRGB follow curves and matrices to a few steps of 65536."""
    primaries, transfer, to_light = SPACES[space]
    rng = np.random.default_rng(0)
    samples = (20000 + rng.integers(0, 9000, (64, 64, 3))).astype(np.uint16)
    got = photo.read(png_with(samples, handmade.rgb_profile(primaries, transfer))).pixels
    rounded = np.rint(primaries * 65536) / 65536  # as the profile holds them
    matrix = np.linalg.solve(SRGB, rounded)
    expected = encoded(to_light(samples / 65535) @ matrix.T) * 65535
    # makers' sRGB primaries differ in the fourth digit
    np.testing.assert_allclose(got[..., ::-1], expected, atol=25)
    assert len(np.unique(got)) > 6000  # not 8 bits in disguise


@pytest.mark.parametrize("space", SPACES)
def test_neutrals_stay_neutral(space):
    """Grey of any space is grey in sRGB, and white is white."""
    primaries, transfer, _ = SPACES[space]
    ramp = np.linspace(0, 65535, 500).astype(np.uint16)[None, :, None].repeat(3, 2)
    got = photo.read(png_with(ramp, handmade.rgb_profile(primaries, transfer))).pixels.astype(int)
    assert np.ptp(got, axis=-1).max() <= 8
    assert got[0, -1].tolist() == [65535] * 3
    assert got[0, 0].tolist() == [0] * 3


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("name", GREYS)
def test_grey_profiles(name, dtype):
    """Grey goes through its curve and stays one plane."""
    transfer, to_light = GREYS[name]
    top = np.iinfo(dtype).max
    ramp = np.arange(0, top + 1, 1 if top == 255 else 7).astype(dtype)[None]
    got = photo.read(png_with(ramp, handmade.grey_profile(transfer))).pixels
    expected = encoded(to_light(ramp / top)) * top
    assert got.shape == ramp.shape
    np.testing.assert_allclose(got, expected, atol=0.6 if top == 255 else 3)


def test_8_bit_grey_as_littlecms_converts_it():
    """Dot gain at 8 bits is that of LittleCMS."""
    profile = handmade.grey_profile(handmade.curve(points=handmade.dot_gain()))
    ramp = np.arange(256, dtype=np.uint8)[None]
    got = photo.read(png_with(ramp, profile)).pixels.astype(int)
    np.testing.assert_allclose(got, littlecms(ramp, profile)[..., 1], atol=1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_srgb_is_left_alone(dtype):
    """Pixels that are in sRGB come back bit for bit, whichever sRGB profile they carry."""
    rng = np.random.default_rng(0)
    samples = rng.integers(0, np.iinfo(dtype).max + 1, (32, 32, 3)).astype(dtype)
    for profile in (
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        srgb_profile(),
        handmade.rgb_profile(SRGB, handmade.srgb_curve()),
        handmade.rgb_profile(SRGB, handmade.curve(points=decoded(np.linspace(0, 1, 1024)))),
    ):
        got = photo.read(png_with(samples, profile))
        np.testing.assert_array_equal(got.pixels, samples[..., ::-1])


def test_alpha_is_no_colour():
    """Alpha does not go through the profile."""
    samples = np.full((4, 4, 4), 100, np.uint8)
    stream = io.BytesIO()
    profile = handmade.rgb_profile(handmade.ADOBE_RGB, handmade.curve(1.0))
    Image.fromarray(samples).save(stream, "PNG", icc_profile=profile)
    got = photo.read(stream.getvalue())
    assert (got.alpha == 100).all()
    assert (got.pixels != 100).any()


def table_profile(kind: bytes = b"scnr") -> bytes:
    """Make a scanner's profile: a table of 2³ colours to XYZ, an exact linear space of Adobe RGB.

    Input curves carry a gamma of 2.2, the table the primaries (`lut16Type`, section 10.10).
    """
    grid = np.stack(np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij"), -1).reshape(-1, 3)
    colors = grid @ (handmade.ADOBE_RGB.T / 2)  # XYZ of 1 is 32768 of 65535
    colors = np.rint(colors * 65536).astype(">u2")
    curve = np.rint(np.linspace(0, 1, 1024) ** 2.2 * 65535).astype(">u2").tobytes()
    body = b"mft2\0\0\0\0" + bytes([3, 3, 2, 0])
    body += struct.pack(">9i", *(np.eye(3).ravel() * 65536).astype(int).tolist())
    body += struct.pack(">HH", 1024, 2) + curve * 3 + colors.tobytes()
    body += np.array([0, 65535] * 3, ">u2").tobytes()
    return handmade.profile(b"RGB ", {b"A2B0": body + bytes(-len(body) % 4)}, kind)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tables_of_colours(dtype):
    """A scanner's table is used; 16-bit pixels stay smooth and within half an 8-bit level."""
    rng = np.random.default_rng(0)
    small = (120 + rng.integers(0, 30, (40, 40, 3))).astype(np.uint8)
    samples = small if dtype == np.uint8 else small.astype(np.uint16) * 257
    got = photo.read(png_with(samples, table_profile())).pixels[..., ::-1]
    expected = encoded((small / 255) ** 2.2 @ np.linalg.solve(SRGB, handmade.ADOBE_RGB).T)
    scale = np.iinfo(dtype).max
    np.testing.assert_allclose(got / scale, expected, atol=1.5 / 255)
    ramp = np.arange(20000, 40000, dtype=np.uint16)[None, :, None].repeat(3, 2)
    smooth = photo.read(png_with(ramp, table_profile())).pixels
    assert len(np.unique(smooth)) > 10000


def test_cmyk_profiles_go_through_littlecms(caplog):
    """CMYK without a usable profile is plain, and the reason is said."""
    ink = Image.new("CMYK", (16, 16), (0, 0, 0, 128))
    stream = io.BytesIO()
    ink.save(stream, "JPEG", icc_profile=handmade.rgb_profile(SRGB, handmade.srgb_curve()))
    got = photo.read(stream.getvalue())
    np.testing.assert_allclose(got.pixels, 127, atol=1)
    assert "not for CMYK" in caplog.text


def cmyk_table() -> bytes:
    """Make a press's profile: 2⁴ inks to Lab; ink of any kind darkens paper to L* 20."""
    corners = np.indices((2,) * 4).reshape(4, -1).T
    lightness = np.where(corners.any(1), 20, 100)
    lab = np.stack([lightness * 652.8, *[np.full(16, 32768)] * 2], -1)
    body = b"mft2\0\0\0\0" + bytes([4, 3, 2, 0])
    body += struct.pack(">9i", *(np.eye(3).ravel() * 65536).astype(int).tolist())
    body += struct.pack(">HH", 2, 2) + np.array([0, 65535] * 4, ">u2").tobytes()
    body += np.rint(np.minimum(lab, 65535)).astype(">u2").tobytes()
    body += np.array([0, 65535] * 3, ">u2").tobytes()
    whole = handmade.profile(b"CMYK", {b"A2B0": body + bytes(-len(body) % 4)}, b"prtr")
    return whole[:20] + b"Lab " + whole[24:]


def test_cmyk_profile_is_used():
    """CMYK goes through the press's table: full ink of it is not the plain formula's black."""
    stream = io.BytesIO()
    Image.new("CMYK", (16, 16), (0, 0, 0, 255)).save(stream, "TIFF", icc_profile=cmyk_table())
    got = photo.read(stream.getvalue()).pixels[0, 0].astype(int)
    expected = ImageCms.profileToProfile(
        Image.new("CMYK", (1, 1), (0, 0, 0, 255)),
        ImageCms.ImageCmsProfile(io.BytesIO(cmyk_table())),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    ).getpixel((0, 0))
    np.testing.assert_allclose(got[::-1], expected, atol=1)


@pytest.mark.parametrize("damage", ["cut", "noise", "grey", "zeros"])
def test_unusable_profile_is_a_warning(damage, caplog):
    """A profile that is damaged, or of grey in a colour file, is reported; pixels are sRGB's."""
    good = handmade.rgb_profile(handmade.ADOBE_RGB, handmade.curve(2.2))
    profile = {
        "cut": good[:200],
        "noise": b"\x07" * 400,
        "grey": handmade.grey_profile(handmade.curve(2.2)),
        "zeros": good[:128] + bytes(len(good) - 128),
    }[damage]
    samples = np.full((3, 3, 3), 77, np.uint8)
    stream = io.BytesIO()
    Image.fromarray(samples).save(stream, "JPEG", icc_profile=profile, quality=100)
    got = photo.read(stream.getvalue())
    np.testing.assert_allclose(got.pixels, 77, atol=1)
    assert "sRGB is assumed" in caplog.text


def test_rgb_profile_of_a_grey_picture():
    """Grey that carries an RGB profile goes through the curve of that profile."""
    ramp = np.arange(256, dtype=np.uint8)[None].repeat(2, 0)
    profile = handmade.rgb_profile(handmade.PROPHOTO, handmade.curve(1.8))
    got = photo.read(png_with(ramp, profile)).pixels
    expected = encoded((ramp / 255) ** (461 / 256)) * 255
    np.testing.assert_allclose(got, expected, atol=0.6)


@pytest.mark.parametrize("bits", [8, 16])
def test_gamma_of_a_png(bits):
    """A PNG that names an exponent instead of a profile is decoded with it."""
    top = (1 << bits) - 1
    ramp = np.linspace(0, top, 256).astype(np.uint16 if bits == 16 else np.uint8)[None]
    linear = handmade.chunk(b"gAMA", struct.pack(">I", 100_000))
    got = photo.read(handmade.png(ramp, 0, bits, before=linear)).pixels
    np.testing.assert_allclose(got, encoded(ramp / top) * top, atol=2 if bits == 16 else 0.6)
    usual = handmade.chunk(b"gAMA", struct.pack(">I", 45_455))
    assert (photo.read(handmade.png(ramp, 0, bits, before=usual)).pixels == ramp).all()


def test_chromaticities_of_a_png():
    """The primaries that a PNG names are those of Adobe RGB by another way."""
    numbers = (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
    named = handmade.chunk(b"gAMA", struct.pack(">I", 45_470)) + handmade.chunk(
        b"cHRM", struct.pack(">8I", *[round(n * 100_000) for n in numbers])
    )
    samples = np.random.default_rng(0).integers(60, 180, (30, 30, 3)).astype(np.uint8)
    got = photo.read(handmade.png(samples, 2, 8, before=named)).pixels[..., ::-1]
    light = decoded(samples / 255) @ np.linalg.solve(SRGB, handmade.ADOBE_RGB).T
    np.testing.assert_allclose(got, encoded(light) * 255, atol=1)


def test_adobe_rgb_by_the_camera():
    """A camera's JPEG that names Adobe RGB in EXIF alone is converted, and no longer says so."""
    interop = tags.Directory("<")
    interop.entries[1] = tags.Entry(2, 4, b"R03\0")
    inner = tags.Directory("<", children={tags.Tag.INTEROP: interop})
    inner.put(tags.Tag.COLOR_SPACE, tags.SHORT, 0xFFFF)
    exif = tag_writing.block(tags.Directory("<", children={tags.Tag.EXIF: inner}))
    flat = np.full((16, 16, 3), (60, 160, 80), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(flat).save(stream, "JPEG", quality=100, exif=b"Exif\0\0" + exif)
    with Image.open(stream) as image:
        stored = np.asarray(image)
    got = photo.read(stream.getvalue())
    profile = handmade.rgb_profile(handmade.ADOBE_RGB, handmade.curve(563 / 256))
    expected = littlecms(stored, profile)
    np.testing.assert_allclose(got.pixels[..., ::-1].astype(int), expected, atol=2)
    assert b"R98\0" in got.metadata.exif
    assert b"R03\0" not in got.metadata.exif


def test_strips_do_not_show(monkeypatch):
    """The conversion is the same whatever the height of its strips."""
    profile = handmade.rgb_profile(handmade.DISPLAY_P3, handmade.srgb_curve())
    samples = np.random.default_rng(0).integers(0, 256, (50, 40, 3), dtype=np.uint8)
    whole = photo.read(png_with(samples, profile)).pixels
    monkeypatch.setattr("labcolor.photo.strips.STRIP_PIXELS", 123)
    np.testing.assert_array_equal(photo.read(png_with(samples, profile)).pixels, whole)
