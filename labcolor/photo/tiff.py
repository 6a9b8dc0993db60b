"""TIFF: what its first directory says, and a writer of strips (TIFF 6.0; Adobe's Deflate)."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from labcolor.photo import tags
from labcolor.photo.facts import Facts, Unsupported
from labcolor.photo.iptc import records
from labcolor.photo.model import Metadata, Photo, Pixels
from labcolor.photo.source import Buffer
from labcolor.photo.strips import interleaved, strips
from labcolor.photo.tags import Tag

HORIZONTAL = 2
"""The predictor that leaves differences between neighbours."""

_DEFLATE = 8
_DEPTHS = (1, 2, 4, 8, 12, 16)
_COLORS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3}
"""Samples of each photometric interpretation."""

_LIMIT = 0xFFFF_FFFF


def facts(data: Buffer) -> Facts:
    """Read the first directory of a TIFF file.

    Raises
    ------
    ValueError
        When there is none.
    Unsupported
        When its samples are of a kind that photographs are not kept in.
    """
    first = tags.read(data)
    photometric = first.number(Tag.PHOTOMETRIC, 1)
    if Tag.DNG_VERSION in first.entries or _is_preview(first):
        message = "a camera's raw file: develop it to TIFF or JPEG first"
        raise Unsupported(message)
    bits = _depth(first, photometric)
    samples = first.number(Tag.SAMPLES, 1)
    extra = first.numbers(Tag.EXTRA_SAMPLES)[:1]
    return Facts(
        width=first.number(Tag.WIDTH, 0),
        height=first.number(Tag.HEIGHT, 0),
        bits=bits,
        pages=tags.count_pages(data),
        metadata=_metadata(first),
        profile=first.raw(Tag.ICC),
        grey=photometric in (0, 1),
        grey_alpha=photometric in (0, 1) and samples == 2,
        white_is_zero=photometric == 0,
        premultiplied=extra == (1,),
        unnamed_channel=extra == (0,),
        complete=_complete(first, len(data)),
    )


def write(photo: Photo, profile: bytes, stream: BinaryIO) -> None:
    """Write a photograph of any depth as Deflate strips, then the directory.

    Parameters
    ----------
    photo : Photo
        What to write; every sample is kept.
    profile : bytes
        The sRGB profile that the file is tagged with; empty for grey.
    stream : binary file
        Writable and seekable.

    Raises
    ------
    OverflowError
        When the file grows beyond the 4 GiB that offsets of TIFF reach.
    """
    directory = _described(photo.metadata)
    order = directory.order
    stream.write(tags.header(order, 0))
    offsets, sizes, rows_per_strip = [], [], 0
    for rows in strips(photo.pixels.shape):
        # packing grain harder takes far longer and gains nothing
        packed = zlib.compress(_differences(interleaved(photo, rows), order), 1)
        offsets.append(stream.tell())
        sizes.append(len(packed))
        stream.write(packed + bytes(len(packed) % 2))
        rows_per_strip = rows_per_strip or rows.stop
    _structure(directory, photo)
    directory.put(Tag.ROWS_PER_STRIP, tags.LONG, rows_per_strip)
    if stream.tell() > _LIMIT - (1 << 27):
        message = "beyond 4 GiB"
        raise OverflowError(message)
    directory.put(Tag.STRIP_OFFSETS, tags.LONG, *offsets)
    directory.put(Tag.STRIP_SIZES, tags.LONG, *sizes)
    if profile:
        directory.entries[Tag.ICC] = tags.Entry(tags.UNDEFINED, len(profile), profile)
    first = stream.tell()
    stream.write(tags.dump(directory, first))
    stream.seek(0)
    stream.write(tags.header(order, first))


def _differences(samples: Pixels, order: tags.Order) -> bytes:
    """Predict each sample by its left neighbour (TIFF 6.0, section 14)."""
    difference = samples.copy()
    difference[:, 1:] -= samples[:, :-1]
    ordered = difference.astype(difference.dtype.newbyteorder(order), copy=False)
    return bytes(ordered.data)


def _structure(directory: tags.Directory, photo: Photo) -> None:
    """Say how the pixels are stored."""
    height, width = photo.pixels.shape[:2]
    colors = 3 if photo.pixels.ndim == 3 else 1
    samples = colors + (photo.alpha is not None)
    directory.put(Tag.WIDTH, tags.LONG, width)
    directory.put(Tag.HEIGHT, tags.LONG, height)
    directory.put(Tag.BITS, tags.SHORT, *[8 * photo.pixels.itemsize] * samples)
    directory.put(Tag.COMPRESSION, tags.SHORT, _DEFLATE)
    directory.put(Tag.PHOTOMETRIC, tags.SHORT, 2 if colors == 3 else 1)
    directory.put(Tag.ORIENTATION, tags.SHORT, 1)
    directory.put(Tag.SAMPLES, tags.SHORT, samples)
    directory.put(Tag.PLANAR, tags.SHORT, 1)
    directory.put(Tag.PREDICTOR, tags.SHORT, HORIZONTAL)
    if photo.alpha is not None:
        directory.put(Tag.EXTRA_SAMPLES, tags.SHORT, 2)


def _described(metadata: Metadata) -> tags.Directory:
    """Begin a directory with what is said about the photograph."""
    try:
        directory = tags.description(tags.read(metadata.exif))
    except ValueError:
        directory = tags.Directory("<")
    if metadata.resolution:
        directory.put_resolution(*metadata.resolution)
    if metadata.xmp:
        directory.entries[Tag.XMP] = tags.Entry(1, len(metadata.xmp), metadata.xmp)
    if metadata.iptc:
        directory.entries[Tag.IPTC] = tags.Entry(tags.UNDEFINED, len(metadata.iptc), metadata.iptc)
    return directory


def _depth(first: tags.Directory, photometric: int) -> int:
    """Bits of a sample, or the reason why they are not read."""
    bits = {int(value) for value in first.numbers(Tag.BITS)} or {1}
    formats = {int(value) for value in first.numbers(Tag.SAMPLE_FORMAT)} or {1}
    samples = first.number(Tag.SAMPLES, 1)
    if formats & {3, 6}:
        message = "a TIFF of floating-point samples: save it with 8 or 16 bits first"
    elif formats & {2, 5}:
        message = "a TIFF of signed samples: save it with 8 or 16 bits first"
    elif len(bits) > 1 or max(bits) not in _DEPTHS:
        message = f"a TIFF of {max(bits)}-bit samples: save it with 8 or 16 bits first"
    elif photometric not in _COLORS:
        message = "a TIFF of colours that labcolor does not know: save it as RGB or grey first"
    elif samples > _COLORS[photometric] + 1 or samples < _COLORS[photometric]:
        message = f"a TIFF of {samples} channels: save it as RGB or grey, with or without alpha"
    elif max(bits) > 8 and photometric not in (0, 1, 2):
        message = "a deep TIFF that is neither grey nor RGB: save it as RGB or grey first"
    else:
        return max(bits)
    raise Unsupported(message)


def _is_preview(first: tags.Directory) -> bool:
    """Whether the first picture is a small stand-in for others, as in NEF and its kind."""
    return bool(first.number(Tag.SUBFILE, 0) & 1) and Tag.SUB_DIRECTORIES in first.entries


def _metadata(first: tags.Directory) -> Metadata:
    said = tags.description(first)
    said.entries.update({t: e for t, e in first.entries.items() if t == Tag.ORIENTATION})
    iptc = records(first.raw(Tag.IPTC)) or records(first.raw(Tag.PHOTOSHOP))
    exif = tags.block(said) if said.entries or said.children else b""
    return Metadata(exif, first.raw(Tag.XMP), iptc, first.resolution)


def _complete(first: tags.Directory, size: int) -> bool:
    """Whether all strips or tiles lie within the file."""
    if not {Tag.STRIP_OFFSETS, Tag.TILE_OFFSETS} & first.entries.keys():
        return False
    for offset_tag, size_tag in (
        (Tag.STRIP_OFFSETS, Tag.STRIP_SIZES),
        (Tag.TILE_OFFSETS, Tag.TILE_SIZES),
    ):
        ends = zip(first.numbers(offset_tag), first.numbers(size_tag), strict=False)
        if any(offset + length > size for offset, length in ends):
            return False
    return True
