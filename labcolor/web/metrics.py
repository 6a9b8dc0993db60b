"""What monitors are told, in the words of Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized

    from labcolor.web.queue import Queue

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics(Collector):
    """Counts requests, and looks at the queue when it is asked."""

    def __init__(self, queue: Queue, photographs: Sized, jobs: Sized) -> None:
        self._queue, self._photographs, self._jobs = queue, photographs, jobs
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "labcolor_requests", "Requests by route and status.", ["method", "route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "labcolor_request_seconds", "Time to the end of the answer.", ["route"],
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is its pattern, in which no name stands."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Say how it stands now."""
        for name, what, value in (
            ("labcolor_waiting", "Requests that wait.", self._queue.waiting),
            ("labcolor_running", "Pieces of work being done.", self._queue.running),
            ("labcolor_photographs", "Photographs kept.", len(self._photographs)),
            ("labcolor_jobs", "Jobs kept.", len(self._jobs)),
        ):
            yield GaugeMetricFamily(name, what, value=value)

    def text(self) -> bytes:
        """Write all of it."""
        return generate_latest(self._registry)
