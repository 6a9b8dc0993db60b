"""TIFFs that say too little, or say it oddly, stated anew as every reader understands them.

What libtiff and ImageMagick assume: sizes of strips from where the next one begins, channels of no
stated meaning as alpha, samples of no stated format (SampleFormat 4) as plain numbers, and as many
channels as there are depths. The file's bytes stay as they are; a directory is put behind them.
"""

from __future__ import annotations

import io

from labcolor.photo import tag_writing, tags
from labcolor.photo.source import Buffer, Source
from labcolor.photo.tags import Tag

_VOID = 4
_UNASSOCIATED = 2
_GREY, _RGB = 1, 2
COLORS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3}
"""Samples of each photometric interpretation."""


def stated_anew(source: Source) -> Source:
    """Give a TIFF, or a page of it, whose directory leaves nothing open.

    Parameters
    ----------
    source : Source
        As it was found; a well-stated one comes back as it is.

    Raises
    ------
    ValueError
        When there is no directory.
    """
    first = tags.read(source.data, source.directory)
    if not _mended(first, source.data):
        return source
    big = tags.layout_of(source.data).big
    at = len(source.data) + len(source.data) % 2
    head = tag_writing.header(first.order, at, big=big)
    content = b"".join(
        [
            head,
            source.data[len(head) :],
            bytes(len(source.data) % 2),
            tag_writing.dump(first, at, big=big),
        ]
    )
    return source._replace(data=content, stream=io.BytesIO(content), directory=0)


def _mended(first: tags.Directory, data: Buffer) -> bool:
    """Mend a directory in place; tell whether there was anything to mend."""
    before = dict(first.entries)
    bits = first.numbers(Tag.BITS)
    if Tag.SAMPLES not in first.entries and len(bits) > 1:
        first.put(Tag.SAMPLES, tags.SHORT, len(bits))
    samples = first.number(Tag.SAMPLES, 1)
    if Tag.PHOTOMETRIC not in first.entries:
        first.put(Tag.PHOTOMETRIC, tags.SHORT, _RGB if samples > 2 else _GREY)
    if _VOID in first.numbers(Tag.SAMPLE_FORMAT):
        del first.entries[Tag.SAMPLE_FORMAT]
    lacking = samples - COLORS.get(first.number(Tag.PHOTOMETRIC, 1), samples)
    extra = first.numbers(Tag.EXTRA_SAMPLES)
    if 0 < lacking < 5 and len(extra) < lacking:
        more = [_UNASSOCIATED, 0, 0, 0][len(extra) : lacking]
        first.put(Tag.EXTRA_SAMPLES, tags.SHORT, *map(int, extra), *more)
    for offsets, sizes, height in (
        (Tag.STRIP_OFFSETS, Tag.STRIP_SIZES, Tag.ROWS_PER_STRIP),
        (Tag.TILE_OFFSETS, Tag.TILE_SIZES, Tag.TILE_HEIGHT),
    ):
        if first.numbers(offsets) and not any(first.numbers(sizes)):
            found = _sizes(first, [int(at) for at in first.numbers(offsets)], height, len(data))
            first.put(sizes, tags.LONG, *found)
    return first.entries != before


def _sizes(first: tags.Directory, offsets: list[int], height: Tag, end: int) -> list[int]:
    """Tell how large strips or tiles are: as large as their rows, or up to the next."""
    following = sorted({*offsets, end})
    room = [following[following.index(at) + 1] - at if at < end else 0 for at in offsets]
    if first.number(Tag.COMPRESSION, 1) != 1:
        return room
    width = first.number(Tag.TILE_WIDTH, first.number(Tag.WIDTH, 0))
    samples = first.number(Tag.SAMPLES, 1) if first.number(Tag.PLANAR, 1) == 1 else 1
    row = (width * samples * first.number(Tag.BITS, 1) + 7) // 8
    rows, whole = first.number(height, 0), first.number(Tag.HEIGHT, 0)
    if height == Tag.TILE_HEIGHT:
        return [row * rows for _ in offsets]
    rows = min(rows or whole, whole)
    last = whole - rows * (-(-whole // max(1, rows)) - 1)
    a_plane = max(1, -(-whole // max(1, rows)))
    return [row * (last if n % a_plane == a_plane - 1 else rows) for n in range(len(offsets))]
