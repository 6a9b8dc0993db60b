"""`labcolor methods`: what there is to colour with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from labcolor.errors import WeightsError

_FILES = ("embedded", "published", "alternative", "prior")
_INPUTS = {"L": "L*", "hints": "colour hints if there are any"}


@click.command("methods")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--verify", is_flag=True, help="Check the installed weights, and run them.")
@click.option("--benchmark", is_flag=True, help="Time them on this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")
def methods_command(names: tuple[str, ...], verify: bool, benchmark: bool, as_json: bool) -> None:
    """List the methods, or show a NAME with its weights here, their checksums and licences."""
    from labcolor.cli.methods_document import document
    from labcolor.model.methods import method

    wanted = {method(name).name for name in names}
    facts = document(verify=verify, benchmark=benchmark)
    facts["methods"] = [one for one in facts["methods"] if not wanted or one["name"] in wanted]
    if as_json:
        import json

        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        detailed = names or verify or benchmark
        click.echo("\n".join(_text(facts) if detailed else _lines(facts)))
    wrong = [
        f"{file['file']} {file['why']}"
        for method in facts["methods"]
        for file in map(method.get, _FILES)
        if file and file["verdict"] == "wrong"
    ]
    if wrong:
        message = f"{'; '.join(dict.fromkeys(wrong))}."
        raise WeightsError(message)


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    """Tell of each method in one line, and what helps from there."""
    from labcolor.model.methods import ALIASES

    width = max(len(method["name"]) for method in facts["methods"])
    for method in facts["methods"]:
        name = click.style(f"{method['name']:<{width}}", bold=True)
        default = " (default)" if method["default"] else ""
        yield f"{name}  {method['summary']}{default}"
    yield ""
    aliases = (f"{alias} is {name}" for alias, name in ALIASES.items())
    yield f"With the weights that their authors published, {' and '.join(aliases)}."
    yield "`labcolor methods NAME` shows the weights of one, `labcolor fetch` gets published ones."


def _text(facts: dict[str, Any]) -> Iterator[str]:
    for method in facts["methods"]:
        yield click.style(method["name"], bold=True) + (" (default)" if method["default"] else "")
        yield f"  {method['summary']}."
        yield f"  takes        {', '.join(_INPUTS[one] for one in method['inputs'])}"
        if method["embedded"]:
            yield from _entry("embedded", "present", method["embedded"])
        else:
            yield "  embedded     none yet"
        for kind in ("published", "alternative", "prior"):
            if method[kind]:
                yield from _entry(kind, _availability(method[kind]), method[kind])
        if method["note"]:
            yield f"  published    none. {method['note']}"
        yield ""
    yield (
        f"labcolor's code is {facts['code_licence']}; each file of weights has the licence beside "
        "it."
    )
    home = facts["home"] or "LABCOLOR_HOME"
    yield f"`labcolor fetch METHOD` brings published weights to {home}."


def _availability(file: dict[str, Any]) -> str:
    if file["state"] == "absent":
        return "not fetched" if file["fetchable"] else "no mirror is known; --weights FILE"
    return str(file["state"])


def _entry(kind: str, availability: str, file: dict[str, Any]) -> Iterator[str]:
    details = [availability, file["licence"], *([_size(file["bytes"])] if file["bytes"] else [])]
    if file["verdict"]:
        details.append(file["verdict"])
    if file["megapixel_seconds"]:
        details.append(f"{file['megapixel_seconds']:.2f} s a megapixel")
    yield f"  {kind:<12} {file['file']}: {', '.join(details)}"
    if file["sha256"]:
        yield f"               sha256 {file['sha256']}"
    if file["why"] and file["verdict"] != "wrong":
        yield f"               {file['verdict']}: it {file['why']}"


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"
