"""Giving a file its final name: whole or not at all, and never over something that was there.

The bytes go into a hidden file beside the final name and are moved there at the end. Without
`overwrite` the move itself refuses a name that is taken, so a file that appeared in the meantime
is safe too.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from labcolor.errors import OutputError
from labcolor.photo.formats import result_suffix
from labcolor.photo.portable import oddity

_ODD_NAME = (errno.EINVAL, errno.EILSEQ)
_INVALID_NAME = 123
"""ERROR_INVALID_NAME, of Windows."""


def target_of(source: Path, target: Path | None = None, ending: str = "") -> Path:
    """Name the result of a photograph.

    Parameters
    ----------
    source : Path
        The photograph.
    target : Path, optional
        A file, or a folder that is there, which gets the result under the photograph's own name;
        by default the folder of the photograph, where it is called NAME-colour.
    ending : str
        Of the format that was asked for, such as `.png`; by default that of the photograph.
    """
    if target is not None and not os.path.isdir(target):  # noqa: PTH112  for names of any length
        return target
    ending = ending or result_suffix(source.suffix)
    if target is not None and target.resolve() != source.parent.resolve():
        return target / f"{source.stem}{ending}"
    return source.with_name(f"{source.stem}-colour{ending}")


def pair_of(target: Path) -> Path:
    """Name the before/after pair of a result."""
    return target.with_name(f"{target.stem}-compare.jpg")


def check_target(source: Path | None, target: Path, *, overwrite: bool = False) -> None:
    """Make sure, before any work, that a result can be put under its name.

    Parameters
    ----------
    source : Path, optional
        The photograph that the result comes from.
    target : Path
        Where the result is to go.
    overwrite : bool
        Whether a file that is there already may be replaced. The source never may.

    Raises
    ------
    OutputError
        When the target is the source under any name, is taken, or cannot be created.
    """
    if source is not None and same_file(source, target):
        message = f"{target} is the photograph itself; give the result another name."
        raise OutputError(message)
    try:
        target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise cannot_write(target, error) from error
    else:
        if is_stream(target):
            _check_stream(target)
            return
        check_kind(target)
        if target.is_dir():
            message = f"{target} is a folder; give the result a file name."
            raise OutputError(message)
        if not overwrite:
            raise _taken(target)
    stream, hidden = _create(target)
    stream.close()
    hidden.unlink()


def is_stream(target: Path) -> bool:
    """Whether a name is that of a pipe or a device, which is written into and never replaced."""
    try:
        kind = target.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISCHR(kind)


def check_kind(target: Path) -> None:
    """Refuse to put a file over what is none: a disk, a socket, a pipe.

    Raises
    ------
    OutputError
        When such a thing has the name.
    """
    try:
        kind = target.stat().st_mode
    except (OSError, ValueError):
        return
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        message = f"{target} is not a regular file; give the result another name."
        raise OutputError(message)


def _check_stream(target: Path) -> None:
    if not os.access(target, os.W_OK):
        message = f"No permission to write {target}; choose another output."
        raise OutputError(message)


@contextmanager
def atomic_write(target: Path, *, overwrite: bool = False) -> Iterator[BinaryIO]:
    """Open a hidden file beside `target` for writing; move it there when the block ends well.

    Parameters
    ----------
    target : Path
        The final name.
    overwrite : bool
        Whether a file of that name may be replaced.

    Yields
    ------
    binary file
        Writable and seekable.

    Raises
    ------
    OutputError
        When the folder does not take a file, the disk is full or the name is taken. The hidden
        file is then gone, as it is after any other exception.
    """
    if is_stream(target):
        with _collected(target) as stream:
            yield stream
        return
    stream, hidden = _create(target)
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if overwrite:
            _keep_mode(target, hidden)
            hidden.replace(target)
        else:
            move_without_replacing(hidden, target)
        sync_folder(target.parent)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        # renamed by now, or not wanted
        with suppress(OSError):
            hidden.unlink()


@contextmanager
def _collected(target: Path) -> Iterator[BinaryIO]:
    """Open a nameless file, and pass what it holds on when it is whole."""
    import shutil
    import tempfile

    try:
        with tempfile.TemporaryFile() as whole:
            yield whole
            whole.seek(0)
            with target.open("wb") as stream:
                shutil.copyfileobj(whole, stream, 1 << 20)
    except OSError as error:
        raise cannot_write(target, error) from error


def cannot_write(target: object, error: OSError) -> OutputError:
    """Say why the system did not take a result, and what helps."""
    if isinstance(error, FileExistsError):
        return _taken(target)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputError(f"{target} does not fit on the disk; free some space and try again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return OutputError(f"No permission to write {target}; choose another folder.")
    odd = oddity(Path(str(target)).name) or oddity(Path(str(target)).parent.name)
    if odd and (error.errno in _ODD_NAME or getattr(error, "winerror", None) == _INVALID_NAME):
        return OutputError(
            f"{target} has a name that its disk refuses, for {odd}; give it another, or let "
            "--portable-names do that for the results of a folder."
        )
    reason = error.strerror or str(error)
    return OutputError(f"{target} cannot be written ({reason}); choose another output.")


def _taken(target: object) -> OutputError:
    return OutputError(
        f"{target} already exists; choose another name or replace it with --overwrite."
    )


def _create(target: Path) -> tuple[BinaryIO, Path]:
    """Create the hidden file beside `target`, with the permissions of any new file."""
    hidden = target.with_name(f".labcolor-{os.urandom(6).hex()}.part")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        return os.fdopen(os.open(hidden, flags, 0o666), "w+b"), hidden
    except OSError as error:
        if not target.parent.is_dir():
            message = f"The folder {target.parent} does not exist; create it first."
            raise OutputError(message) from error
        if error.errno == errno.ENOENT:  # what /proc answers
            message = f"{target.parent} does not accept files; choose another folder."
            raise OutputError(message) from error
        raise cannot_write(target, error) from error


def move_without_replacing(hidden: Path, target: Path) -> None:
    """Move, atomically where the file system can; raise FileExistsError when the name is taken."""
    if os.name == "nt":
        hidden.rename(target)  # refuses a taken name on Windows
        return
    try:
        os.link(hidden, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links (exFAT, some network shares): an empty file reserves
        # the name, and only what somebody writes into that very file meanwhile could be lost.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o666))
        try:
            hidden.replace(target)
        except BaseException:
            target.unlink()
            raise


def _keep_mode(target: Path, hidden: Path) -> None:
    """Give the new file the permissions of the one that it replaces."""
    with suppress(OSError):
        hidden.chmod(stat.S_IMODE(target.stat().st_mode))


def sync_folder(folder: Path) -> None:
    """Ask that the new name, too, survives a power cut; not every system can."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file: by links, or by names that some systems hold equal."""
    with suppress(OSError):
        if one.samefile(other):
            return True
    # A.JPG and a.jpg are one file on most disks of Windows and macOS: never gamble with it.
    return _folded(one) == _folded(other)


def _folded(path: Path) -> str:
    name = unicodedata.normalize("NFC", path.name).casefold()
    return str(path.parent.resolve() / name)
