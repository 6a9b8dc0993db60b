"""Decoding a 16-bit PNG band by band, with a decoder of whole files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

from labcolor.photo.header import Header
from labcolor.photo.model import Pixels
from labcolor.photo.png import PIECE, SIGNATURE, chunk, chunks
from labcolor.photo.source import Buffer
from labcolor.photo.strips import strips

_ORDER = {0: [0], 2: [2, 1, 0], 4: [0, 3], 6: [2, 1, 0, 3]}
"""Where OpenCV puts the samples of each type of colour: grey with alpha it spreads to BGRA."""

_LAST_FILTER = 4
_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""First column and row, and the steps from there, of each pass of an interlaced picture."""


def decode_bands(
    data: Buffer, header: Header, decode: Callable[[Buffer, int, int], Pixels]
) -> Iterator[Pixels]:
    """Decode a 16-bit picture band by band, each as a little file of its own.

    A decoder of whole files would hold the picture twice. The rows of a band are filtered against
    the last row of the band above, which therefore goes with them.

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
    ndarray of uint16
        (n, w), (n, w, 3) or (n, w, 4) as OpenCV gives them.

    Raises
    ------
    ValueError
        When the rows end too soon or their checksum is wrong.
    """
    color_type, interlaced = data[25], data[28]
    if interlaced:
        yield decode(_inflated_anew(data), header.width, header.height)
        return
    order = _ORDER[color_type]
    stride = 1 + 2 * len(order) * header.width
    key = b"".join(
        chunk(one.kind, one.body)
        for one in chunks(data)
        if one.kind == b"tRNS" and len(one.body) == {0: 2, 2: 6}.get(color_type)
    )
    above = b""
    rows = _Inflated(data)
    for band in strips((header.height, header.width)):
        filtered = rows.read((band.stop - band.start) * stride)
        count = len(filtered) // stride
        if not count:
            break
        _check_filters(filtered, stride)
        context = bool(above)
        ihdr = struct.pack(">IIBBBBB", header.width, count + context, 16, color_type, 0, 0, 0)
        body = zlib.compress(above + filtered[: count * stride], 0)
        pieces = (chunk(b"IHDR", ihdr), key, chunk(b"IDAT", body), chunk(b"IEND", b""))
        decoded = decode(SIGNATURE + b"".join(pieces), header.width, count + context)
        last = decoded[-1:] if decoded.ndim == 3 else decoded[-1:, :, None]
        above = b"\0" + last[..., order].astype(">u2").tobytes()
        yield decoded[context:]
        if len(filtered) < (band.stop - band.start) * stride:
            break
    else:
        if rows.end():
            return
    message = "rows are missing"
    raise ValueError(message)


def _inflated_anew(data: Buffer) -> bytes:
    """Make a file whose pixels are known to decompress, as libpng says aloud when they do not."""
    ihdr = data[16:29]
    width, height = struct.unpack_from(">II", ihdr)
    step = 2 * len(_ORDER[data[25]])
    rows, filtered = _Inflated(data), b""
    for x, y, dx, dy in _PASSES:
        across, down = len(range(x, width, dx)), len(range(y, height, dy))
        stride = 1 + across * step
        found = rows.read(stride * down) if across else b""
        _check_filters(found, stride)
        filtered += found
        if across and len(found) < stride * down:
            break
    else:
        if rows.end():
            body = zlib.compress(filtered, 0)
            head = SIGNATURE + chunk(b"IHDR", ihdr)
            return head + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    message = "rows are missing"
    raise ValueError(message)


def _check_filters(filtered: bytes, stride: int) -> None:
    """Refuse rows of a filter that does not exist, of which libpng would tell standard error."""
    if max(filtered[::stride], default=0) > _LAST_FILTER:
        message = "a filter that does not exist"
        raise ValueError(message)


class _Inflated:
    """The bytes that the IDAT chunks hold, decompressed as they are read."""

    def __init__(self, data: Buffer) -> None:
        self._pieces = _pixel_data(data)
        self._inflater = zlib.decompressobj()
        self._ready = bytearray()

    def read(self, size: int) -> bytes:
        """Give the next bytes; fewer when there are no more or the rest is damaged."""
        while len(self._ready) < size:
            packed = self._inflater.unconsumed_tail or next(self._pieces, b"")
            if not packed:
                break
            before = self._inflater.copy()
            try:
                self._ready += self._inflater.decompress(packed, size)
            except zlib.error:
                self._ready += _up_to_damage(before, packed)
                self._inflater, self._pieces = zlib.decompressobj(), iter(())
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken

    def end(self) -> bool:
        """Tell whether what is left ends well; the last bytes are the checksum of all."""
        while not self._inflater.eof:
            self._ready.clear()
            if not self.read(1):
                break
        return self._inflater.eof


def _up_to_damage(inflater: zlib._Decompress, packed: bytes) -> bytes:
    """Decompress byte by byte what stands before the damage."""
    ready = bytearray()
    try:
        for at in range(len(packed)):
            ready += inflater.decompress(packed[at : at + 1])
    except zlib.error:
        pass
    return bytes(ready)


def _pixel_data(data: Buffer) -> Iterator[bytes]:
    """Give the contents of the IDAT chunks in small pieces, the last one cut if the file is."""
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 8 + length
        for begin in range(at + 8, end, PIECE) if kind == b"IDAT" else ():
            yield data[begin : min(end, begin + PIECE)]
        at = end + 4
