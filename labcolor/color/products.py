"""Products of matrices that no BLAS shares out among threads.

A BLAS wakes its threads for a product of some thousand multiplications, and they go on spinning
for a while after it: on cores that the network and OpenCV want next. A photograph takes a few
dozen products like that, none of which is worth it, and a library cannot set the environment
variable that forbids it (`OPENBLAS_NUM_THREADS`), which is read when NumPy is imported.
"""

from __future__ import annotations

import numpy as np

from labcolor.color.floats import Floats

_PIECE = 1 << 13  # multiplications; OpenBLAS, the most eager, wakes its threads from 9217 on
_ALIGNED = 16  # rows of a piece are a multiple, so that all but the last run through one kernel


def product(rows: Floats, matrix: Floats) -> Floats:
    """Multiply many rows by a small matrix, some rows at a time.

    Parameters
    ----------
    rows : (n, k) float32
        Any layout; a transposed view is not copied.
    matrix : (k, m) or (k,) float32

    Returns
    -------
    (n, m) or (n,) float32
        The numbers of `rows @ matrix`.
    """
    result = np.empty((len(rows), *matrix.shape[1:]), np.float32)
    step = max(1, _PIECE // matrix.size // _ALIGNED) * _ALIGNED
    for top in range(0, len(rows), step):
        np.matmul(rows[top : top + step], matrix, out=result[top : top + step])
    return result
