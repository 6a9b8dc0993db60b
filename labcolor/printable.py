"""Names of files in sentences and tables: nothing in them moves a cursor or turns a line round."""

from __future__ import annotations

import unicodedata

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What changes the direction of writing: with it `gpj.exe` looks like `exe.jpg`."""


def printable(text: str) -> str:
    r"""Spell control characters out, as `\x1b` and `\n` are; all else stays as it is.

    >>> print(printable("scan\n1.jpg"))
    scan\n1.jpg

    Bytes that are not valid Unicode come as `\xff`.
    """
    return "".join(map(_without_surrogate, without_controls(text)))


def without_controls(text: str) -> str:
    """Spell control characters out; bytes that are not valid Unicode are left to the writer."""
    return text if text.isprintable() else "".join(map(_spelled, text))


def _spelled(character: str) -> str:
    if unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in _TURNING:
        return character.encode("unicode_escape").decode("ascii")
    return character


def _without_surrogate(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character
