"""`labcolor eval FOLDER`: measure methods on colour photographs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer
    from labcolor.evaluation import Candidate, Comparison, Folder
    from labcolor.evaluation.truth import Photograph
    from labcolor.photo.model import Pixels

GREY = "grey"
OTHERS = ("mean", "random")


def _crops(
    _ctx: click.Context, _option: click.Parameter, values: Sequence[str]
) -> dict[str, float]:
    crops = {}
    for value in values:
        parts = re.fullmatch(r"(.+)=(\d+(?:\.\d+)?)%?", value)
        if parts is None or float(parts[2]) >= 50:
            message = f"{value} is not of the form SUBFOLDER=PERCENT, with less than 50 percent."
            raise click.BadParameter(message)
        crops[parts[1]] = float(parts[2])
    return crops


@click.command("eval")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--method",
    "methods",
    multiple=True,
    metavar="NAME",
    help="What to measure; repeatable. See `labcolor methods`.",
)
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    type=click.Choice([GREY, *OTHERS]),
    help="Measure this too; repeatable. Grey always is, since gains are relative to it.",
)
@click.option(
    "--weights",
    default="embedded",
    show_default=True,
    metavar="embedded|published|FILE",
    help="Whose weights: labcolor's own, those fetched, or those in a file.",
)
@click.option(
    "--network",
    "networks",
    multiple=True,
    metavar="FILE",
    help="Measure a network of your own too, in ONNX with its TOML beside it; repeatable.",
)
@click.option(
    "--rebalance", type=float, metavar="S", help="0…1, from safe to vivid; as for colouring."
)
@click.option(
    "--temperature", type=float, metavar="T", help="T of the annealed mean; as for colouring."
)
@click.option(
    "--detail", type=int, default=1, metavar="N", help="How closely to look; as for colouring."
)
@click.option("--upsample", default="guided", metavar="guided|bilinear", help="As for colouring.")
@click.option(
    "--crop",
    "crops",
    multiple=True,
    callback=_crops,
    metavar="SUBFOLDER=PERCENT",
    help="Cut this much from each side of the photographs there, such as the mounts of slides; "
    "repeatable.",
)
@click.option(
    "--squash",
    type=click.IntRange(1),
    metavar="N",
    help="Squash each photograph to N × N first.",
)
@click.option(
    "--by",
    "parts",
    multiple=True,
    type=click.Choice(["folder", "file"]),
    help="Show a table for each subfolder, or for each photograph, too; repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it all as JSON, for programs.")
@click.option(
    "--sheet",
    "picture",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a picture of the worst, the median and the best: grey, coloured, true.",
)
@click.option("--overwrite", is_flag=True, help="Replace the sheet if it exists.")
def evaluate_command(
    folder: Path,
    methods: tuple[str, ...],
    networks: tuple[str, ...],
    baselines: tuple[str, ...],
    crops: Mapping[str, float],
    squash: int | None,
    parts: tuple[str, ...],
    as_json: bool,
    picture: Path | None,
    overwrite: bool,
    **options: Any,
) -> None:
    """Measure how near to the truth methods colour the photographs below FOLDER.

    Each colour photograph is coloured from its L* alone, as the command would do it, and compared
    with itself. Grey ones are left out, and so are those that cannot be read.
    """
    from labcolor.evaluation import Folder, compare
    from labcolor.model.methods import DEFAULT

    if picture:
        _check_sheet(picture, overwrite)
    photographs = Folder(folder, crops, squash)
    if not methods and not networks:
        methods = (DEFAULT,)
    colorizers = _colorizers(methods, networks, options)
    candidates = _candidates(photographs, colorizers, baselines)
    comparison = compare(photographs, candidates, _progress)
    if as_json:
        _print_document(comparison, {**options, "crop": crops, "squash": squash})
    else:
        _print_tables(comparison, parts)
    if picture:
        drawn = [one for one in candidates if not one.is_baseline]
        _write_sheet(picture, photographs, comparison, drawn, overwrite)


def _colorizers(
    methods: Sequence[str], networks: Sequence[str], options: Mapping[str, Any]
) -> dict[str, Colorizer]:
    """Get everything ready that is to be measured, each once, by its name."""
    from labcolor.colorizer import Colorizer

    found = {name: Colorizer(name, **options) for name in dict.fromkeys(methods)}
    for network in networks:
        others = {name: value for name, value in options.items() if name != "weights"}
        colorizer = Colorizer(network=network, **others)
        found[colorizer.method] = colorizer
    return found


def _candidates(
    folder: Folder, colorizers: Mapping[str, Colorizer], baselines: Sequence[str]
) -> list[Candidate]:
    """List what is measured, and what it is measured against."""
    from labcolor.evaluation import Candidate, baseline

    def colouring(colorizer: Colorizer, photograph: Photograph) -> Pixels:
        return colorizer(photograph.pixels)

    yardsticks = dict.fromkeys((GREY, *baselines))
    return [
        *(Candidate(name, baseline(name, folder), is_baseline=True) for name in yardsticks),
        *(Candidate(name, partial(colouring, one)) for name, one in colorizers.items()),
    ]


def _progress(files: Sequence[Path]) -> Iterator[Path]:
    """Show on a terminal how far it is."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(
        files,
        description="measuring",
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _print_document(comparison: Comparison, settings: Mapping[str, Any]) -> None:
    import json

    from labcolor.evaluation.report import document

    click.echo(json.dumps(document(comparison, settings), indent=2, ensure_ascii=False))


def _print_tables(comparison: Comparison, parts: Sequence[str]) -> None:
    from rich.console import Console

    from labcolor.evaluation import report
    from labcolor.evaluation.table import LEGEND, table

    console = Console(highlight=False)
    summaries = [("All", report.overall(comparison))]
    if "folder" in parts:
        summaries += report.by_folder(comparison).items()
    if "file" in parts:
        summaries += report.by_file(comparison).items()
    for title, summary in summaries:
        console.print(table(title, summary), "")
    console.print(LEGEND, style="dim")
    if comparison.grey or comparison.unreadable:
        console.print(
            f"Left out: {len(comparison.grey)} grey, {len(comparison.unreadable)} unreadable."
        )


def _check_sheet(picture: Path, overwrite: bool) -> None:
    """Refuse a sheet that cannot be written before any work is spent on it."""
    from labcolor import photo

    photo.format_of(picture)
    photo.check_target(None, picture, overwrite=overwrite)


def _write_sheet(
    picture: Path,
    folder: Folder,
    comparison: Comparison,
    methods: Sequence[Candidate],
    overwrite: bool,
) -> None:
    from labcolor import photo
    from labcolor.evaluation.sheet import sheet

    drawn = photo.Photo(sheet(folder, comparison, methods))
    photo.write(drawn, picture, overwrite=overwrite)
    click.echo(f"{picture}  the worst, the median and the best", err=True)
