"""Where weights live, and what is said of those that are not there or not whole."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from labcolor.errors import WeightsError
from labcolor.model.methods import METHODS, Method
from labcolor.weights import store
from labcolor.weights.catalogue import WeightFile

# FIPS 180-2, appendix B.1: the digest of the three letters abc.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def entry(name: str, *urls: str) -> WeightFile:
    """Make the catalogue's entry of a file that contains the letters abc."""
    return WeightFile(name, 3, ABC, urls, "BSD-2-Clause", "Copyright (c) nobody", "FIPS 180-2")


MIRRORED = Method(
    name="mirrored_model",
    summary="A method that can be fetched",
    gives="distribution",
    trained_rebalance=1.0,
    network="zhang16",
    published=entry("weights.caffemodel", "https://weights.invalid/weights.caffemodel"),
    prior=entry("prior.npy", "https://weights.invalid/prior.npy"),
)
LOST = Method(
    name="lost_model",
    summary="A method whose weights nobody offers any more",
    gives="distribution",
    published=entry("lost.caffemodel"),
)
UNPUBLISHED = Method(name="own_model", summary="A method of our own", gives="ab")


@pytest.fixture
def embedded_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for the package's folder of embedded weights."""
    folder = tmp_path / "embedded"
    folder.mkdir()
    monkeypatch.setattr(store, "PACKAGED", folder)
    return folder


def put(home: Path, name: str, content: bytes) -> Path:
    home.mkdir(exist_ok=True)
    path = home / name
    path.write_bytes(content)
    return path


def test_the_variable_names_the_home(home: Path) -> None:
    """LABCOLOR_HOME is where weights live, with nothing added."""
    assert store.home() == home


def test_a_tilde_in_the_variable_is_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no shell expands the variable, as in a container's settings, labcolor does."""
    monkeypatch.setenv("LABCOLOR_HOME", "~/weights")
    assert store.home() == Path.home() / "weights"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="XDG folders")
@pytest.mark.parametrize("variable", [None, ""])
def test_without_the_variable_it_is_the_cache_folder(tmp_path, monkeypatch, variable) -> None:
    """The XDG specification's folder for caches, on the systems that follow it."""
    monkeypatch.delenv("LABCOLOR_HOME")
    if variable is not None:
        monkeypatch.setenv("LABCOLOR_HOME", variable)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.home() == tmp_path / "labcolor"


def test_published_weights_that_are_there_are_found(home: Path) -> None:
    """Their path is that in the store."""
    path = put(home, "weights.caffemodel", b"abc")
    assert store.published(MIRRORED) == path


def test_another_file_of_the_same_weights_serves_as_well(home: Path) -> None:
    """The one to fetch first counts where both are there, and where neither is."""
    both = dataclasses.replace(MIRRORED, alternative=entry("weights.pth"))
    with pytest.raises(WeightsError, match=r"weights\.caffemodel is not there"):
        store.published(both)
    put(home, "weights.caffemodel", b"damaged")
    path = put(home, "weights.pth", b"abc")
    assert store.published(both) == path
    path = put(home, "weights.caffemodel", b"abc")
    assert store.published(both) == path


def test_the_quick_look_reads_no_content(home: Path) -> None:
    """On each start only the size counts; the full check is `verify`'s."""
    path = put(home, "weights.caffemodel", b"xyz")
    assert store.published(MIRRORED) == path
    assert not store.is_whole(MIRRORED.published)


def test_absent_weights_name_the_command(home: Path) -> None:
    """Nothing is fetched unasked, so the sentence says how to ask."""
    with pytest.raises(WeightsError, match="not there: run `labcolor fetch mirrored_model`"):
        store.published(MIRRORED)
    assert not home.exists()


def test_damaged_weights_name_the_command(home: Path) -> None:
    """A wrong size is noticed before anything tries to read it."""
    put(home, "weights.caffemodel", b"ab")
    with pytest.raises(WeightsError, match=r"damaged, .* 3 bytes: run `labcolor fetch mirrored_"):
        store.published(MIRRORED)


def test_weights_without_a_mirror_name_the_option() -> None:
    """Where fetching is no way out, a file of one's own is, and this is how to know it."""
    with pytest.raises(WeightsError, match=rf"3 bytes, sha256 {ABC}\) .* --weights FILE"):
        store.published(LOST)


def test_a_method_without_published_weights_names_those_embedded(embedded_folder: Path) -> None:
    """The sentence says what there is instead."""
    (embedded_folder / "class_weights_model.npz").touch()
    with pytest.raises(WeightsError, match="have embedded ones: class_weights_model"):
        store.published(UNPUBLISHED)


def test_a_home_that_cannot_be_looked_into_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbidden is another thing than absent."""

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", forbidden)
    with pytest.raises(WeightsError, match=r"\(Permission denied\): set LABCOLOR_HOME"):
        store.published(MIRRORED)


def test_the_prior_is_found_where_it_was_fetched(home: Path) -> None:
    """It lies beside the weights."""
    path = put(home, "prior.npy", b"abc")
    assert store.prior(MIRRORED) == path


@pytest.mark.parametrize("method", [MIRRORED, UNPUBLISHED])
def test_a_prior_that_is_not_there_is_none(method: Method) -> None:
    """Another prior can stand in for it, so this is no error."""
    assert store.prior(method) is None


def test_a_damaged_prior_is_an_error(home: Path) -> None:
    """A stand-in for a file that is there would be a silent fallback."""
    put(home, "prior.npy", b"")
    with pytest.raises(WeightsError, match=r"prior\.npy is damaged: delete it"):
        store.prior(MIRRORED)


def test_verify_knows_the_right_bytes(home: Path) -> None:
    """The digest is that of the standard's own example."""
    path = put(home, "weights.caffemodel", b"abc")
    assert store.verify(MIRRORED.published) == path


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"abd", "has the right size but sha256"),
        (b"abcd", "has 4 bytes where 3 are right"),
        (b"", "has 0 bytes where 3 are right"),
        (b"<!doctype html><title>404</title>", "is an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
    ],
)
def test_verify_says_what_a_wrong_file_is(tmp_path: Path, content: bytes, what: str) -> None:
    """The most telling fault comes first."""
    path = tmp_path / "mine.caffemodel"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=rf"mine\.caffemodel is not weights\.c.*: it {what}"):
        store.verify(MIRRORED.published, path)


def test_verify_of_a_file_that_is_not_there_is_no_traceback(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(WeightsError, match=r"none\.caffemodel cannot be read: No such file"):
        store.verify(MIRRORED.published, tmp_path / "none.caffemodel")


def test_embedded_weights_can_be_read(embedded_folder: Path) -> None:
    """What is found opens as a file."""
    (embedded_folder / "own_model.npz").write_bytes(b"PK")
    assert store.has_embedded(UNPUBLISHED)
    with store.embedded(UNPUBLISHED).open("rb") as file:
        assert file.read() == b"PK"


def test_absent_embedded_weights_name_those_that_are_there(embedded_folder: Path) -> None:
    """Presence is what lies in the package, not what is claimed."""
    for name in ("class_weights_model", "reg_part_model"):
        (embedded_folder / f"{name}.npz").touch()
    assert not store.has_embedded(METHODS["reg_full_model"])
    with pytest.raises(
        WeightsError,
        match=r"reg_full_model has no embedded .* ones: class_weights_model, reg_part_model\.",
    ):
        store.embedded(METHODS["reg_full_model"])
