"""What an XMP packet promises of a file and labcolor leaves out: films, gain maps, depth maps.

Google's motion photos and containers, Ultra HDR 1.0 and Apple's gain maps. A result that kept the
words would send readers to bytes that are not there.
"""

from __future__ import annotations

import re

from labcolor.photo import xmp

_CAMERA = b"http://ns.google.com/photos/1.0/camera/"
_FILM = tuple(
    start + end
    for start in (b"MotionPhoto", b"MicroVideo")
    for end in (b"", b"Version", b"Offset", b"PresentationTimestampUs")
)
_NOTE = b"http://ns.adobe.com/xmp/note/"
_WHOLE = (
    b"http://ns.google.com/photos/1.0/container/",
    b"http://ns.adobe.com/hdr-gain-map/1.0/",
    b"http://ns.apple.com/HDRGainMap/1.0/",
    b"http://ns.google.com/photos/1.0/depthmap/",
    b"http://ns.google.com/photos/1.0/image/",
    b"http://ns.google.com/photos/1.0/audio/",
    b"http://ns.google.com/photos/dd/1.0/device/",
)


def without_promises(packet: bytes) -> bytes:
    """Take out what is no longer true of a file that holds one picture and nothing else."""
    for name in xmp.names(packet, _CAMERA, *_FILM):
        packet = xmp.without(packet, name)
    for name in xmp.names(packet, _NOTE, b"HasExtendedXMP"):
        packet = xmp.without(packet, name)
    for namespace in _WHOLE:
        for prefix in (name.rstrip(b":") for name in xmp.names(packet, namespace, b"")):
            used = re.findall(rb"[\s<](%s:[\w.-]+)" % re.escape(prefix), packet)
            for name in dict.fromkeys(used):
                packet = xmp.without(packet, name)
    return packet
