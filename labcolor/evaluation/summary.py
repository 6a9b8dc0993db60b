"""The scores of many photographs, made into one row a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from labcolor.color.floats import Floats
from labcolor.evaluation.comparison import Record
from labcolor.evaluation.measure import Scores
from labcolor.metrics import AreaUnderCurve, ColourErrors

GREY = "grey"
"""The baseline that gains are counted from."""


@dataclass(frozen=True)
class Row:
    """How well a candidate coloured some photographs; see `labcolor.evaluation.report`."""

    auc: float
    auc_gain: float
    auc_rebalanced: float
    auc_rebalanced_gain: float
    ab_error: float
    ciede2000: float
    psnr: float
    colourfulness: float
    chroma: float
    false_colour: float | None
    right_hue: float | None
    seconds: float | None


@dataclass(frozen=True)
class Summary:
    """Some photographs: how many, how colourful in truth, and a row for each candidate."""

    photographs: int
    colourfulness: float
    chroma: float
    rows: dict[str, Row]


def rarity(records: Sequence[Record]) -> Floats:
    """Share of each bin in the true colours of photographs, smoothed: (313,) float32."""
    return _curve([record.scores[GREY] for record in records]).share()


def summarise(records: Sequence[Record], share: Floats) -> Summary:
    """Put the scores of some photographs together.

    Every photograph counts alike, whatever its size; in the paper all are of one size.

    Parameters
    ----------
    records : sequence of Record
        At least one, measured with the baseline "grey".
    share : (313,) float32
        Share of each bin, by whose inverse the pixels are rebalanced. That of the whole set makes
        the figures of its parts comparable, and the figure of the whole a mean of theirs.
    """
    grey = _curve([record.scores[GREY] for record in records])
    raw, rebalanced = grey.raw(), grey.rebalanced(share)
    return Summary(
        photographs=len(records),
        colourfulness=fmean(record.colourfulness for record in records),
        chroma=fmean(record.chroma for record in records),
        rows={
            name: _row([record.scores[name] for record in records], share, raw, rebalanced)
            for name in records[0].scores
        },
    )


def _row(scores: Sequence[Scores], share: Floats, raw: float, rebalanced: float) -> Row:
    curve, errors = _curve(scores), ColourErrors()
    for one in scores:
        errors = errors.plus(one.colour_errors.as_one())
    seconds = [one.seconds for one in scores if one.seconds is not None]
    return Row(
        auc=curve.raw(),
        auc_gain=curve.raw() - raw,
        auc_rebalanced=curve.rebalanced(share),
        auc_rebalanced_gain=curve.rebalanced(share) - rebalanced,
        ab_error=fmean(one.ab_error for one in scores),
        ciede2000=fmean(one.ciede2000 for one in scores),
        psnr=fmean(one.psnr for one in scores),
        colourfulness=fmean(one.colourfulness for one in scores),
        chroma=fmean(one.chroma for one in scores),
        false_colour=errors.false_colour_share(),
        right_hue=errors.right_hue_share(),
        seconds=fmean(seconds) if seconds else None,
    )


def _curve(scores: Sequence[Scores]) -> AreaUnderCurve:
    curve = AreaUnderCurve()
    for one in scores:
        curve += one.curve.as_one()
    return curve
