"""`labcolor contact`: sheets of what a run has made, and of what it could not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from labcolor import contact
from labcolor.photo import read

Run = Callable[..., Any]


@pytest.fixture
def results(labcolor: Run, folder: Path, grey: np.ndarray) -> Path:
    """Colour a folder of three photographs, one of which is none."""
    scans = folder / "scans"
    (scans / "Zürich").mkdir(parents=True)
    Image.fromarray(grey).save(scans / "a.jpg")
    Image.fromarray(grey.T).save(scans / "Zürich" / "Москва.png")
    (scans / "broken.jpg").write_text("no picture")
    assert labcolor("scans").code == 3
    return folder / "scans-colour"


@pytest.mark.usefixtures("results")
def test_a_sheet_of_a_run(labcolor: Run, folder: Path) -> None:
    """It is one picture, and the line says how many stand on it and how many failed."""
    code, stdout, stderr = labcolor("contact", "scans-colour", "-o", "sheet.jpg")
    assert (code, stdout) == (0, b"")
    assert stderr == "sheet.jpg  3 photographs, 1 of which failed\n"
    sheet = read(folder / "sheet.jpg").pixels.astype(int)
    assert sheet.ndim == 3
    # somewhere there is colour, and the red field of what failed
    assert (np.ptp(sheet, axis=2) > 30).any()
    assert (np.abs(sheet - (225, 225, 250)).max(axis=2) < 6).mean() > 0.03


@pytest.mark.usefixtures("results")
def test_more_than_a_sheet_holds(labcolor: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets are numbered, and none of them replaces a file unasked."""
    monkeypatch.setattr(contact, "PER_SHEET", 2)
    code, _, stderr = labcolor("contact", "scans-colour")
    assert code == 0
    assert stderr.startswith("scans-colour-contact-1.jpg … scans-colour-contact-2.jpg  3 ")
    Path("scans-colour-contact-1.jpg").unlink()
    code, _, stderr = labcolor("contact", "scans-colour")
    assert code == 1
    assert "scans-colour-contact-2.jpg already exists" in stderr
    assert not Path("scans-colour-contact-1.jpg").exists()
    assert labcolor("contact", "scans-colour", "--overwrite", "-q") == (0, b"", "")


def test_a_folder_that_is_none_of_results(labcolor: Run, folder: Path) -> None:
    """The sentence says which folder is meant."""
    (folder / "scans").mkdir()
    code, _, stderr = labcolor("contact", "scans")
    assert code == 1
    assert stderr.startswith("labcolor: scans holds no results of labcolor; name the folder")
    assert labcolor("contact", "nosuch").stderr == (
        "labcolor: There is no folder nosuch; check its name.\n"
    )


@pytest.mark.usefixtures("results")
def test_an_ending_that_tells_no_format(labcolor: Run) -> None:
    """It is said before anything is drawn."""
    code, _, stderr = labcolor("contact", "scans-colour", "-o", "sheet")
    assert code == 1
    assert "no ending" in stderr


def test_the_most_doubtful_come_first(labcolor: Run, folder: Path, results: Path) -> None:
    """Or the most vivid, as the report has them; what failed comes after what was made."""
    assert labcolor("scans", "-q", "--report", "r.json").code == 3
    rows = json.loads((folder / "r.json").read_text())["photographs"]
    for order in ("doubt", "chroma"):
        expected = sorted((row for row in rows if row["result"]), key=lambda row: -row[order])
        listed = contact.entries(results, order)
        assert [str(one.after) for one in listed[:-1]] == [
            str(folder / row["result"]) for row in expected
        ]
        assert listed[-1].error
    code, _, stderr = labcolor("contact", "scans-colour", "--sort", "doubt", "--first", "1")
    assert (code, stderr) == (0, "scans-colour-contact.jpg  1 of 3 photographs\n")
    assert read(folder / "scans-colour-contact.jpg").pixels.shape[0] < 300
