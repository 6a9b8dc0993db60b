"""Saying in a result's metadata that its colours were estimated, and by what.

EXIF says it in words. XMP says it in IPTC's vocabulary: the picture is composed of what a camera
saw and of what a trained model made (Digital Source Type `compositeWithTrainedAlgorithmicMedia`),
and by which system (IPTC Photo Metadata Standard 2025.1). No time is told, so that the same
photograph gives the same bytes again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from labcolor.photo import exif, tag_writing, tags, xmp
from labcolor.photo.model import BEGINNING, Mark, Metadata
from labcolor.photo.tags import Tag

_SOURCE_TYPE = (
    b"http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)
_NAMESPACE = b"http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_OWN = (  # and nobody else's words with it
    rb"""<rdf:Description rdf:about=(?:"[^"]*"|'[^']*') xmlns:Iptc4xmpExt="[^"]*\""""
    rb'(?: Iptc4xmpExt:DigitalSourceType="[^"]*")? Iptc4xmpExt:AISystemUsed="labcolor [^"]*"'
    rb'(?: Iptc4xmpExt:AISystemVersionUsed="[^"]*")?/>'
)
_RDF_END = b"</rdf:RDF>"
_PACKET = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b"</rdf:RDF></x:xmpmeta>\n"
    b'<?xpacket end="w"?>'
)


def marked(metadata: Metadata, mark: Mark, longest: int) -> Metadata:
    """Add a mark to what is said about a photograph, and take nothing away.

    A description and a software that are there already come first. Only the IPTC Digital Source
    Type is replaced, for it has one value, and the old one is no longer true.

    Parameters
    ----------
    metadata : Metadata
        Of the photograph.
    mark : Mark
        What to add.
    longest : int
        Bytes that the format allows an EXIF block or XMP packet; a longer one is left unmarked.
    """
    block, packet = _block(metadata, mark), _packet(metadata.xmp, mark)
    return replace(
        metadata,
        exif=block if len(block) <= longest else metadata.exif,
        xmp=packet if len(packet) <= longest else metadata.xmp,
    )


def is_marked(metadata: Metadata) -> bool:
    """Whether labcolor has made a picture's colours, by what its file says.

    Other programs carry the sentence over to wherever they keep descriptions, so it counts in
    any place.
    """
    sentence = BEGINNING.encode()
    if any(sentence in said for said in (metadata.exif, metadata.xmp, metadata.iptc)):
        return True
    if any(BEGINNING in said.text for said in metadata.texts):
        return True
    return bool(re.search(rb"""AISystemUsed\s*(>|=\s*["'])\s*labcolor """, metadata.xmp))


def _block(metadata: Metadata, mark: Mark) -> bytes:
    """Say it in an EXIF block."""
    block = metadata.exif or _new_block(metadata)
    try:
        directory = tags.read(block)
        software = _joined(directory.raw(Tag.SOFTWARE), mark.software, ", ", "")
        description = _joined(directory.raw(Tag.DESCRIPTION), mark.sentence, " [", "]")
        return exif.with_texts(block, {Tag.SOFTWARE: software, Tag.DESCRIPTION: description})
    except ValueError:
        return metadata.exif


def _new_block(metadata: Metadata) -> bytes:
    """Begin an EXIF block; formats without a field for the resolution look for it there."""
    directory = tags.Directory("<")
    if metadata.resolution:
        directory.put_resolution(*metadata.resolution)
    return tag_writing.block(directory)


def _joined(old: bytes, new: str, opening: str, closing: str) -> bytes:
    """Put a text behind one that is there already, in whatever encoding, once."""
    kept, added = old.rstrip(b"\0 "), new.encode()
    if added in kept:
        return kept
    return kept + opening.encode() + added + closing.encode() if kept else added


def _packet(found: bytes, mark: Mark) -> bytes:
    """Say it in an XMP packet; one in which nothing can be added safely stays as it is."""
    packet = found or _PACKET
    if packet.count(_RDF_END) != 1 or b"<rdf:RDF" not in packet:
        return found
    packet = re.sub(_OWN, b"", packet)  # of an earlier labcolor
    packet = xmp.without(packet, b"Iptc4xmpExt:DigitalSourceType")
    properties = {
        b"DigitalSourceType": _SOURCE_TYPE,
        b"AISystemUsed": escape(f"labcolor {mark.means}").encode(),
        b"AISystemVersionUsed": mark.version.encode(),
    }
    about = re.search(rb"""<rdf:Description[^>]*?\srdf:about\s*=\s*("[^"]*"|'[^']*')""", packet)
    added = b'<rdf:Description rdf:about=%s xmlns:Iptc4xmpExt="%s"' % (
        about.group(1) if about else b'""',
        _NAMESPACE,
    )
    for name, value in properties.items():
        if b"Iptc4xmpExt:" + name not in packet:
            added += b' Iptc4xmpExt:%s="%s"' % (name, value)
    packet = packet.replace(_RDF_END, added + b"/>" + _RDF_END)
    return _padding_cut(packet, len(packet) - len(found))


def _padding_cut(packet: bytes, excess: int) -> bytes:
    """Take what was added from the blanks before the end, which are there for that."""
    end = packet.rfind(b"<?xpacket end")
    if end < 0 or excess <= 0:
        return packet
    blanks = end - len(packet[:end].rstrip())
    return packet[: end - min(blanks, excess)] + packet[end:]
