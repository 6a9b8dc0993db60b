"""The options of colouring, in the groups that the help shows them in."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeVar

import click

from labcolor.cli.hints import points

Command = TypeVar("Command", bound=Callable[..., Any])


def _format_or_ending(
    _ctx: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    if value is None or value.lower() == "same":
        return None
    from labcolor.layers.formats import FORMATS as LAYERED
    from labcolor.photo.formats import FORMATS

    endings = [ending for form in FORMATS.values() for ending in form.suffixes]
    endings += [f".{form}" for form in LAYERED]
    if f".{value.lower()}" not in endings:
        message = f"{value} is none of same, {', '.join([*FORMATS, *LAYERED])}."
        raise click.BadParameter(message)
    return value


def _suffix(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value and set(value) & set("/\\\0"):
        message = "it is a part of a file name, not of a path."
        raise click.BadParameter(message)
    return value


def _none_if_empty(
    _ctx: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    return values or None


def _applied(command: Command, *options: Callable[[Command], Command]) -> Command:
    return reduce(lambda result, option: option(result), reversed(options), command)


def colouring(command: Command) -> Command:
    """Say how the colours come about: arguments of `Colorizer`."""
    return _applied(
        command,
        click.option("--method", metavar="NAME", help="How to colour; see `labcolor methods`."),
        click.option(
            "--weights",
            default="embedded",
            show_default=True,
            metavar="embedded|published|FILE",
            help="Whose weights: labcolor's own, those fetched, or those in a file.",
        ),
        click.option(
            "--network",
            metavar="FILE",
            help="A network of your own in ONNX, with its TOML beside it, in place of a method.",
        ),
        click.option(
            "--backend",
            default="auto",
            show_default=True,
            metavar="auto|cpu|cuda",
            help="What the network runs on.",
        ),
        click.option(
            "--engine",
            default="auto",
            show_default=True,
            metavar="NAME",
            help="What runs it: opencv (auto), or an optional package: onnxruntime, openvino, "
            "openvino-bfloat16.",
        ),
        click.option("--vivid", is_flag=True, help="Bolder: --rebalance 1 --strength 1.2."),
        click.option(
            "--calm",
            is_flag=True,
            help="Quieter, with fewer errors: --rebalance 0.3 --strength 0.8.",
        ),
        click.option(
            "--rebalance",
            type=float,
            metavar="S",
            help="0…1, from safe to vivid; by default the weights' own.",
        ),
        click.option(
            "--temperature",
            type=float,
            metavar="T",
            help="T of the annealed mean: 1 the mean, towards 0 the likeliest colour.",
        ),
        click.option(
            "--strength",
            type=float,
            metavar="X",
            help="0…4, what the chroma is multiplied by; by default 1.",
        ),
        click.option(
            "--detail",
            type=int,
            default=1,
            show_default=True,
            metavar="N",
            help="1…8: look at overlapping crops, N times as large, too. Costs (2N − 1)² passes.",
        ),
        click.option(
            "--upsample",
            default="guided",
            show_default=True,
            metavar="guided|bilinear",
            help="Whether colours keep to the edges of lightness, or are only enlarged.",
        ),
        click.option(
            "--input-size",
            type=int,
            metavar="N",
            help="Side of the square that the network sees, a multiple of 16; by default its own.",
        ),
        click.option(
            "--like",
            multiple=True,
            callback=_none_if_empty,
            metavar="REFERENCE",
            help="Take the colours from a colour photograph, a folder of them, or a palette; "
            "repeatable. See `labcolor palettes`.",
        ),
        click.option(
            "--like-strength",
            type=float,
            default=1.0,
            show_default=True,
            metavar="X",
            help="0…1, how much the references count.",
        ),
        click.option(
            "--like-several",
            default="mean",
            show_default=True,
            metavar="mean|nearest",
            help="Of several references take the mean, or for each photograph the one whose "
            "lightness is most alike.",
        ),
        click.option(
            "--threads",
            type=click.IntRange(1),
            metavar="N",
            help="Cores that the network runs on; by default all.",
        ),
    )


def hinting(command: Command) -> Command:
    """Say what colours are known."""
    return _applied(
        command,
        click.option(
            "--hints",
            metavar="FILE",
            help="A picture of the photograph's size whose opaque pixels fix the colour; the "
            "layer `hints` of an ORA or PSD; or `beside`: NAME.hints.png beside each photograph.",
        ),
        click.option(
            "--hint",
            "points",
            multiple=True,
            callback=points,
            metavar="X,Y=COLOUR",
            help="A place whose colour is known, from 0,0 in the top left corner: 120,80=navy or "
            "'120,80=#4050a0'; repeatable.",
        ),
        click.option(
            "--save-hints",
            metavar="FILE",
            help="Write the hints that were given as a picture, for the next time.",
        ),
    )


def alternatives(command: Command) -> Command:
    """Say whether to show what else the colours could be."""
    return _applied(
        command,
        click.option(
            "--variants",
            type=click.IntRange(1, 9),
            default=1,
            metavar="K",
            help="Write so many versions, distinct and plausible: the others as NAME-2, NAME-3, …",
        ),
        click.option(
            "--uncertainty",
            metavar="FILE",
            help="Draw how uncertain the colours are: black where certain, 30 levels a bit.",
        ),
    )


def writing(command: Command) -> Command:
    """Say what is written, and where."""
    return _applied(
        command,
        click.option(
            "-o",
            "--output",
            metavar="PLACE",
            help="File or folder to write; by default PHOTO-colour.* or FOLDER-colour/.",
        ),
        click.option(
            "--format",
            "format_",
            callback=_format_or_ending,
            metavar="NAME",
            help="same, jpeg, png, tiff, …, or in layers ora, psd, psb; by default that of the "
            "output, or the photograph's.",
        ),
        click.option(
            "--quality",
            type=click.IntRange(1, 100),
            default=95,
            show_default=True,
            metavar="Q",
            help="Quality of a JPEG, 1…100.",
        ),
        click.option(
            "--accept-damaged", is_flag=True, help="Colour what is left of a damaged file."
        ),
        click.option("--overwrite", is_flag=True, help="Replace an output if it exists."),
    )


def folders(command: Command) -> Command:
    """Say how to work through many photographs."""
    return _applied(
        command,
        click.option(
            "--recursive/--no-recursive", default=True, help="Whether sub-folders are searched."
        ),
        click.option(
            "--include",
            multiple=True,
            metavar="GLOB",
            help="Take only what matches, such as '1920/*' or '*.tif'.",
        ),
        click.option(
            "--exclude", multiple=True, metavar="GLOB", help="Leave out files or folders."
        ),
        click.option("--dry-run", is_flag=True, help="Show what would be done, and do nothing."),
        click.option(
            "--suffix",
            callback=_suffix,
            metavar="TEXT",
            help="What results have between their stem and their ending.",
        ),
        click.option(
            "--skip-colour", is_flag=True, help="Leave photographs alone that have colour."
        ),
        click.option(
            "--mark/--no-mark",
            default=True,
            help="Whether results say in their metadata that labcolor estimated the colours.",
        ),
        click.option(
            "--again", is_flag=True, help="Colour even what labcolor has made, by its mark."
        ),
        click.option("--compare", is_flag=True, help="Write before/after pairs too."),
        click.option(
            "--report", metavar="FILE", help="Write what became of each, as .json or .csv."
        ),
        click.option("--fail-fast", is_flag=True, help="Stop at the first failure."),
        click.option(
            "--jobs",
            type=click.IntRange(1),
            metavar="N",
            help="Photographs in hand at one time; by default one more than there are cores.",
        ),
        click.option(
            "--cluster",
            metavar="tcp://HOST:PORT|local:N",
            help="Have them coloured by the workers of a Dask scheduler, or by N processes.",
        ),
    )


def films(command: Command) -> Command:
    """Say how films are coloured."""
    return _applied(
        command,
        click.option(
            "--steady",
            type=click.FloatRange(0, 1),
            default=1.0,
            show_default=True,
            metavar="X",
            help="0…1, how much the pictures of a film keep to one another; 0 is each by itself.",
        ),
        click.option(
            "--every",
            type=click.IntRange(1),
            default=2,
            show_default=True,
            metavar="N",
            help="The network sees every Nth picture of a film; others follow neighbours.",
        ),
        click.option(
            "--from", "begin", metavar="TIME", help="Begin so far into a film, as 90 or 1:30."
        ),
        click.option("--to", "end", metavar="TIME", help="End there."),
        click.option(
            "--codec",
            default="h264",
            show_default=True,
            metavar="NAME",
            help="h264, h265, av1, vp9, prores or ffv1.",
        ),
        click.option(
            "--crf",
            type=click.IntRange(0, 63),
            metavar="N",
            help="The encoder's constant rate factor, less is better; by default 17 for h264.",
        ),
        click.option("--preset", metavar="NAME", help="How long the encoder takes its time."),
        click.option(
            "--fields",
            type=click.Choice(["auto", "keep", "ivtc"]),
            default="auto",
            show_default=True,
            help="Make whole pictures of interlaced ones, keep fields, or undo a telecine.",
        ),
        click.option(
            "--still",
            metavar="TIME",
            help="Of a film write one moment only, before and after, as a picture.",
        ),
        click.option(
            "--films/--no-films", default=True, help="Whether films in folders are coloured too."
        ),
    )


def saying(command: Command) -> Command:
    """Say how much is said."""
    return _applied(
        command,
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
        click.option(
            "-v", "--verbose", is_flag=True, help="Say more: weights, settings, backend."
        ),
    )
