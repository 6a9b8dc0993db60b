"""Measures what a person at the page and a monitor of the server wait for.

* Frames a second in Chromium while the strength moves at a preview of 1 megapixel, and how long
  after the last movement the last frame comes (95th percentile of the rounds).
* How soon a picture of 1600 megapixels in 200 kB is refused.
* How long /healthz takes during 500 mixed requests for a photograph of 1 megapixel, from four
  clients at once, and the server's memory after them beside that after the first 50.

    python benchmarks/serving.py [--rounds 20] [--only page|server]

Needs labcolor[web,test-web], and for the page chromium and chromium-driver.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import requests

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from web.browser import Page, browsing
from web.conftest import Server
from web.traffic import Monitor, ask, bomb

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


def measure_page(server: Server, path: Path, rounds: int) -> None:
    """Print what somebody sees who moves a slider."""
    with browsing(server.url, path.parent) as page:
        page.driver.set_script_timeout(60)
        page.open()
        page.bring(path)
        page.until(lambda: page.all("#gallery[aria-busy=false] input"))
        processes = server.process.pid, page.driver.service.process.pid
        before = [cpu_of(one) for one in processes]
        rate, after = frames(page, rounds)
        spent = [cpu_of(one) - time for one, time in zip(processes, before, strict=True)]
    print(f"frames a second: median {np.median(rate):.1f}, least {min(rate):.1f}")
    each = [1000 * one / (sum(rate) * SECONDS) for one in spent]
    print(f"processor time a frame: server {each[0]:.0f} ms, browser {each[1]:.0f} ms")
    print(f"last frame after the last movement: p95 {np.percentile(after, 95):.0f} ms")


def measure_server(server: Server, picture: bytes) -> None:
    """Print what a monitor sees on a busy day."""
    large, times = bomb(40_000, 40_000), []
    for _ in range(20):
        began = time.perf_counter()
        assert requests.post(f"{server.url}/v1/colour", data=large).status_code == 413
        times.append(1000 * (time.perf_counter() - began))
    print(f"1600 megapixels refused: median {np.median(times):.1f}, most {max(times):.1f} ms")

    monitor = Monitor(server.url)
    # processes, so that what the clients compute does not hold the monitor up
    with ProcessPoolExecutor(4) as clients:
        list(clients.map(partial(ask, server.url, picture), range(4)))
        monitor.start()
        began = time.perf_counter()
        list(clients.map(partial(ask, server.url, picture), range(50)))
        early = server.resident()
        list(clients.map(partial(ask, server.url, picture), range(50, 500)))
        took, late = time.perf_counter() - began, server.resident()
        monitor.stop()
    print(f"500 mixed requests: {500 / took:.0f} a second")
    print(f"memory after 50: {early / 1e6:.0f} MB, after 500: {late / 1e6:.0f} MB")
    answers = 1000 * np.array(monitor.seconds)
    print(
        f"/healthz: median {np.median(answers):.1f} ms, p99 {np.percentile(answers, 99):.1f} ms, "
        f"most {answers.max():.1f} ms of {len(answers)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", choices=["page", "server"])
    options = parser.parse_args()
    server = Server()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "photo.jpg"
            path.write_bytes(photograph(1_000_000))
            if options.only != "server":
                measure_page(server, path, options.rounds)
            if options.only != "page":
                measure_server(server, path.read_bytes())
    finally:
        server.end()


if __name__ == "__main__":
    main()
