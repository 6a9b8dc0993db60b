"""Knowing a film by its first bytes, as photographs are known, and without any library."""

from __future__ import annotations

import os
from pathlib import Path

HEAD = 400
"""Bytes that are enough to know a film by."""

_STILLS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")
"""Brands of ISO media files that are pictures."""
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_BEGINNINGS = (
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"\0\0\1\xba",  # MPEG programme stream, DVD
    b"\0\0\1\xb3",  # MPEG video
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
    b"FLV\1",
    b".RMF",  # RealMedia
    b"\x06\x0e\x2b\x34\x02\x05\x01\x01",  # MXF
    b"nut/multimedia container",  # NUT
    b"YUV4MPEG2",
    b"DKIF",  # IVF
    b"\x1f\x07\0",  # raw DV
)
_PACKETS = ((0, 188), (4, 192))
"""Where the first sync byte of an MPEG transport stream is, and how far on the next is."""

SUFFIXES = frozenset(
    {
        *(".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".divx", ".mpg", ".mpeg"),
        *(".m2v", ".vob", ".ts", ".mts", ".m2ts", ".wmv", ".asf", ".flv", ".f4v", ".ogv", ".3gp"),
        *(".mxf", ".dv", ".rm", ".nut", ".y4m", ".ivf"),
    }
)


def is_film(head: bytes) -> bool:
    """Tell whether a file is a film by how it begins.

    Parameters
    ----------
    head : bytes
        Its first `HEAD` bytes, or all of it.
    """
    if head[4:8] == b"ftyp":
        return head[8:12] not in _STILLS
    if head[:4] == b"RIFF":
        return head[8:12] in (b"AVI ", b"AVIX")
    if head[:4] == b"OggS":
        return b"theora" in head
    if head[4:8] in _QUICKTIME or head.startswith(_BEGINNINGS):
        return True
    return any(
        head[first : first + 2 * step + 1 : step] == b"G" * len(range(first, len(head), step)[:3])
        and len(head) > first + step
        for first, step in _PACKETS
    )


def is_film_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path leads to a film; not where it leads to nothing that can be read."""
    try:
        if not os.path.isfile(path):  # noqa: PTH113  for names of any length, and no pipes
            return False
        with Path(path).open("rb") as file:
            return is_film(file.read(HEAD))
    except (OSError, ValueError):
        return False
