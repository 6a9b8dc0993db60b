"""Measures what a person at the page and a monitor of the server wait for.

* Frames a second in Chromium while the strength moves at a preview of 1 megapixel, and how long
  after the last movement the last frame comes (95th percentile of the rounds).
* How long /healthz takes while previews and downloads are asked for.

    python benchmarks/serving.py [--rounds 20]

Needs labcolor[web,test-web], chromium and chromium-driver.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import requests

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from web.browser import Page, browsing
from web.conftest import Server

SECONDS = 2.0  # of a round
MOVE = """
const [seconds, done] = arguments, slide = document.getElementById("strength");
performance.clearMarks();
const began = performance.now();
const move = () => {
  const at = (performance.now() - began) / 1000;
  if (at > seconds) {
    const last = performance.now();
    const wish = performance.getEntriesByName("wish").at(-1).detail;
    const wait = () => {
      const frames = performance.getEntriesByName("frame");
      if (frames.at(-1)?.detail !== wish) return setTimeout(wait, 4);
      const during = frames.filter((one) => one.startTime <= last).length;
      done([during / seconds, frames.at(-1).startTime - last]);
    };
    return wait();
  }
  slide.value = 1.5 + Math.sin(3 * at);
  slide.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(move);
};
move();
"""


def photograph(pixels: int) -> bytes:
    """Enlarge the astronaut to so many pixels."""
    grey = cv2.cvtColor(
        cv2.cvtColor(_read(Path("examples/astronaut.jpg")), cv2.COLOR_BGR2GRAY),
        cv2.COLOR_GRAY2BGR,
    )
    side = round(pixels**0.5)
    return cv2.imencode(".jpg", cv2.resize(grey, (side, side)))[1].tobytes()


def _read(path: Path) -> np.ndarray:
    pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return pixels


def frames(page: Page, rounds: int) -> tuple[list[float], list[float]]:
    """Move the strength for two seconds, so many times."""
    measured = [page.driver.execute_async_script(MOVE, SECONDS) for _ in range(rounds)]
    return [one[0] for one in measured], [one[1] for one in measured]


def cpu_of(root: int) -> float:
    """Return the processor time, in seconds, of a process and all below it that still live."""
    parents, spent = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
        spent[int(folder.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def is_below(one: int) -> bool:
        while one not in (0, 1, root):
            one = parents.get(one, 0)
        return one == root

    return sum(time for one, time in spent.items() if is_below(one))


def health(url: str, picture: bytes) -> list[float]:
    """Time /healthz while four clients ask for all kinds of things."""
    times: list[float] = []
    stop = threading.Event()

    def watch() -> None:
        with requests.Session() as session:
            while not stop.wait(0.02):
                began = time.perf_counter()
                session.get(f"{url}/healthz")
                times.append(time.perf_counter() - began)

    def ask(number: int) -> None:
        if number % 2:
            requests.post(f"{url}/v1/colour", data=picture)
        else:
            photo = requests.post(f"{url}/v1/photos", data=picture).json()["id"]
            requests.get(f"{url}/v1/photos/{photo}/preview", params={"strength": 1.5})

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(60)))
    stop.set()
    watcher.join()
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    server = Server()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "photo.jpg"
            path.write_bytes(photograph(1_000_000))
            with browsing(server.url, Path(folder)) as page:
                page.driver.set_script_timeout(60)
                page.open()
                page.bring(path)
                time.sleep(3)  # the gallery is there
                processes = server.process.pid, page.driver.service.process.pid
                before = [cpu_of(one) for one in processes]
                rate, after = frames(page, options.rounds)
                spent = [cpu_of(one) - time for one, time in zip(processes, before, strict=True)]
            answers = health(server.url, path.read_bytes())
    finally:
        server.end()
    print(f"frames a second: median {np.median(rate):.1f}, least {min(rate):.1f}")
    each = [1000 * one / (sum(rate) * SECONDS) for one in spent]
    print(f"processor time a frame: server {each[0]:.0f} ms, browser {each[1]:.0f} ms")
    print(f"last frame after the last movement: p95 {np.percentile(after, 95):.0f} ms")
    worst = 1000 * np.array(answers)
    print(
        f"/healthz: median {np.median(worst):.1f} ms, p99 {np.percentile(worst, 99):.1f} ms, "
        f"most {worst.max():.1f} ms of {len(worst)}"
    )


if __name__ == "__main__":
    main()
