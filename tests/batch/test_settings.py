"""What makes a result another one, and so is done again."""

from __future__ import annotations

import hashlib
import inspect
import json
from importlib.resources import files
from pathlib import Path

import pytest

from labcolor.batch.options import OutputOptions
from labcolor.batch.settings import identity, settings
from labcolor.colorizer import Colorizer
from labcolor.model.identity import identity as identity_of_weights

# what a network runs on, and where it comes from, which its sha256 says better
NO_SETTINGS = {"backend", "threads", "network"}
EMBEDDED = files("labcolor.weights") / "embedded" / "class_weights_model.npz"


@pytest.fixture(scope="module")
def colorizer() -> Colorizer:
    return Colorizer()


def test_all_that_a_colorizer_can_be_told_is_a_setting(colorizer: Colorizer) -> None:
    """So that no option to come is forgotten."""
    told = set(inspect.signature(Colorizer).parameters) - NO_SETTINGS
    assert told <= settings(colorizer, "embedded", OutputOptions()).keys()


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino", "openvino-bfloat16"])
def test_the_engine_is_a_setting(engine: str) -> None:
    """Engines round differently: a changed one makes the results again."""
    colorizer = Colorizer()
    plain = identity(settings(colorizer, "embedded", OutputOptions()))
    vars(colorizer)["engine"] = engine
    assert identity(settings(colorizer, "embedded", OutputOptions())) != plain


def test_settings_survive_a_journal(colorizer: Colorizer) -> None:
    """They are the same after a journey through JSON, in whatever order."""
    chosen = settings(colorizer, "embedded", OutputOptions())
    again = json.loads(json.dumps(dict(reversed(chosen.items()))))
    assert identity(again) == identity(chosen)


@pytest.mark.parametrize(
    "options", [OutputOptions(50), OutputOptions(mark=False), OutputOptions(skip_colour=True)]
)
def test_other_output_options_are_other_settings(
    colorizer: Colorizer, options: OutputOptions
) -> None:
    """What ends up in the file counts, and not only the colours."""
    plain = identity(settings(colorizer, "embedded", OutputOptions()))
    assert identity(settings(colorizer, "embedded", options)) != plain


def test_weights_are_known_by_their_bytes(tmp_path: Path) -> None:
    """Wherever they lie: those that ship, and a copy of them."""
    whole = EMBEDDED.read_bytes()
    copy = tmp_path / "weights.npz"
    copy.write_bytes(whole)
    wanted = {"weights": hashlib.sha256(whole).hexdigest()}
    assert identity_of_weights("class_weights_model") == wanted
    assert identity_of_weights("class_weights_model", str(copy))["weights"] == wanted["weights"]
    copy.write_bytes(whole + b"\0")
    assert identity_of_weights("class_weights_model", str(copy)) != wanted
