"""Files that nobody made on purpose: only labcolor's own errors come out, soon and in little room.

A minute of it with a fixed seed; `python tests/fuzz/campaign.py 100000` goes on from there. What a
campaign finds becomes a test of its own in `test_findings.py`.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest
from corpus import CORPORA
from damage import damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from targets import read

EXAMPLES = {"photographs": 1500, "metadata": 150}
SECONDS = 10
GIGABYTE = 1 << 30


def largest() -> int:
    """Give the most memory that this process has had, in bytes."""
    resource = pytest.importorskip("resource", reason="of systems like Unix")
    unit = 1 if sys.platform == "darwin" else 1024
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit


@pytest.mark.parametrize("kind", CORPORA)
def test_damaged_files_are_read_or_refused(kind, tmp_path):
    """Whatever is damaged of a file, it is read or an error of labcolor's says why not."""
    logging.getLogger("labcolor").setLevel(logging.CRITICAL)
    sound = list(CORPORA[kind]())
    for content in sound:
        one(kind, tmp_path, content)
    before = largest()

    @settings(
        max_examples=EXAMPLES.get(kind, 250),
        deadline=SECONDS * 1000,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def fuzz(data: st.DataObject) -> None:
        one(kind, tmp_path, data.draw(damaged(sound)))

    fuzz()
    assert largest() - before < GIGABYTE


def one(kind: str, folder: Path, content: bytes) -> None:
    path = folder / "file"
    path.write_bytes(content)
    read(kind, path)
