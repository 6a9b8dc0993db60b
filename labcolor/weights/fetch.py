"""Bring published weights into the store: the only thing in labcolor that touches the network.

A file grows as ``NAME.part``, and takes its final name only once its size and sha256 are right. A
download that was cut leaves its part, and the next one goes on from there, from whichever mirror:
whether the pieces belong together is settled by the catalogue's sha256, where an ETag could only
answer for one mirror. Pieces that do not are fetched again from the start.

Fetches into one folder wait for each other, by a lock on its file ``.lock`` that the operating
system frees when a process ends, however it ends.
"""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from labcolor._version import __version__
from labcolor.errors import FetchError
from labcolor.file_lock import try_lock
from labcolor.weights import store
from labcolor.weights.mirror import Mirror, MirrorError

if TYPE_CHECKING:
    from labcolor.weights.catalogue import WeightFile

_log = logging.getLogger(__name__)

#: Called with the bytes that are there and the bytes that there will be.
Progress: TypeAlias = Callable[[int, int], None]

_DISK_IS_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows has no EDQUOT


def fetch(
    file: WeightFile,
    *,
    progress: Progress | None = None,
    timeouts: tuple[float, float] = (10.0, 30.0),
) -> Path:
    """Bring a published file into the store, unless it is there already.

    The mirrors are tried in turn, and each one that fails is logged as a warning. Proxies are
    those of the environment (``HTTPS_PROXY``, ``NO_PROXY``).

    Parameters
    ----------
    file : WeightFile
        What to fetch.
    progress : callable, optional
        Called as ``progress(bytes_there, bytes_in_all)`` while data arrive.
    timeouts : tuple of float
        Seconds to wait for a connection, and for the next data on it.

    Returns
    -------
    Path
        Where it is: whole, and with the right sha256.

    Raises
    ------
    FetchError
        If ``LABCOLOR_OFFLINE`` forbids it, no mirror gives the right file, or the store cannot
        hold it.
    WeightsError
        If the store cannot be looked into.
    """
    path = store.path_of(file)
    if store.is_whole(file):
        return path
    if os.environ.get("LABCOLOR_OFFLINE", "0") not in {"", "0"}:
        raise FetchError(
            f"LABCOLOR_OFFLINE is set, so {file.name} cannot be fetched: unset it; "
            f"{_by_hand(file)}."
        )
    if not file.urls:
        raise FetchError(f"{file.name} cannot be fetched: {store.no_mirror(file)}.")
    part = path.with_name(f"{file.name}.part")
    try:
        with _alone_in(path.parent):
            if not store.is_whole(file):  # thanks to the one that we may have waited for
                _download(file, part, progress or _unwatched, timeouts)
                part.replace(path)
    except OSError as error:
        raise FetchError(_trouble(error, part)) from error
    return path


def adopt(files: Sequence[WeightFile], source: Path) -> tuple[WeightFile, Path]:
    """Copy a file that was obtained by hand into the store, if it is one of these.

    Parameters
    ----------
    files : sequence of WeightFile
        What it may be; its name does not matter.
    source : Path
        Where it is.

    Returns
    -------
    file : WeightFile
        What it is.
    path : Path
        Where it is now: whole, and with the right sha256.

    Raises
    ------
    FetchError
        If it is something else, or the store cannot hold it.
    """
    try:
        faults = {one: store.fault(one, source) for one in files}
    except OSError as error:
        raise FetchError(f"{source} cannot be read: {error.strerror}.") from error
    file = next((one for one, wrong in faults.items() if not wrong), files[0])
    if faults[file]:
        raise FetchError(
            f"{source} {faults[file]}: {file.name} has {file.bytes} bytes and sha256 "
            f"{file.sha256}."
        )
    path = store.path_of(file)
    if store.is_whole(file):
        return file, path
    copy = path.with_name(f"{file.name}.copy")
    try:
        with _alone_in(path.parent):
            _copy(source, copy, path, file)
    except OSError as error:
        raise FetchError(_trouble(error, copy)) from error
    return file, path


def _copy(source: Path, copy: Path, path: Path, file: WeightFile) -> None:
    """Copy a file, and give the copy its name once it is known to be right."""
    try:
        with source.open("rb") as read, copy.open("wb") as out:
            while piece := read.read(1 << 20):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        if wrong := store.fault(file, copy):
            raise FetchError(f"{source} changed while it was being copied; the copy {wrong}.")
        copy.replace(path)
    finally:
        copy.unlink(missing_ok=True)


def _unwatched(_there: int, _in_all: int) -> None:
    """Progress that nobody looks at."""


def _download(
    file: WeightFile, part: Path, progress: Progress, timeouts: tuple[float, float]
) -> None:
    """Fill the part from the first mirror that gives the right bytes."""
    import requests

    failures = []
    with requests.Session() as session:
        # Compressed on the way, the data would fit neither the length nor the range stated.
        session.headers["Accept-Encoding"] = "identity"
        session.headers["User-Agent"] = f"labcolor/{__version__}"
        for url in file.urls:
            try:
                return _complete(part, file, Mirror(session, url, timeouts), progress)
            except MirrorError as failure:
                failures.append(f"{url} {failure}")
                if url != file.urls[-1]:  # of the last one the error tells
                    _log.warning("%s.", failures[-1])
    kept = (
        " What has arrived is kept, and the next fetch goes on from there."
        if part.exists()
        else ""
    )
    tries = "its only mirror" if len(failures) == 1 else f"any of its {len(failures)} mirrors"
    raise FetchError(
        f"{file.name} could not be downloaded from {tries}: {failures[-1]}; "
        f"{_by_hand(file)}.{kept}"
    )


def _by_hand(file: WeightFile) -> str:
    """Say how a machine gets a file that the network does not give it."""
    return (
        "without a network, copy it from another machine and add it with `labcolor "
        f"fetch {file.name} --from FILE`, or copy it to {store.path_of(file)}"
    )


def _complete(part: Path, file: WeightFile, mirror: Mirror, progress: Progress) -> None:
    """Let a mirror add what the part lacks, and all of it where the result is wrong."""
    resumed = part.exists()
    if not resumed or part.stat().st_size < file.bytes:
        resumed = _receive(part, file, mirror, progress)
    fault = store.fault(file, part)
    if not fault:
        return
    part.unlink()
    if not resumed:
        raise MirrorError(f"gave a file that {fault}")
    _complete(part, file, mirror, progress)


def _receive(part: Path, file: WeightFile, mirror: Mirror, progress: Progress) -> bool:
    """Append to the part what it lacks; False where the mirror sent everything again."""
    have = part.stat().st_size if part.exists() else 0
    with mirror.sends(file, have) as (start, pieces), part.open("ab" if start else "wb") as out:
        progress(start, file.bytes)
        for piece in pieces:
            out.write(piece)
            progress(out.tell(), file.bytes)
            if out.tell() > file.bytes:
                break
        out.flush()
        os.fsync(out.fileno())
    return start > 0


def _trouble(error: OSError, part: Path) -> str:
    """Say what is the matter with the store, and give a full disk its room back."""
    if error.errno in _DISK_IS_FULL:
        part.unlink(missing_ok=True)
        return (
            f"The disk of {part.parent} is full; free some space, or set LABCOLOR_HOME to a "
            "folder on another one."
        )
    return (
        f"Weights cannot be stored in {part.parent} ({error.strerror or error}): set "
        "LABCOLOR_HOME to a writable folder."
    )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other fetch is at work in the folder, and keep others waiting."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("ab") as lock:
        if not try_lock(lock):
            _log.warning("Another fetch is writing to %s; waiting for it to finish.", folder)
            while not try_lock(lock):
                time.sleep(0.1)
        yield
