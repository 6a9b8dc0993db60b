"""`labcolor FOLDER --watch`: a folder that is kept coloured while scans arrive."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labcolor.cli import folder
from labcolor.cli.interruption import interruptible
from labcolor.errors import UsageError
from labcolor.printable import printable

if TYPE_CHECKING:
    from labcolor.batch.options import OutputOptions, RunOptions
    from labcolor.colorizer import ColorizerOptions
    from labcolor.film import Options as FilmOptions

_SIGNALLED = 128
_TICK = 500
"""Milliseconds between two looks at what has not come to rest."""


def keep_coloured(
    paths: Sequence[str],
    output: str | None,
    colouring: ColorizerOptions,
    usual: ColorizerOptions,
    writing: OutputOptions,
    options: RunOptions,
    films: FilmOptions,
    *,
    quiet: bool,
) -> None:
    """Colour what is there and what arrives, until a signal ends it; Ctrl-C is no failure."""
    from labcolor.batch.destination import destination
    from labcolor.batch.find import Choice, find
    from labcolor.batch.growth import Growth
    from labcolor.batch.journal import finished

    watch = _watcher()
    roots = [Path(path) for path in paths]
    if options.dry_run or not all(root.is_dir() for root in roots):
        message = "--watch is for folders, and not for --dry-run."
        raise UsageError(message)
    target, _ = destination(
        roots,
        Path(output) if output else None,
        suffix=options.suffix,
        pairs=writing.compare,
    )
    choice = Choice.of_run(options, films)
    if not quiet:
        where = ", ".join(map(str, roots))
        click.echo(printable(f"Watching {where}, for {target}; Ctrl-C ends it."), err=True)
    growth, stop, waiting, code = Growth(), threading.Event(), True, 0
    with interruptible(stop.set) as interruption:
        for changes in watch(
            *roots,
            stop_event=stop,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=options.recursive,
        ):
            if not (changes or waiting):
                continue
            there = [found.path for found in find(roots, choice, output=target).photographs]
            growing = growth.growing(there)
            waiting = bool(growing)
            aside = dict.fromkeys(growing, "still growing")
            made = {one.source for one in finished(target)}
            for path in there:
                if growth.taken(path) and path.absolute() not in made:
                    aside.setdefault(path, "unchanged since it could not be coloured")
            if growth.take(path for path in there if path not in aside):
                now = replace(options, aside=aside)
                asked = paths, output, colouring.copy(), usual, writing, now, films
                code = _code_of(partial(folder.colour_folder, *asked, quiet=quiet))
                if code > _SIGNALLED:
                    break
    ended = interruption.exit_code or (code if code > _SIGNALLED else 0)
    if ended not in (0, _SIGNALLED + signal.SIGINT):
        raise SystemExit(ended)


def _code_of(colour: Callable[[], None]) -> int:
    """Colour what is at rest; what fails is told, and tried again when it changes."""
    try:
        colour()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _watcher() -> Any:
    try:
        from watchfiles import watch
    except ImportError as error:
        message = "--watch needs a package that is not installed: pip install 'labcolor[watch]'."
        raise UsageError(message) from error
    return watch
