"""Films among photographs: one plan, one journal, one report."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from clips import packets, pan, stamps, write

from labcolor.cli import group


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
