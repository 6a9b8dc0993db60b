from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from colorizer_standin import Standin, tint
from PIL import Image

from labcolor.batch.destination import destination
from labcolor.batch.executor import ThreadExecutor
from labcolor.batch.find import find
from labcolor.batch.journal import Journal
from labcolor.batch.options import OutputOptions
from labcolor.batch.plan import ExistingResults, Item, Plan, make_plan
from labcolor.batch.run import Run
from labcolor.batch.settings import identity
from labcolor.batch.watcher import Result


class Silent:
    """A watcher who only counts."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.results: list[Result] = []
        self.told_to_stop = 0

    def started(self, item: Item) -> None:
        self.begun.append(item.name)

    def finished(self, result: Result) -> None:
        self.ended.append(result.item.name)
        self.results.append(result)

    def stopping(self) -> None:
        self.told_to_stop += 1


class Archive:
    """A folder of photographs and what labcolor makes of it, as the command does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root.with_name(f"{root.name}-colour")
        root.mkdir()

    def add(self, name: str, level: int = 90, size: tuple[int, int] = (24, 16)) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        ramp = np.linspace(level, level + 60, size[0] * size[1]).reshape(size[::-1])
        Image.fromarray(ramp.astype(np.uint8)).save(path)
        return path

    def plan(self, settings: dict[str, object] | None = None, *, overwrite: bool = False) -> Plan:
        settings = settings or {"strength": 1}
        output, rule = destination([self.root])
        existing = ExistingResults(Journal(output), lambda _: ("", identity(settings)), overwrite)
        return make_plan([self.root], find([self.root], output=output), rule, existing)

    def run(
        self,
        settings: dict[str, object] | None = None,
        *,
        colorizer: Callable[[np.ndarray], np.ndarray] | None = None,
        output_options: OutputOptions = OutputOptions(),
        jobs: int = 1,
        overwrite: bool = False,
        fail_fast: bool = False,
    ) -> list[Result]:
        plan = self.plan(settings, overwrite=overwrite)
        plan.measure()
        settings = settings or {"strength": 1}
        self.journal, self.watcher = Journal(self.output), Silent()
        self.last = Run(
            plan,
            self.journal,
            ThreadExecutor(lambda _: colorizer or Standin(tint), output_options, jobs),
            {identity(settings): settings},
            self.watcher,
            overwrite=overwrite,
            fail_fast=fail_fast,
        )
        self.last.go()
        return self.watcher.results

    def states(self, settings: dict[str, object] | None = None) -> dict[str, str]:
        return {item.name: item.state for item in self.plan(settings).items}

    def results(self) -> dict[str, bytes]:
        return contents(self.output)


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file under a folder but labcolor's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".labcolor" not in path.parts
    }


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "scans")


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    logger = logging.getLogger("labcolor")
    before = logger.handlers[:]
    yield
    logger.handlers = before
