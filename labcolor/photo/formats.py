"""The file formats: what each one holds, and how to tell them by their first bytes."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from labcolor.errors import OutputError
from labcolor.photo import optional
from labcolor.photo.optional import Package

HEAD = 64
"""So many first bytes tell every format."""


class Format(NamedTuple):
    """What a format of files holds.

    `lost` names the fields of `Metadata` that it has no room for, `longest` the greatest width
    and height that its header or its library allows, `packet` the longest EXIF block or XMP
    packet in bytes.
    """

    title: str
    suffixes: tuple[str, ...]
    alpha: bool = True
    lost: frozenset[str] = frozenset()
    longest: int = (1 << 31) - 1
    packet: int = (1 << 31) - 1


# Pillow decodes 8 bits: it refuses truncated data and knows palettes, CMYK and bilevel scans.
# OpenCV decodes 16 bits, which Pillow cuts to 8. Who encodes: see encode.py.
FORMATS = {
    "jpeg": Format(
        "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), alpha=False, longest=65_500, packet=65_504
    ),
    "png": Format("PNG", (".png",)),
    "tiff": Format("TIFF", (".tif", ".tiff")),
    "webp": Format("WebP", (".webp",), lost=frozenset({"iptc", "texts"}), longest=16_383),
    "bmp": Format(
        "BMP", (".bmp", ".dib"), alpha=False, lost=frozenset({"exif", "xmp", "iptc", "texts"})
    ),
    "jp2": Format("JPEG 2000", (".jp2",), lost=frozenset({"texts"})),
    "avif": Format("AVIF", (".avif",), lost=frozenset({"iptc", "texts"}), longest=65_536),
}


class ReadOnly(NamedTuple):
    """A format that is read and not written; what a result is written as, and what reads it."""

    title: str
    suffixes: tuple[str, ...]
    becomes: str
    package: Package | None = None


_RAW_SUFFIXES = (
    *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".nef", ".nrw"),
    *(".orf", ".pef", ".raf", ".rw2", ".sr2", ".srf", ".srw"),
)
# A phone's photographs become what everybody can open, a raw file what keeps its depth.
READ_ONLY = {
    "gif": ReadOnly("GIF", (".gif",), "png"),
    "heif": ReadOnly("HEIC", (".heic", ".heif", ".hif"), "jpeg", optional.HEIF),
    "raw": ReadOnly("camera raw", _RAW_SUFFIXES, "tiff", optional.RAW),
    "codestream": ReadOnly("JPEG 2000 codestream", (".j2k", ".j2c", ".jpx"), "jp2"),
}
TITLES = ", ".join(
    [*(form.title for form in FORMATS.values()), *(READ_ONLY[n].title for n in ("gif", "heif"))]
)
SUFFIXES = frozenset(
    [suffix for form in FORMATS.values() for suffix in form.suffixes]
    + [suffix for form in READ_ONLY.values() for suffix in form.suffixes]
)


def written_as(form: str) -> str:
    """Tell the format that a result is written in where none is asked for."""
    return READ_ONLY[form].becomes if form in READ_ONLY else form


def result_suffix(suffix: str) -> str:
    """Give the ending of a result: the photograph's, if such files are written."""
    for form in READ_ONLY.values():
        if suffix.lower() in form.suffixes:
            return FORMATS[form.becomes].suffixes[0]
    return suffix


def lacking(suffix: str) -> Package | None:
    """Name the package that is not here and without which files of an ending cannot be read."""
    for form in READ_ONLY.values():
        if suffix.lower() in form.suffixes and form.package and not form.package.is_here:
            return form.package
    return None


def format_of(path: Path) -> str:
    """Tell the format that a file of this name is to be written in.

    Raises
    ------
    OutputError
        When the suffix is none that labcolor writes.
    """
    for name, form in FORMATS.items():
        if path.suffix.lower() in form.suffixes:
            return name
    endings = ", ".join(form.suffixes[0] for form in FORMATS.values())
    ending = f"the ending {path.suffix}" if path.suffix else "no ending"
    message = (
        f"{path} has {ending}, which is not a format that labcolor writes; use one of {endings}."
    )
    raise OutputError(message)


def recognise(head: bytes) -> str | None:
    """Tell the format of a file by its first `HEAD` bytes; None when it is none of ours."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _of_brands({head[8:12], *(head[i : i + 4] for i in range(16, HEAD, 4))}, head[8:12])
    return next((name for start, name in _STARTS.items() if head.startswith(start)), None)


_RAW_STARTS = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FOVb", b"\0MRM")
_STARTS = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"II+\0": "tiff",
    b"MM\0+": "tiff",
    b"\0\0\0\x0cjP  \r\n\x87\n": "jp2",
    b"\xff\x4f\xff\x51": "jp2",
    b"BM": "bmp",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    **dict.fromkeys(_RAW_STARTS, "raw"),
}


def _of_brands(brands: set[bytes], major: bytes) -> str | None:
    """Tell what is in a box of type `ftyp` (ISO/IEC 23008-12, annex B; 23000-22; AVIF 1.1)."""
    if brands & {b"avif", b"avis"}:
        return "avif"
    if major == b"crx ":
        return "raw"
    return "heif" if major in _HEIF_BRANDS or brands & _HEIC_BRANDS else None


_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"avci", b"avcs"}
)
_HEIF_BRANDS = _HEIC_BRANDS | {b"mif1", b"mif2", b"msf1", b"miaf", b"j2ki", b"j2is", b"jpeg"}


def raw_suffix(path: str) -> bool:
    """Whether a file's name says that a camera wrote its sensor's data into it."""
    return Path(path).suffix.lower() in READ_ONLY["raw"].suffixes


def describe(head: bytes) -> str:
    """Say in a few words what a file that is no photograph of ours is, by its first bytes."""
    if b"mimetypeimage/openraster" in head:  # how such a ZIP archive begins
        return "a picture in layers (OpenRaster)"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, words in _OTHERS:
        if text.startswith(start.lower()) if start.startswith(b"<") else head.startswith(start):
            return words
    if head[4:8] == b"ftyp":
        return "a video"
    if not any(head):
        return "nothing but zero bytes"
    try:
        # incremental, because the last character may be cut in two
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "in a format that labcolor does not know"
    return "in a format that labcolor does not know" if b"\0" in head else "a text"


UNREAD = frozenset(
    (
        ".jxl",
        ".ora",
        ".psb",
        ".psd",
        ".exr",
        ".hdr",
        ".tga",
        ".pcx",
        ".pbm",
        ".pgm",
        ".ppm",
        ".pnm",
    )
)
"""Endings of pictures that labcolor does not read."""

_OTHERS = (
    (b"<!doctype html", "a web page (HTML), perhaps from a failed download"),
    (b"<html", "a web page (HTML), perhaps from a failed download"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML text"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"v/1\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance HDR picture"),
    (b"P4\n", "a PBM picture"),
    (b"P5\n", "a PGM picture"),
    (b"P6\n", "a PPM picture"),
    (b"\x1aE\xdf\xa3", "a Matroska video"),
    (b"OggS", "an Ogg recording"),
    (b"RIFF", "a video or a sound (RIFF)"),
    (b"ID3", "a sound (MP3)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
