"""Clips that are made up, as strange as real ones are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from labcolor import Colorizer

av = pytest.importorskip("av", reason="films need PyAV: pip install 'labcolor[film]'")

WIDTH, HEIGHT = 96, 64

Grey = np.ndarray


def scene(seed: int, width: int = 400, height: int = HEIGHT) -> Grey:
    """Draw a picture of blurred patches, (h, w) uint8: enough for motion to be seen."""
    rng = np.random.default_rng(seed)
    noise = rng.random((height, width)).astype(np.float32)
    mixed = sum(s * cv2.GaussianBlur(noise, (0, 0), s) for s in (1.0, 2.5, 6.0))
    return cv2.normalize(mixed, None, 20, 235, cv2.NORM_MINMAX).astype(np.uint8)


def pan(
    count: int, seed: int = 0, speed: int = 1, width: int = WIDTH, height: int = HEIGHT
) -> list[Grey]:
    """Pan over a scene."""
    whole = scene(seed, width + speed * count, height)
    return [whole[:, speed * n : speed * n + width] for n in range(count)]


def write(
    path: Path,
    pictures: Sequence[Grey],
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    rate: int | Fraction = 25,
    stamps: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    tags: tuple[int, int, int, int] | None = None,
    aspect: Fraction | None = None,
    rotation: int = 0,
    sound: str = "",
    subtitles: str = "",
    chapters: bool = False,
    attachment: bool = False,
    metadata: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a film, its luma the pictures' levels in code values of its own range."""
    base = time_base or 1 / Fraction(rate)
    height, width = pictures[0].shape
    with av.open(str(path), "w") as film:
        stream = film.add_stream(
            codec, rate=rate, options=options or {"crf": "10"} if "x26" in codec else options or {}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        stream.time_base = stream.codec_context.time_base = base
        stream.metadata["language"] = "nld"
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        context = stream.codec_context
        if tags:
            context.color_range, context.colorspace = tags[:2]
            context.color_primaries, context.color_trc = tags[2:]
        others: list[Callable[[], None]] = []
        if sound:
            others.append(_sound(film, sound, len(pictures) / float(rate)))
        if subtitles:
            others.append(_subtitles(film, subtitles))
        if attachment:
            film.add_attachment("font.ttf", "application/x-truetype-font", b"not much of a font")
        if chapters:
            film.set_chapters(
                [
                    {
                        "id": n,
                        "start": n * 400,
                        "end": (n + 1) * 400,
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": f"Chapter {n}"},
                    }
                    for n in range(2)
                ]
            )
        film.metadata.update(metadata or {})
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame(width, height, pixels)
            _fill(frame, picture, pixels)
            frame.pts, frame.time_base = (stamps[number] if stamps else number), base
            if tags:
                frame.color_range, frame.colorspace = tags[:2]
                frame.color_primaries, frame.color_trc = tags[2:]
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
        for other in others:
            other()
    return path


def _fill(frame: Any, picture: Grey, pixels: str) -> None:
    """Put levels into the planes, limited range, chroma neutral."""
    deep = "10le" in pixels
    depth = np.uint16 if deep else np.uint8
    scale = 4 if deep else 1
    for number, plane in enumerate(frame.planes):
        rows = np.frombuffer(plane, depth).reshape(-1, plane.line_size // depth().itemsize)
        if number:
            rows[:] = 128 * scale
        else:
            codes = 16 * scale + picture.astype(np.float32) * 219 * scale / 255
            rows[: picture.shape[0], : picture.shape[1]] = np.round(codes).astype(depth)


def _sound(film: Any, codec: str, seconds: float) -> Callable[[], None]:
    stream = film.add_stream(codec, rate=48000)
    stream.metadata["language"] = "fra"
    stream.metadata["title"] = "Commentary"

    def encode() -> None:
        size = 1024
        for number in range(int(seconds * 48000 / size)):
            time = (np.arange(size) + number * size) / 48000
            samples = (0.2 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
            kind = "fltp" if codec == "aac" else "s16"
            if kind == "s16":
                samples = (samples * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples[None], format=kind, layout="mono")
            frame.sample_rate, frame.pts = 48000, number * size
            frame.time_base = Fraction(1, 48000)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))

    return encode


def _subtitles(film: Any, codec: str) -> Callable[[], None]:
    stream = film.add_mux_stream(codec)
    stream.time_base = Fraction(1, 1000)
    stream.metadata["language"] = "deu"

    def mux() -> None:
        for number, text in enumerate((b"Guten Tag.", b"Auf Wiedersehen.")):
            packet = av.Packet(
                text if codec != "mov_text" else len(text).to_bytes(2, "big") + text
            )
            packet.pts = packet.dts = 200 + 500 * number
            packet.duration, packet.time_base, packet.stream = 300, Fraction(1, 1000), stream
            film.mux(packet)

    return mux


def packets(path: Path) -> dict[tuple[int, str], list[tuple[Fraction, str]]]:
    """Read every packet that is no picture: its time and the MD5 of its bytes, by stream."""
    found: dict[tuple[int, str], list[tuple[Fraction, str]]] = {}
    with av.open(str(path)) as film:
        for packet in film.demux():
            kind = packet.stream.type
            if kind != "video" and packet.size and packet.pts is not None:
                told = packet.pts * packet.time_base, hashlib.md5(bytes(packet)).hexdigest()
                found.setdefault((packet.stream.index, kind), []).append(told)
    return found


def stamps(path: Path) -> list[Fraction]:
    """Read when each picture is shown, seconds."""
    with av.open(str(path)) as film:
        return [frame.pts * frame.time_base for frame in film.decode(video=0)]


def lumas(path: Path) -> Iterable[Grey]:
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            plane = frame.planes[0]
            rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
            yield rows[: frame.height, : frame.width].copy()


class Flickering(Colorizer):
    """A colorizer of one colour that flickers by a known amount from picture to picture."""

    input_size, detail, upsample = 32, 1, "guided"
    method, source, gives, like = "flickering", "own", "ab", None

    def __init__(self, ab: tuple[float, float] = (20.0, 10.0), flicker: float = 0.0) -> None:
        self.ab, self.flicker = np.float32(ab), flicker
        self.asked = 0

    def chroma(self, image: Any, *_: Any) -> Any:
        """Give the same everywhere: to one side, then to the other, by what the picture holds."""
        self.asked += 1
        sign = 1 if int(image.astype(np.int64).sum()) % 2 else -1
        return np.broadcast_to(self.ab + sign * self.flicker, (8, 8, 2)).astype(np.float32).copy()
