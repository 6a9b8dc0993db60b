"""What segments as tasks give: one film by one process, by one worker, and by two.

    python benchmarks/cluster_film.py FILM

FILM should have cuts ten seconds and more apart. The results have to be the same bytes. On two
cores two workers gain little, as the stages of one process keep both at work; there this measures
what the sharing itself costs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def colour(film: Path, output: Path, *more: str) -> bytes:
    """Run the command over a folder with the film; say what it took."""
    command = [sys.executable, "-m", "labcolor", str(film), "-o", str(output), "-q", *more]
    before = os.times()
    began = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    took, after = time.perf_counter() - began, os.times()
    busy = sum(after[2:4]) - sum(before[2:4])
    name = " ".join(more) or "folder mode"
    print(f"{name}: {took:.1f} s, {busy:.1f} s of the processor", flush=True)
    return next(path for path in output.iterdir() if path.is_file()).read_bytes()


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        films = Path(temporary, "films")
        films.mkdir()
        film = Path(sys.argv[1])
        (films / film.name).symlink_to(film.resolve())
        ways: dict[str, tuple[str, ...]] = {
            "folder": (),
            "one": ("--cluster", "local:1"),
            "two": ("--cluster", "local:2"),
        }
        results = {name: colour(films, Path(temporary, name), *ways[name]) for name in ways}
        assert len(set(results.values())) == 1, "the results are not the same"


if __name__ == "__main__":
    main()
