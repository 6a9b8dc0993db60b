"""`labcolor fetch`: bring published weights into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from labcolor.methods import Method
    from labcolor.weights.catalogue import WeightFile


@click.command("fetch")
@click.argument("names", nargs=-1, metavar="[METHOD]...")
def fetch_command(names: tuple[str, ...]) -> None:
    """Download the weights that a METHOD's authors published.

    Without a METHOD, those of every method that has a living mirror. What is there already is
    checked and left alone, and what was cut goes on where it stopped.

    The files go to the folder LABCOLOR_HOME, by default to the platform's cache folder. No other
    command touches the network, and LABCOLOR_OFFLINE=1 forbids it to this one too.
    """
    for file in _files(names):
        _fetch(file)


def _files(names: tuple[str, ...]) -> list[WeightFile]:
    """Collect the files of these methods, each once."""
    from labcolor.errors import FetchError
    from labcolor.methods import METHODS, method

    chosen = [method(name) for name in names] or [one for one in METHODS.values() if _is_had(one)]
    for one in chosen:
        if not one.files:
            raise FetchError(f"There are no weights to fetch for {one.name}. {one.note}")
    return list(dict.fromkeys(file for one in chosen for file in one.files))


def _is_had(method: Method) -> bool:
    """Whether somebody offers the published weights of a method."""
    return method.published is not None and bool(method.published.urls)


def _fetch(file: WeightFile) -> None:
    from labcolor.weights import store
    from labcolor.weights.fetch import fetch

    if store.is_whole(file):
        click.echo(f"{file.name} is there already: {store.place(file)}")
        return

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(file.name, total=file.bytes)
        path = fetch(file, progress=lambda there, _: bar.update(task, completed=there))
    click.echo(f"{file.name} is fetched: {path}")
