"""Files that nobody made on purpose: only labcolor's own errors come out, soon and in little room.

A minute of it with a fixed seed; `python tests/fuzz/campaign.py 100000` goes on from there. What a
campaign finds becomes a test of its own in `test_findings.py`.
"""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from apart import GIGABYTE, SECONDS, largest, reading
from corpus import CORPORA
from damage import damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = {"photographs": 1500, "metadata": 150, "films": 100}


@pytest.mark.parametrize("kind", CORPORA)
def test_damaged_files_are_read_or_refused(kind, tmp_path):
    """Whatever is damaged of a file, it is read or an error of labcolor's says why not."""
    pytest.importorskip("resource", reason="memory is limited on systems like Unix")
    logging.getLogger("labcolor").setLevel(logging.CRITICAL)
    sound = list(CORPORA[kind]())
    if not sound:
        pytest.skip("films need PyAV: pip install 'labcolor[film]'")
    with reading(kind) as one:
        for content in sound:
            one(kind, written(tmp_path, content))
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
            one(kind, written(tmp_path, data.draw(damaged(sound))))

        fuzz()
        assert largest() - before < GIGABYTE


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path
