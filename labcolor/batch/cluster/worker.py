"""What runs on the workers: nothing here gives a name or writes to the journal."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from labcolor.batch.captured_warnings import captured_warnings
from labcolor.batch.cluster.allocation import reuse_memory
from labcolor.batch.cluster.recipe import Recipe
from labcolor.batch.make import make
from labcolor.batch.own_settings import Colorizers
from labcolor.batch.settings import settings
from labcolor.batch.task import Task
from labcolor.errors import ClusterError

_preparing = threading.Lock()
_prepared: dict[str, Colorizers] = {}


class Answer(NamedTuple):
    """What a worker says of a photograph, or of a part of the work that a film is.

    Attributes
    ----------
    made : object
        Of a photograph as of `labcolor.batch.make.make`.
    warnings : tuple of str
        What was odd about it.
    errors : tuple of Exception
        What went wrong with it, then what caused that; an error that is raised across machines
        would lose its cause, which tells a full disk from a bad photograph.
    """

    made: Any
    warnings: tuple[str, ...]
    errors: tuple[Exception, ...] = ()


def answer(task: Task, recipe: Recipe) -> Answer:
    """Colour a photograph into parts."""
    return answer_step(make, task, recipe)


def answer_step(step: Callable[..., Any], task: Task, recipe: Recipe, *more: Any) -> Answer:
    """Do a part of what a task is.

    Parameters
    ----------
    step : callable
        From the task, what colours it, and what else is done to what comes of it.
    task, recipe
    more : objects
        What the step wants besides.
    """
    with captured_warnings() as warnings:
        try:
            made = step(task, _colorizers(recipe)(task.own), recipe.options, *more)
        except Exception as error:
            return Answer(None, tuple(warnings), tuple(_chain(error)))
    return Answer(made, tuple(warnings))


def fault(recipe: Recipe, probe: Path) -> str:
    """Say why this worker cannot take part; nothing if it can.

    Parameters
    ----------
    recipe : Recipe
        What it would have to do.
    probe : Path
        A file that was put into the folder of results a moment ago.
    """
    if not probe.exists():
        folder = probe.parent.parent
        return f"it cannot see {folder}; every machine needs that folder at the same path."
    try:
        _colorizers(recipe)
    except Exception as error:
        return str(error)
    return ""


def _colorizers(recipe: Recipe) -> Colorizers:
    """Make the colorizer of a recipe, once in a process."""
    from labcolor.colorizer import Colorizer

    key = repr(recipe)
    with _preparing:
        if key not in _prepared:
            reuse_memory()
            colouring = recipe.colouring
            colorizer = Colorizer(**colouring)
            weights, network = colouring["weights"], colouring["network"]
            found = settings(colorizer, weights, recipe.options, network)
            others = [name for name, value in recipe.settings.items() if found[name] != value]
            if others:
                message = f"its {' and '.join(others)} are not those of this run."
                raise ClusterError(message)
            _prepared.clear()
            _prepared[key] = Colorizers(colorizer, colouring)
        return _prepared[key]


def _chain(error: BaseException | None) -> Iterator[Exception]:
    """Yield an error and its causes, as far as they can travel."""
    while isinstance(error, Exception):
        try:
            yield pickle.loads(pickle.dumps(error))
        except Exception:
            yield RuntimeError(f"{type(error).__name__}: {error}")
        error = error.__cause__
