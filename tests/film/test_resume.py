"""A film that was stopped at any moment becomes the one that was not."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from clips import Flickering, pan, scene, write

from labcolor.errors import StoppedError
from labcolor.film import Options, Progress, colour
from labcolor.film.segments import folder_of


class Killed(BaseException):
    """What nobody catches."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a film of 45 seconds, four pictures a second, of two shots."""
    pictures = pan(50, seed=1) + pan(130, seed=2)
    return write(tmp_path_factory.mktemp("film") / "film.mkv", pictures, rate=4, sound="aac")


@pytest.fixture(scope="module")
def undisturbed(film: Path) -> bytes:
    return colour(film, film.with_name("whole.mkv"), Flickering(flicker=5)).path.read_bytes()


@pytest.mark.parametrize("last", [1, 49, 60, 179])
def test_killed_at_a_picture(film: Path, undisturbed: bytes, tmp_path: Path, last: int) -> None:
    target = tmp_path / "film.mkv"

    def kill(progress: Progress) -> None:
        if progress.pictures == last:
            raise Killed

    with pytest.raises(Killed):
        colour(film, target, Flickering(flicker=5), watch=kill)
    assert not target.exists()
    pictures: list[int] = []
    colour(
        film,
        target,
        Flickering(flicker=5),
        watch=lambda progress: pictures.append(progress.pictures),
    )
    assert target.read_bytes() == undisturbed
    assert last - pictures[0] <= 30 * 4  # half a minute is lost at most
    assert not folder_of(target).parent.exists()


def test_stopped_between_segments(film: Path, undisturbed: bytes, tmp_path: Path) -> None:
    """Whoever calls may ask for an end: nothing that was made is made again."""
    target = tmp_path / "film.mkv"
    pictures: list[int] = []
    calls = 0
    while not target.exists():
        with suppress(StoppedError):
            colour(
                film,
                target,
                Flickering(flicker=5),
                watch=lambda progress: pictures.append(progress.pictures),
                stopping=lambda: True,
            )
        calls += 1
    assert calls == 3
    assert pictures == list(range(1, 181))
    assert target.read_bytes() == undisturbed


def test_killed_at_each_line_of_the_journal(
    film: Path, undisturbed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole lines, torn lines, none at all: the rest is made again."""
    target = tmp_path / "film.mkv"
    kept = tmp_path / "kept"

    def kill(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr("labcolor.film.finishing.join", kill)
    with pytest.raises(Killed):
        colour(film, target, Flickering(flicker=5))
    monkeypatch.undo()
    folder = folder_of(target)
    shutil.copytree(folder, kept)
    journal = (kept / "journal.jsonl").read_bytes()
    lines = journal.splitlines(keepends=True)
    assert len(lines) == 5
    for number in range(len(lines) + 1):
        for torn in (b"", b'{"event": "segm'):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(kept, folder)
            (folder / "journal.jsonl").write_bytes(b"".join(lines[:number]) + torn)
            colour(film, target, Flickering(flicker=5))
            assert target.read_bytes() == undisturbed, (number, torn)
            target.unlink()


def test_a_damaged_segment_is_made_again(film: Path, undisturbed: bytes, tmp_path: Path) -> None:
    target = tmp_path / "film.mkv"

    def kill(progress: Progress) -> None:
        if progress.pictures == 179:
            raise Killed

    with pytest.raises(Killed):
        colour(film, target, Flickering(flicker=5), watch=kill)
    segment = folder_of(target) / "000001.segment"
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    colour(film, target, Flickering(flicker=5))
    assert target.read_bytes() == undisturbed


def test_other_settings_begin_anew(film: Path, undisturbed: bytes, tmp_path: Path) -> None:
    target = tmp_path / "film.mkv"

    def kill(progress: Progress) -> None:
        if progress.pictures == 60:
            raise Killed

    with pytest.raises(Killed):
        colour(film, target, Flickering(flicker=5), Options(steady=0.5), watch=kill)
    first: list[Progress] = []
    colour(film, target, Flickering(flicker=5), watch=first.append)
    assert first[0].pictures == 1
    assert target.read_bytes() == undisturbed


def test_segments_begin_at_cuts(film: Path, tmp_path: Path) -> None:
    """The second shot begins with picture 50, 12.5 seconds on: so does a segment."""
    target = tmp_path / "film.mkv"

    def kill(progress: Progress) -> None:
        if progress.pictures == 179:
            raise Killed

    with pytest.raises(Killed):
        colour(film, target, Flickering(), watch=kill)
    lines = (folder_of(target) / "journal.jsonl").read_text().splitlines()
    segments = [event for event in map(json.loads, lines) if event["event"] == "segment"]
    assert 12_500 in [segment["first"] for segment in segments]
    for segment in segments:
        assert segment["last"] - segment["first"] <= 30_000


PROGRAM = """
import sys
sys.path.insert(0, {tests!r})
from clips import Flickering
from labcolor.film import colour
colour({film!r}, {target!r}, Flickering(flicker=5), watch=lambda p: print(p.pictures, flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_real_kill(film: Path, undisturbed: bytes, tmp_path: Path) -> None:
    target = tmp_path / "film.mkv"
    program = PROGRAM.format(tests=str(Path(__file__).parent), film=str(film), target=str(target))
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for line in process.stdout:
        if int(line) >= 70:
            process.send_signal(signal.SIGKILL)
            break
    process.wait(timeout=60)
    process.stdout.close()
    time.sleep(0.1)
    assert not target.exists()
    colour(film, target, Flickering(flicker=5))
    assert target.read_bytes() == undisturbed


def test_a_flat_scene_has_no_cuts(tmp_path: Path) -> None:
    """What does not move is one shot."""
    still = scene(3)[:, :96]
    film = write(tmp_path / "film.mkv", [still] * 30)
    assert colour(film, None, Flickering()).shots == 1
