"""Names of files cannot write over the terminal, whatever is in them."""

from __future__ import annotations

import csv
import json
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labcolor.cli import main
from labcolor.printable import printable

WILD = "a\n\x1b[31mred\x07\u202egpj\x9b.png"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Großmutter 題 — 1943.jpg", "Großmutter 題 — 1943.jpg"),
        ("a\tb\r\n\x1b[2J", r"a\tb\r\n\x1b[2J"),
        ("\x00\x7f\x85\x9b", r"\x00\x7f\x85\x9b"),
        ("exe.\u202egpj", r"exe.\u202egpj"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("caf\udce9", r"caf\xe9"),
        ("no\u00a0break, na\u200dive", "no\u00a0break, na\u200dive"),
    ],
)
def test_what_is_spelled_out(text, expected):
    """What moves the cursor or turns the line is spelled; letters of all scripts stay."""
    assert printable(text) == expected


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_moves_the_cursor(text):
    """Whatever the name, one line of it comes out, fit for any encoding of Unicode."""
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown
    shown.encode("utf-8", "surrogatepass")


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
def test_names_in_messages_and_reports(tmp_path, monkeypatch, capfd):
    """The command spells them out in lines, errors, warnings and tables."""
    monkeypatch.chdir(tmp_path)
    scans = tmp_path / "scans"
    scans.mkdir()
    Image.fromarray(np.full((9, 9), 99, np.uint8)).save(scans / WILD)
    (scans / ("broken" + WILD)).write_bytes(b"no picture")
    for args in (
        ["scans", "--report", "r.csv"],
        ["scans", "--report", "r.json", "--dry-run"],
        [f"scans/{WILD}", "-o", f"out{WILD}"],
        [f"scans/broken{WILD}"],
        [f"scans/{WILD}.missing"],
    ):
        with pytest.raises(SystemExit):
            main(args)
        out, err = capfd.readouterr()
        for character in "\x1b\x07\u202e\x9b":
            assert character not in out + err
        assert all(line for line in err.splitlines())
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert any(r"\x1b[31mred\x07\u202egpj\x9b.png" in row["photograph"] for row in rows)
    text = (tmp_path / "r.json").read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert any(WILD in row["photograph"] for row in json.loads(text)["photographs"])
