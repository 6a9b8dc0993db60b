"""What is done to a photograph anywhere, in this process or on another machine.

It is read, hashed, and coloured into parts with names of their own. Nothing gets its final name
here and nothing is written to the journal, so it does no harm if it is done twice, or by somebody
who was taken for dead.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from labcolor.batch.films import make_film
from labcolor.batch.journal import sha256_of
from labcolor.batch.one import Targets, colour_file
from labcolor.batch.options import OutputOptions
from labcolor.batch.records import Content
from labcolor.batch.source import Named, has_changed, read_whole
from labcolor.batch.task import Made, Part, Task
from labcolor.errors import PhotoError

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer


def make(
    task: Task,
    colorizer: Colorizer,
    options: OutputOptions,
    stop: threading.Event | None = None,
) -> Made | None:
    """Colour a photograph into parts.

    Parameters
    ----------
    task : Task
    colorizer : Colorizer
    options : OutputOptions
    stop : threading.Event, optional
        Asks for an end, which a film that takes hours has at its next segment.

    Returns
    -------
    Made or None
        None when somebody has written to the photograph meanwhile.

    Raises
    ------
    PhotoError, OutputError, MemoryError, cv2.error
        There is no part then.
    StoppedError
        The film has more segments; they are made when it is taken up again.
    """
    if task.film:
        return make_film(task, colorizer, options, stop)
    data, status = read_whole(task.source, task.name)
    content = Content(len(data), status.st_mtime_ns, hashlib.sha256(data).hexdigest())
    source = Named(data, task.name)
    del data  # the source alone holds it, and frees it when it is decoded
    # of no other attempt's, which may still be at work somewhere
    result, pair = (task.parts / f"{uuid4().hex}.part" for _ in range(2))
    files = (result, pair) if task.pair else (result,)
    finished = False
    try:
        targets = Targets(result, task.format, task.result, pair if task.pair else None)
        references, hints = task.companions.references(), task.companions.read_hints()
        if references is not None:
            colorizer = colorizer.liking(references)
        outcome = colour_file(source, targets, colorizer, options, hints)
        if has_changed(task.source, status):
            return None
        named = () if outcome.left else files
        parts = tuple(Part(path, sha256_of(path)) for path in named)
        finished = True
        return Made(outcome, content, status, parts)
    except PhotoError:
        if has_changed(task.source, status):  # it was read half-written
            return None
        raise
    finally:
        if not finished:
            for path in files:
                with suppress(OSError):
                    path.unlink()
