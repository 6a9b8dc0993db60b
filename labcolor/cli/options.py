"""The options of colouring, in the groups that the help shows."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial, reduce
from typing import Any, TypeVar

import click

from labcolor.cli.hints import points
from labcolor.engines import ENGINES

Command = TypeVar("Command", bound=Callable[..., Any])


class Grouped(click.Option):
    """An option that the help shows under a heading.

    Parameters
    ----------
    *args, **settings
        As for `click.Option`.
    group : str
        The heading.
    """

    def __init__(self, *args: Any, group: str, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.group = group


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
        message = f"{value} is not one of same, {', '.join([*FORMATS, *LAYERED])}."
        raise click.BadParameter(message)
    return value


def _suffix(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value and set(value) & set("/\\\0"):
        message = "it is part of a file name, so it cannot contain a path."
        raise click.BadParameter(message)
    return value


def _moment(_ctx: click.Context, _option: click.Parameter, value: str | None) -> Fraction | None:
    if value is None:
        return None
    from labcolor.film.moments import moment

    return moment(value)


def _none_if_empty(
    _ctx: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    return values or None


def _applied(command: Command, *options: Callable[[Command], Command]) -> Command:
    return reduce(lambda result, option: option(result), reversed(options), command)


def colouring(command: Command) -> Command:
    """Say how the colours come about: arguments of `Colorizer`."""
    option = partial(click.option, cls=Grouped, group="Colour")
    return _applied(
        command,
        option("--method", metavar="NAME", help="How to colour; see `labcolor methods`."),
        option(
            "--weights",
            default="embedded",
            show_default=True,
            metavar="embedded|published|FILE",
            help="Whose weights: labcolor's own, those fetched, or those in a file.",
        ),
        option(
            "--network",
            metavar="FILE",
            help="A network of your own in ONNX, with its TOML beside it, instead of a method.",
        ),
        option("--vivid", is_flag=True, help="Bolder: --rebalance 1 --strength 1.2."),
        option(
            "--calm",
            is_flag=True,
            help="Quieter, with fewer errors: --rebalance 0.3 --strength 0.8.",
        ),
        option(
            "--rebalance",
            type=float,
            metavar="S",
            help="0…1, from safe to vivid; by default the weights' own.",
        ),
        option(
            "--temperature",
            type=float,
            metavar="T",
            help="T of the annealed mean: 1 the mean, towards 0 the likeliest colour.",
        ),
        option(
            "--strength",
            type=float,
            metavar="X",
            help="0…4, what the chroma is multiplied by; by default 1.",
        ),
        option(
            "--detail",
            type=int,
            default=1,
            show_default=True,
            metavar="N",
            help="1…8: look at overlapping crops, N times as large, too. Costs (2N − 1)² passes.",
        ),
        option(
            "--upsample",
            default="guided",
            show_default=True,
            type=click.Choice(["guided", "bilinear"]),
            help="Whether colours keep to the edges of lightness, or are only enlarged.",
        ),
        option(
            "--input-size",
            type=int,
            metavar="N",
            help="Side of the square that the network sees, a multiple of 16; by default its own.",
        ),
        option(
            "--like",
            multiple=True,
            callback=_none_if_empty,
            metavar="REFERENCE",
            help="Take the colours from a colour photograph, a folder of them, or a palette; "
            "repeatable. See `labcolor palettes`.",
        ),
        option(
            "--like-strength",
            type=float,
            default=1.0,
            show_default=True,
            metavar="X",
            help="0…1, how much the references count.",
        ),
        option(
            "--like-several",
            default="mean",
            show_default=True,
            type=click.Choice(["mean", "nearest"]),
            help="Of several references, their mean, or for each photograph the one whose "
            "lightness is most alike.",
        ),
    )


def hinting(command: Command) -> Command:
    """Say what colours are known."""
    option = partial(click.option, cls=Grouped, group="Hints")
    return _applied(
        command,
        option(
            "--hints",
            metavar="FILE",
            help="A picture of the photograph's size whose opaque pixels fix the colour; the "
            "layer `hints` of an ORA or PSD; or `beside`: NAME.hints.png beside each photograph.",
        ),
        option(
            "--hint",
            "points",
            multiple=True,
            callback=points,
            metavar="X,Y=COLOUR",
            help="A place whose colour is known, from 0,0 in the top left corner: 120,80=navy or "
            "'120,80=#4050a0'; repeatable.",
        ),
        option(
            "--save-hints",
            metavar="FILE",
            help="Write the hints that were given as a picture, for the next time.",
        ),
    )


def alternatives(command: Command) -> Command:
    """Say whether to show what else the colours could be."""
    option = partial(click.option, cls=Grouped, group="Other colours")
    return _applied(
        command,
        option(
            "--variants",
            type=click.IntRange(1, 9),
            default=1,
            metavar="K",
            help="Write K distinct, plausible versions: the others as NAME-2, NAME-3, …",
        ),
        option(
            "--uncertainty",
            metavar="FILE",
            help="Draw how uncertain the colours are: black where certain, 30 levels a bit.",
        ),
    )


def writing(command: Command) -> Command:
    """Say what is written, and where."""
    option = partial(click.option, cls=Grouped, group="Input and output")
    return _applied(
        command,
        option(
            "-o",
            "--output",
            metavar="PATH",
            help="File or folder to write; by default PHOTO-colour.* or FOLDER-colour/.",
        ),
        option(
            "--format",
            callback=_format_or_ending,
            metavar="NAME",
            help="same, jpeg, png, tiff, …, or in layers ora, psd, psb; by default that of the "
            "output, or the photograph's.",
        ),
        option(
            "--quality",
            type=click.IntRange(1, 100),
            default=95,
            show_default=True,
            metavar="Q",
            help="Quality of a JPEG, 1…100.",
        ),
        option("--accept-damaged", is_flag=True, help="Colour what is left of a damaged file."),
        option("--overwrite", is_flag=True, help="Replace an output if it exists."),
    )


def treating(command: Command) -> Command:
    """Say which photographs are coloured, and what results have besides colour."""
    option = partial(click.option, cls=Grouped, group="Input and output")
    return _applied(
        command,
        option(
            "--mark/--no-mark",
            default=True,
            help="Whether results say in their metadata that labcolor estimated the colours.",
        ),
        option("--skip-colour", is_flag=True, help="Skip photographs that already have colour."),
        option(
            "--again",
            is_flag=True,
            help="Colour even labcolor's own results, which it knows by their mark.",
        ),
        option("--compare", is_flag=True, help="Write before/after pairs too."),
    )


def folders(command: Command) -> Command:
    """Say how to work through many photographs."""
    option = partial(click.option, cls=Grouped, group="Folders")
    return _applied(
        command,
        option(
            "--recursive/--no-recursive", default=True, help="Whether sub-folders are searched."
        ),
        option(
            "--include",
            multiple=True,
            metavar="GLOB",
            help="Take only what matches, such as '1920/*' or '*.tif'.",
        ),
        option("--exclude", multiple=True, metavar="GLOB", help="Leave out files or folders."),
        option("--dry-run", is_flag=True, help="Show what would be done, and do nothing."),
        option(
            "--watch",
            is_flag=True,
            help="Keep folders coloured: take what arrives, until Ctrl-C (an optional package).",
        ),
        option(
            "--sidecars",
            is_flag=True,
            help="Write XMP sidecars (photo.jpg.xmp, photo.xmp) for the results too.",
        ),
        option(
            "--portable-names",
            is_flag=True,
            help="Replace what some disks refuse in names of results, such as : ? and CON.",
        ),
        option(
            "--suffix",
            callback=_suffix,
            metavar="TEXT",
            help="Text between stem and extension in names of results.",
        ),
        option(
            "--reset",
            is_flag=True,
            help="Forget the settings that single photographs keep from runs with --include.",
        ),
        option("--report", metavar="FILE", help="Write a report on every file, as .json or .csv."),
        option("--fail-fast", is_flag=True, help="Stop at the first failure."),
        option(
            "--jobs",
            type=click.IntRange(1),
            metavar="N",
            help="Photographs to work on at a time; by default one more than there are cores.",
        ),
        option(
            "--cluster",
            metavar="tcp://HOST:PORT|local:N",
            help="Colour them with the workers of a Dask scheduler, or with N processes.",
        ),
    )


def films(command: Command) -> Command:
    """Say how films are coloured."""
    option = partial(click.option, cls=Grouped, group="Films")
    return _applied(
        command,
        option(
            "--steady",
            type=click.FloatRange(0, 1),
            default=1.0,
            show_default=True,
            metavar="X",
            help="0…1, how steady colours are from picture to picture; 0 colours each by itself.",
        ),
        option(
            "--every",
            type=click.IntRange(1),
            default=2,
            show_default=True,
            metavar="N",
            help="The network sees every Nth picture of a film; the others follow them.",
        ),
        option(
            "--from",
            "begin",
            callback=_moment,
            metavar="TIME",
            help="Where to begin in a film, such as 90 or 1:30.",
        ),
        option("--to", "end", callback=_moment, metavar="TIME", help="Where to end."),
        option(
            "--codec",
            default="h264",
            show_default=True,
            type=click.Choice(["h264", "h265", "av1", "vp9", "prores", "ffv1"]),
            help="The codec of the result.",
        ),
        option(
            "--crf",
            type=click.IntRange(0, 63),
            metavar="N",
            help="The encoder's constant rate factor, lower is better; by default 17 for h264.",
        ),
        option(
            "--preset", metavar="NAME", help="The encoder's own name for its speed, such as slow."
        ),
        option(
            "--fields",
            type=click.Choice(["auto", "keep", "ivtc"]),
            default="auto",
            show_default=True,
            help="Make whole pictures of interlaced ones, keep fields, or undo a telecine.",
        ),
        option(
            "--still",
            callback=_moment,
            metavar="TIME",
            help="Write only one moment of a film, before and after, as a picture.",
        ),
        option(
            "--films/--no-films", default=True, help="Whether films in folders are coloured too."
        ),
    )


def running(command: Command) -> Command:
    """Say what the network runs on: arguments of `Colorizer`, too."""
    option = partial(click.option, cls=Grouped, group="Engine")
    return _applied(
        command,
        option(
            "--engine",
            default="auto",
            show_default=True,
            type=click.Choice(ENGINES),
            help="What runs the network: opencv (auto), or an optional package.",
        ),
        option(
            "--backend",
            default="auto",
            show_default=True,
            type=click.Choice(["auto", "cpu", "cuda"]),
            help="What the network runs on.",
        ),
        option(
            "--threads",
            type=click.IntRange(1),
            metavar="N",
            help="Cores that the network runs on; by default all.",
        ),
    )


def saying(command: Command) -> Command:
    """Say how much is said."""
    option = partial(click.option, cls=Grouped, group="Messages")
    return _applied(
        command,
        option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
        option("-v", "--verbose", is_flag=True, help="Say more: weights, settings, backend."),
    )
