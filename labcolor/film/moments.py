"""Moments of a film as people write them: seconds, or hours, minutes and seconds."""

from __future__ import annotations

import re
from fractions import Fraction

from labcolor.errors import UsageError

_FORM = re.compile(r"(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d+)?)", re.ASCII)


def moment(text: str) -> Fraction:
    """Read a moment.

    Parameters
    ----------
    text : str
        `90`, `1:30`, `0:01:30.5`.

    Returns
    -------
    Fraction
        Seconds from the beginning.

    Raises
    ------
    UsageError
        It is of no such form.
    """
    parts = _FORM.fullmatch(text.strip())
    if parts is None:
        message = f"{text} is not a time in a film; write seconds or H:MM:SS, such as 1:02:30.5."
        raise UsageError(message)
    hours, minutes, seconds = parts.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + Fraction(seconds)


def shown(seconds: Fraction | float) -> str:
    """Write a moment as H:MM:SS."""
    whole = max(0, int(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
