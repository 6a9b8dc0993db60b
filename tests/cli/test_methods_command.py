"""`labcolor methods`, as a person and as a program read it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from labcolor.cli.methods import methods_command
from labcolor.methods import METHODS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCOLOR_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package hold embedded weights for one method."""
    package = tmp_path / "package"
    (package / "embedded").mkdir(parents=True)
    (package / "embedded" / "class_weights_model.npz").touch()
    monkeypatch.setattr("importlib.resources.files", lambda _: package)


def document() -> dict:
    result = CliRunner().invoke(methods_command, ["--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def by_name() -> dict[str, dict]:
    return {one["name"]: one for one in document()["methods"]}


def test_the_table_has_every_method_and_the_licence() -> None:
    """A person sees names, what there is of weights, and what may be done with them."""
    result = CliRunner().invoke(methods_command, [], catch_exceptions=False)
    assert result.exit_code == 0
    for word in (*METHODS, "(default)", "not fetched", "no mirror", "none yet", "BSD-2-Clause"):
        assert word in result.stdout


def test_the_keys_are_those_that_programs_rely_on() -> None:
    """Keys may be added to the document, these may not go."""
    facts = document()
    assert facts.keys() >= {"home", "code_licence", "methods"}
    for one in facts["methods"]:
        assert one.keys() >= {
            *("name", "summary", "default", "gives", "trained_rebalance"),
            *("embedded", "published", "note"),
        }
        if one["published"]:
            assert one["published"].keys() >= {
                *("file", "bytes", "sha256", "licence", "attribution", "source"),
                *("path", "state", "fetchable"),
            }


def test_one_method_is_the_default() -> None:
    """Exactly one, so that a program can preselect it."""
    assert [one["name"] for one in document()["methods"] if one["default"]] == [
        "class_weights_model"
    ]


def test_embedded_weights_are_those_that_lie_in_the_package() -> None:
    """A method without the file has none, whatever is planned for it."""
    present = {name for name, one in by_name().items() if one["embedded"]}
    assert present == {"class_weights_model"}


@pytest.mark.parametrize(
    ("size", "state"), [(None, "absent"), (0, "damaged"), (128_946_764, "present")]
)
def test_the_state_of_published_weights_is_seen(home: Path, size: int | None, state: str) -> None:
    """Absent, cut off, or of the full size."""
    path = home / "colorization_release_v2.caffemodel"
    if size is not None:
        with path.open("wb") as file:
            file.truncate(size)
    published = by_name()["class_weights_model"]["published"]
    assert published["state"] == state
    assert published["path"] == str(path)
    assert published["fetchable"]


def test_weights_that_nobody_offers_are_not_called_fetchable() -> None:
    """The catalogue knows them, and no mirror."""
    assert by_name()["class_wo_weights_model"]["published"]["fetchable"] is False


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_the_list_loads_no_engine(option: list[str]) -> None:
    """cv2 alone would take longer than everything else about this command."""
    code = (
        "import sys\n"
        "from labcolor.cli.methods import methods_command\n"
        f"methods_command({option}, standalone_mode=False)\n"
        "print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert not {"cv2", "numpy", "requests"} & set(run.stdout.split())
