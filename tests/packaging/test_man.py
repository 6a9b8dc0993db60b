"""The manual pages: one a command, of which `man` has nothing to complain."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from labcolor.cli import group

MAKER = Path(__file__).parents[2] / "packaging" / "man.py"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the pages."""
    folder = tmp_path_factory.mktemp("man")
    date = {"SOURCE_DATE_EPOCH": "1750000000"}
    subprocess.run([sys.executable, MAKER, folder], env=os.environ | date, check=True)
    return folder


def test_every_command_has_a_page(pages: Path) -> None:
    """Colouring is that of the whole."""
    commands = {f"labcolor-{name}.1" for name in group.commands} - {"labcolor-colour.1"}
    assert {path.name for path in pages.iterdir()} == {"labcolor.1", *commands}


def test_the_page_of_the_whole_has_options_commands_and_exit_codes(pages: Path) -> None:
    text = (pages / "labcolor.1").read_text()
    for words in ("\\-\\-method NAME", "labcolor fetch", "SH EXIT STATUS", '"2025-06-15"'):
        assert words in text


def test_man_has_nothing_to_complain_of(pages: Path) -> None:
    if not shutil.which("man") or not shutil.which("groff"):
        pytest.skip("there is no man, or no groff, here")
    for page in pages.iterdir():
        run = subprocess.run(
            ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)],
            env=os.environ | {"LC_ALL": "C.UTF-8"},
            capture_output=True,
            check=True,
        )
        assert run.stderr == b"", page.name
