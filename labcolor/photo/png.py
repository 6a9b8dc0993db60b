"""PNG: what its chunks say, and a writer that never holds the encoded file in memory.

PNG specification, third edition (W3C 2025). The IPTC records go into the textual chunk that
ImageMagick introduced, which ExifTool reads and writes too.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labcolor.photo.header import Chromaticities, Header
from labcolor.photo.iptc import records
from labcolor.photo.model import Metadata, Photo, Pixels, Text
from labcolor.photo.source import Buffer
from labcolor.photo.strips import interleaved, strips

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP = "XML:com.adobe.xmp"
_RAW = "Raw profile type "
_OF_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
PIECE = 1 << 20
"""Bytes that are looked at together."""

_INCH = 0.0254
_TEXT_LIMIT = 1 << 26
"""Compressed text may claim this many bytes and no more."""

_GREY, _GREY_ALPHA = 0, 4
_SUB = 1
_KINDS = {(bits, 0) for bits in (1, 2, 4, 8, 16)} | {(bits, 3) for bits in (1, 2, 4, 8)}
_KINDS |= {(bits, color_type) for bits in (8, 16) for color_type in (2, 4, 6)}
"""Bits of a sample and types of colour that go together (specification, table 12)."""
_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""The type of colour for each number of channels."""


def read_header(data: Buffer) -> Header:
    """Read the chunks of a PNG file.

    Raises
    ------
    ValueError
        When it does not begin with a header.
    """
    found: dict[bytes, bytes] = {}
    texts: list[Text] = []
    damaged: list[str] = []
    for kind, body, sound in chunks(data):
        if not sound and _is_ancillary(kind):
            damaged.append(f"a damaged chunk {kind.decode('latin-1')}")
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            texts.append(_text(kind, body))
        else:
            found.setdefault(kind, body)
    width, height, bits, color_type = struct.unpack(">IIBB", found[b"IHDR"][:10])
    if (bits, color_type) not in _KINDS:
        message = f"samples of {bits} bits in colours of type {color_type}"
        raise ValueError(message)
    key = None
    if bits == 16 and color_type == _GREY and len(found.get(b"tRNS", b"")) == 2:
        key = struct.unpack(">H", found[b"tRNS"])[0]
    return Header(
        width=width,
        height=height,
        bits=bits,
        frames=_frames(found),
        metadata=_metadata(found, texts),
        profile=_profile(found),
        gamma=_gamma(found),
        chromaticities=_chromaticities(found),
        key=key,
        grey=color_type in (_GREY, _GREY_ALPHA),
        complete=b"IEND" in found,
        left_out=tuple(damaged),
    )


def write(photo: Photo, profile: bytes, stream: BinaryIO) -> None:
    """Write a photograph of any depth, strip by strip.

    Parameters
    ----------
    photo : Photo
        What to write; every sample is kept.
    profile : bytes
        The sRGB profile that the file is tagged with; empty for grey.
    stream : binary file
        Open for writing.
    """
    pieces = (interleaved(photo, rows) for rows in strips(photo.pixels.shape))
    write_rows(pieces, photo.pixels.shape[:2], profile, photo.metadata, stream)


def write_rows(
    pieces: Iterable[Pixels],
    size: tuple[int, ...],
    profile: bytes,
    metadata: Metadata,
    stream: IO[bytes],
) -> None:
    """Write a picture whose rows come in pieces, each of which is let go of when it is written.

    Parameters
    ----------
    pieces : iterable of (n, w) or (n, w, c) uint8 or uint16
        Grey, grey and alpha, RGB or RGBA, from top to bottom; one at least.
    size : tuple of int
        Height and width.
    profile : bytes
        The sRGB profile that the file is tagged with; empty for grey.
    metadata : Metadata
        What the file says besides.
    stream : binary file
        Open for writing.
    """
    rest = iter(pieces)
    first = next(rest)
    channels = 1 if first.ndim == 2 else first.shape[2]
    height, width = size
    stream.write(SIGNATURE)
    ihdr = struct.pack(">IIBBBBB", width, height, 8 * first.itemsize, _TYPES[channels], 0, 0, 0)
    _put(stream, b"IHDR", ihdr)
    if profile:
        _put(stream, b"iCCP", b"sRGB\0\0" + zlib.compress(profile))
    else:
        _put(stream, b"sRGB", b"\0")
    _put_metadata(stream, metadata)
    # higher levels take three times as long and pack grain no better
    packer = zlib.compressobj(1)
    for samples in chain([first], rest):
        packed = packer.compress(_filtered(samples).data)
        if packed:
            _put(stream, b"IDAT", packed)
    _put(stream, b"IDAT", packer.flush())
    _put(stream, b"IEND", b"")


def _filtered(samples: Pixels) -> NDArray[np.uint8]:
    """Give rows of bytes, each with its filter in front (specification, section 9).

    Each sample is predicted by its left neighbour: on grainy photographs no other filter packs
    better than by a few hundredths, and those that do cost ten times the time.
    """
    step = samples[0, 0].nbytes
    if samples.dtype == np.uint16:
        samples = samples.astype(">u2")
    rows = np.ascontiguousarray(samples).reshape(samples.shape[0], -1).view(np.uint8)
    filtered = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = _SUB
    filtered[:, 1 : step + 1] = rows[:, :step]
    np.subtract(rows[:, step:], rows[:, :-step], out=filtered[:, step + 1 :])
    return filtered


def _put(stream: IO[bytes], kind: bytes, body: bytes) -> None:
    stream.write(chunk(kind, body))


def chunk(kind: bytes, body: bytes) -> bytes:
    """Spell a chunk."""
    checksum = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def _put_metadata(stream: IO[bytes], metadata: Metadata) -> None:
    if metadata.resolution:
        x, y = (round(value / _INCH) for value in metadata.resolution)
        _put(stream, b"pHYs", struct.pack(">IIB", x, y, 1))
    if metadata.exif:
        _put(stream, b"eXIf", metadata.exif)
    if metadata.xmp:
        # never compressed, so that programs that look for packets find it
        _put(stream, b"iTXt", _XMP.encode() + b"\0\0\0\0\0" + metadata.xmp)
    if metadata.iptc:
        _put(
            stream, b"zTXt", _RAW.encode() + b"iptc" + b"\0\0" + zlib.compress(_raw(metadata.iptc))
        )
    for text in metadata.texts:
        if text.format == "png":
            _put(stream, text.stored[:4], text.stored[4:])
        else:
            name = text.keyword.encode("latin-1", "replace")[:79]
            _put(stream, b"iTXt", name + b"\0\0\0\0\0" + text.text.encode())


class Chunk(NamedTuple):
    """A chunk, and whether its checksum is right."""

    kind: bytes
    body: bytes
    sound: bool


def chunks(data: Buffer) -> Iterator[Chunk]:
    """Give the chunks, those of pixels left out, as far as the file goes."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            return
        if kind not in (b"IDAT", b"fdAT"):
            body = data[at + 8 : end - 4]
            sound = zlib.crc32(body, zlib.crc32(kind)) == int.from_bytes(
                data[end - 4 : end], "big"
            )
            yield Chunk(kind, body, sound)
        if kind == b"IEND":
            return
        at = end


def is_sound(data: Buffer) -> bool:
    """Whether the checksums of all chunks are right without which there is no picture."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 8 + length
        if not _is_ancillary(kind):
            checksum = 0
            for begin in range(at + 4, end, PIECE):
                checksum = zlib.crc32(data[begin : min(end, begin + PIECE)], checksum)
            if checksum != int.from_bytes(data[end : end + 4], "big"):
                return False
        if kind == b"IEND":
            return True
        at = end + 4
    return False


def pixels_only(data: Buffer) -> bytes:
    """Make a file of nothing but the pixels, as decoders balk at what else there may be."""
    at, kept = len(SIGNATURE), [SIGNATURE]
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind in _OF_PIXELS:  # spelled anew where whole: a wrong checksum is said elsewhere
            body = data[at + 8 : at + 8 + length]
            kept.append(chunk(kind, body) if len(body) == length else data[at:])
        if kind == b"IEND":
            break
        at += 12 + length
    return b"".join(kept)


def _is_ancillary(kind: bytes) -> bool:
    return bool(kind[0] & 0x20)


def _metadata(found: dict[bytes, bytes], texts: list[Text]) -> Metadata:
    exif = found.get(b"eXIf", b"").removeprefix(b"Exif\0\0")
    xmp = iptc = b""
    others = []
    for text in texts:
        kind = text.keyword.removeprefix(_RAW)
        if text.keyword == _XMP:
            xmp = xmp or text.text.encode()
            continue
        body = _unraw(text.text) if text.keyword.startswith(_RAW) else b""
        if kind in ("exif", "APP1") and body.startswith(b"Exif\0\0"):
            exif = exif or body[6:]
        elif kind in ("xmp", "APP1") and body:
            xmp = xmp or body.removeprefix(b"http://ns.adobe.com/xap/1.0/\0")
        elif kind in ("iptc", "8bim") and body:
            iptc = iptc or records(body)
        else:
            others.append(text)
    return Metadata(exif, xmp, iptc, _resolution(found), tuple(others))


def _resolution(found: dict[bytes, bytes]) -> tuple[float, float] | None:
    if len(found.get(b"pHYs", b"")) != 9:
        return None
    x, y, unit = struct.unpack(">IIB", found[b"pHYs"])
    if unit != 1 or not x or not y:
        return None
    # two digits undo the rounding to whole pixels a metre
    return round(x * _INCH, 2), round(y * _INCH, 2)


def _profile(found: dict[bytes, bytes]) -> bytes:
    packed = found.get(b"iCCP", b"").partition(b"\0")[2][1:]
    return _inflate(packed) if packed else b""


def _gamma(found: dict[bytes, bytes]) -> float | None:
    """Exponent of a gAMA chunk that no better chunk overrules."""
    if b"sRGB" in found or len(found.get(b"gAMA", b"")) != 4:
        return None
    return struct.unpack(">I", found[b"gAMA"])[0] / 100_000 or None


def _chromaticities(found: dict[bytes, bytes]) -> Chromaticities | None:
    if b"sRGB" in found or len(found.get(b"cHRM", b"")) != 32:
        return None
    flat = [value / 100_000 for value in struct.unpack(">8I", found[b"cHRM"])]
    return Chromaticities(*zip(flat[::2], flat[1::2], strict=True))


def _frames(found: dict[bytes, bytes]) -> int:
    return max(1, struct.unpack(">I", found[b"acTL"][:4])[0]) if b"acTL" in found else 1


def _text(kind: bytes, body: bytes) -> Text:
    keyword, _, rest = body.partition(b"\0")
    if kind == b"tEXt":
        text = rest.decode("latin-1")
    elif kind == b"zTXt":
        text = _inflate(rest[1:]).decode("latin-1")
    else:
        packed, rest = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
        text = (_inflate(rest) if packed else rest).decode("utf-8", "replace")
    return Text(keyword.decode("latin-1"), text, "png", kind + body)


def _inflate(packed: bytes) -> bytes:
    """Decompress up to a limit; nothing when the data are damaged."""
    try:
        return zlib.decompressobj().decompress(packed, _TEXT_LIMIT)
    except zlib.error:
        return b""


def _raw(body: bytes) -> bytes:
    """Spell IPTC records as a `Raw profile`: a line of its name, of its size, then hexadecimal."""
    digits = body.hex()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    return "\n".join(["", "iptc", f"{len(body):8d}", *lines, ""]).encode()


def _unraw(text: str) -> bytes:
    try:
        return bytes.fromhex("".join(text.split("\n")[3:]))
    except ValueError:
        return b""
