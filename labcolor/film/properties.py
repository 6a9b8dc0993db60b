"""What a film says of itself, before any picture of it is decoded."""

from __future__ import annotations

import mmap
import re
import struct
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from labcolor.errors import FilmError
from labcolor.film.levels import Levels
from labcolor.film.libav import opened, troubles
from labcolor.film.matrix import FULL, HDR, LIMITED, Tags

_ENCRYPTED = (b"encv\0\0\0\0", b"drmi\0\0\0\0")
"""How sample entries of MP4 begin whose codec only a key tells."""
_SIDE_DATA = ("encryption_info", "encryption_init_info")
_PLANAR = re.compile(r"(yuv[aj]?4\d\dp|gray)(\d+le)?")
_GREY = ("gray", "gray9le", "gray10le", "gray12le", "gray14le", "gray16le")


@dataclass(frozen=True)
class Properties:
    """What is known of a film's pictures.

    Attributes
    ----------
    path : Path
    container : str
        FFmpeg's names of the format, as in `mov,mp4,m4a,3gp,3g2,mj2`.
    stream : int
        The number of the stream of pictures.
    codec : str
    pixels : str
        FFmpeg's name of a format whose first plane is luma, as they are or nearly so.
    width, height : int
        As stored, before any rotation.
    aspect : Fraction, optional
        Of a pixel.
    rate : Fraction
        Pictures a second, in the mean.
    time_base : Fraction
        What time stamps count, seconds.
    start, seconds : Fraction
        The first time stamp and the duration; 0 where it is not known.
    pictures : int
        How many there are, or may be; 0 where that is not known.
    tags : Tags
        As they are, completed or not.
    levels : Levels
        How the pictures are coded.
    subsampling : tuple of int
        The subsampling of chroma, as a power of two, across and down.
    rotation : int
        Degrees by which players turn the picture counterclockwise.
    matrix : tuple of int, optional
        The display matrix, as it is stored.
    size : int
        Bytes of the file.
    """

    path: Path
    container: str
    stream: int
    codec: str
    pixels: str
    width: int
    height: int
    aspect: Fraction | None
    rate: Fraction
    time_base: Fraction
    start: Fraction
    seconds: Fraction
    pictures: int
    tags: Tags
    levels: Levels
    subsampling: tuple[int, int]
    rotation: int
    matrix: tuple[int, ...] | None
    size: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of a stored picture."""
        return self.height, self.width

    @property
    def turns(self) -> int:
        """Quarter turns against the clock that bring a stored picture upright."""
        return self.rotation // 90 % 4


def properties(path: Path) -> Properties:
    """Read what a film says of itself, and decode its first picture.

    Raises
    ------
    FilmError
        It is no film, has no pictures, or pictures that cannot be coloured.
    BackendError
        PyAV is not installed.
    """
    with opened(path) as container:
        stream = pictures_of(container, path)
        frame = _first(container, stream, path)
        _check_curve(path, frame)
        format_ = frame.format
        bits = max(8, *(one.bits for one in format_.components))
        time_base = stream.time_base
        seconds = Fraction(stream.duration or 0) * time_base
        if not seconds and container.duration:
            seconds = Fraction(container.duration, 1_000_000)
        rate = stream.average_rate or stream.guessed_rate or Fraction(25)
        return Properties(
            path=path,
            container=container.format.name,
            stream=stream.index,
            codec=stream.codec_context.name,
            pixels=_planar(format_, bits),
            width=frame.width,
            height=frame.height,
            aspect=stream.sample_aspect_ratio or None,
            rate=rate,
            time_base=time_base,
            start=Fraction(stream.start_time or 0) * time_base,
            seconds=seconds,
            pictures=stream.frames or round(seconds * rate),
            tags=Tags(_range(frame), frame.colorspace, frame.color_primaries, frame.color_trc),
            levels=Levels(bits, _range(frame) == FULL),
            subsampling=_subsampling(format_),
            rotation=int(frame.rotation),
            matrix=_matrix(frame),
            size=path.stat().st_size,
        )


def pictures_of(container: Any, path: Path) -> Any:
    """Choose the stream of pictures: the largest that is no cover.

    Raises
    ------
    FilmError
        There is none, or it is of a codec that FFmpeg does not know, or encrypted.
    """
    streams = [one for one in container.streams.video if not is_cover(one)]
    if not streams:
        message = f"{path} has no video; there is nothing to colour in it."
        raise FilmError(message)
    known = [one for one in streams if one.codec_context is not None]
    if not known and _has_encrypted_entry(path):
        raise _encrypted(path)
    if not known:
        message = (
            f"The pictures of {path} use a codec that FFmpeg does not know; convert it first."
        )
        raise FilmError(message)
    return max(known, key=lambda one: (one.width or 0) * (one.height or 0))


def is_cover(stream: Any) -> bool:
    """Whether a stream is a single picture that stands for the whole."""
    return bool(stream.disposition & type(stream.disposition).attached_pic)


def _first(container: Any, stream: Any, path: Path) -> Any:
    """Decode the first picture; errors of the first packets may be those of a cut recording."""
    stream.thread_type = "NONE"
    wrong: Exception | None = None
    try:
        for packet in container.demux(stream):
            if any(packet.has_sidedata(kind) for kind in _SIDE_DATA):
                raise _encrypted(path)
            try:
                frames = packet.decode()
            except troubles() as error:
                wrong = error
                continue
            if frames:
                return frames[0]
    except troubles() as error:
        wrong = error
    message = f"No picture in {path} can be decoded; copy it again from its source."
    raise FilmError(message) from wrong


def _has_encrypted_entry(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return any(data.find(entry) >= 0 for entry in _ENCRYPTED)


def _encrypted(path: Path) -> FilmError:
    return FilmError(f"{path} is encrypted; labcolor needs an unprotected copy.")


def _check_curve(path: Path, frame: Any) -> None:
    curve = HDR.get(frame.color_trc)
    if curve:
        message = (
            f"{path} has high dynamic range ({curve}), which labcolor does not colour; convert "
            "it to standard dynamic range first."
        )
        raise FilmError(message)


def _range(frame: Any) -> int:
    if frame.color_range in (LIMITED, FULL):
        return int(frame.color_range)
    # where nothing is said, FFmpeg too holds these for full
    name = frame.format.name
    full = frame.format.is_rgb or name in _GREY or name.startswith(("yuvj", "pal"))
    return FULL if full else 0


def _planar(format_: Any, bits: int) -> str:
    """Name the format that has the luma of this one in a plane of its own."""
    if _PLANAR.fullmatch(format_.name):
        return str(format_.name)
    depth = "" if bits == 8 else f"{bits}le"
    if format_.is_rgb or len(format_.components) < 3:
        return f"gray{depth}"
    across, down = _subsampling(format_)
    layout = {(1, 1): "420", (1, 0): "422", (0, 0): "444"}.get((across, down), "444")
    return f"yuv{layout}p" + (f"{bits}le" if bits > 8 else "")


def _subsampling(format_: Any) -> tuple[int, int]:
    if format_.is_rgb or len(format_.components) < 3:
        return 1, 1
    size = 1 << 8
    across = size // format_.chroma_width(size)
    down = size // format_.chroma_height(size)
    return across.bit_length() - 1, down.bit_length() - 1


def _matrix(frame: Any) -> tuple[int, ...] | None:
    side = frame.side_data.get("DISPLAYMATRIX")
    return None if side is None else struct.unpack("=9i", bytes(side))
