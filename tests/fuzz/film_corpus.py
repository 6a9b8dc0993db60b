"""Small films in every container, for the fuzzer to damage."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np


def films() -> Iterator[bytes]:
    """Give films of ten pictures; none where PyAV is not installed."""
    try:
        import av  # noqa: F401
    except ImportError:
        return
    from clips import pan, write

    pictures = [np.ascontiguousarray(one) for one in pan(10, width=48, height=32)]
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        ("film.mp4", {"sound": "aac", "chapters": True, "subtitles": "mov_text"}),
        ("turned.mp4", {"rotation": 90, "aspect": Fraction(4, 3), "metadata": {"title": "Oma"}}),
        (
            "film.mkv",
            {"sound": "aac", "chapters": True, "subtitles": "subrip", "attachment": True},
        ),
        ("uneven.mkv", {"stamps": [0, 1, 3, 4, 7, 8, 9, 12, 13, 15], "tags": (1, 1, 1, 1)}),
        ("deep.mkv", {"pixels": "yuv420p10le"}),
        ("lossless.mkv", {"codec": "ffv1"}),
        ("film.webm", {"codec": "libvpx-vp9", "options": {"cpu-used": "8"}}),
        ("film.mov", {"codec": "prores_ks", "pixels": "yuv422p10le", "sound": "pcm_s16le"}),
        ("film.avi", {"codec": "mpeg4", "sound": "pcm_s16le"}),
        ("photographs.avi", {"codec": "mjpeg", "pixels": "yuvj420p"}),
        ("film.ts", {"codec": "mpeg2video", "sound": "aac"}),
        ("film.mpg", {"codec": "mpeg1video"}),
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, about in kinds:
            yield write(Path(folder, name), pictures, **about).read_bytes()
