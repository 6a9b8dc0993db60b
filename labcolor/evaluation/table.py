"""Summaries as tables for people, 80 columns wide."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from labcolor.evaluation.summary import GREY, Row, Summary

LEGEND = (
    "Means of the photographs, large and small alike: AuC, percent of the area under the curve of "
    "ab error over 0…150, and what it is above grey's, raw and rebalanced by the rarity of the "
    "true colours in the whole set; ab, distance in ab; ΔE, CIEDE2000; false, percent of what is "
    "nearly grey in truth (chroma below 10) that came out with a chroma above 25; hue, percent of "
    "the rest whose hue is right to 45°; C*, chroma; s, seconds to colour one. --json has PSNR "
    "and colourfulness too."
)


_NAME = 22  # the longest name of a method
_COLUMNS = {
    "AuC\nraw": 12,
    "AuC\nrebalanced": 12,
    "\nab": 5,
    "\nΔE": 5,
    "\nfalse": 5,
    "\nhue": 4,
    "\nC*": 4,
    "\ns": 4,
}


def table(title: str, summary: Summary) -> Table:
    """Make the table of some photographs: a row for each candidate, and one for the truth."""
    photographs = "photograph" if summary.photographs == 1 else "photographs"
    result = Table(
        title=f"[bold]{escape(title)}[/bold]: {summary.photographs} {photographs}",
        title_justify="left",
        title_style="",
        box=None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    result.add_column(min_width=_NAME, overflow="fold")
    for header, width in _COLUMNS.items():
        result.add_column(header, min_width=width, justify="right", no_wrap=True)
    for name, row in summary.rows.items():
        result.add_row(name, *_cells(row, gains=name != GREY))
    result.add_row("truth", *[""] * 6, f"{summary.chroma:.1f}", "")
    return result


def _cells(row: Row, *, gains: bool) -> tuple[str, ...]:
    return (
        _auc(row.auc, row.auc_gain, gains=gains),
        _auc(row.auc_rebalanced, row.auc_rebalanced_gain, gains=gains),
        f"{row.ab_error:.2f}",
        f"{row.ciede2000:.2f}",
        _percent(row.false_colour),
        _percent(row.right_hue),
        f"{row.chroma:.1f}",
        "" if row.seconds is None else f"{row.seconds:.2f}",
    )


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _auc(value: float, gain: float, *, gains: bool) -> str:
    return f"{value:.2f} {gain:+6.2f}" if gains else f"{value:.2f}" + " " * 7
