"""Films are known by their first bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from labcolor.film.signature import is_film, is_film_file


@pytest.mark.parametrize(
    ("head", "film"),
    [
        (b"\0\0\0\x20ftypisom", True),
        (b"\0\0\0\x14ftypqt  ", True),
        (b"\0\0\0\x1cftypavif", False),
        (b"\0\0\0\x18ftypheic", False),
        (b"\0\0\0\x08wide\0\0\0\0mdat", True),
        (b"\x1aE\xdf\xa3\x01", True),
        (b"RIFF\0\0\0\0AVI LIST", True),
        (b"RIFF\0\0\0\0WEBPVP8 ", False),
        (b"RIFF\0\0\0\0WAVEfmt ", False),
        (b"\0\0\1\xba\x44", True),
        ((b"G" + bytes(187)) * 3, True),
        (bytes(4) + (b"G" + bytes(191)) * 3, True),
        (b"GIF89a" + bytes(400), False),
        (b"FLV\1\5", True),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", True),
        (b"OggS\0\2" + bytes(22) + b"\x01\x1e\x80theora", True),
        (b"OggS\0\2" + bytes(22) + b"\x01\x1e\x01vorbis", False),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"G", False),
        (b"", False),
    ],
)
def test_the_beginning_tells(head: bytes, film: bool) -> None:
    assert is_film(head) is film


def test_what_is_no_file_is_no_film(tmp_path: Path) -> None:
    assert not is_film_file(tmp_path)
    assert not is_film_file(tmp_path / "missing.mp4")
    assert not is_film_file("\0")
    assert not is_film_file("x" * 5000)
