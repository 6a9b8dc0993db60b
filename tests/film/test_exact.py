"""Everything but the colours of a film is as it was: packets, times, tags, names."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clips import Flickering, av, packets, pan, stamps, write

from labcolor.film import Options, colour

VARIABLE = np.cumsum([0] + [40 if n % 3 else 73 for n in range(39)]).tolist()
"""Time stamps of a variable rate, milliseconds."""


def told(path: Path) -> dict[str, Any]:
    """Read what a film says of itself."""
    with av.open(str(path)) as film:
        frame = next(film.decode(video=0))
        return {
            "streams": [
                (
                    stream.type,
                    stream.language,
                    stream.metadata.get("title") or stream.metadata.get("name"),
                    int(stream.disposition),
                )
                for stream in film.streams
            ],
            "aspect": film.streams.video[0].sample_aspect_ratio,
            "chapters": [
                (one["start"] * one["time_base"], one["metadata"]) for one in film.chapters()
            ],
            "attachments": [one.data for one in film.streams if one.type == "attachment"],
            "title": film.metadata.get("title"),
            "rotation": frame.rotation,
            "pixels": frame.format.name,
            "tags": (
                frame.color_range,
                frame.colorspace,
                frame.color_primaries,
                frame.color_trc,
            ),
            "duration": film.duration,
        }


@pytest.fixture(scope="module")
def colorizer() -> Flickering:
    return Flickering()


def made(folder: Path, kind: str) -> Path:
    """Make a film that has everything its container can have."""
    if kind == "mkv":
        return write(
            folder / "film.mkv",
            pan(40),
            stamps=VARIABLE,
            time_base=Fraction(1, 1000),
            sound="aac",
            subtitles="subrip",
            chapters=True,
            attachment=True,
            metadata={"title": "Der Film"},
            aspect=Fraction(16, 15),
            tags=(1, 5, 5, 6),
        )
    return write(
        folder / "film.mp4",
        pan(40),
        stamps=[90 * stamp for stamp in VARIABLE],
        time_base=Fraction(1, 90000),
        sound="aac",
        subtitles="mov_text",
        chapters=True,
        rotation=-90,
        metadata={"title": "Der Film"},
        tags=(1, 6, 6, 6),
    )


@pytest.mark.parametrize("kind", ["mkv", "mp4"])
def test_what_is_no_picture_arrives_to_the_bit(
    tmp_path: Path, colorizer: Flickering, kind: str
) -> None:
    """Packets by MD5 and time, every picture's time stamp, and all that the film says."""
    film = made(tmp_path, kind)
    result = colour(film, None, colorizer)
    assert result.path == tmp_path / f"film-colour.{kind}"
    assert packets(result.path) == packets(film)
    assert len(packets(film)) == 2
    assert stamps(result.path) == stamps(film)
    assert told(result.path) == told(film)


def test_the_film_says_that_its_colours_are_estimated(
    tmp_path: Path, colorizer: Flickering
) -> None:
    film = write(tmp_path / "film.mp4", pan(6), metadata={"comment": "Found in the attic"})
    with av.open(str(colour(film, None, colorizer).path)) as result:
        said = result.metadata["comment"]
    assert said.startswith("Found in the attic; Colours estimated by labcolor")
    plain = colour(film, tmp_path / "plain.mp4", colorizer, Options(mark=False)).path
    with av.open(str(plain)) as result:
        assert result.metadata["comment"] == "Found in the attic"


@pytest.mark.parametrize(
    ("tags", "height", "expected"),
    [
        ((0, 2, 2, 2), 64, (1, 6, 1, 1)),
        ((0, 2, 2, 2), 576, (1, 5, 1, 1)),
        ((0, 2, 2, 2), 640, (1, 1, 1, 1)),
        ((2, 9, 9, 14), 64, (2, 9, 9, 14)),
    ],
)
def test_tags_are_kept_or_set_by_the_height(
    tmp_path: Path,
    colorizer: Flickering,
    tags: tuple[int, int, int, int],
    height: int,
    expected: tuple[int, int, int, int],
) -> None:
    film = write(tmp_path / "film.mkv", pan(3, height=height), tags=tags)
    assert told(colour(film, None, colorizer).path)["tags"] == expected


@pytest.mark.parametrize(
    ("codec", "pixels", "wanted", "suffix"),
    [
        ("libx264", "yuv420p10le", "yuv420p10le", "mkv"),
        ("libx264", "yuv422p", "yuv422p", "mp4"),
        ("ffv1", "gray", "yuvj420p", "mkv"),
        ("ffv1", "bgr0", "yuvj420p", "mkv"),
        ("mpeg4", "yuv420p", "yuv420p", "avi"),
        ("mpeg2video", "yuv420p", "yuv420p", "mpg"),
    ],
)
def test_depth_and_layout_stay(
    tmp_path: Path, colorizer: Flickering, codec: str, pixels: str, wanted: str, suffix: str
) -> None:
    pictures = pan(4)
    film = tmp_path / f"film.{suffix}"
    if pixels == "bgr0":
        with av.open(str(film), "w") as container:
            stream = container.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = 96, 64, pixels
            for picture in pictures:
                frame = av.VideoFrame.from_ndarray(picture, format="gray")
                container.mux(stream.encode(frame.reformat(format=pixels)))
            container.mux(stream.encode(None))
    else:
        write(film, pictures, codec=codec, pixels=pixels)
    result = colour(film, None, colorizer).path
    assert told(result)["pixels"] == wanted
    assert len(stamps(result)) == 4
    if suffix in ("avi", "mpg"):
        assert result.name == "film-colour.mkv"


@pytest.mark.parametrize(
    ("codec", "suffix", "name"),
    [
        ("h265", "mp4", "hevc"),
        ("av1", "mkv", "av1"),
        ("vp9", "webm", "vp9"),
        ("prores", "mov", "prores"),
        ("ffv1", "mkv", "ffv1"),
    ],
)
def test_each_codec(
    tmp_path: Path, colorizer: Flickering, codec: str, suffix: str, name: str
) -> None:
    film = write(tmp_path / "film.mkv", pan(6))
    result = colour(film, tmp_path / f"result.{suffix}", colorizer, Options(codec=codec)).path
    with av.open(str(result)) as container:
        assert container.streams.video[0].codec_context.codec.canonical_name == name
    assert [round(float(s), 2) for s in stamps(result)] == [
        round(float(s), 2) for s in stamps(film)
    ]


def test_a_part(tmp_path: Path, colorizer: Flickering) -> None:
    """A part begins at 0; its sound is that of its time, packets as they were."""
    film = made(tmp_path, "mkv")
    options = Options(begin=Fraction(1, 2), end=Fraction(3, 2))
    result = colour(film, None, colorizer, options).path
    wanted = [s for s in stamps(film) if Fraction(1, 2) <= s < Fraction(3, 2)]
    assert stamps(result) == [s - Fraction(1, 2) for s in wanted]
    before, after = packets(film), packets(result)
    for stream, found in after.items():
        whole = [
            (time - Fraction(1, 2), md5)
            for time, md5 in before[stream]
            if Fraction(1, 2) <= time < Fraction(3, 2)
        ]
        assert found == whole
        assert found
    assert [start for start, _ in told(result)["chapters"]] == [0]


def test_an_odd_size_stays(tmp_path: Path, colorizer: Flickering) -> None:
    film = write(tmp_path / "film.mkv", pan(3, width=97, height=63), codec="ffv1")
    result = colour(film, None, colorizer).path
    with av.open(str(result)) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (97, 63)


def test_sound_of_a_transport_stream_loses_its_headers_alone(
    tmp_path: Path, colorizer: Flickering
) -> None:
    """Seven bytes of ADTS before each packet of AAC, which Matroska has once for all."""
    film = write(tmp_path / "film.ts", pan(40), sound="aac")
    result = colour(film, None, colorizer).path
    assert result.suffix == ".mkv"

    def sound(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(packet) for packet in container.demux(audio=0) if packet.size]

    before, after = sound(film), sound(result)
    assert all(packet[:2] in (b"\xff\xf1", b"\xff\xf9") for packet in before)
    assert after == [packet[7:] for packet in before]
