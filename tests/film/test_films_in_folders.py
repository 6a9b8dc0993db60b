"""Films among photographs: one plan, one journal, one report."""

from __future__ import annotations

import csv
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from clips import Flickering, packets, pan, stamps, write

from labcolor.batch.films import make_film
from labcolor.batch.options import OutputOptions
from labcolor.batch.task import Task
from labcolor.cli import group
from labcolor.errors import OutputError
from labcolor.film import Options as FilmOptions
from labcolor.film import colour
from labcolor.film.segments import Work


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import skimage.data
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "sub").mkdir(parents=True)
    Image.fromarray(skimage.data.camera()[::4, ::4]).save("in/photo.png")
    write(tmp_path / "in" / "film.mkv", pan(8), sound="aac")
    write(tmp_path / "in" / "sub" / "old.avi", pan(6), codec="mpeg4")
    (tmp_path / "in" / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
    (tmp_path / "in" / "code.ts").write_text("let film = 1;")
    return tmp_path


def labcolor(*args: str) -> Result:
    return CliRunner().invoke(group, args)


def became() -> dict[str, str]:
    with Path("report.csv").open() as file:
        return {Path(row["photograph"]).name: row["became"] for row in csv.DictReader(file)}


def test_a_folder_of_both(folder: Path) -> None:
    result = labcolor("in", "--report", "report.csv", "--compare")
    assert result.exit_code == 3
    assert became() == {
        "photo.png": "done",
        "film.mkv": "done",
        "old.avi": "done",
        "broken.mp4": "failed",
    }
    made = folder / "in-colour"
    assert {path.name for path in made.rglob("*") if path.suffix} >= {
        *("photo.png", "film.mkv", "old.mkv"),
        *("photo-compare.jpg", "film-compare.jpg", "old-compare.jpg"),
    }
    assert stamps(made / "film.mkv") == stamps(folder / "in" / "film.mkv")
    assert packets(made / "film.mkv") == packets(folder / "in" / "film.mkv")

    labcolor("in", "--report", "report.csv", "--compare")
    assert became()["film.mkv"] == "done before"
    labcolor("in", "--report", "report.csv", "--compare", "--steady", "0.5")
    assert became()["film.mkv"] == "done"
    assert became()["photo.png"] == "done before"


def test_without_films(folder: Path) -> None:
    result = labcolor("in", "--no-films", "--report", "report.csv")
    assert result.exit_code == 0
    assert set(became()) == {"photo.png"}
    assert not (folder / "in-colour" / "film.mkv").exists()


def test_the_first_ctrl_c_ends_with_the_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It exits with 130 and says how to go on; what is made then is as if nothing had been."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    for name in ("a", "b"):
        write(Path("in", f"{name}.mkv"), pan(24, seed=1) + pan(56, seed=2), rate=2)
    assert labcolor("in", "-o", "whole").exit_code == 0
    made = []
    add = Work.add

    def interrupted(*args: object) -> None:
        add(*args)
        made.append(args)
        if len(made) == 1:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)  # until the thread that takes signals has heard of it

    monkeypatch.setattr(Work, "add", interrupted)
    stopped = labcolor("in", "-o", "out", "--jobs", "1")
    assert stopped.exit_code == 130
    assert "2 photographs wait; the same command goes on" in stopped.output
    assert len(made) == 1
    assert not list(Path("out").glob("*.mkv"))
    assert labcolor("in", "-o", "out", "--jobs", "1").exit_code == 0
    for name in ("a.mkv", "b.mkv"):
        assert Path("out", name).read_bytes() == Path("whole", name).read_bytes()
    assert len(made) > 4  # and none of them twice


def test_what_a_container_cannot_hold_goes_into_matroska(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film by itself and one of many: sound of PCM is copied, with a line that says where."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    write(Path("in", "sound.mp4"), pan(6), sound="flac")
    write(Path("in", "other.mov"), pan(6), sound="pcm_s16le")
    Path("in", "sound.mp4").rename("in/sound.mov")  # MOV takes no FLAC
    result = labcolor("in", "-o", "out", "--report", "report.csv")
    assert result.exit_code == 0, result.output
    assert {path.name for path in Path("out").glob("*.m*")} == {"sound.mkv", "other.mov"}
    assert (
        ".mov cannot hold sound in flac, so the result ends in .mkv"
        in Path("report.csv").read_text()
    )
    sound = [md5 for _, md5 in packets(Path("in", "sound.mov"))[1, "audio"]]
    assert [md5 for _, md5 in packets(Path("out", "sound.mkv"))[1, "audio"]] == sound
    again = labcolor("in", "-o", "out", "--report", "again.csv")
    assert "2 done before" in again.output


class Held(Flickering):
    """Waits in the midst of a film, as a machine does that was stopped."""

    def __init__(self, pictures: int) -> None:
        super().__init__(flicker=5)
        self.pictures = pictures
        self.waits, self.goes_on = threading.Event(), threading.Event()

    def chroma(self, image: Any, *others: Any) -> Any:
        if self.asked == self.pictures:
            self.waits.set()
            assert self.goes_on.wait(60)
        return super().chroma(image, *others)


def test_an_attempt_that_was_taken_for_dead(tmp_path: Path) -> None:
    """Another takes over what it has made; it fails when it goes on, and no byte is other."""
    pictures = pan(50, seed=1) + pan(130, seed=2)
    film = write(tmp_path / "film.mkv", pictures, rate=4)
    colour(film, tmp_path / "whole.mkv", Flickering(flicker=5))
    parts = tmp_path / ".labcolor" / "parts"
    task = Task(film, "film", "colour/film.mkv", "", pair=False, parts=parts, film=FilmOptions())
    zombie = Held(pictures=80)  # of 90, in the second segment
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(make_film, task, zombie, OutputOptions(), None)
        assert zombie.waits.wait(60)
        (journal,) = parts.with_name("films").glob(".labcolor-film/*/journal.jsonl")
        while '"segment"' not in journal.read_text():
            time.sleep(0.05)
        second = Flickering(flicker=5)
        made = make_film(task, second, OutputOptions(), None)
        zombie.goes_on.set()
        assert isinstance(first.exception(60), OutputError)
    assert second.asked < 70  # the first segment was there
    assert made is not None
    assert made.parts[0].path.read_bytes() == (tmp_path / "whole.mkv").read_bytes()
    assert list(parts.with_name("films").iterdir()) == [made.parts[0].path]
