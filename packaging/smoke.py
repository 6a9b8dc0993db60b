"""Tries a build of labcolor as somebody would who has just got it.

    python packaging/smoke.py dist/labcolor/labcolor [--like labcolor]

Colours the photograph of examples/ alone, by a pipe and in a folder, and shows the methods; with
--like, the bytes must be those that another build makes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path

PHOTOGRAPH = Path(__file__).parents[1] / "examples" / "astronaut.jpg"


def results(program: str) -> dict[str, bytes]:
    """Colour a photograph in each way that there is."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        scans = folder / "scans"
        scans.mkdir()
        shutil.copy(PHOTOGRAPH, scans)
        run(program, folder, "--version")
        run(program, folder, "methods", "--verify")
        run(program, folder, "completion", "bash")
        run(program, folder, str(PHOTOGRAPH), "-o", "one.png")
        run(program, folder, "scans", "-o", "colour")
        piped = run(program, folder, "-", "-o", "-", stdin=PHOTOGRAPH.read_bytes())
        one, many = folder / "one.png", folder / "colour" / PHOTOGRAPH.name
        return {"one": one.read_bytes(), "folder": many.read_bytes(), "pipe": piped}


def located(program: str) -> str:
    """Find a program by its path, with or without `.exe`, or by its name where shells look."""
    found = shutil.which(program) or shutil.which(f"{program}.exe")
    assert found, f"there is no program {program}"
    return str(Path(found).resolve())


def run(program: str, folder: Path, *words: str, stdin: bytes = b"") -> bytes:
    """Run the program in a folder; whatever goes wrong ends this one too."""
    run = subprocess.run(
        [program, *words], cwd=folder, input=stdin, stdout=subprocess.PIPE, check=True, timeout=300
    )
    return run.stdout


def main() -> None:
    """Try a build, and hold it against another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--like", metavar="PROGRAM")
    asked = parser.parse_args()
    found = results(located(asked.program))
    assert all(found.values()), "an empty result"
    if asked.like:
        others = results(located(asked.like))
        different = [way for way in found if found[way] != others[way]]
        assert not different, f"other bytes than {asked.like}: {', '.join(different)}"
    print(f"{asked.program} works.")


if __name__ == "__main__":
    main()
