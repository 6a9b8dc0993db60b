r"""Names that any disk takes: those of Windows' file systems are the strictest.

The rule of `portable`: each of `< > : " / \ | ? *` and each control character becomes `_`, as does
a blank or a dot at the end of a name; a name that Windows keeps for a device (CON, NUL, COM1, …,
with any ending) gets `_` behind its stem.
"""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_LAST = re.compile(r"[ .]$")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"}
)


def portable(name: str) -> str:
    """Make a name, of a file or a folder and not of a path, one that any disk takes.

    >>> portable('Oma: "1943"?.jpg'), portable("con.tif"), portable("at last.")
    ('Oma_ _1943__.jpg', 'con_.tif', 'at last_')
    """
    name = _LAST.sub("_", _FORBIDDEN.sub("_", name))
    stem, dot, rest = name.partition(".")
    return f"{stem}_{dot}{rest}" if _is_device(stem) else name


def oddity(name: str) -> str:
    """Say what of a name some disks refuse; empty where it is nothing."""
    found = dict.fromkeys(_FORBIDDEN.findall(name))
    if found:
        return f"characters such as {' '.join(found)}"
    if _LAST.search(name):
        return "a blank or a dot at the end"
    return f"the name {name.partition('.')[0]}" if _is_device(name.partition(".")[0]) else ""


def _is_device(stem: str) -> bool:
    return stem.rstrip(" ").lower() in _DEVICES
