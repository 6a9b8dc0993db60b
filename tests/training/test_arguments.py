"""`python -m training.train` where PyTorch is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
WITHOUT = """
import runpy, sys
sys.modules["torch"] = None  # as if it were not there
sys.argv = ["training.train", *sys.argv[1:]]
runpy.run_module("training.train", run_name="__main__")
"""


def train(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT, *args]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_help_needs_no_pytorch() -> None:
    done = train("--help")
    assert done.returncode == 0
    assert "--minutes" in done.stdout


def test_a_run_says_what_to_install() -> None:
    """In one sentence; and what is wrong with the arguments is told without it."""
    done = train("config.toml", "photographs", "run", "--steps", "1")
    assert done.returncode == 1
    assert done.stderr == "Training needs PyTorch: pip install -e '.[train]' in this checkout.\n"
    assert train("config.toml", "photographs", "run").returncode == 2
