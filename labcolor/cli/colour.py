"""Colours one photograph (`labcolor.cli.one`), one film (`.film`), or many (`.folder`)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from labcolor.cli import film, folder, one, options
from labcolor.cli.hints import BESIDE
from labcolor.cli.moods import settle
from labcolor.cli.notes import show_notes
from labcolor.errors import UsageError
from labcolor.film.signature import is_film_file

if TYPE_CHECKING:
    from labcolor.colorizer import ColorizerOptions

_ONE = tuple(field.name for field in fields(one.PhotoOptions))
_UNASKED = ("hints_beside", "aside")
_MANY = tuple(field.name for field in fields(folder.FolderOptions) if field.name not in _UNASKED)
_BOTH = (
    "mark",
    "skip_colour",
    "compare",
    "again",
)  # of the latter, what means something for one too
_FILM = tuple(field.name for field in fields(film.FilmOptions))


@click.command("colour", hidden=True)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@options.colouring
@options.hinting
@options.alternatives
@options.writing
@options.treating
@options.folders
@options.films
@options.running
@options.saying
@click.pass_context
def colour_command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    output: str | None,
    format_: str | None,
    quality: int,
    accept_damaged: bool,
    overwrite: bool,
    quiet: bool,
    verbose: bool,
    **others: Any,
) -> None:
    """Colour one photograph, where - is standard input or output, a film, or many files."""
    show_notes(quiet=quiet, verbose=verbose)
    single = {name: others.pop(name) for name in _ONE}
    many = {name: others.pop(name) for name in _MANY}
    moving = film.FilmOptions(**{name: others.pop(name) for name in _FILM})
    writing: dict[str, Any] = {
        "format_": format_,
        "quality": quality,
        "accept_damaged": accept_damaged,
        "overwrite": overwrite,
        "quiet": quiet,
        "colouring": settle(others),
    }
    if len(paths) == 1 and not os.path.isdir(paths[0]):  # noqa: PTH112  for names of any length
        only = [name for name in _MANY if name not in (*_BOTH, "sidecars")]
        _refuse(ctx, only, "is for folders and for several photographs")
        both = {name: many[name] for name in _BOTH}
        if is_film_file(paths[0]):
            _refuse(ctx, (*_ONE, "format_", "quality", "sidecars"), "is for photographs")
            film.colour_film(paths[0], output, moving, **both, **writing)
            return
        _refuse(ctx, _FILM, "is for films")
        both["sidecars"] = many["sidecars"]
        one.colour_photo(paths[0], output, one.PhotoOptions(**single), **both, **writing)
        return
    hints_beside = single["hints"] == BESIDE
    _refuse(ctx, set(_ONE) - ({"hints"} if hints_beside else set()), "is for one photograph")
    if one.STREAM in (*paths, output):
        message = "Only one photograph can be read from or written to a pipe."
        raise UsageError(message)
    _refuse(ctx, ("begin", "end", "still"), "is for one film")
    many["hints_beside"] = hints_beside
    run = folder.colour_folder
    if many["watch"]:
        from labcolor.cli.watch import keep_coloured as run
    usual = _usual(ctx, others)
    run(paths, output, folder.FolderOptions(**many), moving=moving, usual=usual, **writing)


def _refuse(ctx: click.Context, names: Iterable[str], why: str) -> None:
    """Refuse the first of these options that was given."""
    for parameter in ctx.command.params:
        if parameter.name in names and _is_given(ctx, parameter.name):
            message = f"{parameter.opts[0]} {why}."
            raise UsageError(message)


def _usual(ctx: click.Context, names: Iterable[str]) -> ColorizerOptions:
    """Give the values that options have where they are not given."""
    plain = ctx.command.make_context("colour", ["photo"], resilient_parsing=True).params
    return settle({name: plain[name] for name in names})


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) != ParameterSource.DEFAULT
