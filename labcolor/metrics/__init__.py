"""How far a colouring is from the truth, and how colourful it is."""

from labcolor.metrics.auc import AreaUnderCurve
from labcolor.metrics.colour_errors import ColourErrors, colour_errors
from labcolor.metrics.colourfulness import colourfulness
from labcolor.metrics.difference import ciede2000, psnr

__all__ = [
    "AreaUnderCurve",
    "ColourErrors",
    "ciede2000",
    "colour_errors",
    "colourfulness",
    "psnr",
]
