"""From an open file to its pixels in sRGB, and what it says about them."""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from labcolor.errors import PhotoError
from labcolor.photo import (
    bit_fields,
    concealed,
    exif,
    formats,
    further,
    heif,
    icc,
    jp2,
    jpeg,
    lcms,
    old_jpeg,
    pillow,
    png,
    raw,
    tags,
    tiff,
    tiff_mend,
)
from labcolor.photo.header import ADOBE_RGB, Header, Unsupported
from labcolor.photo.model import Pixels
from labcolor.photo.shaper import UnusableProfile, of_gamma
from labcolor.photo.source import Buffer, Source

if TYPE_CHECKING:
    from PIL import Image, ImageCms, ImageFile

MOST_PIXELS = 1 << 30
"""OpenCV's own limit; a photograph of 32768 × 32768 pixels."""

_HEADERS = {
    "jpeg": lambda file: jpeg.read_header(file.data),
    "png": lambda file: png.read_header(file.data),
    "tiff": lambda file: tiff.read_header(file.data, file.directory),
    "jp2": lambda file: jp2.read_header(file.data),
    "heif": heif.read_header,
    "raw": raw.read_header,
}
_MENDED: dict[str, Callable[[Buffer], bytes]] = {"jpeg": pillow.with_end, "jp2": jp2.mended}
"""How a cut file is made one that a decoder lets go of what it has of it."""

_PLAUSIBLE = 64_000_000
_MOST_FOR_A_BYTE = 2000
"""Pixels that a byte of a large picture may stand for; blank paper comes to a quarter of it."""

_FILLED = (0, 127, 128, 129, 255, 65535)
_LARGEST_BLOCK = 256
_log = logging.getLogger("labcolor")


def recognised(file: Source) -> str:
    """Recognise the format, or say what the file is instead.

    Raises
    ------
    PhotoError
        When it is no photograph.
    """
    head = file.data[: formats.HEAD]
    form = formats.recognise(head)
    if form in (None, "tiff") and formats.raw_suffix(file.name):
        return "raw"
    if form is None:
        message = f"{file.name} is {formats.describe(head)}; labcolor reads {formats.TITLES}."
        raise PhotoError(message)
    return "raw" if form == "tiff" and tiff.is_raw(file.data) else form


def stored(
    form: str, file: Source, *, accept_damaged: bool
) -> tuple[Header, Pixels, Pixels | None]:
    """Read a picture as its file stores it, but in sRGB.

    Parameters
    ----------
    form : str
        A name in `labcolor.photo.formats.FORMATS`.
    file : Source
        The file, or a page of it.
    accept_damaged : bool
        Take what is left of a file that is cut or damaged.

    Returns
    -------
    header : Header
        What the header says.
    pixels, alpha : ndarray
        Not upright yet.

    Raises
    ------
    PhotoError
        When the file is damaged, too large, or of a kind that labcolor does not read.
    """
    try:
        file = _stated_anew(form, file)
        header = header_of(form, file)
        if form == "jpeg":
            header = _with_what_is_behind(file, header)
        _check_size(file, header)
        pixels, alpha = _decoded(form, file, header, accept_damaged=accept_damaged)
    except Unsupported as error:
        message = f"{file.name} is {error}."
        raise PhotoError(message) from error
    except pillow.Damaged as error:
        raise damaged(file.name) from error
    except MemoryError as error:
        message = f"{file.name} does not fit into memory; scale it down first."
        raise PhotoError(message) from error
    _say_what_is_left_out(file.name, header)
    return header, pixels, alpha


def _stated_anew(form: str, file: Source) -> Source:
    """Mend what a TIFF's directory leaves open."""
    if form != "tiff":
        return file
    try:
        return tiff_mend.stated_anew(file)
    except (ValueError, struct.error) as error:
        raise pillow.Damaged(str(error)) from error


def header_of(form: str, file: Source) -> Header:
    """Read the header."""
    try:
        if form in _HEADERS:
            return _HEADERS[form](file)
        if form == "bmp" and (fields := bit_fields.unusual(file.data)):
            return bit_fields.read_header(file.data, fields)
    except Unsupported:
        raise
    except (ValueError, KeyError, IndexError, OverflowError, struct.error) as error:
        raise pillow.Damaged(str(error)) from error
    try:
        return pillow.read_header(form, pillow.opened(form, file), file)
    except ImportError as error:
        message = "a picture that needs a newer Pillow: pip install --upgrade pillow"
        raise Unsupported(message) from error


def _with_what_is_behind(file: Source, header: Header) -> Header:
    """Add what stands behind the first pixels of a JPEG."""
    behind = jpeg.behind(file.data)
    metadata = replace(header.metadata, texts=header.metadata.texts + behind.comments)
    return replace(header, metadata=metadata, left_out=header.left_out + behind.left_out)


def _check_size(file: Source, header: Header) -> None:
    """Refuse pictures of no pixels, of more than can be handled, and of more than can be meant."""
    name, size = file.name, f"{header.width} × {header.height}"
    pixels = header.width * header.height
    if header.width < 1 or header.height < 1:
        message = f"{name} has {size} pixels, so there is nothing in it."
        raise PhotoError(message)
    if pixels > MOST_PIXELS:
        message = (
            f"{name} has {size} pixels, more than the {MOST_PIXELS} that labcolor accepts; scale "
            "it down or crop it first."
        )
        raise PhotoError(message)
    if pixels > max(_PLAUSIBLE, _MOST_FOR_A_BYTE * len(file.data)):
        message = (
            f"{name} claims to have {size} pixels in {len(file.data)} bytes, which no photograph "
            "compresses to; if it is one, scale it down first."
        )
        raise PhotoError(message)


def _decoded(
    form: str, file: Source, header: Header, *, accept_damaged: bool
) -> tuple[Pixels, Pixels | None]:
    """Decode the pixels and bring them to sRGB."""
    if header.old_jpeg:
        form, file = "jpeg", _old_jpeg(file)
    whole = concealed.is_whole(form, file, header)
    if not whole and not accept_damaged:
        raise pillow.Damaged
    decoded = _samples(form, file, header, salvage=accept_damaged)
    pixels, alpha = decoded.pixels, decoded.alpha
    if not (whole and decoded.whole):
        _check_that_anything_is_left(pixels)
        _log.warning("%s is damaged; the missing parts are black, grey or wrong.", file.name)
    if not decoded.in_srgb:
        conversion = _conversion(file.name, header, grey=pixels.ndim == 2)
        if conversion is not None:
            icc.convert(pixels, conversion)
    return pixels, alpha


class _Decoded(NamedTuple):
    """What a decoder gives, whether all of it was there, and whether it is in sRGB already."""

    pixels: Pixels
    alpha: Pixels | None
    whole: bool = True
    in_srgb: bool = False


def _samples(form: str, file: Source, header: Header, *, salvage: bool) -> _Decoded:
    """Choose who decodes: Pillow 8 bits, OpenCV more, and other packages what is neither's."""
    from labcolor.photo import sixteen_bit

    if form in ("heif", "raw") or header.unreadable:
        return _by_packages(form, file, header)
    if form == "bmp" and (fields := bit_fields.unusual(file.data)):
        try:
            return _Decoded(*bit_fields.arrays(file.data, fields))
        except ValueError as error:
            raise pillow.Damaged(str(error)) from error
    if header.bits > 8:
        return _Decoded(*sixteen_bit.arrays(form, file.data, header, salvage=salvage))
    if header.beside > 1:
        samples = sixteen_bit.channels(file.data, header)
        inks = _of_image(pillow.of_samples(samples[..., :4], header), file.name, header)
        return inks._replace(alpha=np.ascontiguousarray(samples[..., 4]))
    image, whole = _decoded_by_pillow(form, file, header, salvage=salvage)
    return _of_image(image, file.name, header)._replace(whole=whole)


def _by_packages(form: str, file: Source, header: Header) -> _Decoded:
    """Decode what needs a package that only some have."""
    if form == "heif":
        return _Decoded(*heif.arrays(file))
    if form == "raw":
        return _Decoded(*raw.arrays(file), in_srgb=True)
    samples = further.samples(form, file, header)
    if samples.dtype == np.uint16:
        from labcolor.photo import sixteen_bit

        return _Decoded(*sixteen_bit.of_samples(samples, header))
    return _of_image(pillow.of_samples(samples, header), file.name, header)


def _of_image(image: Image.Image, name: str, header: Header) -> _Decoded:
    """Take the arrays out of what Pillow gives."""
    image = pillow.stretched(image, header.depths)
    pixels, alpha = pillow.arrays(image, _ink(name, image.mode, header.profile))
    return _Decoded(pixels, alpha, in_srgb=image.mode in ("CMYK", "LAB"))


def _old_jpeg(file: Source) -> Source:
    """Take the JPEG out of a TIFF."""
    try:
        content = old_jpeg.stream(file.data, tags.read(file.data, file.directory))
    except (ValueError, struct.error) as error:
        raise pillow.Damaged(str(error)) from error
    return file._replace(data=content, stream=io.BytesIO(content), directory=0)


def _decoded_by_pillow(
    form: str, file: Source, header: Header, *, salvage: bool
) -> tuple[Image.Image, bool]:
    """Decode 8 bits; tell whether all pixels were there."""
    image = _opened(form, file, header)
    try:
        whole = pillow.decode(image, salvage=salvage)
    except pillow.Damaged:
        if form != "jp2" or not salvage:
            raise
        whole = False
    if not whole and form in _MENDED:
        content = _MENDED[form](file.data)
        mended = file._replace(data=content, stream=io.BytesIO(content))
        image = _opened(form, mended, header)
        pillow.decode(image, salvage=True)
    return image, whole


def _opened(form: str, file: Source, header: Header) -> ImageFile.ImageFile:
    """Open with Pillow, whose idea of the size must be ours: memory is taken for that much."""
    image = pillow.opened(form, file)
    if sorted(image.size) != sorted((header.width, header.height)):  # a TIFF's may be turned
        message = "two headers of different sizes"
        raise pillow.Damaged(message)
    return image


def _check_that_anything_is_left(pixels: Pixels) -> None:
    """Refuse a flat field of what decoders fill up with: nothing of a photograph is in it.

    Of a JPEG without data libjpeg makes one block up, of 16 × 16 pixels at most.
    """
    last = pixels[-1:, -1:]
    if not np.isin(last, _FILLED).all():
        return
    made_up = _LARGEST_BLOCK if pixels.size > 12 * _LARGEST_BLOCK else 0
    if np.count_nonzero((pixels != last).reshape(*pixels.shape[:2], -1).any(axis=2)) <= made_up:
        raise pillow.Damaged


def _ink(name: str, mode: str, profile: bytes) -> ImageCms.ImageCmsTransform | None:
    """Choose how CMYK and CIELAB become sRGB."""
    if mode == "LAB":
        return lcms.lab_to_rgb()
    if mode != "CMYK" or not profile:
        return None
    try:
        return lcms.cmyk_to_rgb(profile)
    except UnusableProfile as error:
        _log.warning("The colour profile of %s %s; plain CMYK is assumed.", name, error)
        return None


def _conversion(name: str, header: Header, *, grey: bool) -> icc.Convert | None:
    """Choose how the pixels become sRGB; None when they are."""
    try:
        if header.profile:
            return icc.conversion(header.profile, grey=grey)
        if header.gamma or header.chromaticities:
            shaper = of_gamma(header.gamma or 1 / 2.2, header.chromaticities)
            return icc.of_shaper(shaper, grey=grey)
        if exif.is_adobe_rgb(header.metadata.exif):
            return icc.of_shaper(of_gamma(256 / 563, ADOBE_RGB), grey=grey)
    except UnusableProfile as error:
        _log.warning("The colour profile of %s %s; sRGB is assumed.", name, error)
    return None


def _say_what_is_left_out(name: str, header: Header) -> None:
    if header.frames > 1:
        _log.warning("%s holds %d pictures; the first one is taken.", name, header.frames)
    for what in header.left_out:
        _log.warning("%s has %s; it is left out.", name, what)
    if header.unnamed_channel:
        _log.warning("%s has a channel whose meaning is not stated; it is left out.", name)


def damaged(name: str) -> PhotoError:
    """Say that a file is damaged, and what helps."""
    return PhotoError(
        f"{name} is damaged or cut short; copy it again from its source, or colour what is left "
        "of it with --accept-damaged."
    )
