"""Finding a scheduler, and making sure that its workers work as this process would."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from labcolor.batch.cluster.recipe import Recipe
from labcolor.batch.cluster.worker import fault
from labcolor.batch.cluster.workers import Cluster
from labcolor.batch.paths import lock_of
from labcolor.errors import ClusterError, UsageError

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 10
"""Seconds in which a scheduler has to answer."""

_UNHURRIED = {"distributed.admin.tick.interval": "1s"}
"""How often Dask looks whether it is late: by default it takes 3 % of a core for that."""

_PROMPT = 0.001
"""Seconds in which what is said to the scheduler is gathered: by default 10 ms, in which a worker
waits for its next photograph."""

_LOCAL = "local"
_LIKEWISE = ("opencv-python", "opencv-python-headless", "numpy", "pillow", "simplejpeg")
_log = logging.getLogger("labcolor")


@contextmanager
def connected(
    address: str, recipe: Recipe, output: Path, jobs: int | None = None
) -> Iterator[Cluster]:
    """Connect to a cluster.

    Parameters
    ----------
    address : str
        `tcp://HOST:PORT` of a scheduler, or `local:N` for N processes here.
    recipe : Recipe
        How to colour.
    output : Path
        The folder of results, locked.
    jobs : int, optional
        As in `Cluster`.

    Raises
    ------
    ClusterError
        Dask is not installed, nothing answers there, or the workers are not of this kind.
    UsageError
        The address is none.
    """
    processes = _processes(address)
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        message = "--cluster needs Dask: pip install 'labcolor[cluster]'."
        raise ClusterError(message) from error
    for name in ("distributed", "distributed.client"):  # what matters is said in our own words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        client = _client(address, processes, stack)
        _check_versions(client)
        _check_workers(client, recipe, output)
        yield Cluster(client, recipe, jobs)


def _processes(address: str) -> int:
    """Return N of `local:N`, or 0 for the address of a scheduler."""
    kind, _, number = address.partition(":")
    if kind == _LOCAL and number.isascii() and number.isdigit() and int(number):
        return int(number)
    if kind == _LOCAL or "://" not in address:
        message = (
            f"{address} is not the address of a cluster; give tcp://HOST:PORT of a scheduler, or "
            "local:N."
        )
        raise UsageError(message)
    return 0


def _client(address: str, processes: int, stack: ExitStack) -> Client:
    """Connect, and let the stack undo it."""
    import dask
    from distributed import Client, LocalCluster

    if processes:
        with dask.config.set(_UNHURRIED):
            local = LocalCluster(
                n_workers=processes,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
        stack.callback(local.close, timeout=PATIENCE)
        address = local.scheduler_address
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"No Dask scheduler answers at {address}; start one with `dask scheduler`."
        raise ClusterError(message) from error
    stack.callback(client.close, timeout=2)  # in vain where the scheduler is gone
    client.scheduler_comm.interval = _PROMPT
    return client


def _check_versions(client: Client) -> None:
    """Refuse another labcolor; say so where other packages may give other bytes."""
    found = client.get_versions(packages=["labcolor", *_LIKEWISE])
    ours = found["client"]["packages"]
    machines = {"The scheduler": found["scheduler"]}
    machines |= {f"The worker {address}": one for address, one in found["workers"].items()}
    for who, machine in machines.items():
        theirs = machine["packages"]
        if theirs["labcolor"] != ours["labcolor"]:
            there = theirs["labcolor"] or "none"
            message = (
                f"{who} has labcolor {there}, this is {ours['labcolor']}; install the same "
                "version there."
            )
            raise ClusterError(message)
        _warn_of_others(who, theirs, ours)


def _warn_of_others(who: str, theirs: Mapping[str, str], ours: Mapping[str, str]) -> None:
    others = [name for name in _LIKEWISE if theirs[name] != ours[name]]
    if others:
        _log.warning(
            "%s has another version of %s; results may differ in some bytes.",
            who,
            ", ".join(others),
        )


def _check_workers(client: Client, recipe: Recipe, output: Path) -> None:
    """Make sure that all see the folder of results and come to the settings of this run."""
    probe = lock_of(output).with_name(f"{uuid4().hex}.probe").absolute()
    probe.touch()
    try:
        for address, why in client.run(fault, recipe, probe, on_error="ignore").items():
            if why:
                message = f"The worker {address} cannot take part: {why}"
                raise ClusterError(message)
    finally:
        probe.unlink()
