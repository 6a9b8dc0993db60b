"""Damage many files and say what breaks: python tests/fuzz/campaign.py 100000 [SEED].

The file that shows a finding is kept in the folder for temporary files, and named.
"""

from __future__ import annotations

import logging
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
for room in (".", "../photo", "../weights", "../model", "../networks", "../film"):
    sys.path.insert(0, str(HERE / room))

import numpy as np  # noqa: E402
from apart import GIGABYTE, SECONDS, largest, reading  # noqa: E402
from corpus import CORPORA  # noqa: E402

LIMIT = 6 << 30
_SHARES = {"photographs": 0.8, "metadata": 0.04, "films": 0.01}


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file as `damage.damaged` does, at a tenth of its cost."""
    data = bytearray(content)
    for _ in range(rng.integers(1, 7)):
        reach = len(data) if rng.random() < 0.5 else min(400, len(data))
        at, size = int(rng.integers(0, max(1, reach))), int(rng.integers(1, 65))
        kind = rng.integers(0, 6)
        if kind == 0:
            data[at : at + 1] = rng.bytes(1)
        elif kind == 1:
            data[at : at + 4] = [b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff"][
                rng.integers(3)
            ]
        elif kind == 2:
            del data[at : at + size]
        elif kind == 3:
            data[at:at] = data[at : at + size]
        elif kind == 4:
            data[at : at + size] = bytes(min(size, len(data) - at))
        else:
            del data[at + size :]
    return bytes(data)


class Findings:
    """What broke: the first file of each kind of breakage is kept and told of."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def add(self, name: str, what: str, told: str, path: Path) -> None:
        """Note that a file broke something."""
        if not self.seen[what]:
            keep = Path(tempfile.gettempdir(), f"{name}-{len(self.seen)}")
            shutil.copy(path, keep)
            print(f"{keep}\n{told}", flush=True)
        self.seen[what] += 1


def main(count: int, seed: int) -> int:
    """Run the campaign; the number of distinct findings is the exit code."""
    logging.getLogger("labcolor").setLevel(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))  # for the sake of whoever else is here
    rng = np.random.default_rng(seed)
    findings, began, done = Findings(), time.monotonic(), 0
    rest = (1 - sum(_SHARES.values())) / (len(CORPORA) - len(_SHARES))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        for kind, make in CORPORA.items():
            sound = list(make())
            if not sound:
                print(f"no {kind}: a package is missing", flush=True)
                continue
            with reading(kind) as one:
                for _ in range(round(count * _SHARES.get(kind, rest))):
                    path.write_bytes(mutated(sound[rng.integers(len(sound))], rng))
                    attempt(one, kind, path, findings)
                    done += 1
    seconds = time.monotonic() - began
    print(f"{done} files in {seconds:.0f} s, {len(findings.seen)} distinct findings")
    return len(findings.seen)


def attempt(one: Callable[[str, Path], None], kind: str, path: Path, findings: Findings) -> None:
    """Read a damaged file, and see what it does."""
    start, before = time.process_time(), largest()
    try:
        one(kind, path)
    except Exception:
        told = traceback.format_exc()
        findings.add(f"finding-{kind}", "\n".join(told.splitlines()[-3:]), told, path)
    seconds, grown = time.process_time() - start, largest() - before
    if seconds > SECONDS:
        findings.add(f"slow-{kind}", f"slow {kind}", f"{seconds:.1f} s", path)
    if grown > GIGABYTE:
        findings.add(f"large-{kind}", f"large {kind}", f"{grown >> 20} MB", path)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 0))
