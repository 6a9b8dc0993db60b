"""Contact sheets of a run: many small before/after pairs on a page, for looking through them."""

from labcolor.contact.entries import Entry, entries, mark
from labcolor.contact.sheet import PER_SHEET, sheet

__all__ = ["PER_SHEET", "Entry", "entries", "mark", "sheet"]
