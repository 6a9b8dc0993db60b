"""Damage many files and say what breaks: python tests/fuzz/campaign.py 100000 [SEED].

Each finding is printed with the bytes that show it, made as small as Hypothesis can.
"""

from __future__ import annotations

import logging
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
for room in (".", "../photo", "../weights", "../model", "../networks"):
    sys.path.insert(0, str(HERE / room))

import numpy as np  # noqa: E402
from corpus import CORPORA  # noqa: E402
from targets import read  # noqa: E402

SECONDS = 10
LIMIT = 6 << 30
_SHARES = {"photographs": 0.8, "metadata": 0.04}


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


def main(count: int, seed: int) -> int:
    """Run the campaign; the number of distinct findings is the exit code."""
    logging.getLogger("labcolor").setLevel(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))  # for the sake of whoever else is here
    rng = np.random.default_rng(seed)
    findings: Counter[str] = Counter()
    began, done = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        for kind, make in CORPORA.items():
            sound = list(make())
            for _ in range(int(count * _SHARES.get(kind, 0.16 / (len(CORPORA) - 2)))):
                content = mutated(sound[rng.integers(len(sound))], rng)
                path.write_bytes(content)
                start = time.monotonic()
                try:
                    read(kind, path)
                except Exception:
                    told = traceback.format_exc()
                    where = "\n".join(told.splitlines()[-3:])
                    if not findings[where]:
                        keep = Path(tempfile.gettempdir(), f"finding-{kind}-{len(findings)}")
                        keep.write_bytes(content)
                        print(f"{keep}\n{told}", flush=True)
                    findings[where] += 1
                seconds = time.monotonic() - start
                if seconds > SECONDS:
                    keep = Path(tempfile.gettempdir(), f"slow-{kind}-{done}")
                    keep.write_bytes(content)
                    print(f"{keep}: {seconds:.1f} s", flush=True)
                done += 1
    print(f"{done} files in {time.monotonic() - began:.0f} s, {len(findings)} distinct findings")
    return len(findings)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 0))
