"""Files and profiles that no library at hand writes, spelled out byte by byte."""

from __future__ import annotations

import struct
import zlib

import numpy as np

ADOBE_RGB = np.array(
    [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]
)
PROPHOTO = np.array(
    [[0.79767, 0.13519, 0.03134], [0.28804, 0.71188, 0.00009], [0.0, 0.0, 0.82491]]
)
DISPLAY_P3 = np.array(
    [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]]
)


def curve(gamma: float | None = None, points: np.ndarray | None = None) -> bytes:
    """Spell a `curv` element: a gamma or a table of light."""
    if gamma is not None:
        return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    values = np.rint(np.asarray(points) * 65535).astype(">u2")
    body = b"curv\0\0\0\0" + struct.pack(">I", len(values)) + values.tobytes()
    return body + bytes(-len(body) % 4)


def srgb_curve() -> bytes:
    """Spell the transfer function of sRGB as a `para` element of type 3."""
    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return b"para\0\0\0\0\0\3\0\0" + struct.pack(">5i", *[round(n * 65536) for n in numbers])


def xyz(values: np.ndarray) -> bytes:
    """Spell an `XYZ` element."""
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *[round(float(v) * 65536) for v in values])


def profile(space: bytes, elements: dict[bytes, bytes], kind: bytes = b"mntr") -> bytes:
    """Assemble a version 2 profile."""
    text = b"handmade\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    common = {
        b"desc": description + bytes(-len(description) % 4),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz(np.array([0.9642, 1.0, 0.8249])),
    }
    tags = common | elements
    table, data = struct.pack(">I", len(tags)), b""
    for name, body in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(data), len(body))
        data += body
    size = 128 + len(table) + len(data)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, kind, space, b"XYZ ")
    header += struct.pack(">6H4s", 2000, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + table + data


def rgb_profile(primaries: np.ndarray, transfer: bytes) -> bytes:
    """Make a profile of three primaries under D50 and one curve."""
    names = zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries.T, strict=True)
    elements = {name: xyz(column) for name, column in names}
    return profile(b"RGB ", elements | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), transfer))


def grey_profile(transfer: bytes) -> bytes:
    """Make a profile of one curve."""
    return profile(b"GRAY", {b"kTRC": transfer})


def dot_gain(percent: float = 20) -> np.ndarray:
    """Compute light against code value where dots of ink grow by `percent` in the middle."""
    ink = 1 - np.linspace(0, 1, 256)
    grown = np.clip(ink + 4 * percent / 100 * ink * (1 - ink), 0, 1)
    return 1 - grown * 0.98


def chunk(kind: bytes, body: bytes) -> bytes:
    """Spell a chunk of a PNG file."""
    checksum = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def filter_row(row: bytes, above: bytes, step: int, kind: int) -> bytes:
    """Filter a row byte by byte, as section 9.2 of the PNG specification spells it."""

    def paeth(a: int, b: int, c: int) -> int:
        p = a + b - c
        return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]

    out = bytearray()
    for i, x in enumerate(row):
        a = row[i - step] if i >= step else 0
        b, c = above[i], above[i - step] if i >= step else 0
        out.append((x - (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]) % 256)
    return bytes(out)


def png(
    samples: np.ndarray,
    color_type: int,
    bits: int,
    *,
    before: bytes = b"",
    after: bytes = b"",
    filtered: int = 0,
) -> bytes:
    """Write a PNG of (h, w[, c]) samples, with chunks before and after the pixels."""
    height, width = samples.shape[:2]
    rows = samples.reshape(height, -1)
    if bits == 16:
        packed = rows.astype(">u2").view(np.uint8).reshape(height, -1)
    elif bits == 8:
        packed = rows.astype(np.uint8)
    else:
        flat = ((rows[..., None] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8)
        packed = np.packbits(flat.reshape(height, -1), axis=1)
    step = max(1, packed.shape[1] // width)
    body, above = b"", bytes(packed.shape[1])
    for row in packed:
        body += bytes([filtered]) + filter_row(row.tobytes(), above, step, filtered)
        above = row.tobytes()
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + before
        + chunk(b"IDAT", zlib.compress(body))
        + after
        + chunk(b"IEND", b"")
    )
