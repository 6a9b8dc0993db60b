"""The options of colouring: grouped in the help, with choices that a shell can complete."""

from __future__ import annotations

from collections.abc import Sequence

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from labcolor.cli import group
from labcolor.cli.colour import colour_command
from labcolor.colorizer import UPSAMPLING
from labcolor.engines import ENGINES
from labcolor.film.codecs import CODECS
from labcolor.film.fields import FIELDS
from labcolor.palettes.references import SEVERAL

CHOICES = {
    "--backend": ("auto", "cpu", "cuda"),
    "--codec": CODECS,
    "--engine": ENGINES,
    "--fields": FIELDS,
    "--like-several": SEVERAL,
    "--upsample": UPSAMPLING,
}


@pytest.mark.parametrize("option", CHOICES)
def test_a_shell_is_offered_what_the_library_knows(option: str) -> None:
    """No choice of the library is missing, and none is offered that it does not know."""
    completion = ShellComplete(group, {}, "labcolor", "_LABCOLOR_COMPLETE")
    offered = [one.value for one in completion.get_completions(["x.jpg", option], "")]
    assert sorted(offered) == sorted(CHOICES[option])


@pytest.mark.parametrize("option", CHOICES)
def test_another_value_is_wrong_usage_and_the_choices_are_named(option: str) -> None:
    run = CliRunner().invoke(group, ["x.jpg", option, "sepia"])
    assert run.exit_code == 2
    assert all(f"'{one}'" in run.output for one in CHOICES[option])


def sections(text: str) -> dict[str, list[str]]:
    """Take a help apart: the options under each heading."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            found[line[:-1]] = []
        elif line.startswith("  -") and found:
            found[list(found)[-1]].append(line.split()[0].rstrip(","))
    return found


def first_names(params: Sequence[click.Parameter]) -> set[str]:
    return {one.opts[0] for one in params if isinstance(one, click.Option)}


def test_the_help_shows_every_option_once_under_its_heading() -> None:
    """The groups are those that people look for, and what concerns most of them comes first."""
    groups = sections(CliRunner().invoke(group, ["--help"]).output)
    assert [title for title, options in groups.items() if options] == [
        *("Colour", "Hints", "Other colours", "Input and output"),
        *("Folders", "Films", "Engine", "Messages"),
    ]
    shown = [option for options in groups.values() for option in options]
    assert len(shown) == len(set(shown))
    assert set(shown) == first_names(colour_command.params) | {"--version", "-h"}
    assert {"--engine", "--backend", "--threads"} <= set(groups["Engine"])
    assert {"-o", "--format", "--overwrite"} <= set(groups["Input and output"])
