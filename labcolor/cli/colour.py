"""`labcolor PHOTO`: colour one photograph."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click

from labcolor.cli.notes import show_notes
from labcolor.errors import UsageError

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer

STREAM = "-"

_log = logging.getLogger("labcolor")


def _multiple_of_8(_ctx: click.Context, _option: click.Parameter, value: int | None) -> int | None:
    if value is not None and (value <= 0 or value % 8):
        message = f"{value} is not a positive multiple of 8."
        raise click.BadParameter(message)
    return value


def _format_or_ending(
    _ctx: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    from labcolor.photo.formats import FORMATS

    endings = [ending for form in FORMATS.values() for ending in form.suffixes]
    if value is not None and f".{value.lower()}" not in endings:
        message = f"{value} is none of {', '.join(FORMATS)}."
        raise click.BadParameter(message)
    return value


@click.command("colour", hidden=True)
@click.argument("photo", metavar="PHOTO")
@click.option("-o", "--output", metavar="FILE", help="Where to write; by default PHOTO-colour.*")
@click.option("--method", metavar="NAME", help="How to colour; see `labcolor methods`.")
@click.option(
    "--weights",
    default="embedded",
    show_default=True,
    metavar="embedded|published|FILE",
    help="Whose weights: labcolor's own, those fetched, or those in a file.",
)
@click.option(
    "--backend",
    default="auto",
    show_default=True,
    metavar="auto|cpu|cuda",
    help="What the network runs on.",
)
@click.option(
    "--rebalance",
    type=float,
    metavar="S",
    help="0…1, from safe to vivid; by default the weights' own.",
)
@click.option(
    "--temperature",
    type=float,
    metavar="T",
    help="T of the annealed mean: 1 the mean, towards 0 the likeliest colour.",
)
@click.option(
    "--strength",
    type=float,
    default=1.0,
    show_default=True,
    metavar="X",
    help="0…4, what the chroma is multiplied by.",
)
@click.option(
    "--input-size",
    type=int,
    callback=_multiple_of_8,
    metavar="N",
    help="Side of the square that the network sees, a multiple of 8; by default its own.",
)
@click.option(
    "--format",
    "format_",
    callback=_format_or_ending,
    metavar="NAME",
    help="jpeg, png, tiff, …; by default that of the output.",
)
@click.option(
    "--quality",
    type=click.IntRange(1, 100),
    default=95,
    show_default=True,
    metavar="Q",
    help="Quality of a JPEG, 1…100.",
)
@click.option("--accept-damaged", is_flag=True, help="Colour what is left of a damaged file.")
@click.option("--overwrite", is_flag=True, help="Replace the output if it exists.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say more: weights, settings, backend.")
def colour_command(
    photo: str,
    output: str | None,
    method: str | None,
    weights: str,
    backend: str,
    format_: str | None,
    quality: int,
    accept_damaged: bool,
    overwrite: bool,
    quiet: bool,
    verbose: bool,
    **decoding: Any,
) -> None:
    """Colour one photograph; - is standard input or output."""
    show_notes(quiet=quiet, verbose=verbose)
    from labcolor import photo as photos
    from labcolor.colorizer import Colorizer
    from labcolor.methods import DEFAULT

    began = time.perf_counter()
    source = _source(photo)
    target = _target(source, output, format_)
    if target:
        photos.check_target(source, target, overwrite=overwrite)
    origin = source or _binary(sys.stdin, "Standard input")
    destination = target or _binary(sys.stdout, "Standard output")
    picture = photos.read(origin, accept_damaged=accept_damaged)
    form = _format(format_, target)
    with _memory_errors():
        colorizer = Colorizer(method or DEFAULT, weights, backend, once=True, **decoding)
        _log.info("%s", _settings(colorizer))
        # the photograph is let go of, so that it takes no memory while the result is written
        picture = replace(picture, pixels=colorizer(picture.pixels))
    photos.write(
        picture,
        destination,
        format=form,
        quality=quality,
        overwrite=overwrite,
        source=source,
    )
    if not quiet:
        height, width = picture.pixels.shape[:2]
        seconds = time.perf_counter() - began
        where = {"cpu": "the CPU", "cuda": "CUDA"}[colorizer.backend]
        click.echo(f"{target or STREAM}  {width}×{height}, {seconds:.1f} s on {where}", err=True)


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
    """Name the output; None is standard output."""
    if output is not None:
        return None if output == STREAM else Path(output)
    if source is None:
        return None
    suffix = f".{format_}" if format_ else source.suffix
    return source.with_name(f"{source.stem}-colour{suffix}")


def _format(format_: str | None, target: Path | None) -> str:
    """Choose the format: what was asked for, else the output's."""
    from labcolor.photo import format_of

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
    return (
        f"{colorizer.method} with {colorizer.source} weights: rebalance {colorizer.rebalance:g}, "
        f"temperature {colorizer.temperature:g}, strength {colorizer.strength:g}, "
        f"input of {colorizer.input_size} × {colorizer.input_size}."
    )
