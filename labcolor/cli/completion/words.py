"""What may stand for a value: by its option's name, else by what the help calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

_KINDS = {"FILE": "file", "PATH": "file", "FOLDER": "dir"}


class Told(click.types.StringParamType):
    """A value whose candidates follow from how the help tells of it.

    `embedded|published|FILE` are two words, and files; `NAME` stands for what its option says.
    """

    def shell_complete(
        self, _ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Return what may be meant by the beginning of a value."""
        parts = (param.metavar or "").strip("[].").split("|")
        named = _WORDS.get(param.name or "")
        words = named() if named else [part for part in parts if part.islower()]
        items = [CompletionItem(word) for word in words if word.startswith(incomplete)]
        for part in _KINDS.keys() & parts if not named else ():
            items.append(CompletionItem(incomplete, type=_KINDS[part]))
        return items


def _methods() -> Iterable[str]:
    from labcolor.model.methods import ALIASES, METHODS

    return [*METHODS, *ALIASES]


def _methods_and_files() -> Iterable[str]:
    from labcolor.weights.catalogue import FILES

    return [*_methods(), *FILES]


def _formats() -> Iterable[str]:
    from labcolor.photo.formats import FORMATS

    return ["same", *FORMATS]


def _engines() -> Iterable[str]:
    from labcolor.engines import ENGINES

    return ENGINES


_WORDS: dict[str, Callable[[], Iterable[str]]] = {
    "method": _methods,
    "methods": _methods,
    "names": _methods_and_files,
    "format": _formats,
    "engine": _engines,
}
