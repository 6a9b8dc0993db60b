"""Colours one photograph (`labcolor.cli.one`), one film (`.film`), or many (`.folder`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from click.core import ParameterSource

from labcolor.batch.options import OutputOptions, RunOptions
from labcolor.cli import film, folder, one, options
from labcolor.cli.hints import BESIDE, GivenHints
from labcolor.cli.moods import settle
from labcolor.cli.notes import show_notes
from labcolor.errors import UsageError
from labcolor.film.signature import is_film_file

if TYPE_CHECKING:
    from labcolor.colorizer import ColorizerOptions
    from labcolor.film import Options as FilmOptions

_UNASKED = ("hints_beside", "aside")
_OF_RUNS = tuple(field.name for field in fields(RunOptions) if field.name not in _UNASKED)
_OF_ONE = ("hints", "points", "save_hints", "variants", "uncertainty")
_OF_PHOTOGRAPHS = (*_OF_ONE, "format", "quality", "sidecars")
_OF_FILMS = ("steady", "every", "begin", "end", "codec", "crf", "preset", "fields")

Asked = TypeVar("Asked", OutputOptions, RunOptions)


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
    hints: str | None,
    points: tuple[tuple[int, int, str], ...],
    save_hints: str | None,
    variants: int,
    uncertainty: str | None,
    quiet: bool,
    verbose: bool,
    **others: Any,
) -> None:
    """Colour one photograph, where - is standard input or output, a film, or many files."""
    show_notes(quiet=quiet, verbose=verbose)
    writing, run = _taken(OutputOptions, others), _taken(RunOptions, others)
    moving, still = {name: others.pop(name) for name in _OF_FILMS}, others.pop("still")
    colouring = _colouring(others)
    if len(paths) == 1 and not os.path.isdir(paths[0]):  # noqa: PTH112  for names of any length
        _refuse(ctx, _OF_RUNS, "is for folders and for several photographs")
        if is_film_file(paths[0]):
            _refuse(ctx, _OF_PHOTOGRAPHS, "is for photographs")
            films = _film_options(moving)
            film.colour_film(paths[0], output, colouring, writing, films, still, quiet=quiet)
            return
        _refuse(ctx, (*_OF_FILMS, "still"), "is for films")
        given = GivenHints(hints, points, save_hints)
        one.colour_photo(
            *(paths[0], output, colouring, writing, given),
            variants=variants,
            uncertainty=uncertainty,
            quiet=quiet,
        )
        return
    beside = hints == BESIDE
    named = f"{len(paths)} paths" if len(paths) > 1 else f"{paths[0]}, a folder"
    refused = set(_OF_ONE) - ({"hints"} if beside else set())
    _refuse(ctx, refused, f"is for one photograph, and you gave {named}")
    if one.STREAM in (*paths, output):
        message = "Only one photograph can be read from or written to a pipe."
        raise UsageError(message)
    _refuse(ctx, ("begin", "end", "still"), "is for one film")
    run, films = replace(run, hints_beside=beside), _film_options(moving)
    colour = folder.colour_folder
    if run.watch:
        from labcolor.cli.watch import keep_coloured as colour
    colour(paths, output, colouring, _usual(ctx, others), writing, run, films, quiet=quiet)


def _taken(kind: type[Asked], given: dict[str, Any]) -> Asked:
    """Take the options of one kind from those that click hands over."""
    names = [field.name for field in fields(kind) if field.name in given]
    return kind(**{name: given.pop(name) for name in names})


def _film_options(given: dict[str, Any]) -> FilmOptions:
    from labcolor.film import Options

    return Options(**given)


def _colouring(given: Mapping[str, Any]) -> ColorizerOptions:
    """Take the arguments of `Colorizer`, with a mood's settings where they are not given."""
    named = dict(given)
    vivid, calm = named.pop("vivid"), named.pop("calm")
    if named["strength"] is None:
        del named["strength"]
    return settle(cast("ColorizerOptions", named), vivid=vivid, calm=calm)


def _refuse(ctx: click.Context, names: Iterable[str], why: str) -> None:
    """Refuse the first of these options that was given."""
    for parameter in ctx.command.params:
        if parameter.name in names and _is_given(ctx, parameter.name):
            message = f"{parameter.opts[0]} {why}."
            raise UsageError(message)


def _usual(ctx: click.Context, names: Iterable[str]) -> ColorizerOptions:
    """Give the values that options have where they are not given."""
    plain = ctx.command.make_context("colour", ["photo"], resilient_parsing=True).params
    return _colouring({name: plain[name] for name in names})


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) != ParameterSource.DEFAULT
