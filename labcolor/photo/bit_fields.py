"""BMP of bit fields that Pillow does not know: any masks, of 16 or 32 bits a pixel."""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np

from labcolor.photo.header import Header, Unsupported
from labcolor.photo.model import Metadata, Pixels
from labcolor.photo.source import Buffer

_PLAIN, _RLE8, _RLE4, _FIELDS, _JPEG, _PNG, _FIELDS_AND_ALPHA = range(7)
_KNOWN_OF_16 = {(0xF800, 0x7E0, 0x1F, 0), (0x7C00, 0x3E0, 0x1F, 0)}
_KNOWN_OF_32 = {
    (0xFF0000, 0xFF00, 0xFF, 0),
    (0xFF000000, 0xFF0000, 0xFF00, 0),
    (0xFF000000, 0xFF00, 0xFF, 0),
    (0xFF000000, 0xFF0000, 0xFF00, 0xFF),
    (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
    (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
    (0xFF000000, 0xFF00, 0xFF, 0xFF0000),
    (0, 0, 0, 0),
}
"""Masks of red, green, blue and alpha that Pillow reads."""

_INCHES_A_METRE = 1 / 0.0254


class Fields(NamedTuple):
    """Which bits of a pixel are red, green, blue and alpha, and where the pixels stand.

    A height below zero says that the first row is the uppermost.
    """

    begin: int
    width: int
    height: int
    bits: int
    masks: tuple[int, int, int, int]


def unusual(data: Buffer) -> Fields | None:
    """Find the masks of a BMP, if Pillow does not read it.

    Raises
    ------
    Unsupported
        When it holds a JPEG or PNG, as printers get it.
    """
    begin, size, width, height, _, bits, compression = struct.unpack("<IIiiHHI", data[10:34])
    if size < 40:
        return None
    if compression in (_JPEG, _PNG):
        kind = "JPEG" if compression == _JPEG else "PNG"
        message = f"a BMP around a {kind}: take the {kind} out of it with another program"
        raise Unsupported(message)
    if compression not in (_FIELDS, _FIELDS_AND_ALPHA) or bits not in (16, 32):
        return None
    red, green, blue, alpha = struct.unpack("<4I", data[54:70].ljust(16, b"\0"))
    if size < 56 and compression == _FIELDS:
        alpha = 0
    masks = (red, green, blue, alpha)
    if any(mask >> bits for mask in masks):
        message = "masks of more bits than a pixel has"
        raise ValueError(message)
    known = _KNOWN_OF_16 if bits == 16 else _KNOWN_OF_32
    return None if masks in known else Fields(begin, width, height, bits, masks)


def read_header(data: Buffer, fields: Fields) -> Header:
    """Say what the header says."""
    x, y = struct.unpack("<ii", data[38:46])
    resolution = (x / _INCHES_A_METRE, y / _INCHES_A_METRE) if x > 0 and y > 0 else None
    return Header(
        width=max(0, fields.width),
        height=abs(fields.height),
        metadata=Metadata(resolution=resolution),
    )


def arrays(data: Buffer, fields: Fields) -> tuple[Pixels, Pixels | None]:
    """Decode the pixels to 8 bits.

    Parameters
    ----------
    data : buffer
        The file.
    fields : Fields
        As `unusual` found them.

    Returns
    -------
    pixels : (h, w, 3) uint8
        Blue, green, red.
    alpha : (h, w) uint8, optional

    Raises
    ------
    ValueError
        When rows are missing.
    """
    width, height = fields.width, fields.height
    step = fields.bits // 8
    row = -(-width * step // 4) * 4
    flat = np.frombuffer(data, np.uint8, row * abs(height), fields.begin)
    codes = flat.reshape(abs(height), row)[:, : width * step].view(f"<u{step}")
    codes = codes if height < 0 else codes[::-1]
    red, green, blue, alpha = (_channel(codes, mask) for mask in fields.masks)
    return np.dstack([blue, green, red]), alpha if fields.masks[3] else None


def _channel(codes: Pixels, mask: int) -> Pixels:
    """Bring the bits under a mask to 8."""
    if not mask:
        return np.zeros(codes.shape, np.uint8)
    shift = (mask & -mask).bit_length() - 1
    top = mask >> shift
    values = (codes & np.asarray(mask, codes.dtype)) >> np.asarray(shift, codes.dtype)
    return np.asarray(np.rint(values * (255 / top)), np.uint8)
