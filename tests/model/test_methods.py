"""The catalogue of methods, and how a name finds its method."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import labcolor
from labcolor.errors import UsageError, WeightsError
from labcolor.model.methods import DEFAULT, METHODS, method, resolved


def test_the_five_methods_are_there() -> None:
    """The names are those that colourisers of this family have had since 2017."""
    assert set(METHODS) == {
        "class_weights_model",
        "class_wo_weights_model",
        "reg_full_model",
        "reg_full_vgg_model",
        "reg_part_model",
    }
    assert DEFAULT == "class_weights_model"


@pytest.mark.parametrize("name", METHODS)
def test_a_name_finds_its_method(name: str) -> None:
    """Keys and names agree."""
    assert method(name) is METHODS[name]
    assert METHODS[name].name == name


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("class_weight_model", "class_weights_model"),
        ("reg-full-model", "reg_full_model"),
        ("CLASS_WO_WEIGHTS_MODEL", "class_wo_weights_model"),
        ("reg_vgg", "reg_full_vgg_model"),
        ("reg_parts", "reg_part_model"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(typed: str, nearest: str) -> None:
    """It is an error of usage, with exit code 2."""
    with pytest.raises(UsageError, match=f"no method '{typed}': did you mean {nearest}") as caught:
        method(typed)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("typed", ["", "deoldify"])
def test_a_name_near_nothing_is_answered_with_all(typed: str) -> None:
    """The sentence is then the list of what there is."""
    with pytest.raises(UsageError) as caught:
        method(typed)
    assert all(name in str(caught.value) for name in METHODS)


@pytest.mark.parametrize("one", METHODS.values(), ids=METHODS)
def test_only_a_distribution_can_be_rebalanced(one) -> None:
    """S₀ is a share where there are bins, and nothing where ab is regressed."""
    if one.gives == "distribution":
        assert 0 <= one.trained_rebalance <= 1
    else:
        assert one.trained_rebalance is None


@pytest.mark.parametrize("one", METHODS.values(), ids=METHODS)
def test_a_method_has_published_weights_or_says_why_not(one) -> None:
    """Published weights have a network to go into; their absence has a reason."""
    assert bool(one.published) == bool(one.network) != bool(one.note)


def test_the_default_brings_its_prior_along() -> None:
    """Rebalancing needs the prior that the authors' weights were trained with."""
    names = [file.name for file in METHODS[DEFAULT].files]
    assert names == ["colorization_release_v2.caffemodel", "prior_probs.npy"]


def test_the_catalogue_is_cheap_to_import() -> None:
    """Help texts list the methods, and must not wait for an engine."""
    code = "import sys, labcolor.model.methods; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert not {"cv2", "numpy", "requests", "rich", "PIL"} & set(run.stdout.split())


def test_aliases_are_methods_with_published_weights():
    """A file that is named counts; embedded weights have no such name."""
    assert method("eccv16") is METHODS["class_weights_model"]
    assert resolved("siggraph17") == ("reg_full_model", "published")
    assert resolved("siggraph17", "embedded") == ("reg_full_model", "published")
    assert resolved("eccv16", "mine.pth") == ("class_weights_model", "mine.pth")
    assert resolved("class_weights_model", "embedded") == ("class_weights_model", "embedded")
    assert resolved(None) == ("class_weights_model", None)


def test_an_alias_asks_for_published_weights(monkeypatch, tmp_path):
    """Which are not here; the sentence says how to get them."""
    monkeypatch.setenv("LABCOLOR_HOME", str(tmp_path))
    with pytest.raises(WeightsError, match="labcolor fetch"):
        labcolor.Colorizer("eccv16")
