"""Where weights live, and whether they are there and whole. Nothing here touches the network."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from labcolor.errors import WeightsError
from labcolor.weights.signatures import HEAD, impostor

if TYPE_CHECKING:
    import sys

    if sys.version_info >= (3, 11):
        from importlib.resources.abc import Traversable
    else:
        from importlib.abc import Traversable

    from labcolor.weights.catalogue import Release, WeightFile

PACKAGED: Traversable = resources.files(__package__) / "embedded"
"""The folder of the weights that ship inside the package."""


def home() -> Path:
    """Name the folder of fetched weights: ``LABCOLOR_HOME``, else the platform's cache folder.

    Raises
    ------
    WeightsError
        Nobody has a home here, as in a container that runs under a number without a name.
    """
    chosen = os.environ.get("LABCOLOR_HOME")
    if chosen:
        return Path(os.path.expanduser(chosen))  # noqa: PTH111  (Path's own raises on ~nobody)
    import platformdirs

    try:
        folder = platformdirs.user_cache_path("labcolor", appauthor=False)
    except RuntimeError:
        folder = Path()
    if not folder.is_absolute():
        message = "There is no home folder for weights here; set LABCOLOR_HOME to a folder."
        raise WeightsError(message)
    return folder


def path_of(file: WeightFile) -> Path:
    """Name the path that a published file has once it is fetched."""
    return home() / file.name


def state(file: WeightFile) -> Literal["present", "absent", "damaged"]:
    """Whether a published file is in the store, judged by its size alone.

    Raises
    ------
    WeightsError
        If the store cannot be looked into.
    """
    try:
        path = path_of(file)
    except WeightsError:
        return "absent"
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return "absent"
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be accessed ({error.strerror}): set LABCOLOR_HOME to a readable "
            "folder."
        ) from error
    return "present" if size == file.bytes else "damaged"


def published(method: Release) -> Path:
    """Find the published weights of a method in the store.

    Only their size is checked, since this happens at every start; `verify` checks all of them.

    Raises
    ------
    WeightsError
        If there are none to be had, or they were not fetched, or their size is wrong.
    """
    if method.published is None:
        raise WeightsError(
            f"{method.name} has no published weights that labcolor can read; {_embedded_ones()}."
        )
    here = (file for file in method.weight_files if state(file) == "present")
    file = next(here, method.published)
    path = path_of(file)
    remedy = f"run `labcolor fetch {method.name}`" if file.urls else no_mirror(file)
    match state(file):
        case "absent":
            raise WeightsError(f"{path} is not there: {remedy}.")
        case "damaged":
            raise WeightsError(f"{path} is damaged, it should have {file.bytes} bytes: {remedy}.")
    return path


def prior(method: Release) -> Path | None:
    """Find the prior that the authors of a method published beside its weights.

    Returns
    -------
    Path or None
        None where it was not fetched, or the method has none.

    Raises
    ------
    WeightsError
        If its size is wrong.
    """
    if method.prior is None or (found := state(method.prior)) == "absent":
        return None
    path = path_of(method.prior)
    if found == "damaged":
        raise WeightsError(f"{path} is damaged: delete it, then fetch it again or do without it.")
    return path


def verify(file: WeightFile, path: Path | None = None) -> Path:
    """Check size and sha256 of a published file.

    Parameters
    ----------
    file : WeightFile
        What it should be.
    path : Path, optional
        Where it is; by default its path in the store.

    Returns
    -------
    Path
        Where it is.

    Raises
    ------
    WeightsError
        If it cannot be read or is something else; the text says what.
    """
    path = path or path_of(file)
    try:
        wrong = fault(file, path)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}.") from error
    if wrong:
        raise WeightsError(f"{path} is not {file.name}: it {wrong}.")
    return path


def is_whole(file: WeightFile) -> bool:
    """Whether a published file is in the store with the right size and sha256."""
    try:
        return state(file) == "present" and fault(file, path_of(file)) is None
    except OSError:
        return False


def fault(file: WeightFile, path: Path) -> str | None:
    """Compare a file with what the catalogue says of it.

    Returns
    -------
    str or None
        What it does wrong, as what follows "it": ``"is an HTML page"``; None where all is right.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as stream:
        what = impostor(stream.read(HEAD))
        if what:
            return f"is {what}"
        size = os.fstat(stream.fileno()).st_size
        if size != file.bytes:
            return f"has {size} bytes where {file.bytes} are right"
        stream.seek(0)
        digest = sha256(stream)
    if digest != file.sha256:
        return f"has the right size but sha256 {digest} where {file.sha256} is right"
    return None


def sha256(stream: IO[bytes]) -> str:
    """Compute the checksum of what is left to read, as hexadecimal digits."""
    import hashlib

    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def no_mirror(file: WeightFile) -> str:
    """Say what can be done about a file that nobody is known to offer any more."""
    return (
        f"no working mirror of it is known, but a copy that you have ({file.bytes} bytes, sha256 "
        f"{file.sha256}) works with --weights FILE"
    )


def has_embedded(method: Release) -> bool:
    """Whether weights for this method ship inside the package."""
    return _embedded(method).is_file()


def embedded(method: Release) -> Traversable:
    """Find the weights for a method that ship inside the package, which may be a zip file.

    Returns
    -------
    Traversable
        An ``.npz`` file: ``with embedded(method).open("rb") as file: numpy.load(file)``.

    Raises
    ------
    WeightsError
        If none do; the text names the methods that have some.
    """
    if not has_embedded(method):
        raise WeightsError(f"{method.name} has no embedded weights yet; {_embedded_ones()}.")
    return _embedded(method)


def _embedded(method: Release) -> Traversable:
    return PACKAGED / f"{method.name}.npz"


def _embedded_ones() -> str:
    files = (one.name for one in PACKAGED.iterdir())
    names = sorted(name.removesuffix(".npz") for name in files if name.endswith(".npz"))
    return f"these methods have embedded ones: {', '.join(names) or 'none in this installation'}"
