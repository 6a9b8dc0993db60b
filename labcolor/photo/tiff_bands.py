"""Decoding a 16-bit TIFF band by band, with a decoder that takes whole files of fewer kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

import numpy as np

from labcolor.photo import tag_writing, tags
from labcolor.photo.header import Header, Unsupported
from labcolor.photo.model import Pixels
from labcolor.photo.source import Buffer
from labcolor.photo.strips import STRIP_PIXELS
from labcolor.photo.tags import Tag
from labcolor.photo.tiff import HORIZONTAL

Decode: TypeAlias = Callable[[Buffer, int, int], Pixels]
"""From the bytes, width and height of a file to its pixels."""

_DECODING = (
    *(Tag.WIDTH, Tag.BITS, Tag.COMPRESSION, Tag.PHOTOMETRIC, Tag.FILL_ORDER, Tag.SAMPLES),
    *(Tag.PLANAR, Tag.PREDICTOR, Tag.TILE_WIDTH, Tag.TILE_HEIGHT, Tag.EXTRA_SAMPLES),
    Tag.SAMPLE_FORMAT,
)


def decode_bands(data: Buffer, header: Header, decode: Decode) -> Iterator[Pixels]:
    """Decode a picture band by band, a few strips at a time as a little file of their own.

    A decoder of whole files would hold the picture twice. OpenCV decodes neither grey or inks with
    alpha nor planes one after the other: the former are given to it as grey of several times the
    width, the latter as one grey picture each.

    Parameters
    ----------
    data : buffer
        The file.
    header : Header
        What its header says.
    decode : callable
        From the bytes, width and height of a file to its pixels.

    Yields
    ------
    ndarray
        (n, w) or (n, w, c) as OpenCV gives them; what stands side by side in the file's order.

    Raises
    ------
    Unsupported
        When they are stored so that this does not work.
    """
    first = tags.read(data, header.directory)
    if header.bits == 12:
        decode = _right_aligned(decode, 4)
    tiled = Tag.TILE_OFFSETS in first.entries
    predicted = first.number(Tag.PREDICTOR, 1) == HORIZONTAL
    planes = first.number(Tag.SAMPLES, 1) if first.number(Tag.PLANAR, 1) != 1 else 1
    beside = header.beside if planes == 1 else 1
    if beside > 1 and tiled and predicted:
        message = "a TIFF of grey or inks with alpha in tiles: save it in strips first"
        raise Unsupported(message)
    rows_per_strip, segments = _strips(first, header, planes)
    whole_file = not header.directory  # where the decoder finds the page by itself
    if rows_per_strip >= header.height and planes == 1 and beside == 1 and whole_file:
        yield decode(data, header.width, header.height)
        return
    across = -(-header.width // max(1, first.number(Tag.TILE_WIDTH, 0))) if tiled else 1
    a_plane = -(-header.height // rows_per_strip) * across
    if len(segments) < a_plane * planes:
        message = "strips are missing"
        raise ValueError(message)
    together = rows_per_strip * max(1, STRIP_PIXELS // (rows_per_strip * header.width))
    for top in range(0, header.height, together):
        rows = min(together, header.height - top)
        begin, end = top // rows_per_strip, -(-(top + rows) // rows_per_strip)
        if planes == 1:
            there = _in_file(segments[begin * across : end * across], len(data)) // across
            rows = min(rows, there * rows_per_strip)
            end = begin + there
        if not rows:
            break
        band = _stored_as(first, rows, None if tiled else rows_per_strip)
        if planes > 1 or beside > 1:
            _restate_as_grey(band, beside)
        pictures = []
        for plane in range(planes):
            part = slice(plane * a_plane + begin * across, plane * a_plane + end * across)
            pieces = _assembled(band, data, segments[part], tiled=tiled)
            pictures.append(decode(pieces, header.width * beside, rows))
        ordered = pictures if header.inks else _in_order_of_opencv(pictures)
        picture = ordered[0] if planes == 1 else np.dstack(ordered)
        if beside > 1:
            picture = picture.reshape(rows, header.width, beside)
            if predicted:
                np.cumsum(picture, axis=1, dtype=picture.dtype, out=picture)
        yield picture


def _right_aligned(decode: Decode, bits: int) -> Decode:
    """Undo that OpenCV moves packed samples to the upper bits."""
    return lambda data, width, height: decode(data, width, height) >> bits


def _in_file(segments: list[tuple[int, int]], size: int) -> int:
    """Count the strips before the first that reaches beyond the end of the file."""
    ends = (at + length for at, length in segments)
    return next((index for index, end in enumerate(ends) if end > size), len(segments))


def _stored_as(first: tags.Directory, rows: int, rows_per_strip: int | None) -> tags.Directory:
    """Copy the tags that say how the pixels are stored, for a band of so many rows."""
    kept = {int(tag): first.entries[tag] for tag in _DECODING if tag in first.entries}
    band = tags.Directory(first.order, kept)
    band.put(Tag.HEIGHT, tags.LONG, rows)
    if rows_per_strip:
        band.put(Tag.ROWS_PER_STRIP, tags.LONG, rows_per_strip)
    return band


def _restate_as_grey(band: tags.Directory, times: int) -> None:
    """State samples of several kinds as grey, side by side where `times` is more than one."""
    for tag in (Tag.WIDTH, Tag.TILE_WIDTH):
        if tag in band.entries:
            band.put(tag, tags.LONG, times * band.number(tag, 0))
    band.put(Tag.BITS, tags.SHORT, band.number(Tag.BITS, 16))
    band.put(Tag.PHOTOMETRIC, tags.SHORT, 1)
    for tag in (Tag.SAMPLES, Tag.PLANAR):
        band.put(tag, tags.SHORT, 1)
    for tag in (Tag.EXTRA_SAMPLES, Tag.SAMPLE_FORMAT):
        band.entries.pop(tag, None)
    if times > 1:  # differences are to be undone between samples of one kind
        band.put(Tag.PREDICTOR, tags.SHORT, 1)


def _in_order_of_opencv(planes: list[Pixels]) -> list[Pixels]:
    return planes if len(planes) < 3 else planes[2::-1] + planes[3:]


def _strips(
    first: tags.Directory, header: Header, planes: int
) -> tuple[int, list[tuple[int, int]]]:
    """Find rows per strip or tile, and offset and size of each; uncompressed rows one by one."""
    if Tag.TILE_OFFSETS in first.entries:
        rows = first.number(Tag.TILE_HEIGHT, 0)
        found = first.numbers(Tag.TILE_OFFSETS), first.numbers(Tag.TILE_SIZES)
    else:
        rows = min(first.number(Tag.ROWS_PER_STRIP, header.height), header.height)
        found = first.numbers(Tag.STRIP_OFFSETS), first.numbers(Tag.STRIP_SIZES)
    if rows < 1:
        message = "strips of no rows"
        raise ValueError(message)
    segments = [(int(at), int(size)) for at, size in zip(*found, strict=False)]
    if first.number(Tag.COMPRESSION, 1) != 1 or Tag.TILE_OFFSETS in first.entries:
        return rows, segments
    samples = 1 if planes > 1 else first.number(Tag.SAMPLES, 1)
    row = (header.width * samples * header.bits + 7) // 8
    single = ((at + y * row, row) for at, size in segments for y in range(size // row))
    return 1, list(islice(single, header.height * planes))  # a strip may claim any size


def _assembled(
    band: tags.Directory, data: Buffer, segments: list[tuple[int, int]], *, tiled: bool
) -> bytes:
    """Make a file of a band's strips or tiles."""
    pieces, at, offsets = [b""], 8, []
    for begin, size in segments:
        offsets.append(at)
        pieces.append(data[begin : begin + size] + bytes(size % 2))
        at += size + size % 2
    band.put(Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS, tags.LONG, *offsets)
    band.put(
        Tag.TILE_SIZES if tiled else Tag.STRIP_SIZES, tags.LONG, *[size for _, size in segments]
    )
    pieces[0] = tag_writing.header(band.order, at)
    return b"".join(pieces) + tag_writing.dump(band, at)
