"""XMP packets, changed where they stand (ISO 16684-1).

A property stands as an attribute or as an element, under whatever prefix the packet gives to its
namespace. What is not named stays as it is, to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

TIFF = b"http://ns.adobe.com/tiff/1.0/"
EXIF = b"http://ns.adobe.com/exif/1.0/"
XMP = b"http://ns.adobe.com/xap/1.0/"
PHOTOSHOP = b"http://ns.adobe.com/photoshop/1.0/"


def names(packet: bytes, namespace: bytes, *local: bytes) -> Iterator[bytes]:
    """Give the names that properties have in a packet, for each prefix of their namespace."""
    declared = re.findall(
        rb"""\sxmlns:([\w.-]+)\s*=\s*["']%s["']""" % re.escape(namespace), packet
    )
    for prefix in dict.fromkeys(declared):
        yield from (prefix + b":" + name for name in local)


def values(packet: bytes, name: bytes) -> list[bytes]:
    """Give the plain values of a property, wherever it stands."""
    found = re.finditer(rb"""\s%s\s*=\s*(?:"([^"]*)"|'([^']*)')""" % name, packet)
    attributes = [one[1] if one[1] is not None else one[2] for one in found]
    return [*attributes, *re.findall(rb"<%s\s*>([^<]*)</" % name, packet)]


def replaced(packet: bytes, name: bytes, value: Callable[[bytes], bytes] | bytes) -> bytes:
    """Replace the plain value of a property, or make a new one of the old."""

    def changed(found: re.Match[bytes]) -> bytes:
        return found[1] + (value if isinstance(value, bytes) else value(found[2])) + found[3]

    packet = re.sub(rb"""(\s%s\s*=\s*")([^"<]*)(")""" % name, changed, packet)
    packet = re.sub(rb"""(\s%s\s*=\s*')([^'<]*)(')""" % name, changed, packet)
    return re.sub(rb"(<%s\s*>\s*)([^<]*?)(\s*</)" % name, changed, packet)


def without(packet: bytes, name: bytes) -> bytes:
    """Take a property out, whatever it holds."""
    packet = re.sub(rb"""\s%s\s*=\s*("[^"]*"|'[^']*')""" % name, b"", packet)
    packet = re.sub(rb"<%s(?=[\s/>])[^>]*/>\s*" % name, b"", packet)
    return re.sub(rb"<%s(?=[\s>]).*?</%s\s*>\s*" % (name, name), b"", packet, flags=re.DOTALL)


def parts(packet: bytes, name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change each element of a name as a whole, with all that is in it."""
    pattern = rb"<%s(?=[\s/>])[^>]*/>|<%s(?=[\s>]).*?</%s\s*>" % (name, name, name)
    return re.sub(pattern, lambda found: change(found[0]), packet, flags=re.DOTALL)
