"""What the library logs, as lines on stderr, and a sentence that several commands say."""

from __future__ import annotations

import logging

import click

from labcolor.printable import printable


class _Lines(logging.Handler):
    """One line a record, to whatever stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        prefix = "warning: " if record.levelno >= logging.WARNING else ""
        click.echo(f"labcolor: {prefix}{printable(record.getMessage())}", err=True)


def show_notes(*, quiet: bool = False, verbose: bool = False) -> None:
    """Show warnings; nothing with `quiet`, and notes too with `verbose`."""
    logger = logging.getLogger("labcolor")
    lines = _Lines(logging.ERROR if quiet else logging.NOTSET)
    logger.handlers = [lines]
    logger.propagate = False
    # warnings go into the journal of a quiet run too
    logger.setLevel(logging.INFO if verbose else logging.WARNING)


def made_by_labcolor(name: object) -> str:
    """Say that a photograph or film is a result already, and what to do."""
    return (
        f"{name} was made by labcolor, so its colours are estimates already; use the original, or "
        "colour it anyway with --again."
    )
