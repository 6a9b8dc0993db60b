"""`labcolor methods`: what there is to colour with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

    from labcolor.methods import Method


@click.command("methods")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")
def methods_command(as_json: bool) -> None:
    """List the methods, the weights that each has here, and their licences."""
    if as_json:
        import json

        click.echo(json.dumps(document(), indent=2, ensure_ascii=False))
        return

    from rich.console import Console

    Console().print(_table())


def document() -> dict[str, Any]:
    """Describe the methods and the state of their weights, as `--json` prints it.

    Returns
    -------
    dict
        ``home`` : str
            The folder of fetched weights.
        ``code_licence`` : str
            SPDX identifier of labcolor's own code.
        ``methods`` : list of dict
            ``name``, ``summary`` : str
            ``default`` : bool
                Whether it is the method that colours where none is named.
            ``gives`` : "distribution" or "ab"
                Whether the network gives a distribution over ab bins, or ab itself.
            ``trained_rebalance`` : float or null
                How much rebalancing its weights were trained with, 0…1.
            ``embedded`` : dict or null
                ``licence`` of the weights that ship inside the package.
            ``published`` : dict or null
                ``file``, ``bytes``, ``sha256``, ``licence``, ``attribution``, ``source`` of the
                authors' weights; ``path``, where they are or would be; ``state``, which is
                "present", "absent" or "damaged", by size; ``fetchable``, whether a mirror is
                known.
            ``note`` : str
                Why there are no published weights, or nothing.

    Keys may be added; these stay.
    """
    from labcolor.methods import LICENCE, METHODS
    from labcolor.weights import store

    return {
        "home": str(store.home()),
        "code_licence": LICENCE,
        "methods": [_entry(method) for method in METHODS.values()],
    }


def _entry(method: Method) -> dict[str, Any]:
    from labcolor.methods import DEFAULT, LICENCE
    from labcolor.weights import store

    return {
        "name": method.name,
        "summary": method.summary,
        "default": method.name == DEFAULT,
        "gives": method.gives,
        "trained_rebalance": method.trained_rebalance,
        "embedded": {"licence": LICENCE} if store.has_embedded(method) else None,
        "published": _published(method),
        "note": method.note,
    }


def _published(method: Method) -> dict[str, Any] | None:
    from labcolor.weights import store

    file = method.published
    if file is None:
        return None
    return {
        "file": file.name,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "licence": file.licence,
        "attribution": file.attribution,
        "source": file.source,
        "path": str(store.place(file)),
        "state": store.state(file),
        "fetchable": bool(file.urls),
    }


def _table() -> Table:
    from rich.markup import escape
    from rich.table import Table

    facts = document()
    table = Table(
        show_lines=True,
        caption=escape(
            f"In brackets the licence of the weights; labcolor's code is {facts['code_licence']}. "
            f"`labcolor fetch METHOD` brings published weights to {facts['home']}."
        ),
        caption_justify="left",
    )
    table.add_column("Method")
    table.add_column("Embedded\nweights", no_wrap=True)
    table.add_column("Published\nweights", no_wrap=True)
    for method in facts["methods"]:
        default = " (default)" if method["default"] else ""
        note = f"\n{method['note']}" if method["note"] else ""
        table.add_row(
            f"[bold]{method['name']}[/bold]{default}\n" + escape(f"{method['summary']}.{note}"),
            _in_words("present" if method["embedded"] else "none yet", method["embedded"]),
            _in_words(_availability(method["published"]), method["published"]),
        )
    return table


def _availability(published: dict[str, Any] | None) -> str:
    if published is None:
        return "none"
    if published["state"] == "absent":
        return "not fetched" if published["fetchable"] else "no mirror"
    return str(published["state"])


def _in_words(availability: str, weights: dict[str, Any] | None) -> str:
    return f"{availability}\n({weights['licence']})" if weights else availability
