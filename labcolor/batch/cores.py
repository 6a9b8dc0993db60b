"""How many cores there are for this process."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path


def cores(system: Path = Path("/")) -> int:
    """Count the cores that this process may use, which may be fewer than the machine has.

    A process may be bound to some of them, and a container may have a quota of their time
    (`docker run --cpus 2`): more threads than that wait for each other.

    Parameters
    ----------
    system : Path
        Where `proc` and `sys` are.
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min([bound or 1, *map(math.ceil, _quotas(system))]))


def _quotas(system: Path) -> Iterator[float]:
    """Give the quotas of the control groups that this process is in (cgroups, v2 and v1)."""
    tree = system / "sys/fs/cgroup"
    for folder in _upwards(tree, _group(system, "")):
        quota, _, period = _content(folder / "cpu.max").partition(" ")
        yield from _share(quota, period)
    for name in ("cpu", "cpu,cpuacct"):
        for folder in _upwards(tree / name, _group(system, "cpu")):
            quota = _content(folder / "cpu.cfs_quota_us")
            yield from _share(quota, _content(folder / "cpu.cfs_period_us"))


def _group(system: Path, controller: str) -> str:
    """Name the group of a controller; the only one of version 2 has no name."""
    for line in _content(system / "proc/self/cgroup").splitlines():
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controller in controllers.split(","):
            return path.strip("/")
    return ""


def _upwards(tree: Path, group: str) -> Iterator[Path]:
    """Give the folder of a group and those above it, whose quotas hold for it too."""
    folder = tree / group if ".." not in group.split("/") else tree
    while folder != tree and tree in folder.parents:
        yield folder
        folder = folder.parent
    yield tree


def _share(quota: str, period: str) -> Iterator[float]:
    """Give the cores that a quota amounts to; nothing where it is none."""
    try:
        share = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):
        return
    if share > 0:
        yield share


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
