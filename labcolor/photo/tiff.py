"""TIFF: what its directories say (TIFF 6.0). Its pages are read as if each were the first."""

from __future__ import annotations

import struct
from typing import NamedTuple

from labcolor.photo import old_jpeg, tag_writing, tags
from labcolor.photo.header import Header, Unsupported
from labcolor.photo.iptc import records
from labcolor.photo.model import Metadata
from labcolor.photo.source import Buffer
from labcolor.photo.tags import Tag
from labcolor.photo.tiff_mend import COLORS

HORIZONTAL = 2
"""The predictor that leaves differences between neighbours."""

_PAGE, _REDUCED, _MASK = 0, 1, 4
_OLD_REDUCED = 2
_DEPTHS = (1, 2, 4, 8, 12, 16)
_INKS = 5
_OF_PILLOW = frozenset({1, 2, 3, 4, 5, 7, 8, 32946, 32773, old_jpeg.COMPRESSION})
_OF_LIBTIFF = frozenset({32771, 32809, 34925, 50000, 50001})
"""Compressions that depend on how libtiff was built."""

_OF_OPENCV = frozenset({1, 5, 8, 32946, 32773})
_NAMES = {
    6: "old-style JPEG", 7: "JPEG", 9: "JBIG", 10: "JBIG", 32766: "NeXT", 32809: "ThunderScan",
    33003: "JPEG 2000", 33004: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG", 34676: "LogLuv",
    34677: "LogLuv", 34712: "JPEG 2000", 34887: "LERC", 34892: "lossy JPEG", 34925: "LZMA",
    34926: "Zstandard", 34927: "WebP", 34933: "PNG", 34934: "JPEG XR", 22610: "JPEG XR",
    50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip
"""Compressions by the number of their tag."""


class Contents(NamedTuple):
    """What the directories of a TIFF file hold.

    `pages` are the offsets of those that are pictures of their own, `reduced` and `masks` count
    those that are smaller copies or transparency masks of others, and `whole` says whether the
    chain of them comes to its end.
    """

    pages: list[int]
    reduced: int
    masks: int
    whole: bool


def chain(data: Buffer) -> tuple[list[int], bool]:
    """Follow the directories that come one after another, as the pages of a TIFF do.

    Returns
    -------
    offsets : list of int
        Where they stand; the first one is there in any case.
    whole : bool
        Whether the last one says that it is the last, instead of pointing out of the file or
        back to one before.

    Raises
    ------
    ValueError
        When the file does not begin as a TIFF does.
    """
    layout = tags.layout_of(data)
    offsets = {layout.first: None}
    offset = layout.first
    try:
        while offset := tags.link(data, layout, offset)[1]:
            tags.link(data, layout, offset)
            if offset in offsets:
                return list(offsets), False
            offsets[offset] = None
    except ValueError:
        return list(offsets), False
    return list(offsets), True


def pointing_to(data: Buffer, offset: int) -> bytes:
    """Give the header of a file as if the directory at an offset were its first."""
    layout = tags.layout_of(data)
    at = 8 if layout.big else 4
    return bytes(data[:at]) + struct.pack(layout.offset, offset)


def contents(data: Buffer) -> Contents:
    """List the pages of a TIFF file.

    Raises
    ------
    ValueError
        When it has none.
    """
    offsets, whole = chain(data)
    if _is_raw(tags.read(data)):
        return Contents(offsets[:1], 0, 0, whole)
    kinds = [_kind(data, offset) for offset in offsets]
    pages = [at for at, kind in zip(offsets, kinds, strict=True) if kind == _PAGE]
    if not pages:  # somebody's habit, not a file of copies without an original
        return Contents(offsets, 0, 0, whole)
    return Contents(pages, kinds.count(_REDUCED), kinds.count(_MASK), whole)


def _kind(data: Buffer, offset: int) -> int:
    """Tell a page from a reduced copy or a mask (tags NewSubfileType and SubfileType)."""
    kind = _number_at(data, offset, Tag.SUBFILE)
    if kind & _MASK:
        return _MASK
    old = _number_at(data, offset, Tag.OLD_SUBFILE)
    return _REDUCED if kind & _REDUCED or old == _OLD_REDUCED else _PAGE


def _number_at(data: Buffer, offset: int, tag: int) -> int:
    """Give the first number of a tag of the directory at an offset; 0 when it is missing."""
    layout = tags.layout_of(data)
    location = dict(tags.locations(data, layout, offset)).get(tag)
    return int((tags.numbers_of(layout.order, location.entry(data)) or (0,))[0]) if location else 0


def read_header(data: Buffer, directory: int = 0) -> Header:
    """Read a directory of a TIFF file.

    Parameters
    ----------
    data : buffer
        The file.
    directory : int
        Where it stands; 0 for the first one.

    Raises
    ------
    ValueError
        When there is none.
    Unsupported
        When its samples are of a kind that photographs are not kept in.
    """
    first = tags.read(data, directory)
    photometric = first.number(Tag.PHOTOMETRIC, 1)
    bits = _depth(first, photometric)
    samples = first.number(Tag.SAMPLES, 1)
    extra = first.numbers(Tag.EXTRA_SAMPLES)[:1]
    return Header(
        width=first.number(Tag.WIDTH, 0),
        height=first.number(Tag.HEIGHT, 0),
        bits=bits,
        directory=directory,
        metadata=_metadata(first),
        profile=first.raw(Tag.ICC),
        grey=photometric in (0, 1),
        beside=_beside(photometric, samples, bits),
        inks=photometric == _INKS,
        white_is_zero=photometric == 0,
        premultiplied=extra == (1,),
        unnamed_channel=extra == (0,),
        complete=_complete(first, len(data)),
        old_jpeg=first.number(Tag.COMPRESSION, 1) == old_jpeg.COMPRESSION,
        unreadable=_unreadable(first, bits),
    )


def _beside(photometric: int, samples: int, bits: int) -> int:
    """Count the channels that no decoder takes together; 1 where one does."""
    if photometric in (0, 1) and samples == 2 and bits > 8:
        return samples
    return samples if photometric == _INKS and samples > COLORS[_INKS] else 1


def _unreadable(first: tags.Directory, bits: int) -> str:
    """Name what is compressed so that neither Pillow nor OpenCV decodes it."""
    compression = first.number(Tag.COMPRESSION, 1)
    if compression in (_OF_PILLOW if bits <= 8 else _OF_OPENCV):
        return ""
    if bits <= 8 and compression in _OF_LIBTIFF:
        from labcolor.photo import libtiff

        if libtiff.decodes(compression):
            return ""
    name = _NAMES.get(compression, f"compression {compression}")
    depth = f" of {bits}-bit samples" if bits > 8 else ""
    return f"TIFF{depth} compressed with {name}"


def _depth(first: tags.Directory, photometric: int) -> int:
    """Bits of a sample, or the reason why they are not read."""
    bits = {int(value) for value in first.numbers(Tag.BITS)} or {1}
    formats = {int(value) for value in first.numbers(Tag.SAMPLE_FORMAT)} or {1}
    samples = first.number(Tag.SAMPLES, 1)
    if formats & {3, 6}:
        message = "a TIFF of floating-point samples: save it with 8 or 16 bits first"
    elif formats & {2, 5}:
        message = "a TIFF of signed samples: save it with 8 or 16 bits first"
    elif len(bits) > 1:
        listed = ", ".join(map(str, sorted(bits)))
        message = f"a TIFF whose channels differ in depth ({listed} bits): save it with 8 each"
    elif max(bits) not in _DEPTHS:
        message = f"a TIFF of {max(bits)}-bit samples: save it with 8 or 16 bits first"
    elif photometric not in COLORS:
        message = (
            "a TIFF in a colour space that labcolor does not know: save it as RGB or grey first"
        )
    elif samples < COLORS[photometric]:
        message = (
            f"a TIFF that claims colours of {COLORS[photometric]} channels but holds {samples}: "
            "save it as RGB or grey first"
        )
    elif samples > COLORS[photometric] + 1:
        message = f"a TIFF of {samples} channels: save it as RGB or grey, with or without alpha"
    elif max(bits) > 8 and photometric not in (0, 1, 2):
        message = "a 16-bit TIFF that is neither grey nor RGB: save it as RGB or grey first"
    else:
        return max(bits)
    raise Unsupported(message)


def is_raw(data: Buffer) -> bool:
    """Whether a camera wrote a TIFF file, for a program that develops it."""
    try:
        return _is_raw(tags.read(data))
    except ValueError:
        return False


def _is_raw(first: tags.Directory) -> bool:
    """Whether a camera wrote it: as DNG, or with a small picture first, as in NEF and its kind."""
    preview = first.number(Tag.SUBFILE, 0) & _REDUCED and Tag.SUB_DIRECTORIES in first.entries
    return bool(preview) or Tag.DNG_VERSION in first.entries


def _metadata(first: tags.Directory) -> Metadata:
    description = tags.description(first)
    description.entries.update({t: e for t, e in first.entries.items() if t == Tag.ORIENTATION})
    iptc = records(first.raw(Tag.IPTC)) or records(first.raw(Tag.PHOTOSHOP))
    exif = tag_writing.block(description) if description.entries or description.children else b""
    return Metadata(exif, first.raw(Tag.XMP), iptc, first.resolution)


def _complete(first: tags.Directory, size: int) -> bool:
    """Whether all strips or tiles lie within the file."""
    if not {Tag.STRIP_OFFSETS, Tag.TILE_OFFSETS} & first.entries.keys():
        return first.number(Tag.COMPRESSION, 1) == old_jpeg.COMPRESSION
    for offset_tag, size_tag in (
        (Tag.STRIP_OFFSETS, Tag.STRIP_SIZES),
        (Tag.TILE_OFFSETS, Tag.TILE_SIZES),
    ):
        ends = zip(first.numbers(offset_tag), first.numbers(size_tag), strict=False)
        if any(offset + length > size for offset, length in ends):
            return False
    return True
