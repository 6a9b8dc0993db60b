"""`labcolor retouch`: take the colours of an edited picture back."""

from __future__ import annotations

from pathlib import Path

import click

from labcolor.cli import options
from labcolor.errors import UsageError


@click.command("retouch")
@click.argument("photo", metavar="PHOTO", type=click.Path(path_type=Path))
@click.argument("edited", metavar="EDITED", type=click.Path(path_type=Path))
@options.writing
@click.option(
    "--merged",
    is_flag=True,
    help="Take the merged picture that the editor saved, whatever modes its layers have.",
)
@click.option(
    "--mark/--no-mark",
    default=True,
    help="Whether the result says in its metadata that its colours are estimated.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def retouch_command(
    photo: Path,
    edited: Path,
    output: str | None,
    format: str | None,  # noqa: A002  as the option is called
    quality: int,
    accept_damaged: bool,
    overwrite: bool,
    merged: bool,
    mark: bool,
    quiet: bool,
) -> None:
    """Give PHOTO the colours of EDITED: an ORA or PSD file, or a flat picture of the same size.

    Only colours are taken; lightness, depth and metadata are those of PHOTO, which is the
    original. Without -o the result is PHOTO-retouched beside it.
    """
    from dataclasses import replace

    from labcolor import photo as photos
    from labcolor.cli.notes import show_notes
    from labcolor.layers.retouch import Retouched

    show_notes(quiet=quiet)
    ending = f".{format}" if format else photo.suffix
    target = Path(output) if output else photo.with_name(f"{photo.stem}-retouched{ending}")
    form = photos.format_of(Path(f"photo.{format}") if format else target)
    photos.check_target(photo, target, overwrite=overwrite)
    photos.check_target(edited, target, overwrite=overwrite)
    pages = photos.Pages(photo, accept_damaged=accept_damaged)
    if len(pages) > 1:
        message = f"{photo} has {len(pages)} pages, and an edited picture is of one."
        raise UsageError(message)
    result = Retouched(edited, merged=merged)(pages.read(0))
    if mark:
        result = replace(result, mark=photos.Mark("retouched by hand"))
    photos.write(result, target, format=form, quality=quality, overwrite=overwrite, source=photo)
    if not quiet:
        height, width = result.pixels.shape[:2]
        click.echo(f"{target}  {width}×{height}", err=True)
