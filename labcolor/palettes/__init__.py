"""Palettes to colour by: those that ship with labcolor, and those of a user's references."""

from labcolor.palettes.built_in import BUILT_IN, BuiltIn, load
from labcolor.palettes.references import SEVERAL, Reference, References

__all__ = ["BUILT_IN", "SEVERAL", "BuiltIn", "Reference", "References", "load"]
