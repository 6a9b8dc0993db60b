"""Kinds of JPEG and TIFF that neither Pillow nor OpenCV decodes, by imagecodecs and tifffile."""

from __future__ import annotations

import io
import logging
from typing import Any

import numpy as np

from labcolor.photo import optional
from labcolor.photo.header import Header, Unsupported
from labcolor.photo.model import Pixels
from labcolor.photo.pillow import Damaged
from labcolor.photo.source import Source


def samples(form: str, file: Source, header: Header) -> Pixels:
    """Decode a file to the samples that it holds.

    Parameters
    ----------
    form : {"jpeg", "tiff"}
        What it is.
    file : Source
        The file, or a page of it.
    header : Header
        What its header says; `unreadable` names the kind.

    Returns
    -------
    ndarray of uint8 or uint16
        (h, w) or (h, w, c) in the order of the file.

    Raises
    ------
    Unsupported
        The packages are not installed, or do not know the kind either.
    Damaged
        What came of it is not what the header says.
    """
    kind = f"a {header.unreadable}"
    codecs = optional.CODECS.needed(kind)
    if form == "tiff":
        return _checked(_of_tiff(file, kind), header)
    data = file.data[:]
    decode = codecs.jpegls_decode if header.unreadable == "JPEG-LS" else codecs.jpeg_decode
    try:
        return _checked(decode(data), header)
    except MemoryError:
        raise
    except Exception as error:
        message = f"{kind}, which cannot be decoded: convert it with ImageMagick or ExifTool first"
        raise Unsupported(message) from error


def _of_tiff(file: Source, kind: str) -> Pixels:
    tifffile: Any = optional.TIFFFILE.needed(kind)
    log = logging.getLogger("tifffile")
    before, log.disabled = log.disabled, True  # it tells standard error what we say better
    try:
        with tifffile.TiffFile(io.BytesIO(file.data[:])) as tiff:
            wanted = file.directory or tiff.pages[0].offset
            page = next(page for page in tiff.pages if page.offset == wanted)
            return np.asarray(page.asarray())
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything
        message = f"{kind}, which cannot be decoded: convert it with tiffcp or ImageMagick first"
        raise Unsupported(message) from error
    finally:
        log.disabled = before


def _checked(found: Pixels, header: Header) -> Pixels:
    if found.dtype not in (np.uint8, np.uint16) or found.shape[:2] != (
        header.height,
        header.width,
    ):
        raise Damaged
    return found if found.ndim == 2 or found.shape[2] > 1 else found[..., 0]
