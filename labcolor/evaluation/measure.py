"""One colouring of one photograph, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labcolor.color.floats import Floats
from labcolor.evaluation.truth import Photograph, lab_of, strips
from labcolor.metrics import (
    AreaUnderCurve,
    ColourErrors,
    ciede2000,
    colour_errors,
    colourfulness,
    psnr,
)
from labcolor.photo.model import Pixels


@dataclass(frozen=True, eq=False)
class Scores:
    """How far a colouring is from the truth, and how colourful it is.

    Attributes
    ----------
    curve : AreaUnderCurve
        Of its ab.
    colour_errors : ColourErrors
        Counts of false colours and right hues.
    ab_error : float
        Mean distance in ab.
    ciede2000 : float
        Mean colour difference.
    psnr : float
        Over the three channels, in dB.
    colourfulness : float
        After Hasler and Süsstrunk.
    chroma : float
        Mean distance of ab from grey.
    seconds : float or None
        What colouring it took; None for a baseline.
    """

    curve: AreaUnderCurve
    colour_errors: ColourErrors
    ab_error: float
    ciede2000: float
    psnr: float
    colourfulness: float
    chroma: float
    seconds: float | None


def measure(truth: Photograph, coloured: Pixels, seconds: float | None = None) -> Scores:
    """Compare a colouring with the truth, as 8-bit pixels at full size.

    Parameters
    ----------
    truth : Photograph
        What it should be.
    coloured : (h, w, 3) uint8
        What it is, sRGB: blue, green, red.
    seconds : float, optional
        What colouring it took.
    """
    curve, errors = AreaUnderCurve(), ColourErrors()
    error = difference = chroma = 0.0
    for rows in strips(coloured.shape):
        true, lab = truth.lab[rows], lab_of(coloured[rows])
        curve.add(true[..., 1:], lab[..., 1:])
        errors = errors.plus(colour_errors(true[..., 1:], lab[..., 1:]))
        error += total(length(lab[..., 1:] - true[..., 1:]))
        difference += total(ciede2000(true, lab))
        chroma += total(length(lab[..., 1:]))
    pixels = coloured.shape[0] * coloured.shape[1]
    return Scores(
        curve=curve,
        colour_errors=errors,
        ab_error=error / pixels,
        ciede2000=difference / pixels,
        psnr=psnr(truth.pixels, coloured),
        colourfulness=colourfulness(coloured),
        chroma=chroma / pixels,
        seconds=seconds,
    )


def length(ab: Floats) -> Floats:
    """Distance of (..., 2) ab from (0, 0)."""
    return np.hypot(ab[..., 0], ab[..., 1])


def total(values: Floats) -> float:
    """Sum float32 values without losing any."""
    return float(values.sum(dtype=np.float64))
