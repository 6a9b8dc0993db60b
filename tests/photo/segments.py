"""JPEG files with segments and metadata that no library at hand writes."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image


def wave(height: int = 64, width: int = 96) -> np.ndarray:
    """Give a grey picture that is smooth and nowhere flat."""
    y, x = np.mgrid[:height, :width]
    return (128 + 100 * np.sin(x / 15) * np.cos(y / 11)).astype(np.uint8)


def noise(*shape: int) -> np.ndarray:
    """Give a picture of grain, of which an encoder needs many bits a block."""
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def saved(form: str, samples: np.ndarray | None = None, **options: object) -> bytes:
    """Encode with Pillow."""
    stream = io.BytesIO()
    Image.fromarray(wave() if samples is None else samples).save(stream, form, **options)
    return stream.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    """Spell a segment."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(*segments: bytes, jpeg: bytes | None = None, behind: bytes = b"") -> bytes:
    """Put segments behind the first marker of a JPEG, and bytes behind its end."""
    jpeg = saved("JPEG", quality=92) if jpeg is None else jpeg
    return jpeg[:2] + b"".join(segments) + jpeg[2:] + behind


def exif(orientation: int = 1, kind: int = 3, count: int = 1, value: bytes = b"") -> bytes:
    """Spell an APP1 segment of nothing but the tag Orientation, of any type."""
    value = value or struct.pack("<HH", orientation, 0)
    block = b"II*\0" + struct.pack("<IHHHI", 8, 1, 274, kind, count) + value.ljust(4, b"\0")
    return segment(0xE1, b"Exif\0\0" + block + bytes(4))


def xmp(attributes: str, body: str = "", **namespaces: str) -> bytes:
    """Spell a packet of one description."""
    declared = " ".join(f'xmlns:{name}="{uri}"' for name, uri in namespaces.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {declared} {attributes}>{body}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def with_xmp(packet: bytes, *segments: bytes, **options: bytes) -> bytes:
    """Make a JPEG with an XMP packet."""
    content = b"http://ns.adobe.com/xap/1.0/\0" + packet
    return with_segments(*segments, segment(0xE1, content), **options)
