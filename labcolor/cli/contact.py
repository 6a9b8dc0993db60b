"""`labcolor contact FOLDER`: contact sheets of a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from labcolor.contact.entries import Order


@click.command("contact")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The picture to write; by default FOLDER-contact.jpg, beside it.",
)
@click.option(
    "--sort",
    "order",
    type=click.Choice(["name", "doubt", "chroma"]),
    default="name",
    show_default=True,
    help="By name, or the most doubtful or the most vivid colours first.",
)
@click.option("--first", type=click.IntRange(1), metavar="N", help="Show only the first N.")
@click.option("--overwrite", is_flag=True, help="Replace sheets that exist.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def contact_command(
    folder: Path,
    output: Path | None,
    order: Order,
    first: int | None,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Make contact sheets of the results in FOLDER.

    Each photograph stands there before and after, by name, and what failed with the reason. Where
    there are more than go on one sheet, the sheets are numbered: sheet-1.jpg, sheet-2.jpg, …
    """
    from labcolor import contact, photo
    from labcolor.cli.notes import show_notes
    from labcolor.cli.summary import photographs

    show_notes(quiet=True)  # what is odd about a photograph was said when it was coloured
    every = contact.entries(folder, order)
    entries = every[:first]
    output = output or _beside(folder)
    starts = range(0, len(entries), contact.PER_SHEET)
    targets = _targets(output, len(starts))
    for target in targets:
        photo.check_target(None, target, overwrite=overwrite)
    for start, target in zip(starts, targets, strict=True):
        shown = entries[start : start + contact.PER_SHEET]
        title = f"{folder.resolve().name}: {start + 1} to {start + len(shown)} of {len(every)}"
        picture = photo.Photo(contact.sheet(shown, title, order), mark=contact.mark(folder))
        photo.write(picture, target, quality=90, overwrite=overwrite)
    if not quiet:
        failed = sum(entry.after is None for entry in entries)
        where = f"{targets[0]} … {targets[-1]}" if targets[1:] else targets[0]
        failures = f", {failed} of which failed" if failed else ""
        shown_of_all = photographs(len(every))
        if len(entries) < len(every):
            shown_of_all = f"{len(entries)} of {shown_of_all}"
        click.echo(f"{where}  {shown_of_all}{failures}", err=True)


def _beside(folder: Path) -> Path:
    """Name the sheet after the folder, beside it."""
    named = folder.resolve() if folder.name in ("", "..") else folder
    return named.with_name(f"{named.name}-contact.jpg")


def _targets(output: Path, number: int) -> list[Path]:
    """Name the sheets; numbers of one length, so that they sort."""
    if number == 1:
        return [output]
    digits = len(str(number))
    return [
        output.with_name(f"{output.stem}-{n:0{digits}}{output.suffix}")
        for n in range(1, number + 1)
    ]
