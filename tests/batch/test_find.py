"""Which files are photographs to colour, and what is said about the others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from labcolor.batch.find import Choice, find
from labcolor.batch.found import Findings
from labcolor.batch.journal import Journal
from labcolor.batch.records import Content, Record


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def found(root: Path, **choice: Any) -> list[str]:
    findings = find([root], Choice(**choice), output=root.parent / "out")
    return [photograph.name for photograph in findings.photographs]


def left(findings: Findings, root: Path) -> dict[str, str]:
    return {Path(path).relative_to(root).as_posix(): reason for path, reason in findings.left}


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    root = tmp_path / "scans"
    touch(root, "b.TIF", "a.jpg", "1920/c.png", "1920/Mai/d.webp")
    return root


def test_photographs_are_found_at_every_depth_in_order(scans: Path) -> None:
    """Under the names that they have in their folder."""
    assert found(scans) == ["1920/Mai/d.webp", "1920/c.png", "a.jpg", "b.TIF"]
    assert found(scans, recursive=False) == ["a.jpg", "b.TIF"]


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ({"include": ["*.tif"]}, ["b.TIF"]),
        ({"include": ["1920/*"]}, ["1920/Mai/d.webp", "1920/c.png"]),
        ({"include": ["*.jpg", "*.png"]}, ["1920/c.png", "a.jpg"]),
        ({"exclude": ["mai"]}, ["1920/c.png", "a.jpg", "b.TIF"]),
        ({"exclude": ["1920/"]}, ["a.jpg", "b.TIF"]),
        ({"exclude": ["1920/c.*"]}, ["1920/Mai/d.webp", "a.jpg", "b.TIF"]),
        ({"include": ["1920"], "exclude": ["*.png"]}, ["1920/Mai/d.webp"]),
    ],
    ids=str,
)
def test_globs_choose(scans: Path, choice: dict[str, list[str]], names: list[str]) -> None:
    """In any case, by the whole name or by a part of it."""
    assert found(scans, **choice) == names


def test_what_is_left_alone_is_told(scans: Path) -> None:
    """Nothing is skipped without a word: each with its reason."""
    touch(
        scans,
        *("Thumbs.db", ".hidden.jpg", "._a.jpg", "desktop.ini", "notes.txt", "letter"),
        *("@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", ".trash/x.jpg", "drafts/y.jpg"),
    )
    findings = find([scans], Choice(exclude=["drafts"]), output=scans.parent / "out")
    assert [one.name for one in findings.photographs] == found(scans, exclude=["drafts"])
    assert left(findings, scans) == {
        "Thumbs.db": "hidden, or a system file",
        ".hidden.jpg": "hidden, or a system file",
        "._a.jpg": "hidden, or a system file",
        "desktop.ini": "hidden, or a system file",
        "@eaDir": "hidden, or a system file",
        ".trash": "hidden, or a system file",
        "notes.txt": ".txt",
        "letter": "no ending",
        "drafts": "not asked for",
    }


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_followed_but_never_round_in_circles(scans: Path, tmp_path: Path) -> None:
    """Every real folder is visited once, and nothing above the folder that was named."""
    touch(tmp_path / "elsewhere", "e.jpg", "deep/f.jpg")
    (scans / "loop").symlink_to(".")
    (scans / "1920" / "up").symlink_to("..")
    (scans / "itself").symlink_to("itself")
    (scans / "all").symlink_to("/")
    (scans / "again").symlink_to("1920")
    (scans / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(scans)
    (scans / "one.jpg").symlink_to(scans / "a.jpg")
    assert set(found(scans)) == {
        *("a.jpg", "b.TIF", "1920/c.png", "1920/Mai/d.webp"),
        *("more/e.jpg", "more/deep/f.jpg", "one.jpg"),
    }


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_may_be_what_was_named(scans: Path, tmp_path: Path) -> None:
    """Archives often lie on another disk, behind a link."""
    link = tmp_path / "link"
    link.symlink_to(scans)
    (scans / "loop").symlink_to(link)
    assert set(found(link)) == set(found(scans))
    assert len(found(link)) == 4


def test_the_output_folder_is_not_fed_back_in(scans: Path) -> None:
    """Where it lies inside the input folder."""
    touch(scans / "colour", "a.jpg", "1920/c.png")
    findings = find([scans], output=scans / "colour")
    assert not any(one.name.startswith("colour") for one in findings.photographs)
    assert left(findings, scans) == {"colour": "the output folder"}


def test_results_of_earlier_runs_are_no_photographs_anywhere(scans: Path) -> None:
    """What a journal names is left alone, and its neighbours are not."""
    content = Content(1, 1, "0" * 64)
    journal = Journal(scans / "1920")
    journal.open()
    journal.intend("c-colour.png", Record("c.png", "", content, "", {"c-colour.png": content}))
    journal.close()
    touch(scans, "1920/c-colour.png")
    assert found(scans) == ["1920/Mai/d.webp", "1920/c.png", "a.jpg", "b.TIF"]


def test_a_folder_that_cannot_be_listed_is_told_of(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the others are searched."""
    listed = os.scandir

    def refusing(folder: Path) -> object:
        if Path(folder).name == "Mai":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    findings = find([scans], output=scans.parent / "out")
    assert findings.unreadable == [(str(scans / "1920" / "Mai"), "Permission denied")]
    assert len(findings.photographs) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders there")
def test_a_pipe_is_not_waited_for(scans: Path) -> None:
    """Reading it would never end."""
    os.mkfifo(scans / "pipe.jpg")
    findings = find([scans], output=scans.parent / "out")
    assert left(findings, scans) == {"pipe.jpg": "no regular file"}


def test_several_folders_keep_their_names(scans: Path, tmp_path: Path) -> None:
    """Files that are named lie at the top; what is named twice counts once."""
    touch(tmp_path / "more", "a.jpg")
    paths = [scans, tmp_path / "more", scans / "a.jpg", tmp_path / "more"]
    names = [one.name for one in find(paths, output=tmp_path / "out").photographs]
    assert names == [
        *("more/a.jpg", "scans/1920/Mai/d.webp", "scans/1920/c.png", "scans/a.jpg", "scans/b.TIF")
    ]
