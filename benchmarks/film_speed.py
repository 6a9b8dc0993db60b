"""Measures how fast films are coloured, where the time goes, and what memory it takes.

A clip is scaled to each height and written there and back until it is as long as is asked for; it
is coloured by a process of its own, as the command does. Printed are pictures a second by the
clock, milliseconds of CPU that each stage took for a picture, the time by the clock against the
sum of CPU divided by the cores, and the peak of memory.

    python benchmarks/film_speed.py CLIP [--height 480 1080] [--pictures 240] [--engine NAME]

The CPU of encoding is that of the threads of FFmpeg, decoding ones among them: what the process
took besides the stages.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

import av

from labcolor.batch.cores import cores

CHILD = """
import json, resource, sys, time
from labcolor import Colorizer
from labcolor.film import Options, colour

film, result, engine = sys.argv[1:]
colorizer = Colorizer(engine=engine)
clock = {}
began, cpu = time.perf_counter(), time.process_time()
pictures = colour(film, result, colorizer, Options(), clock=clock).pictures
wall, cpu = time.perf_counter() - began, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"pictures": pictures, "wall": wall, "cpu": cpu, "clock": clock, "peak": peak}))
"""


def scaled(clip: Path, height: int, pictures: int, target: Path) -> None:
    """Write a clip there and back at another size, as a good copy of a film would be."""
    with av.open(str(clip)) as film:
        frames = list(film.decode(video=0))
        rate = film.streams.video[0].average_rate
    width = round(height * frames[0].width / frames[0].height / 2) * 2
    turning = cycle(chain(range(len(frames)), range(len(frames) - 2, 0, -1)))
    with av.open(str(target), "w") as film:
        stream = film.add_stream("libx264", rate=rate, options={"crf": "18", "preset": "faster"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, which in enumerate(islice(turning, pictures)):
            frame = frames[which].reformat(width, height, "yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


def measured(film: Path, engine: str) -> dict[str, Any]:
    """Colour a film in a process of its own."""
    result = film.with_name("result.mp4")
    command = [sys.executable, "-W", "ignore", "-c", CHILD, str(film), str(result), engine]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result.unlink()
    return dict(json.loads(said))


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Say what was measured."""
    pictures, wall, cpu = found["pictures"], found["wall"], found["cpu"]
    stages = found["clock"]
    yield f"  {pictures / wall:.1f} pictures a second, peak {found['peak']:.0f} MB"
    for name, seconds in {**stages, "encode": cpu - sum(stages.values())}.items():
        yield f"  {name:8} {1000 * seconds / pictures:6.1f} ms of CPU"
    yield (
        f"  sum      {1000 * cpu / pictures:6.1f} ms; the clock took {cores() * wall / cpu:.2f} × "
        f"the sum ÷ {cores()} cores"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("clip", type=Path)
    parser.add_argument("--height", type=int, nargs="+", default=[480, 1080])
    parser.add_argument("--pictures", type=int, default=240)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--keep", type=Path, help="a folder in which scaled clips stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for height in options.height:
            film = (options.keep or Path(folder)) / f"{options.clip.stem}-{height}.mp4"
            if not film.exists():
                scaled(options.clip, height, options.pictures, film)
            print(f"{film.stem}, load {os.getloadavg()[0]:.1f}")
            print("\n".join(lines(measured(film, options.engine))), flush=True)


if __name__ == "__main__":
    main()
