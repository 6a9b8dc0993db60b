"""Start-up time is a feature, and it goes with what is imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# Whatever a start needs besides Python's own library; NumPy, OpenCV, Pillow, requests and rich
# take from 50 to 300 ms each.
ALLOWED = {"click", "colorama", "labcolor"}

PROGRAM = """
import sys
before = set(sys.modules)
from labcolor.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""


def imported(*args: str, **variables: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *args],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | variables,
    )
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "args",
    [
        ["--version"],
        ["--help"],
        ["photo.jpg", "--help"],
        ["photo.jpg", "--no-such-option"],
        ["eval", "--help"],
        ["fetch", "--help"],
        ["methods", "--help"],
        ["palettes", "--help"],
    ],
    ids=" ".join,
)
def test_what_needs_no_photograph_loads_no_engine(args: list[str]) -> None:
    """Version, help and wrong usage are answered with click and the standard library alone."""
    assert imported(*args) - sys.stdlib_module_names <= ALLOWED


def test_the_tab_key_loads_no_engine() -> None:
    """Candidates, of which the methods are some, have to be there at once."""
    asked = {"_LABCOLOR_BEFORE": "--method", "_LABCOLOR_CURRENT": ""}
    loaded = imported(_LABCOLOR_COMPLETE="bash_complete", **asked)
    assert loaded - sys.stdlib_module_names <= ALLOWED


def test_the_library_is_imported_without_the_engine() -> None:
    """`import labcolor` is as light, and its names still come from it when they are asked for."""
    program = (
        "import sys, labcolor\n"
        "heavy = {'cv2', 'numpy', 'PIL', 'requests', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert labcolor.Colorizer and labcolor.Hints and labcolor.METHODS\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
