"""From a photograph to the bytes of a file.

8 bits go through Pillow, 16 through OpenCV, where the two can write in pieces. PNG and TIFF have
writers of their own: OpenCV holds up to three encoded copies in memory, and Pillow knows 8 bits
only.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np

from labcolor.errors import OutputError
from labcolor.photo import iptc, jp2, jpeg, png, tag_writing, tags, tiff_writing
from labcolor.photo.formats import FORMATS
from labcolor.photo.lcms import srgb_profile
from labcolor.photo.model import Metadata, Photo
from labcolor.photo.strips import interleaved, strips, to_8_bits
from labcolor.quiet import quiet

_TILE = 4096
"""OpenJPEG needs memory for one tile at a time, four bytes a sample."""

_log = logging.getLogger("labcolor")


def encode(pages: Iterable[Photo], form: str, stream: BinaryIO, quality: int, name: str) -> None:
    """Write a file.

    Parameters
    ----------
    pages : iterable of Photo
        Of what the format holds only; several in TIFF alone.
    form : str
        A name in `labcolor.photo.formats.FORMATS`.
    stream : binary file
        Writable and seekable.
    quality : int
        Of JPEG and AVIF, 1…100.
    name : str
        How messages call the file.

    Raises
    ------
    OutputError
        When the format cannot hold the picture.
    """
    if form == "tiff":
        tiff_writing.write(pages, _profile, stream)
        return
    photo = _only(pages, form, name)
    profile = _profile(photo)
    try:
        if form == "png":
            png.write(photo, profile, stream)
        elif form == "jp2":
            _jp2(photo, stream)
        elif form == "jpeg":
            _save(photo, stream, "JPEG", **_jpeg_options(photo.metadata, profile, quality, name))
        elif form == "webp":
            # `exact` keeps the colours where the picture is transparent
            options = _options(photo.metadata, profile)
            _save(photo, stream, "WEBP", lossless=True, exact=True, **options)
        elif form == "avif":
            options = _options(photo.metadata, profile)
            _save(photo, stream, "AVIF", quality=quality, subsampling="4:4:4", **options)
        elif form == "bmp":
            resolution = photo.metadata.resolution
            _save(photo, stream, "BMP", **({"dpi": resolution} if resolution else {}))
    except KeyError as error:  # Pillow knows AVIF from version 11.3 on
        title = FORMATS[form].title
        message = f"{name} needs a Pillow that writes {title}: pip install --upgrade pillow."
        raise OutputError(message) from error
    except ValueError as error:
        message = f"{name} cannot be written as {FORMATS[form].title} ({error}); choose PNG."
        raise OutputError(message) from error


def _profile(photo: Photo) -> bytes:
    """Choose the profile: one of colours does not belong in a grey file, which needs none."""
    return srgb_profile() if photo.pixels.ndim == 3 else b""


def _only(pages: Iterable[Photo], form: str, name: str) -> Photo:
    """Take the page, which must be the only one."""
    rest = iter(pages)
    photo = next(rest)
    if next(rest, None) is not None:
        title = FORMATS[form].title
        message = f"{name} has several pages, and {title} holds only one; write it as TIFF."
        raise OutputError(message)
    return photo


class _Plain(io.RawIOBase):
    """A stream without file descriptor: Pillow writes to it from Python, whose errors say why."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: Any) -> int:
        return self._stream.write(data)

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def _save(photo: Photo, stream: BinaryIO, plugin: str, **options: Any) -> None:
    """Write 8 bits with Pillow."""
    from PIL import Image

    height, width = photo.pixels.shape[:2]
    mode = ("RGB" if photo.pixels.ndim == 3 else "L") + ("A" if photo.alpha is not None else "")
    image = Image.new(mode, (width, height))
    for rows in strips(photo.pixels.shape):
        samples = np.ascontiguousarray(to_8_bits(interleaved(photo, rows)))
        image.paste(Image.fromarray(samples), (0, rows.start))
    plain: Any = _Plain(stream)
    image.save(plain, plugin, **options)


def _options(metadata: Metadata, profile: bytes) -> dict[str, Any]:
    """Name the metadata as Pillow's plugins of WebP and AVIF do."""
    blocks = {"icc_profile": profile, "exif": _exif(metadata), "xmp": metadata.xmp}
    return {name: body for name, body in blocks.items() if body}


def _exif(metadata: Metadata) -> bytes:
    """Give the EXIF block, or one of the resolution alone where nothing else would say it."""
    if metadata.exif or not metadata.resolution:
        return metadata.exif
    directory = tags.Directory("<")
    directory.put_resolution(*metadata.resolution)
    return tag_writing.block(directory)


def _jpeg_options(metadata: Metadata, profile: bytes, quality: int, name: str) -> dict[str, Any]:
    """Spell the metadata as segments; only profile and density are left to Pillow."""
    options: dict[str, Any] = {"quality": quality, "subsampling": 0}
    if profile:
        options["icc_profile"] = profile
    if metadata.resolution:
        options["dpi"] = tuple(min(0xFFFF, round(value)) for value in metadata.resolution)
    segments = b""
    for kind, signature, body in (
        ("EXIF", jpeg.EXIF, metadata.exif),
        ("XMP", jpeg.XMP, metadata.xmp),
    ):
        if body and len(signature + body) <= jpeg.SEGMENT:
            segments += jpeg.spelled(0xE1, signature + body)
        elif body:
            _log.warning("The %s is too long for a JPEG; left out of %s.", kind, name)
    segments += jpeg.in_segments(0xED, jpeg.PHOTOSHOP, iptc.resource(metadata.iptc))
    for text in metadata.texts:
        if text.keyword == "Comment":
            body = text.stored if text.format == "jpeg" else text.text.encode()
            segments += jpeg.in_segments(0xFE, b"", body)
    if any(text.keyword != "Comment" for text in metadata.texts):
        _log.warning("JPEG has no room for text by keyword; left out of %s.", name)
    return options | ({"extra": segments} if segments else {})


def _jp2(photo: Photo, stream: BinaryIO) -> None:
    """Write losslessly: 8 bits with Pillow, in tiles, and 16 with OpenCV, which has no tiles.

    Both name sRGB in the header, by its number instead of a profile.
    """
    if photo.pixels.dtype == np.uint8:
        large = max(photo.pixels.shape[:2]) > _TILE
        options = {"tile_size": (_TILE, _TILE)} if large else {}
        # in memory first: the encoder never returns after a stream that fails
        encoded = io.BytesIO()
        _save(photo, encoded, "JPEG2000", irreversible=False, **options)
        content = encoded.getvalue()
    else:
        content = bytes(_deep_jp2(photo).data)
    metadata = photo.metadata
    if metadata.resolution:
        content = jp2.with_resolution(content, metadata.resolution)
    stream.write(content)
    stream.write(jp2.metadata_boxes(_exif(metadata), metadata.xmp, metadata.iptc))


def _deep_jp2(photo: Photo) -> Any:
    import cv2

    samples = photo.pixels
    if photo.alpha is not None:
        colors = samples if samples.ndim == 3 else np.dstack([samples] * 3)
        samples = np.dstack([colors, photo.alpha])
    lossless = [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000]
    with quiet():
        try:
            done, encoded = cv2.imencode(".jp2", samples, lossless)
        except cv2.error:
            done = False
    if not done:
        message = "pictures of 16 bits must have at least 32 pixels per side"
        raise ValueError(message)
    return encoded
