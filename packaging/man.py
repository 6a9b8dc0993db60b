"""Makes the manual pages of the commands, from what their help says.

    python packaging/man.py man      # man/labcolor.1, man/labcolor-fetch.1, …

SOURCE_DATE_EPOCH, where it is set, is their date, so that the same commit gives the same bytes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from inspect import cleandoc
from pathlib import Path

import click

from labcolor import __version__
from labcolor.cli import EXIT_CODES, group
from labcolor.cli.colour import colour_command

VARIABLES = (
    ("LABCOLOR_HOME", "The folder of fetched weights; by default the platform's cache folder."),
    ("LABCOLOR_OFFLINE", "Where it is 1, even labcolor fetch does not touch the network."),
)


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each page."""
    commands = {
        name: one for name, one in sorted(group.commands.items()) if one is not colour_command
    }
    shown = [(f"labcolor {name}", one.get_short_help_str(200)) for name, one in commands.items()]
    context = click.Context(group, info_name="labcolor")
    yield "labcolor", _page(context, [*colour_command.params, *group.params], shown)
    for name, one in commands.items():
        inner = click.Context(one, info_name=name, parent=context)
        yield f"labcolor-{name}", _page(inner, one.params, [])


def _page(
    context: click.Context, parameters: list[click.Parameter], commands: list[tuple[str, str]]
) -> str:
    command = context.command
    name = context.command_path.replace(" ", "-")
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(seconds), timezone.utc) if seconds else None
    date = moment.strftime("%Y-%m-%d") if moment else ""
    first, *rest = _paragraphs(command.help or "")
    synopsis = " ".join(command.collect_usage_pieces(context))
    options = [
        record
        for one in parameters
        if isinstance(one, click.Option) and (record := one.get_help_record(context))
    ]
    lines = [
        f'.TH "{name.upper()}" 1 "{date}" "labcolor {__version__}" "User Commands"',
        ".nh",  # no word is parted, so that what is copied from the page is what was meant
        ".ad l",
        ".SH NAME",
        f"{_roff(name)} \\- {_roff(first[0].lower() + first[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        f"\\fB{_roff(context.command_path)}\\fR {_roff(synopsis)}",
        ".SH DESCRIPTION",
        *(line for one in (first, *rest) for line in _paragraph(one)),
        *_list("OPTIONS", options),
        *_list("COMMANDS", commands),
        *_list("EXIT STATUS", EXIT_CODES),
        *_list("ENVIRONMENT", VARIABLES),
    ]
    if name != "labcolor":
        lines += [".SH SEE ALSO", "\\fBlabcolor\\fR(1)"]
    return "\n".join(lines) + "\n"


def _paragraphs(text: str) -> list[str]:
    return [one for one in cleandoc(text).split("\n\n") if one.strip()]


def _paragraph(text: str) -> Iterator[str]:
    """Set a paragraph; one that begins with \\b keeps its lines."""  # noqa: D301
    yield ".PP"
    if not text.startswith("\b"):
        yield _roff(" ".join(text.split()))
        return
    yield ".nf"
    yield from (_roff(line) for line in text.splitlines()[1:])
    yield ".fi"


def _list(title: str, entries: object) -> Iterator[str]:
    if entries:
        yield f".SH {title}"
    for term, text in entries:  # type: ignore[attr-defined]
        yield ".TP"
        yield f"\\fB{_roff(term)}\\fR"
        yield _roff(" ".join(text.split()))


def _roff(text: str) -> str:
    """Write a line so that roff changes nothing of it."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga")
    text = text.replace("'", "\\(aq").replace("^", "\\(ha").replace("~", "\\(ti")
    return f"\\&{text}" if text.startswith((".", " ")) else text


def main() -> None:
    """Write all pages to the folder that is named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        (folder / f"{name}.1").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
