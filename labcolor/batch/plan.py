"""What a run will do with each photograph, decided before any is touched."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from labcolor.batch.companions import Companions
from labcolor.batch.films import extent_of, memory_of, result_ending
from labcolor.batch.find import A_RESULT
from labcolor.batch.found import Findings, Found, beside
from labcolor.batch.journal import Journal, sha256_of
from labcolor.batch.names import Names, Rule, name_results
from labcolor.batch.own_settings import described
from labcolor.batch.records import Content, Record
from labcolor.errors import BackendError, LabcolorError, PhotoError
from labcolor.photo.extent import Extent, extent

if TYPE_CHECKING:
    from labcolor.film import Options

State: TypeAlias = Literal["new", "again", "done", "left", "kept", "refused"]

_UNKNOWN = Extent(0, 0, 8, 1)


class Item(NamedTuple):
    """A photograph of a plan.

    Attributes
    ----------
    folder : Path
        Where it lies.
    found : str
        Its name as it was found.
    name : str
        The same, as a rule: of two of one name, one gets a number.
    output : str
        The name of its result in the output folder.
    pair : str, optional
        That of its before/after pair, where one is wanted.
    state : {"new", "again", "done", "left", "kept", "refused"}
        To be coloured, to be coloured again, done by an earlier run, left as it is by an earlier
        run, kept because somebody has worked on the result, or not to be touched because another
        file of the user's has the name.
    reason : str
        Why, where the state alone does not say it.
    fault : str
        What is wrong with it, as far as its header or an earlier run tells.
    extent : Extent
        Its size; all zero as long as it is not measured, or cannot be.
    companions : Companions
        What lies beside it.
    film : Options, optional
        How it is coloured, if it is a film.
    own : str
        The settings that it keeps; see `labcolor.batch.own_settings`.
    settings : str
        The identity of all its settings.
    """

    folder: Path
    found: str
    name: str
    output: str
    pair: str | None
    state: State
    reason: str = ""
    fault: str = ""
    extent: Extent = _UNKNOWN
    companions: Companions = Companions()
    film: Options | None = None
    own: str = ""
    settings: str = ""

    @property
    def beside(self) -> str:
        """What the result depends on besides the file itself and the settings of the run."""
        return beside(self.companions, self.film)

    @property
    def source(self) -> Path:
        """What to open."""
        return Found(self.folder, self.found).path

    @property
    def location(self) -> str:
        """The same as text."""
        return Found(self.folder, self.found).location

    @property
    def names(self) -> Names:
        """What is made of it."""
        return Names(self.output, self.pair)

    @property
    def work(self) -> int:
        """Pixels to colour; 1 at least, so that every photograph counts."""
        return max(1, self.extent.width * self.extent.height * self.extent.pages)

    @property
    def memory(self) -> int:
        """Pixels of 8 bits that take as much memory."""
        if self.film:
            return memory_of(self.extent)
        return self.extent.width * self.extent.height * (2 if self.extent.bits > 8 else 1)


@dataclass
class Plan:
    """What a run will do.

    Attributes
    ----------
    roots : list of Path
        The folders and files that were named.
    output : Path
        The output folder.
    items : list of Item
        The photographs, in the order of their names.
    left : list of (str, str)
        What else lies there, and why it is left alone.
    unreadable : list of (str, str)
        Folders that could not be looked into, and why.
    """

    roots: list[Path]
    output: Path
    items: list[Item] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    @property
    def todo(self) -> list[Item]:
        """What is to be coloured."""
        return [item for item in self.items if item.state in ("new", "again")]

    def count(self) -> Counter[State]:
        """Count the photographs of each state."""
        return Counter(item.state for item in self.items)

    def measure(self, *, again: bool = False) -> None:
        """Read the headers of what is to be coloured: sizes, for times and memory, and faults.

        Parameters
        ----------
        again : bool
            Whether a photograph stays in the plan that says of itself that labcolor has made its
            colours.
        """
        alike: dict[Extent, Extent] = {}  # scans of one format are of one size
        for index, item in enumerate(self.items):
            if item.state in ("new", "again"):
                self.items[index] = _measured(item, alike)
        if again:
            return
        made = [item for item in self.items if item.extent.marked]
        if made:
            self.left.extend((str(item.source), A_RESULT) for item in made)
            self.items = [item for item in self.items if not item.extent.marked]


class ExistingResults(NamedTuple):
    """What a plan is held against.

    Attributes
    ----------
    journal : Journal
        What earlier runs have done.
    settings_of : callable
        From the settings that a photograph has kept to those that it keeps now, and the identity
        of all of its settings: see `labcolor.batch.own_settings.SettingsOfAll.of`.
    overwrite : bool
        Whether files of the user's may be replaced.
    """

    journal: Journal
    settings_of: Callable[[str], tuple[str, str]]
    overwrite: bool = False


def make_plan(
    roots: list[Path],
    findings: Findings,
    rule: Rule,
    existing: ExistingResults,
) -> Plan:
    """Decide what is to be done.

    Parameters
    ----------
    roots : list of Path
        The folders and files that were named.
    findings : Findings
        What lies under them; its list of photographs is used up, for there may be half a million.
    rule : Rule
        How results are named.
    existing : ExistingResults
        What is there already.

    Returns
    -------
    Plan
        Not measured yet.
    """
    journal = existing.journal
    photographs = findings.photographs
    keys = _keys(photographs)
    films = {
        key: result_ending(found.path, found.film)
        for key, found in zip(keys, photographs, strict=True)
        if found.film
    }
    names = name_results(
        keys,
        rule._replace(endings=films),
        taken=_inside(journal.output, photographs),
        before=journal.records.photograph_of,
    )
    plan = Plan(roots, journal.output, left=findings.left, unreadable=findings.unreadable)
    keys.reverse()
    photographs.reverse()
    while photographs:
        key, found = keys.pop(), photographs.pop()
        chosen = names[key]
        own, settings, wrong = _settings(key, chosen, existing)
        state, reason = _judge(found, key, chosen, existing, settings)
        if wrong:
            state, reason = "refused", wrong
        elif own and not reason:
            reason = f"with settings of its own: {described(own)}"
        failed, fault = journal.failed.get(chosen.output, ("", ""))
        before = f"failed before: {fault}" if failed == key else ""
        plan.items.append(
            Item(
                *(found.folder, found.name, key, *chosen, state, reason, before),
                companions=found.companions,
                film=found.film,
                own=own,
                settings=settings,
            )
        )
    return plan


def _keys(photographs: list[Found]) -> list[str]:
    """Tell photographs of one name apart, which two folders of one name may have."""
    names = [found.name for found in photographs]
    if all(one != other for one, other in pairwise(names)):  # they are in order
        return names
    keys: dict[str, None] = {}
    for name in names:
        key, number = name, 2
        while key in keys:
            stem, ending = os.path.splitext(name)  # noqa: PTH122
            key, number = f"{stem}-{number}{ending}", number + 1
        keys[key] = None
    return list(keys)


def _inside(output: Path, photographs: list[Found]) -> list[str]:
    """Name the photographs that lie where results go, which must never take their names."""
    folder = output.resolve()
    wholes = {where: where.resolve() for where in {found.folder for found in photographs}}
    insides = {
        where: whole.relative_to(folder).as_posix()
        for where, whole in wholes.items()
        if whole.is_relative_to(folder)
    }
    inside = []
    for found in photographs:
        if found.folder in insides:
            file = found.name.rpartition("/")[2]
            inside.append((PurePosixPath(insides[found.folder]) / file).as_posix())
    return inside


def _settings(name: str, names: Names, existing: ExistingResults) -> tuple[str, str, str]:
    """Give the settings that a photograph keeps, the identity of all, and what is wrong there."""
    record = existing.journal.records.get(names.output)
    remembered = record.own if record and record.photograph == name else ""
    try:
        return *existing.settings_of(remembered), ""
    except LabcolorError as error:
        wrong = (
            f"{name} has settings of its own ({described(remembered)}), which do not go with this "
            f"run; --reset forgets them. {error}"
        )
        return remembered, "", wrong


def _judge(
    found: Found, name: str, names: Names, existing: ExistingResults, settings: str
) -> tuple[State, str]:
    """Tell the state of a photograph, and why."""
    journal = existing.journal
    files = [one for one in names if one]
    record = journal.records.get(names.output)
    if record and record.photograph != name:
        record = None
    old = _what_is_old(found, record, settings)
    if record and not old:
        if record.left:
            return "left", record.left
        if journal.is_complete(names.output, files):
            return "done", ""
    if not existing.overwrite:
        for file in files:
            path = os.path.join(journal.output, file)  # noqa: PTH118
            if not os.path.lexists(path) or journal.is_own(file):
                continue
            if (record and file in record.files) or _is_marked(Path(path)):
                return "kept", f"{path} has changed since labcolor made it"
            return "refused", (
                f"{path} already exists and was not written by labcolor; move it away, or replace "
                "it with --overwrite."
            )
    if record is None:
        return "new", ""
    return "again", old or "the result is missing or has changed"


def _what_is_old(found: Found, record: Record | None, settings: str) -> str:
    if record is None:
        return ""
    if record.settings != settings:
        return "other settings"
    if record.beside != found.beside:
        return "another way to colour films" if found.film else "other hints or another reference"
    return "" if _holds(found.location, record.content) else "the photograph has changed"


def _holds(source: str, content: Content) -> bool:
    """Whether a photograph still holds what it held; a new date alone makes no new one."""
    try:
        status = os.stat(source)  # noqa: PTH116
    except OSError:
        return False
    return content.seems_to_be(status) or (
        status.st_size == content.size and sha256_of(Path(source)) == content.sha256
    )


def _measured(item: Item, alike: dict[Extent, Extent]) -> Item:
    try:
        found = extent_of(item.source) if item.film else extent(item.location)
        return item._replace(extent=alike.setdefault(found, found))
    except (PhotoError, BackendError) as error:
        return item._replace(fault=str(error))


def _is_marked(path: Path) -> bool:
    """Whether a file says that labcolor has made its colours."""
    try:
        return extent(path).marked
    except PhotoError:
        return False
