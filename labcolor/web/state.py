"""What the routes of one server share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from labcolor.web.config import Config
from labcolor.web.failures import GONE, Refused
from labcolor.web.jobs import Job
from labcolor.web.metrics import Metrics
from labcolor.web.photos import Photograph, Store
from labcolor.web.queue import Priority, Queue
from labcolor.web.rendering import Studio
from labcolor.web.results import Result

_ROOM = 8
"""Photographs, results and jobs may each take as much of the disk as so many largest requests."""

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)


@dataclass
class State:
    """What the routes of one server share.

    Attributes
    ----------
    config : Config
    folder : Path
        A temporary folder, for all files.
    """

    config: Config
    folder: Path
    queue: Queue = field(init=False)
    studio: Studio = field(init=False)
    photographs: Store[Photograph] = field(init=False)
    results: Store[Result] = field(init=False)
    jobs: Store[Job] = field(init=False)
    metrics: Metrics = field(init=False)

    def __post_init__(self) -> None:
        config = self.config
        room = _ROOM * config.max_bytes
        self.photographs = Store("photograph", room=room)
        self.results = Store("result", room=room, lasting=False)
        self.jobs = Store("job", 16, room=room)
        self.studio = Studio(self.photographs)
        self.queue = Queue(config.workers, config.waiting, 2 * config.max_pixels)
        self.metrics = Metrics(self.queue, self.photographs, self.jobs)

    def close(self) -> None:
        """Let go of everything."""
        self.jobs.close()
        self.queue.close()
        self.photographs.close()
        self.results.close()


def state_of(request: Request) -> State:
    """Return what the routes of this server share."""
    return cast(State, request.app.state.labcolor)


async def in_turn(
    request: Request, priority: Priority, work: Callable[[], T], pixels: int = 0
) -> T:
    """Have work done when its turn comes, unless the client goes away before.

    Raises
    ------
    Refused
        429 where too many wait; 499, which nobody reads, where the client has gone.
    """
    task = asyncio.ensure_future(state_of(request).queue.run(priority, work, pixels))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Refused(GONE, "The client has gone.")
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    """Wait until the client has gone; its body has been read by now."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def checked(model: type[Model], values: dict[str, object]) -> Model:
    """Check the fields of a form or a query.

    Raises
    ------
    Refused
        422, with the first that is wrong.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Refused(422, sentence_of(error.errors())) from error


def sentence_of(errors: list[dict[str, object]] | object) -> str:
    """Say what the first of pydantic's errors is."""
    first = cast("list[dict[str, object]]", errors)[0]
    where = cast("tuple[object, ...]", first.get("loc", ()))
    names = [str(part) for part in where if part not in ("query", "body", "path")]
    return f"{'.'.join(names) or 'The request'}: {first.get('msg')}."
