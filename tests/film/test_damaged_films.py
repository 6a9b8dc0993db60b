"""A damaged file of each kind, and whatever else goes wrong: a sentence, nothing by halves."""

from __future__ import annotations

import errno
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from clips import Flickering, av, pan, stamps, write

from labcolor.cli import group
from labcolor.errors import BackendError, FilmError, LabcolorError, OutputError, UsageError
from labcolor.film import Options, Progress, colour
from labcolor.film.looking import is_in_colour
from labcolor.film.segments import folder_of


def replaced(path: Path, old: bytes, new: bytes) -> Path:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    return path


def sound_only(folder: Path) -> Path:
    path = folder / "sound.mkv"
    with av.open(str(path), "w") as film:
        stream = film.add_stream("aac", rate=48000)
        for number in range(10):
            samples = np.zeros((1, 1024), np.float32)
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48000, number * 1024
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


def unknown_codec(folder: Path) -> Path:
    return replaced(write(folder / "film.avi", pan(5), codec="mpeg4"), b"FMP4", b"QQQQ")


def encrypted(folder: Path) -> Path:
    return replaced(write(folder / "film.mp4", pan(5)), b"avc1\0", b"encv\0")


def without_index(folder: Path) -> Path:
    film = write(folder / "film.mp4", pan(30))
    film.write_bytes(film.read_bytes()[:1500])
    return film


def header_only(folder: Path) -> Path:
    film = write(folder / "film.mkv", pan(5))
    film.write_bytes(film.read_bytes()[:40])
    return film


def text(folder: Path) -> Path:
    film = folder / "film.mkv"
    film.write_bytes(b"\x1aE\xdf\xa3" + b"no film at all. " * 100)
    return film


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (sound_only, "has no video; there is nothing to colour in it"),
        (unknown_codec, "codec that FFmpeg does not know"),
        (encrypted, "is encrypted"),
        (without_index, "damaged, cut short or not a film that FFmpeg knows"),
        (header_only, "damaged, cut short or not a film that FFmpeg knows"),
        (text, "damaged, cut short or not a film that FFmpeg knows"),
        (lambda folder: folder / "missing.mkv", "There is no file"),
        (
            lambda folder: write(folder / "pq.mkv", pan(3), tags=(1, 9, 9, 16)),
            r"high dynamic range \(PQ\)",
        ),
        (
            lambda folder: write(folder / "hlg.mkv", pan(3), tags=(1, 9, 9, 18)),
            r"high dynamic range \(HLG\)",
        ),
    ],
)
def test_what_cannot_be_coloured(
    tmp_path: Path, make: Callable[[Path], Path], sentence: str
) -> None:
    film = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(FilmError, match=sentence) as error:
        colour(film, None, Flickering())
    assert film.name in str(error.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_film_that_breaks_off(tmp_path: Path) -> None:
    """It is refused, and taken on request, without doing the work again."""
    film = write(tmp_path / "film.mkv", pan(200), rate=10)
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    with pytest.raises(FilmError, match=r"breaks off at 0:00:\d\d of 0:00:20.*--accept-damaged"):
        colour(film, None, Flickering())
    assert not (tmp_path / "film-colour.mkv").exists()
    colorizer = Flickering()
    result = colour(film, None, colorizer, Options(accept_damaged=True))
    assert colorizer.asked == 1  # for the identity alone
    assert stamps(result.path) == stamps(film)


def test_flipped_bytes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What can be decoded is coloured, and what was wrong is counted and said."""
    film = write(tmp_path / "film.mkv", pan(60, width=192, height=128), options={"crf": "18"})
    data = bytearray(film.read_bytes())
    rng = np.random.default_rng(0)
    for place in rng.integers(len(data) // 4, len(data) - 2000, 40):
        data[place] ^= 0xFF
    film.write_bytes(data)
    result = colour(film, None, Flickering(), Options(accept_damaged=True))
    assert result.damaged + result.lost > 0
    assert "is damaged" in caplog.text
    assert len(stamps(result.path)) == result.pictures


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The segments stay, and the same call goes on once there is room."""
    film = write(tmp_path / "film.mkv", pan(60), rate=2)
    from labcolor.film.encoding import Encoder

    whole = colour(film, tmp_path / "whole.mkv", Flickering()).path.read_bytes()
    add, count = Encoder.add, 0

    def full(*args: object) -> None:
        nonlocal count
        count += 1
        if count == 55:
            raise OSError(errno.ENOSPC, "No space left on device")
        add(*args)

    monkeypatch.setattr(Encoder, "add", full)
    with pytest.raises(OutputError, match="does not fit on the disk"):
        colour(film, None, Flickering())
    assert not (tmp_path / "film-colour.mkv").exists()
    assert list(folder_of(tmp_path / "film-colour.mkv").glob("*.segment"))
    monkeypatch.undo()
    begun: list[Progress] = []
    assert colour(film, None, Flickering(), watch=begun.append).path.read_bytes() == whole
    assert begun[0].pictures > 40


def test_too_little_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = write(tmp_path / "film.mkv", pan(30))
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    with pytest.raises(OutputError, match=r"may need .* MB while it is made"):
        colour(film, None, Flickering())


@pytest.mark.parametrize(
    ("output", "options", "error", "sentence"),
    [
        ("film.mkv", {}, OutputError, "the film itself"),
        ("film.jpg", {}, UsageError, "is not named like a film"),
        ("result.mp4", {}, UsageError, "sound in pcm_s16le"),
        ("result.webm", {}, UsageError, "cannot hold H.264"),
        ("result.mkv", {"codec": "divx"}, UsageError, "There is no codec divx"),
        ("result.mkv", {"codec": "ffv1", "crf": 3}, UsageError, "has no --crf"),
        ("result.mkv", {"begin": 5, "end": 5}, UsageError, "ends before it begins"),
        ("result.mkv", {"begin": 500}, FilmError, "no picture"),
        ("missing/result.mkv", {}, OutputError, "does not exist"),
    ],
)
def test_what_makes_no_sense(
    tmp_path: Path, output: str, options: dict[str, int], error: type[LabcolorError], sentence: str
) -> None:
    film = write(tmp_path / "film.mkv", pan(5), sound="pcm_s16le")
    before = film.read_bytes()
    with pytest.raises(error, match=sentence):
        colour(film, tmp_path / output, Flickering(), Options(**options), overwrite=True)
    assert film.read_bytes() == before
    assert not (tmp_path / "result.mkv").exists()


def test_an_output_that_is_there_stays(tmp_path: Path) -> None:
    film = write(tmp_path / "film.mkv", pan(3))
    (tmp_path / "film-colour.mkv").write_text("mine")
    with pytest.raises(OutputError, match="already exists"):
        colour(film, None, Flickering())
    assert (tmp_path / "film-colour.mkv").read_text() == "mine"


def test_without_pyav(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = write(tmp_path / "film.mkv", pan(3))
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(BackendError, match=r"pip install 'labcolor\[film\]'"):
        CliRunner().invoke(group, [str(film)], catch_exceptions=False)


def test_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It exits with 130 and says how to go on; nothing lies under the final name."""
    film = write(tmp_path / "film.mkv", pan(8))
    from labcolor.film.encoding import Encoder

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Encoder, "add", interrupted)
    result = CliRunner().invoke(group, [str(film)])
    assert result.exit_code == 130
    assert "the same command goes on" in result.output
    assert not (tmp_path / "film-colour.mkv").exists()
    monkeypatch.undo()
    assert CliRunner().invoke(group, [str(film)]).exit_code == 0
    assert stamps(tmp_path / "film-colour.mkv") == stamps(film)


def test_an_avi_in_which_no_moment_is_found(tmp_path):
    """With a wild rate and start of its pictures it was refused as not permitted."""
    film = write(tmp_path / "film.avi", pan(10), codec="mpeg4")
    data = bytearray(film.read_bytes())
    struct.pack_into("<II", data, data.index(b"vids") + 24, 0xFF7F_0019, 0xFFFF)
    film.write_bytes(data)
    target = tmp_path / "colour.mkv"
    colour(film, target, Flickering(), Options(codec="ffv1", accept_damaged=True))
    assert len(stamps(target)) == 10
    assert not is_in_colour(film)


def test_an_odd_size_as_ffv1(tmp_path):
    """Its encoder cannot cut every size into a number of slices that is told to it."""
    film = write(tmp_path / "film.mkv", pan(2, width=63, height=300), codec="mpeg4")
    colour(film, tmp_path / "colour.mkv", Flickering(), Options(codec="ffv1"))
    assert len(stamps(tmp_path / "colour.mkv")) == 2


def test_sound_that_no_container_takes(tmp_path, caplog):
    """A recording from the air with a torn packet of sound: told, or left out on request."""
    film = write(tmp_path / "film.ts", pan(10), codec="mpeg2video", sound="aac")
    data = bytearray(film.read_bytes())
    first = data.index(b"\xff\xf1")  # how a packet of ADTS begins
    at = data.index(b"\xff\xf1", first + 2)
    data[at : at + 2] = bytes(2)
    film.write_bytes(data)
    target = tmp_path / "colour.mkv"
    with pytest.raises(FilmError, match=r"sound or subtitles that are damaged.*--accept-damaged"):
        colour(film, target, Flickering(), Options(codec="ffv1"))
    assert not target.exists()
    colour(film, target, Flickering(), Options(codec="ffv1", accept_damaged=True))
    assert len(stamps(target)) == 10
    assert "of sound or subtitles" in caplog.text
