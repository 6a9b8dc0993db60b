"""What goes into which container, so that nothing has to be coded anew or left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_TEXT_AND_PICTURES = (
    *("subrip", "ass", "ssa", "webvtt", "text"),
    *("hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "hdmv_text_subtitle", "arib_caption"),
)
_PCM = ("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_u8", "pcm_s8")
_ISO_SOUND = ("aac", "mp3", "ac3", "eac3", "mp2", "dts", "alac")


@dataclass(frozen=True)
class Container:
    """A container.

    Attributes
    ----------
    muxer : str
        FFmpeg's name.
    suffixes : tuple of str
        The endings of its files.
    pictures, sound, subtitles : collection of str
        The codecs that it takes; None where it takes all.
    attachments : bool
        Whether it takes fonts and other files.
    """

    muxer: str
    suffixes: tuple[str, ...]
    pictures: Collection[str] | None
    sound: Collection[str] | None
    subtitles: Collection[str] | None
    attachments: bool = False

    def takes(self, kind: str, codec: str) -> bool:
        """Whether a stream can be copied into it."""
        if kind == "attachment":
            return self.attachments
        known = {"video": self.pictures, "audio": self.sound, "subtitle": self.subtitles}
        if kind not in known:
            return False
        codecs = known[kind]
        return codecs is None or codec in codecs


CONTAINERS: Mapping[str, Container] = MappingProxyType(
    {
        "mp4": Container(
            *("mp4", (".mp4", ".m4v")),
            ("h264", "h265", "av1", "vp9", "mjpeg", "png"),
            (*_ISO_SOUND, "flac", "opus"),
            ("mov_text",),
        ),
        "mov": Container(
            *("mov", (".mov", ".qt")),
            ("h264", "h265", "prores", "mjpeg", "png"),
            (*_ISO_SOUND, *_PCM),
            ("mov_text",),
        ),
        "mkv": Container("matroska", (".mkv",), None, None, _TEXT_AND_PICTURES, attachments=True),
        "webm": Container("webm", (".webm",), ("vp9", "av1"), ("opus", "vorbis"), ("webvtt",)),
    }
)
ANYTHING = "mkv"
"""The container that takes whatever there is."""


def by_suffix(suffix: str) -> str | None:
    """Name the container of an ending; None where labcolor writes none such."""
    for name, container in CONTAINERS.items():
        if suffix.lower() in container.suffixes:
            return name
    return None


def ending_of(suffix: str, codec: str) -> str:
    """Choose the ending of a film's result: its own where labcolor writes such, else `.mkv`."""
    name = by_suffix(suffix)
    if name is None or not CONTAINERS[name].takes("video", codec):
        return CONTAINERS["mov" if codec == "prores" else ANYTHING].suffixes[0]
    return suffix
