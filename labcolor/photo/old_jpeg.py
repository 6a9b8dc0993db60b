"""Old-style JPEG in TIFF (TIFF 6.0, section 22; compression 6), made a JPEG that stands alone.

Either the whole stream stands behind JPEGInterchangeFormat, or its head does and the strips hold
the rest, or the tables stand in tags of their own.
"""

from __future__ import annotations

import struct

from labcolor.photo import jpeg, tags
from labcolor.photo.source import Buffer
from labcolor.photo.tags import Tag
from labcolor.photo.tiff_damage import segments

COMPRESSION = 6
_STREAM, _STREAM_SIZE, _RESTARTS = 513, 514, 515
_Q_TABLES, _DC_TABLES, _AC_TABLES, _SUBSAMPLING = 519, 520, 521, 530
_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_SOF0, _SOS, _DQT, _DHT, _DRI = 0xC0, 0xDA, 0xDB, 0xC4, 0xDD
_YCBCR = 6


def stream(data: Buffer, first: tags.Directory) -> bytes:
    """Give the picture of a directory as a JPEG.

    Parameters
    ----------
    data : buffer
        The TIFF file.
    first : Directory
        Of compression 6.

    Raises
    ------
    ValueError
        When neither a stream nor tables are there.
    """
    at = first.number(_STREAM, 0)
    if at and data[at : at + 2] == _SOI:
        return _from_stream(data, first, at)
    return _from_tables(data, first)


def _from_stream(data: Buffer, first: tags.Directory, at: int) -> bytes:
    size = first.number(_STREAM_SIZE, 0) or len(data) - at
    whole = data[at : at + size]
    found = list(jpeg.segments(whole, to_scan=True))
    if found and found[-1].marker == _SOS:
        rest = whole[found[-1].end :]
        if len(rest.strip(_EOI)):
            return whole if whole.endswith(_EOI) else whole + _EOI
        return whole[: found[-1].end] + _scan(data, first) + _EOI
    head = whole[: found[-1].end] if found else _SOI
    return head + _start_of_scan(first) + _scan(data, first) + _EOI


def _from_tables(data: Buffer, first: tags.Directory) -> bytes:
    """Spell the headers that the tags stand for."""
    samples = first.number(Tag.SAMPLES, 1)
    head = _SOI
    for number, at in enumerate(map(int, first.numbers(_Q_TABLES))):
        head += jpeg.spelled(_DQT, bytes([number]) + data[at : at + 64])
    for kind, tag in ((0, _DC_TABLES), (16, _AC_TABLES)):
        for number, at in enumerate(map(int, first.numbers(tag))):
            counts = data[at : at + 16]
            symbols = data[at + 16 : at + 16 + sum(counts)]
            head += jpeg.spelled(_DHT, bytes([kind | number]) + counts + symbols)
    if head == _SOI:
        message = "neither a stream nor tables"
        raise ValueError(message)
    across, down = _sampling(first)
    height, width = first.number(Tag.HEIGHT, 0), first.number(Tag.WIDTH, 0)
    frame = struct.pack(">BHHB", 8, height, width, samples)
    for number in range(samples):
        factors = across << 4 | down if number == 0 else 0x11
        table = min(number, max(0, len(first.numbers(_Q_TABLES)) - 1))
        frame += bytes([number + 1, factors, table])
    head += jpeg.spelled(_SOF0, frame)
    interval = first.number(_RESTARTS, 0) or _units_of_strip(first, across, down)
    if interval:
        head += jpeg.spelled(_DRI, struct.pack(">H", interval))
    return head + _start_of_scan(first) + _scan(data, first) + _EOI


def _start_of_scan(first: tags.Directory) -> bytes:
    samples = first.number(Tag.SAMPLES, 1)
    most = max(0, len(first.numbers(_DC_TABLES)) - 1)
    parts = b"".join(bytes([n + 1, min(n, most) * 0x11]) for n in range(samples))
    return jpeg.spelled(_SOS, bytes([samples]) + parts + bytes([0, 63, 0]))


def _scan(data: Buffer, first: tags.Directory) -> bytes:
    """Join the strips, each of which begins anew, as after a restart."""
    strips = [data[at : at + size].removesuffix(_EOI) for at, size in segments(first)]
    restarts = (bytes([0xFF, 0xD0 + n % 8]) for n in range(len(strips)))
    pieces = [strip + mark for strip, mark in zip(strips, restarts, strict=True)]
    return b"".join(pieces)[:-2]


def _sampling(first: tags.Directory) -> tuple[int, int]:
    """How many samples of lightness there are to one of colour, each way."""
    if first.number(Tag.PHOTOMETRIC, _YCBCR) != _YCBCR or first.number(Tag.SAMPLES, 1) < 3:
        return 1, 1
    across, down = ([int(n) for n in first.numbers(_SUBSAMPLING)] + [2, 2])[:2]
    return across, down


def _units_of_strip(first: tags.Directory, across: int, down: int) -> int:
    """Count the units of a strip where there are several; a restart follows each."""
    rows, height = first.number(Tag.ROWS_PER_STRIP, 0), first.number(Tag.HEIGHT, 0)
    if not 0 < rows < height:
        return 0
    return -(-rows // (8 * down)) * -(-first.number(Tag.WIDTH, 0) // (8 * across))
