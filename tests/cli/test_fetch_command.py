"""`labcolor fetch`: what it brings, what it says, with which exit code."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from labcolor.cli.fetch import fetch_command
from labcolor.errors import FetchError, UsageError
from labcolor.model.methods import Method
from labcolor.weights.catalogue import WeightFile

CONTENT = {
    "first.caffemodel": b"weights" * 1000,
    "first.pth": b"tensors" * 1000,
    "prior.npy": b"prior",
    "lost.caffemodel": b"?",
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve all of CONTENT; the value is the site's address."""
    folder = tmp_path / "site"
    folder.mkdir()
    for name, content in CONTENT.items():
        (folder / name).write_bytes(content)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY", "LABCOLOR_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LABCOLOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def methods(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three methods: one that can be fetched, one without a mirror, one without weights."""

    def entry(name: str, *urls: str) -> WeightFile:
        content = CONTENT[name]
        return WeightFile(
            name, len(content), hashlib.sha256(content).hexdigest(), urls, "BSD-2-Clause", "", ""
        )

    weights, again, prior = (
        entry(name, f"{site}/gone/{name}", f"{site}/{name}")
        for name in ("first.caffemodel", "first.pth", "prior.npy")
    )
    lost = entry("lost.caffemodel")
    all_of_them = (
        Method(
            name="first_model",
            summary="",
            gives="distribution",
            published=weights,
            alternative=again,
            prior=prior,
        ),
        Method(name="lost_model", summary="", gives="distribution", published=lost, prior=prior),
        Method(name="own_model", summary="", gives="ab", note="Nobody published any."),
    )
    monkeypatch.setattr("labcolor.model.methods.METHODS", {one.name: one for one in all_of_them})
    files = {file.name: file for file in (weights, again, prior, lost)}
    monkeypatch.setattr("labcolor.weights.catalogue.FILES", files)


def fetch(*args: str) -> Result:
    return CliRunner().invoke(fetch_command, args)


@pytest.mark.parametrize("names", [("first_model",), ("--all",)], ids=" ".join)
def test_weights_and_prior_are_brought_and_named(home: Path, names: tuple[str, ...]) -> None:
    """Both files arrive, past a mirror that has neither, and the output says where they are."""
    result = fetch(*names)
    assert result.exit_code == 0, result.exception
    for name in ("first.caffemodel", "prior.npy"):
        assert (home / name).read_bytes() == CONTENT[name]
        assert f"{name} is now at {home / name}" in result.stdout.splitlines()
    assert not (home / "lost.caffemodel").exists()


def test_a_second_fetch_says_that_all_is_there(home: Path) -> None:
    """It succeeds without a network, even where that is forbidden."""
    assert fetch("first_model").exit_code == 0
    result = CliRunner(env={"LABCOLOR_OFFLINE": "1"}).invoke(fetch_command, ["first_model"])
    assert result.exit_code == 0
    assert f"first.caffemodel is already there: {home / 'first.caffemodel'}" in result.stdout


def test_a_damaged_file_is_not_said_to_be_there(home: Path) -> None:
    """The full checksum is looked at, and the file replaced."""
    home.mkdir()
    (home / "first.caffemodel").write_bytes(b"weighty" * 1000)
    assert "first.caffemodel is now at" in fetch("first_model").stdout
    assert (home / "first.caffemodel").read_bytes() == CONTENT["first.caffemodel"]


def test_offline_is_an_error_that_names_the_variable(home: Path) -> None:
    """Nothing is made, not even the folder."""
    result = CliRunner(env={"LABCOLOR_OFFLINE": "1"}).invoke(fetch_command, ["first_model"])
    assert isinstance(result.exception, FetchError)
    assert "LABCOLOR_OFFLINE" in str(result.exception)
    assert not home.exists()


def test_weights_without_a_mirror_are_an_error_that_tells_how_to_know_them() -> None:
    """Size, sha256 and the option for a copy of one's own."""
    result = fetch("lost_model")
    assert isinstance(result.exception, FetchError)
    assert result.exception.exit_code == 1
    digest = hashlib.sha256(CONTENT["lost.caffemodel"]).hexdigest()
    assert f"(1 bytes, sha256 {digest}) works with --weights FILE" in str(result.exception)


def test_a_method_without_published_weights_says_why() -> None:
    """The catalogue's note is the reason."""
    result = fetch("own_model")
    assert isinstance(result.exception, FetchError)
    assert str(result.exception) == (
        "There are no weights to fetch for own_model. Nobody published any."
    )


def test_names_are_looked_at_before_anything_is_fetched(home: Path) -> None:
    """A misspelt second name costs no download of the first."""
    result = fetch("first_model", "lots_model")
    assert isinstance(result.exception, UsageError)
    assert "did you mean lost_model" in str(result.exception)
    assert not home.exists()


def test_a_file_of_the_list_is_fetched_by_its_name(home: Path) -> None:
    """The same weights in another form, for those who want that."""
    assert "first.pth is now at" in fetch("first.pth").stdout
    assert (home / "first.pth").read_bytes() == CONTENT["first.pth"]
    assert not (home / "first.caffemodel").exists()


def test_the_list_says_what_there_is_and_what_is_here() -> None:
    """Each file once, with the methods that it is for; nothing is fetched."""
    assert fetch("first.pth").exit_code == 0
    lines = fetch("--list").stdout.splitlines()
    assert [line.split() for line in lines] == [
        ["first.caffemodel", "7,000", "bytes", "not", "fetched", "first_model"],
        ["first.pth", "7,000", "bytes", "present", "first_model"],
        ["prior.npy", "5", "bytes", "not", "fetched", "first_model,", "lost_model"],
        ["lost.caffemodel", "1", "bytes", "no", "mirror", "lost_model"],
    ]


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("first_model", "--all"),
        ("--all", "--list"),
        ("--from", "x"),
        ("first_model", "lost_model", "--from", "x"),
        ("--all", "--from", "x"),
    ],
)
def test_what_contradicts_itself_is_wrong_usage(args: tuple[str, ...]) -> None:
    """Nothing is fetched unasked, above all not a quarter of a gigabyte."""
    result = fetch(*args)
    assert isinstance(result.exception, UsageError)
    assert "--all or --list" in str(result.exception)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("lost_model", "lost.caffemodel"),
        ("lost_model", "prior.npy"),
        ("lost.caffemodel", "lost.caffemodel"),
        ("first_model", "first.caffemodel"),
        ("first_model", "first.pth"),
    ],
)
def test_a_file_obtained_by_hand_is_taken_in(tmp_path, home, name: str, what: str) -> None:
    """Whatever it is called, it is known by its content; the original stays."""
    mine = tmp_path / "download (1).bin"
    mine.write_bytes(CONTENT[what])
    result = CliRunner(env={"LABCOLOR_OFFLINE": "1"}).invoke(
        fetch_command, [name, "--from", str(mine)]
    )
    assert result.exit_code == 0, result.exception
    assert result.stdout == f"{mine} is {what}: {home / what}\n"
    assert (home / what).read_bytes() == mine.read_bytes() == CONTENT[what]
    assert {path.name for path in home.iterdir()} - {".lock"} == {what}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"<!DOCTYPE html><title>Quota exceeded</title>", "is an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
        (b"weighty" * 1000, "has the right size but sha256"),
        (b"weights" * 999, "has 6993 bytes where 7000 are right"),
        (None, "cannot be read: No such file"),
    ],
)
def test_another_file_is_not_taken_in(tmp_path, home, content, complaint: str) -> None:
    """The sentence says what it is, and what to look for."""
    mine = tmp_path / "mine.caffemodel"
    if content is not None:
        mine.write_bytes(content)
    result = fetch("first_model", "--from", str(mine))
    assert isinstance(result.exception, FetchError)
    assert str(result.exception).startswith(f"{mine} {complaint}")
    assert not home.exists()


def test_the_script_of_a_checkout_is_the_same_command(tmp_path: Path) -> None:
    """From another folder, with nothing installed, it knows the methods and the exit codes."""
    script = Path(__file__).parents[2] / "models" / "fetch_models.py"
    run = subprocess.run(
        [sys.executable, str(script), "reg_part_modle"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
    )
    assert run.returncode == 2
    assert "did you mean reg_part_model?" in run.stderr
    assert "Traceback" not in run.stderr
