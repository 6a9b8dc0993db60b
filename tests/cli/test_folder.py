"""`labcolor FOLDER`: what is made of an archive, what is said, and what is never touched."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from labcolor.batch.journal import finished
from labcolor.photo import read

Run = Callable[..., Any]
PROGRAM = """
import signal, sys
# a shell's background job, which the tests may be, hands down that SIGINT is ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
from labcolor.cli import main
main(sys.argv[1:])
"""


def add(name: str, size: tuple[int, int] = (40, 30), level: int = 60) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(level, level + 120, size[0] * size[1]).reshape(size[::-1])
    Image.fromarray(ramp.astype(np.uint8)).save(path)
    return path


def tree(folder: str | Path) -> set[str]:
    """Name all files but labcolor's own."""
    root = Path(folder)
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if ".labcolor" not in path.parts}


def state(folder: str | Path) -> dict[str, tuple[bytes, int]]:
    """Remember what every file holds, and its date."""
    root = Path(folder)
    return {
        name: ((root / name).read_bytes(), (root / name).stat().st_mtime_ns) for name in tree(root)
    }


def is_colour(path: str | Path) -> bool:
    return bool(np.ptp(read(Path(path)).pixels, axis=2).mean() > 1)


@pytest.fixture
def scans(folder: Path) -> Path:
    """Put a few photographs into two folders."""
    for name in ("scans/a.jpg", "scans/1920/a.jpg", "scans/1920/b.tif"):
        add(name)
    return folder / "scans"


def test_a_folder_is_coloured_into_the_same_tree(labcolor: Run, scans: Path) -> None:
    """Same names, every photograph in colour, and a line for each and one for all."""
    before = state(scans)
    code, stdout, stderr = labcolor("scans", "-o", "colour")
    assert (code, stdout) == (0, b"")
    assert tree("colour") == tree(scans) == {"a.jpg", "1920/a.jpg", "1920/b.tif"}
    assert all(is_colour(Path("colour", name)) for name in tree("colour"))
    assert state(scans) == before
    lines = stderr.splitlines()
    # two in hand at one time may be finished in either order
    told = sorted(line.partition("] ")[2] for line in lines[:3])
    assert told[0].startswith("scans/1920/a.jpg → colour/1920/a.jpg  40×30, ")
    assert lines[-1] == f"3 coloured of 3 photographs in colour{os.sep}."


def test_without_output_it_lies_beside(labcolor: Run, scans: Path) -> None:
    """Also when the folder is the one where we are."""
    assert labcolor("scans/", "-q") == (0, b"", "")
    assert tree("scans-colour") == tree(scans)
    os.chdir(scans / "1920")
    assert labcolor(".", "-q").code == 0
    assert tree(scans / "1920-colour") == {"a.jpg", "b.tif"}


def test_several_photographs_lie_beside_their_results(labcolor: Run, scans: Path) -> None:
    """As one does; and a glob that catches the results next time does not colour them again."""
    names = [str(scans / "1920" / name) for name in ("a.jpg", "b.tif")]
    assert labcolor(*names).code == 0
    made = {"a-colour.jpg", "b-colour.tif"}
    assert tree(scans / "1920") == {"a.jpg", "b.tif"} | made
    code, _, stderr = labcolor(*names, *(str(scans / "1920" / name) for name in made))
    assert code == 0
    assert "0 coloured, 2 done before" in stderr
    assert "Not looked at: 2 labcolor results." in stderr
    code, _, stderr = labcolor("scans/a.jpg", "scans/1920/a.jpg")
    assert code == 2
    assert "choose a folder for the results with -o" in stderr


def test_a_second_run_does_what_is_left(labcolor: Run, scans: Path) -> None:
    """New and failed photographs, and nothing else."""
    (scans / "bad.png").write_bytes(b"bad")
    assert labcolor("scans").code == 3
    before = state("scans-colour")
    add("scans/new.png")
    add("scans/bad.png")
    code, _, stderr = labcolor("scans")
    assert code == 0
    assert "2 coloured, 3 done before of 5" in stderr
    after = state("scans-colour")
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"new.png", "bad.png"}


@pytest.mark.usefixtures("scans")
@pytest.mark.parametrize("option", ["--strength=2", "--quality=50", "--rebalance=0"])
def test_other_settings_make_it_again(labcolor: Run, option: str) -> None:
    """Without being asked to overwrite, for the results are labcolor's own."""
    assert labcolor("scans", "-q").code == 0
    before = state("scans-colour")
    assert labcolor("scans", "-q", option).code == 0
    assert state("scans-colour")["a.jpg"] != before["a.jpg"]


def test_a_dry_run_shows_the_plan_and_writes_nothing(labcolor: Run, scans: Path) -> None:
    """What goes where, what is done already, what is ignored and why."""
    (scans / "Thumbs.db").write_bytes(b"")
    code, stdout, _ = labcolor("scans", "--dry-run", "--format", "png")
    lines = stdout.decode().splitlines()
    assert code == 0
    assert [line.split() for line in lines[:-1]] == [
        ["new", "scans/1920/a.jpg", "→", "scans-colour/1920/a.png"],
        ["new", "scans/1920/b.tif", "→", "scans-colour/1920/b.png"],
        ["new", "scans/a.jpg", "→", "scans-colour/a.png"],
        ["ignored", "scans/Thumbs.db", "(hidden,", "or", "a", "system", "file)"],
    ]
    assert not Path("scans-colour").exists()
    labcolor("scans", "-q")
    before = state("scans-colour")
    stdout = labcolor("scans", "--dry-run").stdout.decode()
    assert [line.split()[0] for line in stdout.splitlines()] == ["done"] * 3 + ["ignored", "3"]
    assert state("scans-colour") == before


def test_equal_names_in_different_folders_stay_apart(labcolor: Run, scans: Path) -> None:
    """No flattening: each has its result, and each photograph is still there."""
    add("scans/1921/a.jpg", level=10)
    before = state(scans)
    assert labcolor("scans", "-q").code == 0
    results = state("scans-colour")
    assert len({results[name][0] for name in ("1920/a.jpg", "1921/a.jpg")}) == 2
    assert state(scans) == before


def test_equal_stems_get_distinct_results(labcolor: Run) -> None:
    """Where their formats become one, none is left out."""
    add("scans/a.jpg", level=10)
    add("scans/a.png", level=90)
    code, _, stderr = labcolor("scans", "--format", "png")
    assert code == 0
    assert "2 coloured" in stderr
    assert tree("scans-colour") == {"a.png", "a.jpg.png"}
    level = {name: read(Path("scans-colour", name)).pixels.mean() for name in tree("scans-colour")}
    assert level["a.jpg.png"] < level["a.png"]


def test_failures_are_counted_and_change_the_exit_code(labcolor: Run, scans: Path) -> None:
    """A line for each with file and reason, once."""
    (scans / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(50))
    (scans / "empty.png").write_bytes(b"")
    code, _, stderr = labcolor("scans")
    assert code == 3
    assert "3 coloured, 2 failed of 5" in stderr
    assert "failed: scans/bad.jpg is damaged or cut short" in stderr
    assert "failed: scans/empty.png is empty" in stderr
    assert stderr.count("bad.jpg") == stderr.count("empty.png") == 1
    code, stdout, stderr = labcolor("scans", "--quiet")
    assert (code, stdout, len(stderr.splitlines())) == (3, b"", 2)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--rebalance", "much"], "not a valid float"),
        (["--rebalance", "2"], "from 0 to 1"),
        (["--method", "reg"], "no method"),
        (["--format", "gif"], "is not one of same, jpeg"),
        (["--suffix", "a/b"], "cannot contain a path"),
        (["--report", "r.txt"], "must end in .json or .csv"),
        (["--jobs", "0"], "0 is not in the range"),
        (["--include"], "requires an argument"),
        (["-o", "-"], "pipe"),
        (["-o", "scans"], "is the folder of the photographs"),
        (["-o", "scans/a.jpg"], "is a file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_option_is_told_before_anything_is_done(
    labcolor: Run, scans: Path, args: list[str], words: str
) -> None:
    """None is swallowed."""
    before = state(scans.parent)
    code, _, stderr = labcolor("scans", *args)
    assert code == 2
    assert words in stderr
    assert state(scans.parent) == before


def test_what_is_for_many_is_refused_for_one(labcolor: Run, photo: Path) -> None:
    """Rather than ignored."""
    code, _, stderr = labcolor(str(photo), "--jobs", "2")
    assert code == 2
    assert "--jobs is for folders" in stderr


def test_a_full_batch_is_coloured_to_the_last(labcolor: Run) -> None:
    """However many photographs there are, such as 32."""
    for index in range(32):
        add(f"scans/{index}.png", size=(8, 8))
    assert labcolor("scans", "-q", "--input-size", "64").code == 0
    assert tree("scans-colour") == tree("scans")


def test_neighbours_are_left_alone(labcolor: Run, scans: Path) -> None:
    """Files that happen to be called like a photograph or its result, on either side."""
    for name in ("a.aac", "a.txt", "a.jpg.part", ".a.jpg", "a.xmp", "a.jpg~"):
        (scans / name).write_bytes(b"mine")
    Path("scans-colour/1920").mkdir(parents=True)
    for name in ("a.aac", "1920/a.jpg.part", ".labcolor-0.part", "z.jpg", "1920/b.tif"):
        Path("scans-colour", name).write_bytes(b"mine too")
    before, theirs = state(scans), state("scans-colour")
    code, _, stderr = labcolor("scans")
    assert code == 3
    assert "b.tif already exists and was not written by labcolor" in stderr
    assert state(scans) == before
    after = state("scans-colour")
    assert {name: after[name] for name in theirs} == theirs
    assert after.keys() - theirs.keys() == {"a.jpg", "1920/a.jpg"}
    assert labcolor("scans", "--overwrite", "-q").code == 0
    assert is_colour("scans-colour/1920/b.tif")


@pytest.mark.parametrize(
    "name",
    [
        "$(touch gone).jpg",
        "`touch gone`.jpg",
        "a; touch gone;.jpg",
        'it\'s "quoted".jpg',
        "two\nlines.jpg",
        "-o.jpg",
        "[bold]red[bold].jpg",
        "100%d.jpg",
        "Ωδή 日本 🐈.jpg",
        "ä" * 125 + ".jpg",
        pytest.param(
            os.fsdecode(b"caf\xe9.jpg"),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode here"),
        ),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows forbids most of them")
def test_no_name_is_taken_for_anything_else(labcolor: Run, folder: Path, name: str) -> None:
    """By a shell, by a format, by the display, the journal or the report."""
    (folder / "scans").mkdir()
    add("scans/x.jpg").rename(folder / "scans" / name)
    assert labcolor("scans", "--report", "r.json").code == 0
    assert labcolor("scans", "--report", "r.csv", "--suffix", "-colour").code == 0
    assert labcolor("scans", "--dry-run").code == 0
    assert len(tree("scans-colour")) == 2
    assert name in tree("scans-colour")
    assert tree(folder) >= {"r.json", "r.csv"}
    assert not list(folder.rglob("gone*"))
    (row,) = json.loads(Path("r.json").read_text())["photographs"]
    assert row["photograph"] == str(Path("scans", name))


@pytest.mark.usefixtures("scans")
def test_the_output_folder_inside_the_input_is_not_fed_back_in(labcolor: Run) -> None:
    """However often it is run."""
    for _ in range(2):
        code, _, stderr = labcolor("scans", "-o", "scans/colour")
        assert code == 0
    assert "0 coloured, 3 done before of 3" in stderr
    assert tree("scans/colour") == {"a.jpg", "1920/a.jpg", "1920/b.tif"}


@pytest.mark.usefixtures("scans")
def test_a_suffix_sets_results_apart_in_one_folder(labcolor: Run) -> None:
    """Which are no photographs next time."""
    for _ in range(2):
        code, _, stderr = labcolor("scans", "-o", "scans", "--suffix", "_c")
        assert code == 0
    assert "0 coloured, 3 done before of 3" in stderr
    assert tree("scans") == {
        *("a.jpg", "1920/a.jpg", "1920/b.tif", "a_c.jpg", "1920/a_c.jpg", "1920/b_c.tif"),
    }


def test_reports_are_for_programs(labcolor: Run, scans: Path) -> None:
    """Every photograph once, as JSON or CSV; a report of ours is replaced, another file is not."""
    (scans / "bad.png").write_bytes(b"bad")
    for _ in range(2):
        assert labcolor("scans", "-q", "--report", "r.json").code == 3
        assert labcolor("scans", "-q", "--report", "r.csv").code == 3
    report = json.loads(Path("r.json").read_text())
    assert report["counts"] == {"failed": 1, "done before": 3}
    assert report["settings"]["method"] == "class_weights_model"
    with Path("r.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["photograph"] for row in rows] == [
        one["photograph"] for one in report["photographs"]
    ]
    assert [row["became"] for row in rows] == [
        "done before",
        "done before",
        "done before",
        "failed",
    ]
    assert "bad.png is a text" in rows[-1]["reason"]
    Path("mine.csv").write_bytes(b"my own")
    code, _, stderr = labcolor("scans", "--report", "mine.csv")
    assert (code, Path("mine.csv").read_bytes()) == (1, b"my own")
    assert "mine.csv already exists" in stderr


def test_a_dry_run_may_be_reported(labcolor: Run, scans: Path) -> None:
    """The plan is the report; nothing else is written, and pages and faults are told."""
    pages = [Image.new("L", (40, 30), level) for level in (60, 120)]
    pages[0].save(scans / "album.tif", save_all=True, append_images=pages[1:])
    (scans / "empty.png").write_bytes(b"")
    code, stdout, _ = labcolor("scans", "--dry-run", "--report", "plan.json")
    lines = stdout.decode().splitlines()
    assert code == 0
    assert lines[-1] == (
        "5 photographs: 5 new, 1 likely to fail. plan.json, and nothing else, was written."
    )
    assert any("album.tif" in line and line.endswith("2 pages") for line in lines)
    assert any("empty.png" in line and "is empty" in line for line in lines)
    told = json.loads(Path("plan.json").read_text())
    assert told["counts"] == {"planned": 5}
    assert not Path("scans-colour").exists()
    (scans / "cut.jpg").write_bytes((scans / "a.jpg").read_bytes()[:-100])
    assert labcolor("scans").code == 3
    assert "(failed before: scans/cut.jpg is" in labcolor("scans", "--dry-run").stdout.decode()


def test_a_result_that_was_retouched_is_kept(labcolor: Run, scans: Path) -> None:
    """That is no failure, whatever the settings are."""
    assert labcolor("scans").code == 0
    with Path("scans-colour/a.jpg").open("ab") as file:
        file.write(b"retouched")
    code, _, stderr = labcolor("scans", "--strength", "0.5", "--report", "r.json")
    assert code == 0
    assert "2 coloured, 1 kept because the result was changed of 3" in stderr
    assert Path("scans-colour/a.jpg").read_bytes().endswith(b"retouched")
    assert json.loads(Path("r.json").read_text())["counts"] == {"done": 2, "kept": 1}
    assert (scans / "a.jpg").exists()


def test_what_lies_there_is_counted_by_its_kinds(labcolor: Run, scans: Path) -> None:
    """Pictures that cannot be read are told apart from what is no photograph."""
    for name in ("a.psd", "b.psd", "c.jxl", "notes.txt", "more.txt"):
        (scans / name).write_bytes(b"x")
    _, _, stderr = labcolor("scans", "--no-recursive")
    assert stderr.splitlines()[-1] == (
        f"1 coloured of 1 photograph in scans-colour{os.sep}. "
        "labcolor cannot read 1 .jxl, 2 .psd; convert them, to TIFF for example. "
        "Not looked at: 2 .txt, 1 sub-folder."
    )


@pytest.mark.usefixtures("scans")
def test_the_folder_of_results_is_named(labcolor: Run, monkeypatch) -> None:
    """As something that can be found: not as `.` or `..`."""
    monkeypatch.chdir("scans")
    _, _, stderr = labcolor("a.jpg", "1920/a.jpg", "-o", "..", "--suffix", "-c")
    assert (
        stderr.splitlines()[-1]
        == f"2 coloured of 2 photographs in {Path('..').resolve()}{os.sep}."
    )


def test_a_folder_without_photographs_is_told(labcolor: Run) -> None:
    """With what is there instead; as is one that does not exist."""
    Path("scans").mkdir()
    Path("scans/a.psd").write_bytes(b"")
    code, _, stderr = labcolor("scans")
    assert code == 1
    assert "no photograph to colour in scans. labcolor cannot read 1 .psd; convert" in stderr
    assert not Path("scans-colour").exists()
    code, _, stderr = labcolor("scans", "scams")
    assert code == 1
    assert "no file or folder scams" in stderr


def test_every_page_of_a_scan_is_coloured(labcolor: Run, folder: Path) -> None:
    """Pages stay together, also among other photographs."""
    (folder / "scans").mkdir()
    pages = [Image.new("L", (40, 30), level) for level in (60, 120, 180)]
    pages[0].save("scans/album.tif", save_all=True, append_images=pages[1:])
    add("scans/a.jpg")
    assert labcolor("scans", "-q").code == 0
    with Image.open("scans-colour/album.tif") as album:
        assert album.n_frames == 3


def test_finished_pictures_are_known_by_their_journal(labcolor: Run, scans: Path) -> None:
    """For who wants to look at them side by side."""
    assert labcolor("scans", "-q", "--compare").code == 0
    done = finished(Path("scans-colour"))
    assert [one.source for one in done] == sorted(scans / name for name in tree(scans))
    assert all(one.output.is_file() and one.pair and one.pair.is_file() for one in done)
    assert labcolor("scans", "--compare").stderr.startswith("0 coloured, 3 done before")
    assert labcolor("scans").stderr.startswith("0 coloured, 3 done before")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
def test_a_second_signal_ends_it_at_once(labcolor: Run) -> None:
    """Nothing is lost but what was in hand, and the next run clears up."""
    for index in range(12):
        add(f"scans/{index:02}.png", size=(300, 200 + index))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "scans", "--jobs", "2"], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        while "Ctrl-C again" not in (line := process.stderr.readline()):
            assert line
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert labcolor("scans", "-q").code == 0
    assert tree("scans-colour") == tree("scans")
    assert not Path("scans-colour/.labcolor/parts").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_a_signal_lets_what_is_in_hand_finish(labcolor: Run, number: int, code: int) -> None:
    """It says how to go on, and going on does the rest."""
    for index in range(12):
        add(f"scans/{index:02}.png", size=(300, 200 + index))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "scans", "--jobs", "2"], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in stderr
    made = tree("scans-colour")
    assert 0 < len(made) < 12
    assert stderr.splitlines()[-1] == (
        f"Stopped. {12 - len(made)} photographs wait; the same command goes on."
    )
    assert not Path("scans-colour/.labcolor/parts").exists()
    assert (
        labcolor("scans")
        .stderr.splitlines()[-1]
        .startswith(f"{12 - len(made)} coloured, {len(made)} done before")
    )


def made_with(name: str) -> dict[str, object]:
    """Give the settings that a result was made with, by the report."""
    rows = json.loads(Path("r.json").read_text())["photographs"]
    return next(row for row in rows if Path(row["photograph"]).name == name)["settings"]


@pytest.mark.usefixtures("scans")
def test_a_single_photograph_keeps_its_settings(labcolor: Run) -> None:
    """Plain runs leave them alone, and colour it so again where it is gone; until --reset."""
    assert labcolor("scans").code == 0
    usual = Path("scans-colour/1920/b.tif").read_bytes()
    assert labcolor("scans", "--include", "b.tif", "--strength", "0.5").code == 0
    own = Path("scans-colour/1920/b.tif").read_bytes()
    assert own != usual
    code, _, stderr = labcolor("scans", "--report", "r.json")
    assert code == 0
    assert "0 coloured, 3 done before" in stderr
    assert made_with("b.tif")["strength"] == 0.5
    assert made_with("a.jpg")["strength"] == 1.0
    plan = labcolor("scans", "--dry-run").stdout.decode()
    assert "b.tif  (with settings of its own: strength 0.5)" in plan
    Path("scans-colour/1920/b.tif").unlink()
    assert labcolor("scans").code == 0
    assert Path("scans-colour/1920/b.tif").read_bytes() == own
    assert "1 coloured, 2 done before" in labcolor("scans", "--reset").stderr
    assert Path("scans-colour/1920/b.tif").read_bytes() == usual
    assert "0 coloured, 3 done before" in labcolor("scans").stderr


@pytest.mark.usefixtures("scans")
def test_what_the_folder_is_told_holds_for_the_rest(labcolor: Run) -> None:
    """Its own settings go before those of the folder, and another --include before both."""
    assert labcolor("scans", "--include", "b.tif", "--strength", "0.5").code == 0
    assert labcolor("scans", "--rebalance", "0.2", "--report", "r.json").code == 0
    both = made_with("b.tif")
    assert (both["strength"], both["rebalance"]) == (0.5, 0.2)
    assert made_with("a.jpg")["strength"] == 1.0
    assert labcolor("scans", "--include", "b.tif", "--method", "reg_full_model").code == 0
    _, _, stderr = labcolor("scans", "--report", "r.json")
    assert "2 coloured, 1 done before" in stderr
    assert made_with("b.tif")["method"] == "reg_full_model"
    assert made_with("b.tif")["strength"] == 1.0


@pytest.mark.usefixtures("scans")
def test_settings_that_do_not_go_with_a_run_are_told(labcolor: Run) -> None:
    """As a failure of that photograph, with the way out."""
    assert labcolor("scans", "--include", "b.tif", "--rebalance", "0.2").code == 0
    code, _, stderr = labcolor("scans", "--method", "reg_full_model")
    assert code == 3
    assert "b.tif has settings of its own (rebalance 0.2), which do not go" in stderr
    assert "--reset forgets them" in stderr
    assert labcolor("scans", "--method", "reg_full_model", "--reset").code == 0
