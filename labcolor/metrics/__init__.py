"""How far a colouring is from the truth, and how colourful it is."""

from labcolor.metrics.auc import AreaUnderCurve
from labcolor.metrics.colourfulness import colourfulness
from labcolor.metrics.difference import ciede2000, psnr

__all__ = ["AreaUnderCurve", "ciede2000", "colourfulness", "psnr"]
