"""Products in pieces: NumPy's numbers, and no thread of the BLAS at work for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from labcolor.color.products import product

WATCHED = """
import os, time
from pathlib import Path
import cv2, numpy as np
from labcolor import Colorizer

def runs():
    time.sleep(0.2)  # who has been woken goes on for a while
    return [Path(f"/proc/self/task/{task}/schedstat").read_text() for task in workers]

# whoever is there before OpenCV has had anything to share out is of a BLAS
workers = [task for task in os.listdir("/proc/self/task") if int(task) != os.getpid()]
colorize = Colorizer()
rng = np.random.default_rng(0)
before = runs()
for size in [(334, 300), (700, 600), (700, 600, 3), (1000, 1000), (40, 9000)]:
    colorize(rng.integers(0, 256, size, dtype=np.uint8))
assert runs() == before
np.ones((600, 600), np.float32) @ np.ones((600, 600), np.float32)
print(runs() != before)
"""


@pytest.mark.parametrize("shape", [(1, 1), (300, 5), (5000, 28), (1296, 313)])
@pytest.mark.parametrize("columns", [(), (2,), (3,)])
def test_it_is_a_product(shape: tuple[int, int], columns: tuple[int, ...]) -> None:
    """Of any layout, whatever is left over behind the last whole piece."""
    rng = np.random.default_rng(0)
    rows, matrix = rng.random(shape, np.float32), rng.random((shape[1], *columns), np.float32)
    expected = rows.astype(np.float64) @ matrix.astype(np.float64)
    for laid in (rows, np.asfortranarray(rows)):
        result = product(laid, matrix)
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, expected, rtol=1e-5)


@pytest.mark.skipif(
    not Path("/proc/self/schedstat").is_file(), reason="threads are watched in /proc"
)
def test_a_photograph_wakes_no_thread_of_the_blas() -> None:
    """A library cannot ask its user to set an environment variable before NumPy is imported."""
    without = {name: value for name, value in os.environ.items() if "_NUM_THREADS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        env=without | {"OPENBLAS_NUM_THREADS": "4"},
        capture_output=True,
        text=True,
        check=True,
    )
    if done.stdout.strip() != "True":
        pytest.skip("this NumPy's BLAS has no threads of its own")
