"""What results are called."""

from __future__ import annotations

import os
import unicodedata
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labcolor.batch.names import Rule, folded, name_results


def outputs(photographs: list[str], rule: Rule | None = None, **others: Any) -> list[str]:
    names = name_results(photographs, rule or Rule(), **others)
    return [names[one].output for one in photographs]


@pytest.mark.parametrize(
    ("name", "rule", "result"),
    [
        ("1920/Mai/a.JPG", Rule(), "1920/Mai/a.JPG"),
        ("a.tif", Rule(".png"), "a.png"),
        ("a.JPEG", Rule(".jpg"), "a.JPEG"),
        ("a.b.tif", Rule(suffix="-colour"), "a.b-colour.tif"),
        ("a.jp2", Rule(".webp", "_c"), "a_c.webp"),
        ("a.j2k", Rule(), "a.jp2"),
    ],
)
def test_a_result_is_called_as_its_photograph(name: str, rule: Rule, result: str) -> None:
    """In the same tree; only the ending follows the format, and the suffix is added."""
    assert outputs([name], rule) == [result]


@pytest.mark.parametrize(
    ("photographs", "rule", "results"),
    [
        (["a.jpg", "a.png"], Rule(".png"), ["a.jpg.png", "a.png"]),
        (["a.bmp", "a.jpg", "a.tif"], Rule(".png"), ["a.png", "a.jpg.png", "a.tif.png"]),
        (["A.jpg", "a.jpg"], Rule(), ["A.jpg", "a-2.jpg"]),
        (["A.jpg", "a.JPG", "a.jpg"], Rule(), ["A.jpg", "a-2.JPG", "a-3.jpg"]),
        (["A/x.jpg", "a/x.jpg"], Rule(), ["A/x.jpg", "a/x-2.jpg"]),
        (["Ma\u0308rz.jpg", "M\u00e4rz.jpg"], Rule(), ["Ma\u0308rz.jpg", "M\u00e4rz-2.jpg"]),
        (["a.jpg", "a.png", "a.jpg.png"], Rule(".png"), ["a-2.png", "a.png", "a.jpg.png"]),
        (["a.png/b.jpg", "a.jpg"], Rule(".png"), ["a.png/b.png", "a.jpg.png"]),
    ],
    ids=str,
)
def test_two_photographs_never_write_one_name(
    photographs: list[str], rule: Rule, results: list[str]
) -> None:
    """By the rule in the module's head, also where only some file systems see one name."""
    assert outputs(photographs, rule) == results


def test_who_had_a_name_keeps_it() -> None:
    """A photograph that comes later does not take the result of another."""
    assert outputs(["A.jpg", "a.jpg"], before={"a.jpg": "a.jpg"}.get) == ["A-2.jpg", "a.jpg"]
    assert outputs(["a.bmp", "a.jpg"], Rule(".png"), before={"a.png": "a.jpg"}.get) == [
        "a.bmp.png",
        "a.png",
    ]


def test_a_photograph_is_never_a_result() -> None:
    """Where both lie in one folder."""
    photographs = ["a.jpg", "a-colour.jpg"]
    assert outputs(photographs, Rule(suffix="-colour"), taken=photographs) == [
        "a-colour-2.jpg",
        "a-colour-colour.jpg",
    ]


def test_pairs_have_names_of_their_own() -> None:
    """Beside the results, and never theirs."""
    names = name_results(["a.png", "a.tif", "a-compare.jpg"], Rule(pairs=True))
    assert [pair for _, pair in names.values()] == [
        "a-compare-compare.jpg",
        "a-compare-2.jpg",
        "a-compare-3.jpg",
    ]


def test_a_name_that_grows_too_long_is_shortened() -> None:
    """At the end of its stem, between characters, and still told apart."""
    photographs = ["ä" * 125 + "1.jpg", "ä" * 125 + "2.jpg"]
    results = outputs(photographs, Rule(suffix="-colour"))
    assert results == ["ä" * 122 + "-colour.jpg", "ä" * 121 + "-colour-2.jpg"]
    assert all(len(os.fsencode(name)) <= 255 for name in results)


names = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "a/", "A/", "a.png/"]),
        st.text("aAäÄß\u0308ſ-2.", min_size=1, max_size=4).map(lambda stem: "x" + stem),
        st.sampled_from([".jpg", ".JPG", ".png", ".tif", ".j2k"]),
    ),
    unique=True,
    max_size=12,
)


@given(names, st.sampled_from(["", ".png", ".jpg"]), st.sampled_from(["", "-2", "-compare"]))
def test_names_differ_whatever_the_photographs_are_called(
    photographs: list[str], ending: str, suffix: str
) -> None:
    """On file systems that fold case and accents too, results and pairs and folders together."""
    made = name_results(photographs, Rule(ending, suffix, pairs=True))
    assert list(made) == sorted(photographs)
    all_of_them = [name for names in made.values() for name in names if name]
    equal = [unicodedata.normalize("NFC", name).casefold() for name in all_of_them]
    assert len(set(equal)) == len(equal) == 2 * len(photographs)
    folders = {folded(str(up)) for name in photographs for up in PurePosixPath(name).parents}
    assert not folders & {folded(name) for name in all_of_them}
    assert made == name_results(photographs[::-1], Rule(ending, suffix, pairs=True))
