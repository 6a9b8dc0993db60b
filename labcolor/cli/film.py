"""`labcolor FILM`: colour a film, or one moment of it to try settings on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labcolor.cli.notes import made_by_labcolor
from labcolor.errors import FilmError, UsageError

if TYPE_CHECKING:
    from labcolor.batch.options import OutputOptions
    from labcolor.colorizer import Colorizer, ColorizerOptions
    from labcolor.film import Options, Progress

INTERRUPTED = 130


def colour_film(
    path: str,
    output: str | None,
    colouring: ColorizerOptions,
    writing: OutputOptions,
    options: Options,
    when: Fraction | None = None,
    *,
    quiet: bool,
) -> None:
    """Colour a film, or write one moment of it as a picture.

    Exits with 130 where it is interrupted, and says how to go on.
    """
    from labcolor.film.libav import libav

    libav(Path(path))  # says that it is missing, before anything else takes its time
    from labcolor.colorizer import Colorizer
    from labcolor.film.looking import is_in_colour, is_marked

    if output == "-":
        message = "A film cannot be written to a pipe; name a file with -o."
        raise UsageError(message)
    film, target = Path(path), Path(output) if output else None
    options = replace(options, mark=writing.mark, accept_damaged=writing.accept_damaged)
    if is_marked(film) and not writing.again:
        raise FilmError(made_by_labcolor(film))
    if when is not None:
        colorizer = Colorizer(**colouring)
        _still(film, target, when, colorizer, options, overwrite=writing.overwrite, quiet=quiet)
        return
    if writing.skip_colour and is_in_colour(film):
        if not quiet:
            click.echo(f"{film} has colour already; nothing is written.", err=True)
        return
    _colour(film, target, Colorizer(**colouring), options, writing, quiet=quiet)


def _colour(
    film: Path,
    target: Path | None,
    colorizer: Colorizer,
    options: Options,
    writing: OutputOptions,
    *,
    quiet: bool,
) -> None:
    from labcolor.film import colour, still

    began = time.perf_counter()
    try:
        with _progress(film, quiet=quiet) as watch:
            result = colour(
                film, target, colorizer, options, overwrite=writing.overwrite, watch=watch
            )
    except KeyboardInterrupt:
        click.echo("Stopped; the same command goes on with what is not finished.", err=True)
        sys.exit(INTERRUPTED)
    if writing.compare:
        from labcolor import photo
        from labcolor.photo.target import pair_of

        moment = (options.begin or 0) + result.seconds / 2
        picture = still(film, moment, colorizer, options)
        photo.write(picture, pair_of(result.path), overwrite=writing.overwrite)
    if not quiet:
        click.echo(
            f"{result.path}  {result.width}×{result.height}, "
            f"{_counted(result.pictures, 'picture')} in {_counted(result.shots, 'shot')}, "
            f"{time.perf_counter() - began:.1f} s",
            err=True,
        )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _still(
    film: Path,
    target: Path | None,
    when: Fraction,
    colorizer: Colorizer,
    options: Options,
    *,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Write one moment before and after."""
    from labcolor import photo
    from labcolor.film import still

    began = time.perf_counter()
    target = target or film.with_name(f"{film.stem}-still.png")
    photo.check_target(film, target, overwrite=overwrite)
    form = photo.format_of(target)
    picture = still(film, when, colorizer, options)
    photo.write(picture, target, format=form, overwrite=overwrite)
    if not quiet:
        click.echo(f"{target}  {time.perf_counter() - began:.1f} s", err=True)


@contextmanager
def _progress(film: Path, *, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Show on a terminal how far a film is: pictures, their rate, the time left, the moment."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from labcolor.film.moments import shown

    bar = Progress(
        TextColumn("{task.completed:.0f}/{task.fields[of]}"),
        BarColumn(20),
        TextColumn("[cyan]{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[moment]}  {task.description}", markup=True),
        console=Console(stderr=True),
        transient=True,
        speed_estimate_period=60,
    )
    task = bar.add_task(film.name, total=None, of="?", rate="", moment="0:00:00")

    def watch(progress: Any) -> None:
        speed = bar.tasks[task].speed
        bar.update(
            task,
            completed=progress.pictures,
            total=progress.of or None,
            of=str(progress.of or "?"),
            rate=f"{speed:.1f} pictures/s" if speed else "",
            moment=shown(progress.moment),
        )

    with bar:
        yield watch
