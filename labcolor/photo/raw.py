"""Camera raw files and DNG, developed by LibRaw (the package rawpy) with the camera's white."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from labcolor.photo import exif, jpeg, optional, tag_writing, tags
from labcolor.photo.geometry import Turn
from labcolor.photo.header import Header
from labcolor.photo.model import Metadata, Pixels
from labcolor.photo.pillow import Damaged
from labcolor.photo.source import Source


def read_header(source: Source) -> Header:
    """Read the size of the picture, and what the camera says of it.

    Raises
    ------
    Unsupported
        The package is not installed.
    Damaged
        LibRaw makes nothing of the file.
    """
    with _opened(source) as raw:
        sizes = raw.sizes
        size = (sizes.iwidth, sizes.iheight)
        width, height = size[::-1] if sizes.flip in (5, 6) else size
        block = _exif(source, raw)
    try:
        # LibRaw has turned the picture by then
        block = exif.corrected(block, Turn(1, width, height)) if block else b""
    except ValueError:
        block = b""
    return Header(width=width, height=height, bits=16, metadata=Metadata(exif=block))


def arrays(source: Source) -> tuple[Pixels, None]:
    """Develop the picture.

    Returns
    -------
    pixels : (h, w, 3) uint16
        Blue, green, red in sRGB, upright.
    alpha : None
    """
    rawpy = optional.RAW.needed("a camera's raw file")
    with _opened(source) as raw:
        try:
            developed = raw.postprocess(
                use_camera_wb=True,
                output_bps=16,
                output_color=rawpy.ColorSpace.sRGB,
                gamma=(2.4, 12.92),  # sRGB's
            )
        except MemoryError:
            raise
        except Exception as error:  # LibRaw's errors have no common root
            raise Damaged(str(error)) from error
    return np.ascontiguousarray(developed[..., ::-1]), None


def _opened(source: Source) -> Any:
    rawpy = optional.RAW.needed("a camera's raw file")
    try:
        return rawpy.imread(io.BytesIO(source.data[:]))
    except MemoryError:
        raise
    except Exception as error:
        raise Damaged(str(error)) from error


def _exif(source: Source, raw: Any) -> bytes:
    """Take the block out of the file's own directory, or out of the preview in it."""
    try:
        return tag_writing.block(tags.description(tags.read(source.data)))
    except ValueError:
        pass
    try:
        preview = raw.extract_thumb()
        return jpeg.read_header(bytes(preview.data)).metadata.exif
    except Exception:  # no preview, or none that says anything
        return b""
