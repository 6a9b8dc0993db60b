"""Pictures get memory that others had before, though Dask has it given back early."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
import numpy as np
from labcolor.batch.cluster.allocation import reuse_memory
if sys.argv[1] == "reused":
    reuse_memory()
def fresh_pages():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
np.ones(8 << 20, np.uint8)
before = fresh_pages()
for _ in range(20):
    np.ones(8 << 20, np.uint8)
print(fresh_pages() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="wants glibc")
@pytest.mark.parametrize("how", ["reused", "as Dask has it"])
def test_fresh_pages(how: str) -> None:
    """Of 20 arrays of 8 MiB each has 2048 pages, where they are not those of the one before."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, how],
        env=os.environ | {"MALLOC_TRIM_THRESHOLD_": "65536"},
        capture_output=True,
        text=True,
        check=True,
    )
    pages = int(run.stdout)
    assert pages < 100 if how == "reused" else pages > 1000
