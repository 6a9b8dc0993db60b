"""Decoding pictures of more than 8 bits with OpenCV, which Pillow would cut to 8."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from labcolor.photo import png_bands, tiff_bands
from labcolor.photo.header import Header, Unsupported
from labcolor.photo.model import Pixels
from labcolor.photo.pillow import Damaged
from labcolor.photo.source import Buffer
from labcolor.quiet import quiet


def arrays(
    form: str, data: Buffer, header: Header, *, salvage: bool
) -> tuple[Pixels, Pixels | None, bool]:
    """Decode a file to 16 bits.

    Parameters
    ----------
    form : str
        A name in `labcolor.photo.formats.FORMATS`.
    data : buffer
        The file.
    header : Header
        What its header says.
    salvage : bool
        Leave rows black that cannot be decoded, if any can.

    Returns
    -------
    pixels, alpha : ndarray of uint16
        Grey or BGR, and alpha if there is any.
    whole : bool
        Whether all rows could be decoded.

    Raises
    ------
    Damaged
        When OpenCV cannot decode it.
    Unsupported
        When it decodes to something else than the header says.
    """
    pixels: Pixels | None = None
    alpha: Pixels | None = None
    row, whole = 0, True
    try:
        for band in _bands(form, data, header):
            colors, cover = _split(band, header)
            if pixels is None:
                pixels = np.zeros((header.height, *colors.shape[1:]), np.uint16)
                if cover is not None:
                    alpha = np.zeros((header.height, header.width), np.uint16)
            rows = slice(row, row + band.shape[0])
            _normalise(colors, cover, header)
            pixels[rows] = colors
            if alpha is not None:
                alpha[rows] = cover
            row = rows.stop
    except Unsupported:
        raise
    except ValueError as error:
        if pixels is None or not salvage:
            raise Damaged(str(error)) from error
        whole = False
    if pixels is None or (row < header.height and not salvage):
        raise Damaged
    return pixels, alpha, whole and row == header.height


def channels(data: Buffer, header: Header) -> Pixels:
    """Decode a TIFF of 8 bits whose channels no decoder takes together.

    Returns
    -------
    (h, w, c) uint8
        In the order of the file.

    Raises
    ------
    Damaged, Unsupported
        As for `arrays`.
    """
    decode = partial(_picture, dtype=np.uint8)
    try:
        found = np.concatenate(list(tiff_bands.decode_bands(data, header, decode)))
    except Unsupported:
        raise
    except ValueError as error:
        raise Damaged(str(error)) from error
    if found.shape[0] != header.height:
        raise Damaged
    return found


def of_samples(samples: Pixels, header: Header) -> tuple[Pixels, Pixels | None]:
    """Bring samples of 16 bits in the order of a file to grey or BGR, and alpha."""
    if samples.ndim == 3 and samples.shape[2] > 2:
        samples = np.dstack([samples[..., 2::-1], samples[..., 3:4]])
    colors, alpha = _split(samples, header)
    colors = np.ascontiguousarray(colors)
    alpha = None if alpha is None else np.ascontiguousarray(alpha)
    _normalise(colors, alpha, header)
    return colors, alpha


def _bands(form: str, data: Buffer, header: Header) -> Iterator[Pixels]:
    if form == "png":
        return png_bands.decode_bands(data, header, _picture)
    if form == "tiff":
        return tiff_bands.decode_bands(data, header, _picture)
    return iter([_picture(data, header.width, header.height)])


def _picture(data: Buffer, width: int, height: int, dtype: type = np.uint16) -> Pixels:
    """Decode a file that is known to measure so much."""
    import cv2

    with quiet():
        try:
            picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        except cv2.error as error:
            raise Damaged(str(error)) from error
    if picture is None:
        raise Damaged
    if picture.dtype != dtype or picture.shape[:2] != (height, width):
        message = "of a 16-bit kind that this OpenCV cannot decode: save it as RGB or grey first"
        raise Unsupported(message)
    return np.asarray(picture)


def _split(picture: Pixels, header: Header) -> tuple[Pixels, Pixels | None]:
    """Separate what OpenCV, or the trick for grey TIFFs, gives: colours, and alpha if any."""
    if picture.ndim == 2:
        if header.key is None:
            return picture, None
        return picture, np.where(picture == header.key, 0, 65535).astype(np.uint16)
    has_alpha = picture.shape[2] in (2, 4) and not header.unnamed_channel
    colors = picture[..., 0] if header.grey else picture[..., :3]
    return colors, picture[..., -1] if has_alpha else None


def _normalise(colors: Pixels, alpha: Pixels | None, header: Header) -> None:
    """Bring samples to light in the range of 16 bits, not multiplied by alpha, in place."""
    if header.bits < 16:
        top = (1 << header.bits) - 1
        table = np.rint(np.minimum(np.arange(65536), top) * (65535 / top)).astype(np.uint16)
        colors[...] = table[colors]
        if alpha is not None:
            alpha[...] = table[alpha]
    if header.white_is_zero:
        np.subtract(65535, colors, out=colors)
    if alpha is not None and header.premultiplied:
        _divide(colors, alpha)


def _divide(colors: Pixels, alpha: Pixels) -> None:
    """Undo the multiplication of colours by alpha."""
    cover = np.maximum(alpha, 1).astype(np.float32) / 65535
    if colors.ndim == 3:
        cover = cover[..., None]
    colors[...] = np.rint(np.minimum(colors / cover, 65535)).astype(np.uint16)
