"""Writing TIFF page by page (TIFF 6.0; Adobe's Deflate), as BigTIFF where 4 GiB do not suffice.

The pixels come first and all directories at the end: by then it is known how far the offsets
reach and how many pages there are, and of a page that is written only its tags stay in memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from labcolor.photo import tag_writing, tags
from labcolor.photo.model import Metadata, Photo, Pixels
from labcolor.photo.strips import interleaved, strips
from labcolor.photo.tags import Tag
from labcolor.photo.tiff import HORIZONTAL

_DEFLATE = 8
_PAGE_OF_SEVERAL = 2
_LIMIT = 0xFFFF_FFFF
_ROOM_FOR_DIRECTORIES = 1 << 27
_LONGEST_HEADER = 16


def write(pages: Iterable[Photo], profile_of: Callable[[Photo], bytes], stream: BinaryIO) -> None:
    """Write photographs of any size and depth as Deflate strips, one page each.

    Parameters
    ----------
    pages : iterable of Photo
        What to write; every sample is kept. One is asked for after the other is written.
    profile_of : callable
        Gives the ICC profile that a page is tagged with; empty for none.
    stream : binary file
        Writable and seekable.
    """
    stream.write(bytes(_LONGEST_HEADER))
    directories: list[tags.Directory] = []
    for photo in pages:
        directory = _described(photo.metadata)
        if directories:  # a file has one byte order
            directory = tag_writing.in_order(directory, directories[0].order)
        _put_pixels(directory, photo, stream)
        profile = profile_of(photo)
        if profile:
            directory.entries[Tag.ICC] = tags.Entry(tags.UNDEFINED, len(profile), profile)
        directories.append(directory)
        del photo  # before the next one is made
    _put_directories(directories, stream)


def _put_pixels(directory: tags.Directory, photo: Photo, stream: BinaryIO) -> None:
    """Write the strips, and say in the directory how the pixels are stored and where."""
    offsets, sizes = [], []
    for packed in _packed(photo, directory.order):
        offsets.append(stream.tell())
        sizes.append(len(packed))
        stream.write(packed + bytes(len(packed) % 2))
    _structure(directory, photo)
    rows = next(strips(photo.pixels.shape))
    directory.put(Tag.ROWS_PER_STRIP, tags.LONG, rows.stop)
    reach = tags.LONG if offsets[-1] <= _LIMIT else tags.LONG8
    directory.put(Tag.STRIP_OFFSETS, reach, *offsets)
    directory.put(Tag.STRIP_SIZES, tags.LONG, *sizes)


def _packed(photo: Photo, order: tags.Order) -> Iterator[bytes]:
    """Pack the strips, as many at a time as OpenCV has threads; the bytes are the same."""
    from concurrent.futures import ThreadPoolExecutor

    import cv2

    def pack(rows: slice) -> bytes:
        # packing grain harder takes far longer and gains nothing
        return zlib.compress(_differences(interleaved(photo, rows), order), 1)

    pieces, threads = strips(photo.pixels.shape), cv2.getNumThreads()
    with ThreadPoolExecutor(threads) as pool:
        while group := list(islice(pieces, threads)):
            yield from pool.map(pack, group)


def _put_directories(directories: list[tags.Directory], stream: BinaryIO) -> None:
    """Write the directories one behind the other, and the header that points to the first."""
    first = stream.tell()
    big = first > _LIMIT - _ROOM_FOR_DIRECTORIES
    for directory in directories:
        if len(directories) > 1:
            directory.put(Tag.SUBFILE, tags.LONG, _PAGE_OF_SEVERAL)
        last = directory is directories[-1]
        stream.write(tag_writing.dump(directory, stream.tell(), big=big, last=last))
    stream.seek(0)
    stream.write(tag_writing.header(directories[0].order, first, big=big))


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
