"""`labcolor methods`, as a person and as a program read it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from labcolor.cli.methods import methods_command
from labcolor.errors import WeightsError
from labcolor.model.methods import METHODS
from labcolor.model.verify import Verdict
from labcolor.weights import store
from labcolor.weights.catalogue import FILES


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCOLOR_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package hold embedded weights for one method."""
    packaged = tmp_path / "embedded"
    packaged.mkdir()
    (packaged / "class_weights_model.npz").touch()
    monkeypatch.setattr(store, "PACKAGED", packaged)


def document() -> dict:
    result = CliRunner().invoke(methods_command, ["--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def by_name() -> dict[str, dict]:
    return {one["name"]: one for one in document()["methods"]}


def test_a_person_sees_every_method_and_every_file() -> None:
    """Names, inputs, what there is of weights, how to know it, and what may be done with it."""
    result = CliRunner().invoke(methods_command, [*METHODS], catch_exceptions=False)
    assert result.exit_code == 0
    for word in (*METHODS, "(default)", "not fetched", "no mirror", "none yet", "colour hints"):
        assert word in result.stdout
    for file in FILES.values():
        for fact in (file.name, file.sha256, file.licence):
            assert fact in result.stdout
    assert "128.9 MB" in result.stdout


def test_a_list_is_a_line_each() -> None:
    """Details are for who asks for a method, by its name or an alias."""
    listed = CliRunner().invoke(methods_command, [], catch_exceptions=False).stdout
    lines = listed.partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines] == [*METHODS]
    assert "(default)" in lines[0]
    assert "eccv16 is class_weights_model" in listed
    one = CliRunner().invoke(methods_command, ["siggraph17"], catch_exceptions=False).stdout
    assert "reg_full_model" in one
    assert "siggraph17-df00044c.pth" in one
    assert "class_weights_model" not in one
    unknown = CliRunner().invoke(methods_command, ["reg_ful_model"])
    assert "did you mean reg_full_model?" in str(unknown.exception)


EMBEDDED_KEYS = {
    *("file", "bytes", "sha256", "licence", "network", "verdict", "why", "megapixel_seconds")
}
FILE_KEYS = {
    *("file", "bytes", "sha256", "licence", "attribution", "source", "path", "state"),
    *("fetchable", "verdict", "why", "megapixel_seconds"),
}
METHOD_KEYS = {
    *("name", "summary", "default", "inputs", "gives", "trained_rebalance"),
    *("embedded", "published", "alternative", "prior", "note"),
}


def test_the_keys_are_those_that_programs_rely_on() -> None:
    """A key that goes, or changes its meaning, asks for another number of the schema."""
    facts = document()
    assert facts["schema"] == 1
    assert facts.keys() == {"schema", "home", "code_licence", "methods"}
    for one in facts["methods"]:
        assert one.keys() == METHOD_KEYS
        assert not one["embedded"] or one["embedded"].keys() == EMBEDDED_KEYS
        for kind in ("published", "alternative", "prior"):
            assert not one[kind] or one[kind].keys() == FILE_KEYS


def test_the_description_names_these_keys_and_no_others() -> None:
    """Its three tables, for those who write such programs: of the whole, a method, a file."""
    text = (Path(__file__).parents[2] / "docs" / "methods-json.md").read_text(encoding="utf-8")
    tables = re.findall(r"\| key \| holds \|\n\|---\|---\|\n((?:\|.*\n)+)", text)
    named = [re.findall(r"`(\w+)`", re.sub(r"(?m)^\| (.*?) \|.*$", r"\1", one)) for one in tables]
    assert all(len(set(keys)) == len(keys) for keys in named)
    whole, method, file = map(set, named)
    assert whole == document().keys()
    assert method == METHOD_KEYS
    assert file == EMBEDDED_KEYS | FILE_KEYS
    embedded_only, others_only = (
        set(re.findall(rf"(?m)^\| `(\w+)` \| {kind}: ", text))
        for kind in ("embedded only", "not embedded")
    )
    assert embedded_only == EMBEDDED_KEYS - FILE_KEYS
    assert others_only == FILE_KEYS - EMBEDDED_KEYS


def test_only_the_method_with_hints_takes_them() -> None:
    taking = {name for name, one in by_name().items() if "hints" in one["inputs"]}
    assert taking == {"reg_full_model"}


def run(*args: str, monkeypatch: pytest.MonkeyPatch, verdict: Verdict) -> Result:
    monkeypatch.setattr("labcolor.model.verify.embedded", lambda _: verdict)
    return CliRunner().invoke(methods_command, args)


@pytest.mark.parametrize("state", ["verified", "unverified"])
def test_verify_says_what_was_found(monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    """Why there is no certainty is said too, and is no failure."""
    verdict = Verdict(state, "has a reason")
    result = run("--verify", monkeypatch=monkeypatch, verdict=verdict)
    assert result.exit_code == 0
    assert f"{state}: it has a reason" in result.stdout
    result = run("--verify", "--json", monkeypatch=monkeypatch, verdict=verdict)
    found = {one["name"]: one for one in json.loads(result.stdout)["methods"]}
    embedded = found["class_weights_model"]["embedded"]
    assert (embedded["verdict"], embedded["why"]) == (state, "has a reason")
    assert found["class_weights_model"]["published"]["verdict"] is None


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_wrong_weights_are_a_failure(monkeypatch: pytest.MonkeyPatch, option: list[str]) -> None:
    """The list is printed all the same, and the exit code is 1."""
    verdict = Verdict("wrong", "is not the file of the release")
    result = run("--verify", *option, monkeypatch=monkeypatch, verdict=verdict)
    assert isinstance(result.exception, WeightsError)
    assert str(result.exception) == "class_weights_model.npz is not the file of the release."
    assert "reg_part_model" in result.stdout


def test_without_verify_nothing_is_claimed() -> None:
    assert by_name()["class_weights_model"]["embedded"]["verdict"] is None


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


def test_speed_is_measured_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is here, in seconds for a megapixel."""
    monkeypatch.undo()
    result = CliRunner().invoke(methods_command, ["--benchmark", "--json"], catch_exceptions=False)
    for one in json.loads(result.stdout)["methods"]:
        for file in (one["embedded"], one["published"]):
            if file:
                here = file.get("state", "present") == "present"
                assert bool(file["megapixel_seconds"]) == here


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
