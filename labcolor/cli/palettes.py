"""`labcolor palettes`: what there is to colour like."""

from __future__ import annotations

from textwrap import wrap

import click

_WIDTH = 80


@click.command("palettes")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")
def palettes_command(as_json: bool) -> None:
    """List the palettes that --like knows by name, and what each was counted from."""
    from labcolor.palettes import BUILT_IN

    if as_json:
        import json
        from dataclasses import asdict

        facts = {"schema": 1, "palettes": [asdict(one) for one in BUILT_IN.values()]}
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    for one in BUILT_IN.values():
        click.echo(click.style(one.name, bold=True))
        click.echo(f"  {one.summary}.")
        _entry("origin", one.origin)
        _entry("licence", one.licence)
        click.echo()
    click.echo("--like takes any colour photograph, or a folder of them, too: --like photo.jpg")


def _entry(kind: str, text: str) -> None:
    lines = wrap(text, _WIDTH - 11)
    click.echo("\n".join(f"  {kind if not n else '':<9}{line}" for n, line in enumerate(lines)))
