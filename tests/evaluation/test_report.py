"""The figures of many photographs, as a document and as a table."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from labcolor.evaluation import Candidate, Folder, baseline, compare
from labcolor.evaluation.report import by_file, by_folder, document, overall
from labcolor.evaluation.table import table
from labcolor.evaluation.truth import lab_of
from labcolor.metrics import AreaUnderCurve

SETTINGS: dict[str, Any] = {"weights": "embedded", "rebalance": None, "crop": {}, "squash": None}


def mirrored(photograph):
    return np.ascontiguousarray(photograph.pixels[:, ::-1])


@pytest.fixture
def comparison(folder):
    return compared(folder)


def compared(folder):
    candidates = [
        Candidate("grey", baseline("grey", folder), is_baseline=True),
        Candidate("mirrored", mirrored),
        Candidate("truth", lambda photograph: photograph.pixels.copy()),
    ]
    return compare(folder, candidates)


def test_auc_counts_every_photograph_alike(album):
    """Repeated until all have as many pixels, their pixels are put together."""
    with Image.open(album / "coffee.png") as coffee:
        coffee.resize((20, 30)).save(album / "coffee.png")
    folder = Folder(album)
    photographs = [folder.read(file) for file in folder.files]
    sizes = [photograph.lab[..., 0].size for photograph in photographs]
    curve = AreaUnderCurve()
    for photograph, size in zip(photographs, sizes, strict=True):
        truth, ab = photograph.lab[..., 1:], lab_of(mirrored(photograph))[..., 1:]
        one = AreaUnderCurve()
        one.add(truth, ab)
        for _ in range(math.lcm(*sizes) // size):
            curve += one
    summary = overall(compared(folder))
    row, grey = summary.rows["mirrored"], summary.rows["grey"]
    assert row.auc == pytest.approx(curve.raw())
    assert row.auc_rebalanced == pytest.approx(curve.rebalanced())
    assert row.auc_gain == pytest.approx(row.auc - grey.auc)
    assert row.auc_rebalanced_gain == pytest.approx(row.auc_rebalanced - grey.auc_rebalanced)


def test_the_other_measures_are_means_of_the_photographs(comparison):
    scores = [record.scores["mirrored"] for record in comparison.records]
    row = overall(comparison).rows["mirrored"]
    for name in ("ab_error", "ciede2000", "psnr", "colourfulness", "chroma", "seconds"):
        assert getattr(row, name) == pytest.approx(np.mean([getattr(one, name) for one in scores]))


def test_parts_are_weighted_by_the_rarity_in_the_whole_set(comparison):
    """So a part's figure is no less than the least of its files' and no more than the largest."""
    files, folders = by_file(comparison), by_folder(comparison)
    assert list(folders) == [".", "nasa", "pets"]
    assert [summary.photographs for summary in folders.values()] == [1, 1, 2]
    assert folders["nasa"] == files["nasa/astronaut.png"]
    pets = [files[name].rows["mirrored"].auc_rebalanced for name in files if "pets" in name]
    assert min(pets) < folders["pets"].rows["mirrored"].auc_rebalanced < max(pets)
    alone = comparison.records[1].scores["mirrored"].curve
    assert folders["nasa"].rows["mirrored"].auc_rebalanced != alone.rebalanced()


def test_the_document_is_json_with_the_keys_that_are_promised(comparison):
    """Without infinities, which JSON does not know: the truth's PSNR is one."""
    facts = json.loads(json.dumps(document(comparison, SETTINGS), allow_nan=False))
    assert facts.keys() >= {"labcolor", "settings", "photographs", "grey", "unreadable"}
    assert facts["settings"] == SETTINGS
    assert len(facts["files"]) == facts["photographs"] == 4
    assert [one["folder"] for one in facts["folders"]] == [".", "nasa", "pets"]
    assert facts["files"][1]["file"] == "nasa/astronaut.png"
    assert (facts["files"][1]["width"], facts["files"][1]["height"]) == (60, 40)
    for part in (facts["overall"], *facts["folders"], *facts["files"]):
        assert part.keys() >= {"photographs", "colourfulness", "chroma", "rows"}
        assert [row["name"] for row in part["rows"]] == ["grey", "mirrored", "truth"]
        assert part["rows"][2]["psnr"] is None
        for row in part["rows"]:
            assert row.keys() >= {
                *("name", "auc", "auc_gain", "auc_rebalanced", "auc_rebalanced_gain", "ab_error"),
                *("ciede2000", "psnr", "colourfulness", "chroma", "seconds"),
                *("false_colour", "right_hue"),
            }


def test_the_table_fits_and_has_gains_beside_the_figures(comparison):
    console = Console(width=80, record=True, file=io.StringIO())
    summary = overall(comparison)
    console.print(table("All [of them]", summary))
    lines = console.export_text().splitlines()
    assert lines[0].startswith("All [of them]: 4 photographs")
    assert max(map(len, lines)) <= 80
    row = summary.rows["mirrored"]
    words = next(line for line in lines if line.startswith("mirrored")).split()
    assert words[1:3] == [f"{row.auc:.2f}", f"{row.auc_gain:+.2f}"]
    assert words[3:5] == [f"{row.auc_rebalanced:.2f}", f"{row.auc_rebalanced_gain:+.2f}"]
    assert words[7:9] == [f"{100 * row.false_colour:.1f}", f"{100 * row.right_hue:.1f}"]
    assert f"{summary.chroma:.1f}" in lines[-1]
