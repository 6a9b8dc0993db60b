"""IPTC-IIM records, as Photoshop keeps them among its image resources (`8BIM`)."""

from __future__ import annotations

import struct

_NUMBER = 0x0404


def records(resources: bytes) -> bytes:
    """Find the records among image resources, or take them bare; none when there are none."""
    if resources.startswith(b"\x1c"):
        return resources
    at = 0
    while resources[at : at + 4] == b"8BIM" and at + 12 <= len(resources):
        number = struct.unpack_from(">H", resources, at + 4)[0]
        at += 6 + (resources[at + 6] + 2) // 2 * 2  # a name of even length, its own counted
        size = struct.unpack(">I", resources[at : at + 4].rjust(4, b"\0"))[0]
        if number == _NUMBER:
            return resources[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2
    return b""


def resource(iptc: bytes) -> bytes:
    """Wrap records as an image resource."""
    if not iptc:
        return b""
    head = struct.pack(">4sHHI", b"8BIM", _NUMBER, 0, len(iptc))
    return head + iptc + bytes(len(iptc) % 2)
