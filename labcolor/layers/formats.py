"""The formats of pictures in layers, and how to tell them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from labcolor.photo import formats


class Format(NamedTuple):
    """What a format is called, and the greatest width and height that it holds."""

    title: str
    longest: int


FORMATS = {
    "ora": Format("OpenRaster", (1 << 31) - 1),
    "psd": Format("PSD", 30_000),
    "psb": Format("PSB", 300_000),
}
"""By name, which is the ending of its files too."""

HEAD = 64
"""So many first bytes tell every format."""


def layered(path: Path | str | None) -> str | None:
    """Tell the format by a file's name; None where it is none of these."""
    ending = Path(path).suffix.lower()[1:] if path else ""
    return ending if ending in FORMATS else None


def format_of(path: Path) -> str:
    """Tell the format, in layers or not, that a file of this name is to be written in.

    Raises
    ------
    OutputError
        When the suffix is none that labcolor writes.
    """
    return layered(path) or formats.format_of(path)


def recognise(head: bytes) -> str | None:
    """Tell the format of a file by its first `HEAD` bytes; None where it is none of these."""
    if head.startswith(b"8BPS\0\1"):
        return "psd"
    if head.startswith(b"8BPS\0\2"):
        return "psb"
    # the first entry of the ZIP archive is called so and stored as it is
    return "ora" if head.startswith(b"PK\3\4") and b"mimetypeimage/openraster" in head else None
