"""Writing some seconds of coloured pictures with an encoder of their own.

An encoder that begins afresh makes the same bytes of the same pictures, whatever came before, so
that a film that was interrupted becomes the one that was not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from labcolor.errors import FilmError
from labcolor.film.codecs import Coding
from labcolor.film.levels import Codes
from labcolor.film.libav import libav, troubles
from labcolor.film.matrix import Tags
from labcolor.film.properties import Properties

_AVX512 = 256  # cv::CPU_AVX512_SKX, which Python has no name for
_UP_TO_AVX2 = ("MMX2", "SSE2Fast", "SSSE3", "SSE4.2", "AVX", "FMA3", "BMI2", "AVX2")
_SAME = {"fflags": "+bitexact"}  # no dates and no chance in the bytes


class Encoder:
    """Encodes pictures into a file of their own, their time stamps counted from the first on.

    Parameters
    ----------
    path : Path
    film : Properties
    tags : Tags
        Of colour.
    coding : Coding
    threads : int
        Of the encoder; the bytes depend on it.
    """

    def __init__(
        self, path: Path, film: Properties, tags: Tags, coding: Coding, threads: int
    ) -> None:
        av = libav()
        os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 writes its settings to stderr otherwise
        self._av, self._tags, self._coding = av, tags, coding
        self._name, self._base = film.path, film.time_base
        self._first: int | None = None
        self._container = av.open(str(path), "w", format=coding.codec.segments, options=_SAME)
        rate = film.rate.limit_denominator(1001)
        stream = self._container.add_stream(
            coding.codec.encoder, rate=rate, options=_repeatable(coding)
        )
        stream.width, stream.height, stream.pix_fmt = film.width, film.height, coding.pixels
        stream.time_base = self._base
        context = stream.codec_context
        context.time_base = self._base
        context.thread_count = threads
        context.color_range, context.colorspace = tags.range, tags.matrix
        context.color_primaries, context.color_trc = tags.primaries, tags.transfer
        if film.aspect:
            context.sample_aspect_ratio = film.aspect
        self._stream = stream

    def __enter__(self) -> Encoder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def add(self, planes: tuple[Codes, Codes, Codes], pts: int, duration: int) -> None:
        """Encode a picture, given as luma, Cb and Cr.

        Raises
        ------
        FilmError
            The encoder does not take pictures of this size.
        OSError
            The disk takes no more.
        """
        if self._first is None:
            self._first = pts
        height, width = planes[0].shape
        frame = self._av.VideoFrame(width, height, self._coding.pixels)
        for plane, codes in zip(frame.planes, planes, strict=True):
            rows = np.frombuffer(plane, codes.dtype)
            rows = rows.reshape(-1, plane.line_size // codes.itemsize)
            rows[: codes.shape[0], : codes.shape[1]] = codes
        frame.pts, frame.time_base, frame.duration = pts - self._first, self._base, duration
        frame.color_range, frame.colorspace = self._tags.range, self._tags.matrix
        frame.color_primaries, frame.color_trc = self._tags.primaries, self._tags.transfer
        self._container.mux(self._encoded(frame))

    def _encoded(self, frame: Any) -> Any:
        try:
            return self._stream.encode(frame)
        except OSError:
            raise
        except troubles() as error:
            message = (
                f"{self._name} of {frame.width} × {frame.height} pixels cannot be encoded as "
                f"{self._coding.codec.title}; choose another --codec."
            )
            raise FilmError(message) from error


def _repeatable(coding: Coding) -> dict[str, str]:
    """Give the options with which the encoder makes the same bytes each time.

    With AVX-512 the x264 of PyAV 18.1 made other bytes of the same pictures now and then, at
    widths of 96 and 176 but not of 128, 192 or 320. Why is not known, memory that nobody has
    written being the likeliest; up to AVX2 none of 40 encodings differed.
    """
    import cv2

    options = dict(coding.options)
    if coding.codec.encoder == "libx264" and cv2.checkHardwareSupport(_AVX512):
        params = [options["x264-params"]] if "x264-params" in options else []
        options["x264-params"] = ":".join([*params, f"asm={','.join(_UP_TO_AVX2)}"])
    return options


def packets(path: Path, time_base: Fraction) -> Iterator[tuple[int, Any]]:
    """Read a segment back.

    Parameters
    ----------
    path : Path
    time_base : Fraction
        What time is to be counted in.

    Yields
    ------
    pts : int
        When the picture is shown, counted from where the encoder's own clock began.
    packet : av.Packet
        In the order of decoding.
    """
    with libav().open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.size:
                yield round(packet.pts * packet.time_base / time_base), packet
