"""`labcolor fetch`: bring published weights into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from labcolor.errors import FetchError, UsageError

if TYPE_CHECKING:
    from labcolor.model.methods import Method
    from labcolor.weights.catalogue import WeightFile


@click.command("fetch")
@click.argument("names", nargs=-1, metavar="[METHOD|FILE]...")
@click.option(
    "--all", "everything", is_flag=True, help="Download those of every method that has a mirror."
)
@click.option("--list", "listing", is_flag=True, help="Only list the files.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Take the weights of one METHOD from a file that you have, after checking it.",
)
def fetch_command(
    names: tuple[str, ...], everything: bool, listing: bool, source: Path | None
) -> None:
    """Download the weights that a METHOD's authors published, or a FILE of the list.

    What is there already is checked and left alone, and what was cut goes on where it stopped.

    The files go to the folder LABCOLOR_HOME, by default to the platform's cache folder. No other
    command touches the network, and LABCOLOR_OFFLINE=1 forbids it to this one too.
    """
    if bool(names) + everything + listing != 1 or (source and len(names) != 1):
        raise UsageError(
            "Name a METHOD or a FILE, or use --all or --list; --from needs exactly one METHOD or "
            "FILE."
        )
    if listing:
        click.echo("\n".join(_lines()))
    elif source:
        _adopt(names[0], source)
    else:
        for file in _wanted(names):
            _fetch(file)


def _wanted(names: tuple[str, ...]) -> list[WeightFile]:
    """Collect the files of these methods, each once; without names of all that can be had."""
    from labcolor.model.methods import METHODS

    if names:
        found = [file for name in names for file in _files(name)]
    else:
        found = [file for one in METHODS.values() if _is_had(one) for file in one.files]
    return list(dict.fromkeys(found))


def _files(name: str) -> tuple[WeightFile, ...]:
    """Return the file of this name, or those of the method; its weights come first."""
    from labcolor.model.methods import method
    from labcolor.weights.catalogue import FILES

    if name in FILES:
        return (FILES[name],)
    one = method(name)
    if not one.files:
        raise FetchError(f"There are no weights to fetch for {one.name}. {one.note}")
    return one.files


def _is_had(method: Method) -> bool:
    """Whether somebody offers the published weights of a method."""
    return method.published is not None and bool(method.published.urls)


def _lines() -> list[str]:
    """List every published file: its name, its size, whether it is here, and whose it is."""
    from labcolor.model.methods import METHODS
    from labcolor.weights import store

    users: dict[WeightFile, list[str]] = {}
    for one in METHODS.values():
        for file in (*one.weight_files, *one.files):
            users.setdefault(file, [])
            users[file] += [one.name] if one.name not in users[file] else []
    width = max(len(file.name) for file in users)
    return [
        f"{file.name:<{width}}  {file.bytes:>11,} bytes  "
        f"{_whereabouts(file, store.state(file)):<11}  {', '.join(names)}"
        for file, names in users.items()
    ]


def _whereabouts(file: WeightFile, state: str) -> str:
    if state == "absent":
        return "not fetched" if file.urls else "no mirror"
    return state


def _adopt(name: str, source: Path) -> None:
    from labcolor.model.methods import method
    from labcolor.weights.catalogue import FILES
    from labcolor.weights.fetch import adopt

    files = _files(name)
    if name not in FILES:
        files = (*method(name).weight_files, *files)
    file, path = adopt(files, source)
    click.echo(f"{source} is {file.name}: {path}")


def _fetch(file: WeightFile) -> None:
    from labcolor.weights import store
    from labcolor.weights.fetch import fetch

    if store.is_whole(file):
        click.echo(f"{file.name} is already there: {store.path_of(file)}")
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
    click.echo(f"{file.name} is now at {path}")
