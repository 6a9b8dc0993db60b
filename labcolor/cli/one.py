"""`labcolor PHOTO`: colour one photograph, and show what else its colours could be."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

import click

from labcolor.cli.alternatives import Alternatives
from labcolor.cli.hints import GivenHints
from labcolor.cli.notes import made_by_labcolor
from labcolor.errors import PhotoError, UsageError
from labcolor.printable import printable

if TYPE_CHECKING:
    from labcolor.batch.options import OutputOptions
    from labcolor.colorizer import Colorizer, ColorizerOptions
    from labcolor.photo import Pages, Photo

STREAM = "-"
_HARDWARE = {"cpu": "the CPU", "cuda": "CUDA"}

_log = logging.getLogger("labcolor")


def colour_photo(
    photo: str,
    output: str | None,
    colouring: ColorizerOptions,
    options: OutputOptions,
    given: GivenHints,
    *,
    variants: int,
    uncertainty: str | None,
    quiet: bool,
) -> None:
    """Colour one photograph, all its pages if it has several; - is standard input or output."""
    from labcolor import photo as photos
    from labcolor.colorizer import Colorizer
    from labcolor.layers.formats import FORMATS as LAYERED
    from labcolor.layers.handover import Handover
    from labcolor.treatment import Treatment, mark_of

    began = time.perf_counter()
    source = _source(photo)
    target = _target(source, output, options.format)
    pair = _pair(target) if options.compare else None
    alternatives = Alternatives(variants, uncertainty, target)
    for path in _distinct([*filter(None, [target, pair, given.target]), *alternatives.files]):
        photos.check_target(source, path, overwrite=options.overwrite)
    origin = source or _binary(sys.stdin, "Standard input")
    destination = target or _binary(sys.stdout, "Standard output")
    pages = photos.Pages(origin, accept_damaged=options.accept_damaged)
    form = _format(options.format, target)
    layered = form in LAYERED
    _check_form(pages, form, alternatives)
    given.check(pages)
    alternatives.check(pages)
    if pages.marked and not options.again:
        raise PhotoError(made_by_labcolor(pages.name))
    hints = given.read(source)
    written: list[Path] = []
    with _memory_errors():
        colorizer = Colorizer(**colouring)
        _log.info("%s", _settings(colorizer))
        plain = partial(colorizer, hints=hints)
        handover = Handover(colorizer, plain, hints)
        treatment = Treatment(
            alternatives.colouring(colorizer, hints)
            if alternatives.files
            else handover
            if layered
            else plain,
            mark=mark_of(colorizer) if options.mark else None,
            skip_colour=options.skip_colour,
            compare=options.compare,
        )
        if treatment.should_skip(pages):
            if not quiet:
                click.echo(
                    printable(f"{pages.name} has colour already; nothing is written."), err=True
                )
            return
        if layered:
            (result,) = treatment.treated(pages)
            handover.write(result, destination, form, overwrite=options.overwrite, source=source)
        else:
            write = partial(
                photos.write, quality=options.quality, overwrite=options.overwrite, source=source
            )
            written += _write(treatment.treated(pages), destination, form, alternatives, write)
    written += given.save(hints, treatment.size, colorizer.input_size, overwrite=options.overwrite)
    if treatment.comparison and pair:
        photos.write(treatment.comparison.picture(), pair, overwrite=options.overwrite)
        written.append(pair)
    written += _sidecars(source, target, overwrite=options.overwrite) if options.sidecars else []
    if not quiet:
        sheets = f"{len(pages)} pages, " if len(pages) > 1 else ""
        size = "{}×{}".format(*treatment.size)
        took = f"{time.perf_counter() - began:.1f} s on {_HARDWARE[colorizer.backend]}"
        line = f"{target or STREAM}  {sheets}{size}, {took}"
        click.echo("\n".join(map(printable, [line, *map(str, written)])), err=True)


def _sidecars(source: Path | None, target: Path | None, *, overwrite: bool) -> list[Path]:
    """Let the sidecars of a photograph go with it; a stream has none."""
    from labcolor.photo.sidecar import carry

    return carry(source, target, overwrite=overwrite) if source and target else []


def _check_form(pages: Pages, form: str, alternatives: Alternatives) -> None:
    """Make sure that a format holds what is wanted."""
    from labcolor.layers import handover
    from labcolor.layers.formats import FORMATS
    from labcolor.photo import check_pages

    if form not in FORMATS:
        check_pages(pages, form)
        return
    handover.check_pages(pages, form)
    if alternatives.files:
        message = (
            f"{FORMATS[form].title} already has other colours in its layers; leave --variants out."
        )
        raise UsageError(message)


def _write(
    results: Iterator[Photo],
    destination: Path | BinaryIO,
    form: str,
    alternatives: Alternatives,
    write: Callable[..., None],
) -> list[Path]:
    """Write the result, and what else is wanted of it, whose files are named."""
    if not alternatives.files:
        write(results, destination, format=form)
        return []
    (result,) = results
    write(result, destination, format=form)
    return alternatives.write(result, write)


def _distinct(paths: Sequence[Path]) -> Sequence[Path]:
    """Refuse two files of one name."""
    from labcolor.photo import same_file

    for n, path in enumerate(paths):
        if any(same_file(path, other) for other in paths[:n]):
            message = f"Two pictures would be called {path}; give one of them another name."
            raise UsageError(message)
    return paths


def _source(photo: str) -> Path | None:
    """Name the photograph; None is standard input."""
    if photo == STREAM:
        return None
    path = Path(photo)
    # The functions of os.path, unlike a Path's, have an answer for names of any length.
    if os.path.isdir(path) or not os.path.exists(path):  # noqa: PTH110, PTH112
        from labcolor.photo import read

        read(path)  # says what is wrong with it, before an output is named after it
    return path


def _target(source: Path | None, output: str | None, format_: str | None) -> Path | None:
    """Name the output, in a folder that is made for it if need be; None is standard output."""
    if output == STREAM or (output is None and source is None):
        return None
    if output is not None and output.endswith((os.sep, os.altsep or os.sep)):
        Path(output).mkdir(parents=True, exist_ok=True)
    if source is None:
        assert output is not None
        if os.path.isdir(output):  # noqa: PTH112
            message = f"{output} is a folder; what comes from standard input needs a file name."
            raise UsageError(message)
        return Path(output)
    from labcolor.photo.target import target_of

    ending = f".{format_}" if format_ else ""
    return target_of(source, Path(output) if output is not None else None, ending)


def _pair(target: Path | None) -> Path:
    """Name the before/after pair, which a stream has nowhere to lie beside."""
    from labcolor.photo.target import pair_of

    if target is None:
        message = "--compare writes a picture beside the output; name a file with -o."
        raise UsageError(message)
    return pair_of(target)


def _format(format_: str | None, target: Path | None) -> str:
    """Choose the format: what was asked for, else the output's."""
    from labcolor.layers.formats import format_of

    if format_:
        return format_of(Path(f"photo.{format_}"))
    return format_of(target) if target else "png"


def _binary(stream: TextIO | None, name: str) -> BinaryIO:
    """Return the bytes' side of a standard stream."""
    if stream is None:
        message = f"{name} is closed; name a file instead of -."
        raise UsageError(message)
    return stream.buffer


@contextmanager
def _memory_errors() -> Iterator[None]:
    """Let OpenCV's lack of memory be Python's."""
    import cv2

    try:
        yield
    except cv2.error as error:
        if error.code != cv2.Error.StsNoMem:
            raise
        raise MemoryError from error


def _settings(colorizer: Colorizer) -> str:
    """Say what the colours will depend on."""
    decoding = (
        f"rebalance {colorizer.rebalance:g}, temperature {colorizer.temperature:g}, "
        if colorizer.gives == "distribution"
        else ""
    )
    like = f"like {colorizer.like.name} at {colorizer.like_strength:g}, " if colorizer.like else ""
    return (
        f"{colorizer.method} with {colorizer.source} weights: {decoding}{like}"
        f"strength {colorizer.strength:g}, {colorizer.upsample} upsampling, "
        f"input of {colorizer.input_size} × {colorizer.input_size}, engine {colorizer.engine}."
    )
