"""A comparison as a document for programs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from itertools import groupby
from typing import Any

from labcolor._version import __version__
from labcolor.evaluation.comparison import Comparison
from labcolor.evaluation.summary import Row, Summary, rarity, summarise

Groups = dict[str, Summary]
"""Summaries by the name of a folder or of a file."""


def overall(comparison: Comparison) -> Summary:
    """Summarise all photographs."""
    return summarise(comparison.records, rarity(comparison.records))


def by_folder(comparison: Comparison) -> Groups:
    """Summarise the photographs of each subfolder of the first level, "." those beside them."""
    records = sorted(comparison.records, key=lambda record: record.source)
    share = rarity(records)
    grouped = groupby(records, key=lambda record: record.source)
    return {source: summarise(list(group), share) for source, group in grouped}


def by_file(comparison: Comparison) -> Groups:
    """Summarise each photograph."""
    share = rarity(comparison.records)
    return {record.name: summarise([record], share) for record in comparison.records}


def document(comparison: Comparison, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a comparison, as `--json` prints it.

    Parameters
    ----------
    comparison : Comparison
        What was measured.
    settings : mapping
        What was asked for.

    Returns
    -------
    dict
        ``labcolor`` : str
            The version that measured.
        ``settings`` : dict
            ``weights``, ``rebalance``, ``temperature``, ``squash``, null where the option was not
            given; ``crop``, percent by subfolder.
        ``photographs`` : int
            How many were measured.
        ``grey`` : list of str
            The files without colour, which were skipped.
        ``unreadable`` : list of dict
            ``file`` and ``reason`` : str, of those that could not be read.
        ``overall`` : dict
            All photographs: ``photographs``, how many; ``colourfulness`` and ``chroma`` of the
            truth; and ``rows``, a list of dict, one for each candidate:

            ``name`` : str
                A method, or one of the baselines "grey", "mean" and "random".
            ``auc``, ``auc_rebalanced`` : float
                Area under the curve of ab error over 0…150, percent, every photograph counting
                alike; the second with each pixel weighted by the rarity of its true bin. The
                rarity is that in the whole set, also for ``folders`` and ``files``.
            ``auc_gain``, ``auc_rebalanced_gain`` : float
                The same less that of the baseline "grey" on the same photographs.
            ``ab_error``, ``ciede2000``, ``psnr``, ``colourfulness``, ``chroma`` : float
                Means over the photographs: of their mean distance in ab, mean CIEDE2000, PSNR in
                RGB in dB (null where a colouring is the truth itself), colourfulness of Hasler and
                Süsstrunk, and mean chroma.
            ``false_colour``, ``right_hue`` : float or null
                Share of what is nearly grey in truth (chroma below 10) that came out with a
                chroma above 25; share of the rest whose hue came out within 45°. Null where the
                photographs have nothing of the kind.
            ``seconds`` : float or null
                What colouring a photograph took on average; null for baselines.
        ``folders`` : list of dict
            The same for each subfolder of the first level, and its ``folder``, "." for the
            photographs that lie in none.
        ``files`` : list of dict
            The same for each photograph, and its ``file``, ``width`` and ``height``.

    Keys may be added; these stay.
    """
    return {
        "labcolor": __version__,
        "settings": dict(settings),
        "photographs": len(comparison.records),
        "grey": comparison.grey,
        "unreadable": [
            {"file": name, "reason": reason} for name, reason in comparison.unreadable.items()
        ],
        "overall": _entry(overall(comparison)),
        "folders": [
            {"folder": name, **_entry(summary)} for name, summary in by_folder(comparison).items()
        ],
        "files": [
            {
                "file": record.name,
                "width": record.width,
                "height": record.height,
                **_entry(summary),
            }
            for record, summary in zip(
                comparison.records, by_file(comparison).values(), strict=True
            )
        ],
    }


def _entry(summary: Summary) -> dict[str, Any]:
    return {
        "photographs": summary.photographs,
        "colourfulness": summary.colourfulness,
        "chroma": summary.chroma,
        "rows": [{"name": name, **_finite(row)} for name, row in summary.rows.items()],
    }


def _finite(row: Row) -> dict[str, Any]:
    """JSON has no infinity."""
    return {key: None if value == math.inf else value for key, value in asdict(row).items()}
