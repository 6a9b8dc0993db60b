"""A picture of the worst, the median and the best photograph: grey, coloured, true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from labcolor.evaluation.baselines import baseline
from labcolor.evaluation.comparison import Candidate, Comparison, Record
from labcolor.evaluation.summary import GREY
from labcolor.evaluation.truth import Folder
from labcolor.photo.model import Pixels

if TYPE_CHECKING:
    from PIL import Image

SIDE = 400  # pixels, of the square that each picture is fitted into
GAP = 12
LINE = 22  # height of a line of text
_TEXT = 15
_PAPER, _INK = (250, 250, 250), (30, 30, 30)


def sheet(folder: Folder, comparison: Comparison, methods: Sequence[Candidate]) -> Pixels:
    """Draw the photographs that the first method coloured worst, in the median, and best.

    The order is that of the gain over grey in raw AuC: by its absolute error the best photograph
    would be the one with the least colour.

    Parameters
    ----------
    folder : Folder
        The photographs; the three are read again.
    comparison : Comparison
        Their scores, those of the baseline "grey" among them.
    methods : sequence of Candidate
        What colours them, a column each between the grey version and the truth.

    Returns
    -------
    (h, w, 3) uint8 BGR
    """
    columns = [Candidate(GREY, baseline(GREY, folder)), *methods]
    rows = []
    for label, record in _chosen(comparison.records, methods[0].name).items():
        photograph = folder.read(folder.path / record.name)
        if photograph is None:
            continue  # somebody has replaced it meanwhile
        pictures = [*(one.colour(photograph) for one in columns), photograph.pixels]
        captions = [*(_caption(record, one.name) for one in columns), "truth"]
        rows.append(_row(f"{label}: {record.name}", pictures, captions))
    return np.ascontiguousarray(np.concatenate(rows)[..., ::-1])


def _chosen(records: Sequence[Record], method: str) -> dict[str, Record]:
    """Choose three photographs; fewer where there are not so many."""
    ordered = sorted(records, key=lambda record: _gain(record, method))
    last = len(ordered) - 1
    ranks = {last // 2: "Median", 0: "Worst", last: "Best"} if last else {0: "The only one"}
    return {label: ordered[rank] for rank, label in sorted(ranks.items())}


def _gain(record: Record, name: str) -> float:
    return record.scores[name].curve.raw() - record.scores[GREY].curve.raw()


def _caption(record: Record, name: str) -> str:
    difference = f"CIEDE2000 {record.scores[name].ciede2000:.1f}"
    gain = "" if name == GREY else f"AuC {_gain(record, name):+.1f}, "
    return f"{name}: {gain}{difference}"


def _row(title: str, pictures: Sequence[Pixels], captions: Sequence[str]) -> Pixels:
    """Draw pictures side by side: (h, w, 3) RGB."""
    from PIL import Image, ImageDraw, ImageFont

    fitted = [_fitted(picture) for picture in pictures]
    height = GAP + 2 * LINE + fitted[0].height
    paper = Image.new("RGB", (GAP + len(fitted) * (SIDE + GAP), height), _PAPER)
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(_TEXT)
    pen.text((GAP, GAP // 2), title, _INK, font)
    for column, (picture, caption) in enumerate(zip(fitted, captions, strict=True)):
        left = GAP + column * (SIDE + GAP)
        paper.paste(picture, (left, GAP // 2 + LINE))
        pen.text((left, GAP // 2 + LINE + picture.height), caption, _INK, font)
    return np.asarray(paper)


def _fitted(bgr: Pixels) -> Image.Image:
    """Scale a picture so that it just fits into its square."""
    from PIL import Image, ImageOps

    return ImageOps.contain(Image.fromarray(bgr[..., ::-1]), (SIDE, SIDE))
