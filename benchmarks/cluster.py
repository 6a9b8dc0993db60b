"""What it costs to have a photograph coloured by a worker of a cluster instead of by a thread.

    python benchmarks/cluster.py [NUMBER]

The same small photograph is coloured NUMBER times, in turns by this process and by one worker on
this machine, each with one thread; the difference is what Dask and the pickling take. On a machine
that does other things too, look at the processor's time of client and scheduler.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from labcolor.batch.cluster.connect import connected
from labcolor.batch.cluster.recipe import recipe_of
from labcolor.batch.executor import Executor, ThreadExecutor
from labcolor.batch.lock import locked
from labcolor.batch.options import OutputOptions
from labcolor.batch.paths import parts_of
from labcolor.batch.settings import settings
from labcolor.batch.task import Task
from labcolor.colorizer import Colorizer, ColorizerOptions


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    colouring: ColorizerOptions = {
        "weights": "embedded",
        "network": None,
        "like": None,
        "threads": 1,
    }
    colorizer, options = Colorizer(**colouring), OutputOptions()
    chosen = settings(colorizer, "embedded", options, None)
    with tempfile.TemporaryDirectory() as temporary:
        photograph, output = Path(temporary, "photograph.jpg"), Path(temporary, "colour")
        Image.linear_gradient("L").save(photograph)
        with locked(output):
            parts_of(output).mkdir()
            task = Task(photograph, "photograph", "result", "jpeg", False, parts_of(output))
            recipe = recipe_of(colorizer, colouring, options, chosen)
            with connected("local:1", recipe, output) as cluster:
                own_thread = ThreadExecutor(lambda _: colorizer, options, 1)
                executors: dict[str, Executor] = {"thread": own_thread, "worker": cluster}
                took: dict[str, list[float]] = {name: [] for name in executors}
                spent = 0.0
                for _ in range(number):
                    took["thread"].append(seconds(executors["thread"], task))
                    before = time.process_time()
                    took["worker"].append(seconds(cluster, task))
                    spent += time.process_time() - before
    print(f"client and scheduler: {1000 * spent / number:.1f} ms of the processor")
    for what, of in (("fastest", min), ("median", statistics.median)):
        own, theirs = (1000 * of(took[name]) for name in executors)
        print(f"{what}: thread {own:.1f} ms, worker {theirs:.1f}: {theirs - own:.1f} ms more")


def seconds(executor: Executor, task: Task) -> float:
    """Have a photograph coloured, from waiting for somebody to the removed part."""
    began = time.perf_counter()
    with executor.free(1, threading.Event()):
        made = executor.make(task, threading.Event())
    took = time.perf_counter() - began
    assert made is not None
    for part in made.parts:
        part.path.unlink()
    return took


if __name__ == "__main__":
    main()
