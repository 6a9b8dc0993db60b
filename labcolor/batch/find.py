"""Finding the photographs under folders, and saying what is left alone and why."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from labcolor.batch import look
from labcolor.batch.found import Findings, Found
from labcolor.batch.journal import Journal
from labcolor.batch.paths import has_journal
from labcolor.film.signature import SUFFIXES as FILM_SUFFIXES
from labcolor.film.signature import is_film_file
from labcolor.photo.formats import SUFFIXES, lacking

if TYPE_CHECKING:
    from labcolor.batch.options import RunOptions
    from labcolor.film import Options

_SYSTEM = frozenset(
    {
        *("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "lost+found", "__macosx"),
        *("$recycle.bin", "system volume information", "recycler"),
        # what network storage keeps of its own beside the pictures, reduced copies among it
        *("@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot"),
    }
)
A_RESULT = "a labcolor result"
"""Why a file is left alone that an earlier run wrote, or that says of itself what it is."""

_FILE_ATTRIBUTES = 0x2 | 0x4  # hidden and system, on Windows


@dataclass(frozen=True)
class Choice:
    """Which files are wanted.

    Attributes
    ----------
    recursive : bool
        Those of sub-folders too.
    include, exclude : sequence of str
        Globs, in any case. One with a `/` is compared with the whole name, any other with each
        part of it, so that `--exclude drafts` leaves out that folder.
    films : Options, optional
        How films are coloured; they are left alone without.
    aside : mapping of Path to str
        Files that are left alone for now, and why.
    """

    recursive: bool = True
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    films: Options | None = None
    aside: Mapping[Path, str] = field(default_factory=dict)

    @classmethod
    def of_run(cls, options: RunOptions, films: Options) -> Choice:
        """Take what a run was asked for."""
        return cls(
            *(options.recursive, options.include, options.exclude),
            films=films if options.films else None,
            aside=options.aside,
        )

    def takes_film(self, folder: Path, file: str) -> bool:
        """Whether a file is a film, and films are wanted."""
        wanted = self.films is not None and _ending(file) in FILM_SUFFIXES
        return wanted and is_film_file(folder / file)

    def excludes(self, name: str) -> bool:
        """Whether a file or folder is told to be left out."""
        return any(_matches(name, pattern) for pattern in self.exclude)

    def includes(self, name: str) -> bool:
        """Whether a file is among those asked for."""
        return not self.include or any(_matches(name, pattern) for pattern in self.include)


def find(
    paths: Sequence[Path],
    choice: Choice | None = None,
    *,
    output: Path,
) -> Findings:
    """Find the photographs.

    Parameters
    ----------
    paths : sequence of Path
        Folders and files. The files of a single folder are named from that folder on, those of
        several with the folder's name before them.
    choice : Choice, optional
        Which files are wanted; by default all photographs.
    output : Path
        Where the results go; unless it is one of `paths`, nothing in there is taken. What
        earlier runs have written is not taken anywhere.

    Returns
    -------
    Findings
    """
    search = _Search(choice or Choice(), output, several=len(paths) > 1)
    several = sum(look.is_folder(path) for path in paths) > 1
    for path in paths:
        if look.is_folder(path):
            search.folder(path, f"{path.resolve().name}/" if several else "")
        else:
            search.learn_results(path.parent)
            search.file(path.parent, path.name)
    search.findings.photographs.sort(key=lambda found: found.name)
    return search.findings


class _Search:
    def __init__(self, choice: Choice, output: Path, *, several: bool) -> None:
        self.choice = choice
        self.output = output.resolve()
        self.findings = Findings()
        self.several = several
        self.files: set[str] = set()
        self.results: dict[str, set[str]] = {}  # names by their folders
        self.within: tuple[Path, set[str]] | None = None  # those of the folder that is searched
        self.learned: set[Path] = set()

    def folder(self, root: Path, prefix: str) -> None:
        """Take what lies under a folder; each real folder once, links to folders last."""
        visited: set[tuple[int, int]] = set()
        folders, links = deque([root]), deque[Path]()
        while folders or links:
            folder = folders.popleft() if folders else links.popleft()
            name = prefix + folder.relative_to(root).as_posix()
            try:
                status = folder.stat()
                if (status.st_dev, status.st_ino) in visited or _leads_up(folder, root):
                    self._leave(folder, "a link to a folder that is searched anyway")
                    continue
                visited.add((status.st_dev, status.st_ino))
                if folder != root and self._is_left(folder, name):
                    continue
                self.learn_results(folder)
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self.findings.unreadable.append((str(folder), error.strerror or str(error)))
                continue
            inside = "" if folder == root else f"{folder.relative_to(root).as_posix()}/"
            for entry in entries:
                if not _is_folder(entry):
                    self.file(folder, prefix + inside + entry.name, entry)
                    continue
                path = folder / entry.name
                if not self.choice.recursive:
                    self._leave(path, "a sub-folder")
                else:
                    (links if entry.is_symlink() else folders).append(path)

    def file(self, folder: Path, name: str, entry: os.DirEntry[str] | None = None) -> None:
        """Take a file, or say why not."""
        found = Found(folder, name)
        file = name.rpartition("/")[2]
        if self.several:  # one alone has each file once
            whole = os.path.abspath(found.path)  # noqa: PTH100  a link is a name of its own
            if whole in self.files:
                return
            self.files.add(whole)
        ending = _ending(file)
        film = self.choice.films if self.choice.takes_film(folder, file) else None
        if _is_hidden(folder, file):
            self._leave(found.path, "hidden, or a system file")
        elif not film and (ending not in SUFFIXES or lacking(ending)):
            self._leave(found.path, ending or "no ending")
        elif self.choice.excludes(name) or not self.choice.includes(name):
            self._leave(found.path, "not asked for")
        elif self.results and file in self._results_in(folder):
            self._leave(found.path, A_RESULT)
        elif not (entry and _is_file(entry)) and _is_special(found.path):
            self._leave(found.path, "no regular file")
        elif self.choice.aside and found.path in self.choice.aside:
            self._leave(found.path, self.choice.aside[found.path])
        else:
            self.findings.photographs.append(Found(folder, name, film=film) if film else found)

    def learn_results(self, folder: Path) -> None:
        """Note what earlier runs have written to a folder, which may hold photographs too."""
        if folder not in self.learned and has_journal(folder):
            whole = str(folder.resolve())
            for name in Journal(folder).records.files():
                inside, _, file = f"{whole}/{name}".rpartition("/")
                self.results.setdefault(inside, set()).add(file)
            self.within = None
        self.learned.add(folder)

    def _results_in(self, folder: Path) -> set[str]:
        if self.within is None or self.within[0] is not folder:
            self.within = folder, self.results.get(str(folder.resolve()), set())
        return self.within[1]

    def _is_left(self, folder: Path, name: str) -> bool:
        reason = ""
        if _is_hidden(folder.parent, folder.name):
            reason = "hidden, or a system file"
        elif self.choice.excludes(name):
            reason = "not asked for"
        elif folder.resolve() == self.output:
            reason = "the output folder"
        if reason:
            self._leave(folder, reason)
        return bool(reason)

    def _leave(self, path: Path, reason: str) -> None:
        self.findings.left.append((str(path), reason))


def _matches(name: str, pattern: str) -> bool:
    name, pattern = name.lower(), pattern.lower().rstrip("/")
    if "/" in pattern:
        return fnmatchcase(name, pattern)
    return any(fnmatchcase(part, pattern) for part in name.split("/"))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder, which the folder above knows even of what nobody may enter."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _leads_up(folder: Path, root: Path) -> bool:
    """Whether a link below a folder leads to one that holds all that is searched."""
    return (
        folder != root and folder.is_symlink() and root.resolve().is_relative_to(folder.resolve())
    )


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a regular file, as far as the folder above knows."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _ending(file: str) -> str:
    """Give the ending with its dot, in lower case; that of `.jpg` is none."""
    stem, dot, ending = file.rpartition(".")
    return (dot + ending).lower() if stem and ending else ""


def _is_hidden(folder: Path, name: str) -> bool:
    if name.startswith(".") or name.lower() in _SYSTEM:
        return True
    if os.name != "nt":
        return False
    return bool(getattr(os.lstat(folder / name), "st_file_attributes", 0) & _FILE_ATTRIBUTES)


def _is_special(path: Path) -> bool:
    """Whether reading it might never end, as with a pipe; what is missing is told when read."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
