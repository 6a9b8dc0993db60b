"""Reading a photograph: from any file to upright sRGB pixels and what is to be kept with them."""

from __future__ import annotations

import logging
import struct
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from labcolor.errors import PhotoError
from labcolor.photo import deep, exif, formats, icc, jp2, lcms, metadata, pillow, png, tiff
from labcolor.photo.facts import ADOBE_RGB, Facts, Unsupported
from labcolor.photo.model import Photo, Pixels
from labcolor.photo.shaper import UnusableProfile, of_gamma
from labcolor.photo.source import Source, opened

if TYPE_CHECKING:
    from PIL import ImageCms

MOST_PIXELS = 1 << 30
"""OpenCV's own limit; a photograph of 32768 × 32768 pixels."""

_HEADERS = {"png": png.facts, "tiff": tiff.facts, "jp2": jp2.facts}
_log = logging.getLogger("labcolor")


def read(source: Path | str | bytes | BinaryIO, *, accept_damaged: bool = False) -> Photo:
    """Read a photograph.

    The pixels come back upright and in sRGB: the orientation of the file is applied, and its ICC
    profile used at the depth of its samples. Of a file with several pictures the first is read.

    Parameters
    ----------
    source : path, bytes or binary file
        JPEG, PNG, TIFF, WebP, BMP, JPEG 2000 or AVIF.
    accept_damaged : bool
        Take what is left of a file that is cut or damaged.

    Returns
    -------
    Photo
        8-bit files as uint8, deeper ones as uint16; grey stays grey, everything else is BGR.

    Raises
    ------
    PhotoError
        When there is no such file, it is no photograph, is damaged, too large, or of a kind that
        labcolor does not read.
    """
    name, form, facts, pixels, alpha = _stored(source, accept_damaged=accept_damaged)
    # the file is closed by now: turning needs its room for a second picture
    pixels, alpha, kept = metadata.upright(pixels, alpha, facts.metadata, name)
    return Photo(pixels, alpha, kept, name, form)


def _stored(
    source: Path | str | bytes | BinaryIO, *, accept_damaged: bool
) -> tuple[str, str, Facts, Pixels, Pixels | None]:
    """Give name and format of a file, its facts, and its pixels in sRGB as it stores them."""
    with opened(source) as file:
        form = _form(file)
        try:
            facts = _facts(form, file)
            _check_size(file.name, facts)
            pixels, alpha = _decoded(form, file, facts, accept_damaged=accept_damaged)
        except Unsupported as error:
            message = f"{file.name} is {error}."
            raise PhotoError(message) from error
        except pillow.Damaged as error:
            raise _damaged(file.name) from error
        except MemoryError as error:
            message = f"{file.name} does not fit into memory; scale it down first."
            raise PhotoError(message) from error
    _say_what_is_left_out(file.name, facts)
    return file.name, form, facts, pixels, alpha


def _form(file: Source) -> str:
    """Recognise the format, or say what the file is instead."""
    head = file.data[: formats.HEAD]
    form = formats.recognise(head)
    if form is None or (form == "tiff" and formats.raw_suffix(file.name)):
        what = formats.describe(head) if form is None else "a camera's raw file"
        message = f"{file.name} is {what}; labcolor reads {formats.TITLES}."
        raise PhotoError(message)
    return form


def _facts(form: str, file: Source) -> Facts:
    """Read the header."""
    if form in _HEADERS:
        try:
            return _HEADERS[form](file.data)
        except Unsupported:
            raise
        except (ValueError, KeyError, IndexError, struct.error) as error:
            raise pillow.Damaged(str(error)) from error
    try:
        return pillow.facts(form, pillow.opened(form, file), file)
    except ImportError as error:
        message = "a picture that needs a newer Pillow: pip install --upgrade pillow"
        raise Unsupported(message) from error


def _check_size(name: str, facts: Facts) -> None:
    """Refuse pictures of no pixels and of more than can be handled."""
    if facts.width < 1 or facts.height < 1:
        message = f"{name} is {facts.width} × {facts.height} pixels large; there is nothing in it."
        raise PhotoError(message)
    if facts.width * facts.height > MOST_PIXELS:
        message = (
            f"{name} has {facts.width} × {facts.height} pixels, more than the {MOST_PIXELS} that "
            "labcolor takes; scale it down or cut it first."
        )
        raise PhotoError(message)


def _decoded(
    form: str, file: Source, facts: Facts, *, accept_damaged: bool
) -> tuple[Pixels, Pixels | None]:
    """Decode the pixels and bring them to sRGB."""
    if not facts.complete and not accept_damaged:
        raise pillow.Damaged
    if facts.bits > 8:
        pixels, alpha, whole = deep.arrays(form, file.data, facts, salvage=accept_damaged)
        if not whole:
            _log.warning("%s is damaged; what is missing of it stays black.", file.name)
    else:
        image = pillow.opened(form, file)
        whole = pillow.decode(image, salvage=accept_damaged)
        if not whole:
            _log.warning("%s is damaged; what is missing of it stays black or grey.", file.name)
            if form == "jpeg":
                image = pillow.opened(form, pillow.with_end(file))
                pillow.decode(image, salvage=True)
        ink = _ink(file.name, image.mode, facts.profile)
        pixels, alpha = pillow.arrays(image, ink)
        if image.mode in ("CMYK", "LAB"):
            return pixels, alpha
    conversion = _conversion(file.name, facts, grey=pixels.ndim == 2)
    if conversion is not None:
        icc.convert(pixels, conversion)
    return pixels, alpha


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


def _conversion(name: str, facts: Facts, *, grey: bool) -> icc.Convert | None:
    """Choose how the pixels become sRGB; None when they are."""
    try:
        if facts.profile:
            return icc.conversion(facts.profile, grey=grey)
        if facts.gamma or facts.chromaticities:
            shaper = of_gamma(facts.gamma or 1 / 2.2, facts.chromaticities)
            return icc.of_shaper(shaper, grey=grey)
        if exif.is_adobe_rgb(facts.metadata.exif):
            return icc.of_shaper(of_gamma(256 / 563, ADOBE_RGB), grey=grey)
    except UnusableProfile as error:
        _log.warning("The colour profile of %s %s; sRGB is assumed.", name, error)
    return None


def _say_what_is_left_out(name: str, facts: Facts) -> None:
    if facts.pages > 1:
        _log.warning("%s holds %d pictures; the first one is taken.", name, facts.pages)
    if facts.unnamed_channel:
        _log.warning("%s has a channel of no stated meaning; it is left out.", name)


def _damaged(name: str) -> PhotoError:
    return PhotoError(
        f"{name} is damaged or cut short; copy it from its original again, "
        "or take what is left of it with --accept-damaged."
    )
