"""From an open file to its pixels in sRGB, and what it says about them."""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from labcolor.errors import PhotoError
from labcolor.photo import concealed, exif, formats, icc, jp2, jpeg, lcms, pillow, png, tiff
from labcolor.photo.facts import ADOBE_RGB, Facts, Unsupported
from labcolor.photo.model import Pixels
from labcolor.photo.shaper import UnusableProfile, of_gamma
from labcolor.photo.source import Buffer, Source

if TYPE_CHECKING:
    from PIL import Image, ImageCms

MOST_PIXELS = 1 << 30
"""OpenCV's own limit; a photograph of 32768 × 32768 pixels."""

_HEADERS = {
    "jpeg": lambda file: jpeg.facts(file.data),
    "png": lambda file: png.facts(file.data),
    "tiff": lambda file: tiff.facts(file.data, file.directory),
    "jp2": lambda file: jp2.facts(file.data),
}
_MENDED: dict[str, Callable[[Buffer], bytes]] = {"jpeg": pillow.with_end, "jp2": jp2.mended}
"""How a cut file is made one that a decoder lets go of what it has of it."""

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
    if form is None or (form == "tiff" and formats.raw_suffix(file.name)):
        what = formats.describe(head) if form is None else "a camera's raw file"
        message = f"{file.name} is {what}; labcolor reads {formats.TITLES}."
        raise PhotoError(message)
    return form


def stored(
    form: str, file: Source, *, accept_damaged: bool
) -> tuple[Facts, Pixels, Pixels | None]:
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
    facts : Facts
        What the header says.
    pixels, alpha : ndarray
        Not upright yet.

    Raises
    ------
    PhotoError
        When the file is damaged, too large, or of a kind that labcolor does not read.
    """
    try:
        facts = facts_of(form, file)
        if form == "jpeg":
            facts = _with_what_is_behind(file, facts)
        _check_size(file.name, facts)
        pixels, alpha = _decoded(form, file, facts, accept_damaged=accept_damaged)
    except Unsupported as error:
        message = f"{file.name} is {error}."
        raise PhotoError(message) from error
    except pillow.Damaged as error:
        raise damaged(file.name) from error
    except MemoryError as error:
        message = f"{file.name} does not fit into memory; scale it down first."
        raise PhotoError(message) from error
    _say_what_is_left_out(file.name, facts)
    return facts, pixels, alpha


def facts_of(form: str, file: Source) -> Facts:
    """Read the header."""
    if form in _HEADERS:
        try:
            return _HEADERS[form](file)
        except Unsupported:
            raise
        except (ValueError, KeyError, IndexError, struct.error) as error:
            raise pillow.Damaged(str(error)) from error
    try:
        return pillow.facts(form, pillow.opened(form, file), file)
    except ImportError as error:
        message = "a picture that needs a newer Pillow: pip install --upgrade pillow"
        raise Unsupported(message) from error


def _with_what_is_behind(file: Source, facts: Facts) -> Facts:
    """Add what stands behind the first pixels of a JPEG."""
    behind = jpeg.behind(file.data)
    said = replace(facts.metadata, texts=facts.metadata.texts + behind.comments)
    return replace(facts, metadata=said, left_out=facts.left_out + behind.left_out)


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
    whole = concealed.is_whole(form, file, facts)
    if not whole and not accept_damaged:
        raise pillow.Damaged
    if facts.bits > 8:
        from labcolor.photo import deep

        pixels, alpha, decoded = deep.arrays(form, file.data, facts, salvage=accept_damaged)
        mode = ""
    else:
        image, decoded = _decoded_by_pillow(form, file, salvage=accept_damaged)
        image = pillow.stretched(image, facts.depths)
        mode = image.mode
        pixels, alpha = pillow.arrays(image, _ink(file.name, mode, facts.profile))
    if not (whole and decoded):
        _check_that_anything_is_left(pixels)
        _log.warning("%s is damaged; what is missing of it is black, grey or wrong.", file.name)
    if mode in ("CMYK", "LAB"):
        return pixels, alpha
    conversion = _conversion(file.name, facts, grey=pixels.ndim == 2)
    if conversion is not None:
        icc.convert(pixels, conversion)
    return pixels, alpha


def _decoded_by_pillow(form: str, file: Source, *, salvage: bool) -> tuple[Image.Image, bool]:
    """Decode 8 bits; tell whether all pixels were there."""
    image = pillow.opened(form, file)
    try:
        whole = pillow.decode(image, salvage=salvage)
    except pillow.Damaged:
        if form != "jp2" or not salvage:
            raise
        whole = False
    if not whole and form in _MENDED:
        content = _MENDED[form](file.data)
        image = pillow.opened(form, file._replace(data=content, stream=io.BytesIO(content)))
        pillow.decode(image, salvage=True)
    return image, whole


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
    if facts.frames > 1:
        _log.warning("%s holds %d pictures; the first one is taken.", name, facts.frames)
    for what in facts.left_out:
        _log.warning("%s has %s; it is left out.", name, what)
    if facts.unnamed_channel:
        _log.warning("%s has a channel of no stated meaning; it is left out.", name)


def damaged(name: str) -> PhotoError:
    """Say that a file is damaged, and what helps."""
    return PhotoError(
        f"{name} is damaged or cut short; copy it from its original again, "
        "or take what is left of it with --accept-damaged."
    )
