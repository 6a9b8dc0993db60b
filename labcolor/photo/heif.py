"""HEIC and its kind (ISO/IEC 23008-12), as phones write it, by the package pillow-heif."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from labcolor.photo import exif, optional, tags
from labcolor.photo.geometry import Turn
from labcolor.photo.header import Header
from labcolor.photo.model import Metadata, Pixels
from labcolor.photo.pillow import Damaged
from labcolor.photo.source import Source


def read_header(source: Source) -> Header:
    """Read what stands before the pixels.

    Raises
    ------
    Unsupported
        The package is not installed.
    Damaged
        The header makes no sense.
    """
    return _header(_opened(source))


def arrays(source: Source) -> tuple[Pixels, Pixels | None]:
    """Decode the first picture, upright; 10 and 12 bits come as 16.

    Returns
    -------
    pixels, alpha : ndarray of uint8 or uint16
        Grey or BGR, and alpha if there is any.
    """
    picture = _opened(source)
    try:
        samples = np.asarray(picture)
    except MemoryError:
        raise
    except Exception as error:  # libheif's errors come as anything
        raise Damaged(str(error)) from error
    if samples.ndim == 2:
        return samples.copy(), None
    alpha = np.ascontiguousarray(samples[..., 3]) if samples.shape[2] == 4 else None
    return np.ascontiguousarray(samples[..., 2::-1]), alpha


def _opened(source: Source) -> Any:
    pillow_heif = optional.HEIF.needed("a HEIC photograph")
    try:
        pictures = pillow_heif.open_heif(io.BytesIO(source.data[:]), convert_hdr_to_8bit=False)
        return pictures[pictures.primary_index]
    except MemoryError:
        raise
    except Exception as error:
        raise Damaged(str(error)) from error


def _header(picture: Any) -> Header:
    info = picture.info
    width, height = picture.size
    stored = (info.get("exif") or b"").removeprefix(b"Exif\0\0")
    try:
        # the file's own instructions to turn are obeyed by libheif, and EXIF's word is but a copy
        block = exif.corrected(stored, Turn(1, width, height)) if stored else b""
        resolution = tags.read(block).resolution if block else None
    except ValueError:
        block, resolution = stored, None
    left_out = [
        words
        for key, words in (
            ("depth_images", "a depth map beside its picture"),
            ("aux", "other pictures beside its own, such as a gain map for HDR"),
        )
        if info.get(key)
    ]
    return Header(
        width=width,
        height=height,
        bits=int(info.get("bit_depth", 8)),
        metadata=Metadata(exif=block, xmp=info.get("xmp") or b"", resolution=resolution),
        profile=info.get("icc_profile") or b"",
        grey=picture.mode.startswith("L"),
        left_out=tuple(left_out),
    )
