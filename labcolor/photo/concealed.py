"""Damage that decoders conceal: pixels that they make up, or take as they come.

What each format offers: libjpeg's warnings, PNG's checksums, the chain of tile-parts of JPEG 2000,
the checksum of each Deflate strip of a TIFF. WebP, AVIF, BMP, and TIFF in PackBits or without
compression have nothing of the kind: a byte that is wrong there is another picture.
"""

from __future__ import annotations

import logging

from labcolor.photo import jpeg_damage, png, tiff_damage
from labcolor.photo.header import Header
from labcolor.photo.source import Source

_log = logging.getLogger("labcolor")


def is_whole(form: str, file: Source, header: Header) -> bool:
    """Whether all pixels of a file are there, as far as its bytes can tell before decoding.

    Parameters
    ----------
    form : str
        A name in `labcolor.photo.formats.FORMATS`.
    file : Source
        The file, or a page of it.
    header : Header
        What its header says.
    """
    if not header.complete:
        return False
    if form == "png":
        return png.is_sound(file.data)
    if form == "tiff":
        return tiff_damage.is_sound(file.data, header)
    if form == "jpeg" and not header.unreadable:
        verdict = jpeg_damage.verdict(file.data)
        if verdict.doubtful:
            _log.warning(
                "%s has %d meaningless bytes among its pixels; check that the picture is "
                "complete.",
                file.name,
                verdict.extraneous,
            )
        return not verdict.lost
    return True
