"""Committing a result: finished files get their names, after what is to happen is written down."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress

from labcolor.batch.journal import Journal
from labcolor.batch.records import Content, Record
from labcolor.batch.task import Part
from labcolor.photo.target import check_kind, move_without_replacing, sync_folder


def commit(
    parts: Mapping[str, Part],
    record: Record,
    like: os.stat_result,
    journal: Journal,
    *,
    overwrite: bool = False,
) -> None:
    """Move files to their names in the output folder.

    Parameters
    ----------
    parts : mapping of str to Part
        The finished files by their names to be, the result first.
    record : Record
        What they were made of; their contents are added to it.
    like : os.stat_result
        Of the photograph, whose permissions and date they get.
    journal : Journal
        Where the intent goes before the first of them has its name.
    overwrite : bool
        Whether files of the user's may be replaced; those that labcolor wrote may.

    Raises
    ------
    OSError
        A name is taken, or the folder takes no files.
    """
    replaced = {}
    for name, part in parts.items():
        target = journal.output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        check_kind(target)
        # asked before the intent is learned, which would be taken for what is there
        replaced[name] = os.path.lexists(target) and (overwrite or journal.is_own(name))
        record.files[name] = _dressed(part, like)
    output = next(iter(parts))
    journal.intend(output, record)
    for name, part in parts.items():
        target = journal.output / name
        if replaced[name]:
            part.path.replace(target)
        else:
            move_without_replacing(part.path, target)
            part.path.unlink(missing_ok=True)
        sync_folder(target.parent)


def _dressed(part: Part, like: os.stat_result) -> Content:
    """Give a file the permissions and the date of its photograph; tell what it holds."""
    with suppress(OSError):  # a disk that knows no permissions
        part.path.chmod(stat.S_IMODE(like.st_mode) & 0o777)
    with suppress(OSError):
        os.utime(part.path, ns=(like.st_atime_ns, like.st_mtime_ns))
    status = part.path.stat()
    return Content(status.st_size, status.st_mtime_ns, part.sha256)
