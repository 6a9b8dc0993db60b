"""The codecs that a film can be written with: FFmpeg's encoders, and what they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from labcolor.errors import UsageError
from labcolor.film.levels import Levels
from labcolor.film.properties import Properties


@dataclass(frozen=True)
class Codec:
    """A codec.

    Attributes
    ----------
    name : str
        What it is called on the command line.
    encoder : str
        FFmpeg's encoder.
    title : str
        What people call it.
    layouts : tuple of str
        The layouts of chroma that it takes, 4:2:0 as `420`, the nearest to 4:2:0 first.
    depths : tuple of int
        The bits that it takes.
    crf : int, optional
        The constant rate factor by default; None where it has none.
    preset : str
        By default; empty where it has none.
    preset_option : str
        What FFmpeg calls it.
    options : mapping of str to str
        Others that it always gets.
    interlaced : mapping of str to str
        Those for fields, where `{order}` is `tff` or `bff`.
    bits_a_pixel : float
        About what it makes of a film at that factor, for an estimate of room.
    segments : str
        FFmpeg's name of the container of segments: NUT, which takes any time base, or MP4 and MOV
        for codecs that it does not take.
    """

    name: str
    encoder: str
    title: str
    layouts: tuple[str, ...]
    depths: tuple[int, ...]
    crf: int | None
    preset: str = ""
    preset_option: str = "preset"
    options: Mapping[str, str] = field(default_factory=dict)
    interlaced: Mapping[str, str] = field(default_factory=dict)
    bits_a_pixel: float = 0.15
    segments: str = "nut"


_ALL = ("420", "422", "444")

CODECS: Mapping[str, Codec] = MappingProxyType(
    {
        one.name: one
        for one in (
            Codec(
                *("h264", "libx264", "H.264", _ALL, (8, 10), 17, "faster"),
                interlaced={"x264-params": "{order}=1"},
            ),
            Codec(
                *("h265", "libx265", "H.265", _ALL, (8, 10, 12), 19, "fast"),
                options={"x265-params": "log-level=none"},
                interlaced={"x265-params": "log-level=none:interlace={order}"},
                bits_a_pixel=0.1,
            ),
            Codec(
                *("av1", "libsvtav1", "AV1", ("420",), (8, 10), 24, "8"),
                bits_a_pixel=0.08,
                segments="mp4",
            ),
            Codec(
                *("vp9", "libvpx-vp9", "VP9", _ALL, (8, 10, 12), 24, "4", "cpu-used"),
                options={"b": "0", "row-mt": "1", "deadline": "good"},
                bits_a_pixel=0.1,
            ),
            Codec(
                *("prores", "prores_ks", "ProRes 422 HQ", ("422",), (10,), None),
                options={"profile": "hq", "vendor": "apl0"},
                interlaced={"flags": "+ildct"},
                bits_a_pixel=3.5,
                segments="mov",
            ),
            Codec(
                *("ffv1", "ffv1", "FFV1", _ALL, (8, 10, 12, 16), None),
                options={"level": "3", "slicecrc": "1"},
                bits_a_pixel=6.0,
            ),
        )
    }
)
DEFAULT = "h264"


@dataclass(frozen=True)
class Coding:
    """How the pictures of a film are written.

    Attributes
    ----------
    codec : Codec
    pixels : str
        FFmpeg's name of the format of pixels.
    levels : Levels
    subsampling : tuple of int
        The subsampling of chroma, as a power of two, across and down.
    options : mapping of str to str
        For FFmpeg's encoder.
    """

    codec: Codec
    pixels: str
    levels: Levels
    subsampling: tuple[int, int]
    options: Mapping[str, str]

    def estimate(self, film: Properties) -> int:
        """Estimate the bytes that a film will take: a guess, and no more."""
        pixels = film.width * film.height * max(film.pictures, 1)
        return int(pixels * self.codec.bits_a_pixel / 8)


def coding(
    film: Properties,
    name: str = DEFAULT,
    *,
    crf: int | None = None,
    preset: str | None = None,
    field_order: str = "",
) -> Coding:
    """Choose how a film is written: as it came, as far as the codec can.

    Parameters
    ----------
    film : Properties
    name : str
        One of `CODECS`.
    crf : int, optional
        The constant rate factor.
    preset : str, optional
        The encoder's own name or number of how long it takes its time.
    field_order : str
        `tff` or `bff` where fields stay fields.

    Raises
    ------
    UsageError
        There is no such codec, or it has no such setting.
    """
    codec = _codec(name)
    options = dict(codec.options)
    if crf is not None and codec.crf is None:
        message = f"{codec.title} has no --crf; its quality is fixed."
        raise UsageError(message)
    if preset is not None and not codec.preset:
        message = f"{codec.title} has no --preset."
        raise UsageError(message)
    if codec.crf is not None:
        options["crf"] = str(codec.crf if crf is None else crf)
    if codec.preset:
        options[codec.preset_option] = preset or codec.preset
    if field_order:
        options.update({k: v.format(order=field_order) for k, v in codec.interlaced.items()})
    bits = next((n for n in codec.depths if n >= film.levels.bits), codec.depths[-1])
    layout = _layout(film, codec)
    across, down = {"420": (1, 1), "422": (1, 0), "444": (0, 0)}[layout]
    depth = "" if bits == 8 else f"{bits}le"
    levels = Levels(bits, film.levels.full)
    return Coding(codec, f"yuv{layout}p{depth}", levels, (across, down), options)


def _codec(name: str) -> Codec:
    if name not in CODECS:
        message = f"There is no codec {name}; there are {', '.join(CODECS)}."
        raise UsageError(message)
    return CODECS[name]


def _layout(film: Properties, codec: Codec) -> str:
    """Choose the layout of chroma: the film's own, or the next finer that the codec takes."""
    across, down = film.subsampling
    odd_width, odd_height = film.width % 2, film.height % 2
    if codec.encoder != "ffv1":
        # where half of the pictures' width is no whole number, most encoders want no half
        across, down = across and not odd_width, down and not (odd_height or odd_width)
    wanted = "444" if not across else "420" if down else "422"
    finer = [one for one in codec.layouts if one >= wanted]
    return finer[0] if finer else codec.layouts[-1]
