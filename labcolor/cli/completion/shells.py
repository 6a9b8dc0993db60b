"""What labcolor answers the scripts beside this file, which ask at every press of Tab."""

from __future__ import annotations

import os
import pkgutil
import shlex
from collections.abc import MutableMapping
from typing import Any

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from labcolor.cli.completion.words import Told

BEFORE, CURRENT = "_LABCOLOR_BEFORE", "_LABCOLOR_CURRENT"
"""The variables with the words after `labcolor`, a line each as they were typed, and the last."""


class Shell(ShellComplete):
    """A shell that has one of our scripts.

    Click's own cannot offer commands and files at one position, nor the value in `--option=value`.
    """

    def __init__(
        self,
        cli: click.Command,
        ctx_args: MutableMapping[str, Any],
        prog_name: str,
        complete_var: str,
    ) -> None:
        super().__init__(cli, ctx_args, prog_name, complete_var)
        _tell_values(cli)

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor, and the one at it."""
        before = [_unquoted(line) for line in os.environ[BEFORE].splitlines()]
        option, equals, value = os.environ[CURRENT].partition("=")
        if equals and option.startswith("--"):
            return [*before, option], _unquoted(value)
        return before, _unquoted(os.environ[CURRENT])

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Write a line: what kind of word it is, the word, its help."""
        return "\t".join((item.type, item.value, item.help or ""))


class Bash(Shell):
    """Bash, which parts words at `=` too."""

    name = "bash"

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor; bash parts `--option=value` into three."""
        words, current = super().get_completion_args()
        for index in reversed(range(len(words))):
            if words[index] == "=" and words[index - 1].startswith("--"):
                del words[index]
        return words, "" if current == "=" else current


class Zsh(Shell):
    """Zsh."""

    name = "zsh"


class Fish(Shell):
    """Fish."""

    name = "fish"


def register() -> None:
    """Replace click's shells by ours."""
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell)


def script(shell: str) -> str:
    """Return the script of a shell."""
    data = pkgutil.get_data(__package__, f"labcolor.{shell}")
    assert data is not None
    return data.decode()


def _unquoted(word: str) -> str:
    """Take the quotes off a word, the last of which may not be typed yet."""
    for missing in ("", "'", '"'):
        try:
            return "".join(shlex.split(word + missing))
        except ValueError:
            continue
    return word


def _tell_values(command: click.Command) -> None:
    """Let every value be completed that click knows only as some text or path."""
    for parameter in command.params:
        if isinstance(parameter.type, (click.types.StringParamType, click.Path)):
            parameter.type = Told()
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _tell_values(one)
