"""Sidecars of all photographs of a run, those of earlier runs too."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from labcolor.batch import look
from labcolor.batch.report import Row
from labcolor.photo.sidecar import carry


def carry_all(table: Iterable[Row], *, overwrite: bool) -> int:
    """Let sidecars go with the photographs that are in colour; say how many were written.

    Parameters
    ----------
    table : iterable of Row, such as a `Table`
        What became of the photographs.
    overwrite : bool
        Whether sidecars that are there may be replaced.
    """
    number = 0
    for row in table:
        if row.became in ("done", "done before") and look.is_file(Path(row.result)):
            number += len(carry(Path(row.photograph), Path(row.result), overwrite=overwrite))
    return number
