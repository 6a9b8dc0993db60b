"""Where results go, and under which kind of names, by what was asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from labcolor.batch import look
from labcolor.batch.names import LONGEST, Rule
from labcolor.errors import PhotoError, UsageError
from labcolor.photo.formats import SUFFIXES

BESIDE = "-colour"
"""What the names of results have more than those of the photographs, where they need it."""


def destination(
    roots: Sequence[Path],
    output: Path | None = None,
    *,
    ending: str = "",
    suffix: str | None = None,
    pairs: bool = False,
    codec: str = "h264",
    portable: bool = False,
) -> tuple[Path, Rule]:
    """Choose the output folder and the rule for names.

    The results of a folder go to a folder beside it, those of photographs that were named go
    beside them.

    Parameters
    ----------
    roots : sequence of Path
        The folders and photographs that were named.
    output : Path, optional
        The folder that was asked for.
    ending, suffix, pairs, codec, portable
        As in `Rule`.

    Returns
    -------
    folder : Path
    rule : Rule

    Raises
    ------
    PhotoError
        One of `roots` does not exist.
    UsageError
        The folder has to be named, is a file, or would have photographs and results of one name.
    """
    for root in roots:
        if not os.path.lexists(root):
            message = f"There is no file or folder {root}; check its name."
            raise PhotoError(message)
    homes = {(root if look.is_folder(root) else root.parent).resolve() for root in roots}
    folder = output or _folder(roots, homes)
    if os.path.lexists(folder) and not look.is_folder(folder):
        message = f"{folder} is a file; choose a folder for the results with -o."
        raise UsageError(message)
    if not look.is_folder(folder) and folder.suffix.lower() in SUFFIXES:
        message = (
            f"{folder} is the name of one picture; choose a folder for the results of several."
        )
        raise UsageError(message)
    if folder.resolve() in homes:
        if output is None and suffix is None:
            suffix = BESIDE
        if not suffix:
            message = (
                f"{folder} is the folder of the photographs; choose another one for the results "
                f"with -o, or give them different names with --suffix, such as --suffix {BESIDE}."
            )
            raise UsageError(message)
    longest = _longest(folder)
    return folder, Rule(ending.lower(), suffix or "", pairs, longest, codec, portable)


def _folder(roots: Sequence[Path], homes: set[Path]) -> Path:
    """Choose a folder where none was asked for."""
    if len(roots) == 1 and look.is_folder(roots[0]):
        root = roots[0] if roots[0].name not in ("", "..") else roots[0].resolve()
        if not root.name:
            message = f"There is no folder beside {root}; choose a folder for the results with -o."
            raise UsageError(message)
        return root.with_name(root.name + BESIDE)
    if any(look.is_folder(root) for root in roots) or len(homes) > 1:
        message = "These are not in one folder; choose a folder for the results with -o."
        raise UsageError(message)
    return roots[0].parent


def _longest(folder: Path) -> int:
    """Ask the file system how long a name may be."""
    if not hasattr(os, "pathconf"):
        return LONGEST
    there = next(
        up for up in (folder.absolute(), *folder.absolute().parents) if look.is_folder(up)
    )
    try:
        return min(LONGEST, os.pathconf(there, "PC_NAME_MAX"))
    except (OSError, ValueError):
        return LONGEST
