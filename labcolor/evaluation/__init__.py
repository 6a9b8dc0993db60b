"""Colouring the grey version of colour photographs, and comparing the result with the truth."""

from labcolor.evaluation.baselines import BASELINES, baseline
from labcolor.evaluation.comparison import Candidate, Comparison, compare
from labcolor.evaluation.truth import Folder

__all__ = ["BASELINES", "Candidate", "Comparison", "Folder", "baseline", "compare"]
