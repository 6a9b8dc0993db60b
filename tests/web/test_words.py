"""What the page says, in all seven languages, and which files it asks for."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from labcolor.palettes import BUILT_IN
from labcolor.photo.formats import SUFFIXES

PAGE = resources.files("labcolor.web").joinpath("page.html").read_text(encoding="utf-8")
LANGUAGES = 7


def words() -> dict[str, list[str]]:
    """Read the table out of the page; it is written as JSON but for its keys."""
    table = PAGE.partition("const WORDS = {\n")[2].partition("\n};")[0]
    rows = (line.strip().rstrip(",").partition(": ") for line in table.splitlines())
    return {name: json.loads(said) for name, _, said in rows}


WORDS = words()


@pytest.mark.parametrize("name", WORDS)
def test_each_is_there_in_every_language(name):
    """And has the same places for values."""
    said = WORDS[name]
    assert len(said) == LANGUAGES
    assert all(one.strip() for one in said)
    places = [sorted(re.findall(r"\{\d\}", one)) for one in said]
    assert all(one == places[0] for one in places)


def test_what_the_page_says_is_in_the_table():
    asked = set(re.findall(r'data-say(?:-\w+)?="(\w+)"', PAGE))
    asked |= set(re.findall(r'\bsay\([^"()]*"(\w+)"', PAGE))
    assert len(asked) > 50
    assert asked <= set(WORDS)


def test_no_word_is_left_over():
    """Methods and palettes are named by what the server calls them."""
    elsewhere = PAGE.replace(PAGE.partition("const WORDS = {\n")[2].partition("\n};")[0], "")
    for name in WORDS:
        if name not in BUILT_IN and not re.fullmatch(r"m\d", name):
            assert f'"{name}"' in elsewhere, name


def test_palettes_have_names_in_every_language():
    assert set(BUILT_IN) <= set(WORDS)


def test_every_format_can_be_chosen():
    """A browser's dialog greys out what is not named, camera raw files above all."""
    accepted = re.findall(r'accept="([^"]+)"', PAGE)[0].split(",")
    assert set(accepted) >= SUFFIXES
