"""Telling photographs from the references and hints that lie beside them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from labcolor.batch.companions import HINTS, REFERENCE, Companions
from labcolor.batch.found import Findings, Found
from labcolor.errors import PhotoError

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer

_log = logging.getLogger("labcolor")


def accompany(findings: Findings, colorizer: Colorizer, *, hints: bool) -> None:
    """Tell the photographs of a run from what lies beside them.

    Parameters
    ----------
    findings : Findings
        What lies under the folders; changed in place.
    colorizer : Colorizer
        Whether its method takes references is what counts.
    hints : bool
        Whether pictures of hints are looked for.
    """
    photographs = findings.photographs
    likes = {
        found.folder: found.path
        for found in photographs
        if found.name.rpartition("/")[2].rpartition(".")[0] == REFERENCE and _is_colour(found.path)
    }
    pictures = _hints(photographs) if hints else {}
    for path in likes.values():
        findings.left.append((str(path), "a reference"))
    for path in pictures.values():
        findings.left.append((str(path), "hints"))
    if likes and colorizer.gives != "distribution":
        first = next(iter(likes.values()))
        _log.warning("%s cannot follow a reference; %s is ignored.", colorizer.method, first)
    beside = {*likes.values(), *pictures.values()}
    if not beside:
        return
    findings.photographs = [
        found._replace(
            companions=Companions(_above(found.path, likes, colorizer), pictures.get(found.path)),
        )
        for found in photographs
        if found.path not in beside
    ]


def _is_colour(path: Path) -> bool:
    """Whether a file that is called as a reference has colours to go by."""
    from labcolor.color.toning import has_colour
    from labcolor.photo import read

    try:
        if has_colour(read(path).pixels):
            return True
    except PhotoError:
        pass  # which is told when it is to be coloured
    else:
        _log.warning(
            "%s has no colours to serve as a reference; it is coloured like the others.", path
        )
    return False


def _hints(photographs: list[Found]) -> dict[Path, Path]:
    """Find the pictures of hints, by the photographs whose names they hold."""
    pictures = [found.path for found in photographs if found.name.lower().endswith(HINTS)]
    if not pictures:
        return {}
    paths = (found.path for found in photographs)
    named: dict[Path, Path] = {}
    for path in paths:
        named.setdefault(path.with_suffix(""), path)
    whose = {picture: named.get(_without(picture)) for picture in pictures}
    return {path: picture for picture, path in whose.items() if path}


def _without(picture: Path) -> Path:
    return picture.with_name(picture.name[: -len(HINTS)] or picture.name)


def _above(path: Path, likes: dict[Path, Path], colorizer: Colorizer) -> Path | None:
    if colorizer.gives != "distribution":
        return None
    return next((likes[folder] for folder in path.parents if folder in likes), None)
