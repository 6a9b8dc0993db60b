"""Measures how steady the colours of films are, and how near the truth.

Of each clip in a folder the lightness is coloured frame by frame and steadily, by one network.
Printed are, for each clip and as means over the clips:

* E_ab and E_rgb, warp errors (Lai et al., ECCV 2018): the mean squared difference of ab (CIELAB
  units²) and of RGB (0…1) between a picture and the next one brought back to it along the motion,
  where nothing is hidden. The flow is that of the clip's own lightness, by DIS and by Farneback.
* CDC, colour distribution consistency (Liu et al., 2021): Jensen–Shannon divergences between the
  histograms of B, G, R one, two and four pictures apart.
* AuC of ab against the truth, where the clip is in colour, and colourfulness.

Ratios are to frame by frame, averaged geometrically.

    python benchmarks/film.py FOLDER [--aged] [--stored] [--every 2] [--sheets FOLDER]
    python benchmarks/film.py --pan PHOTO
    python benchmarks/film.py --strip docs/film.jpg

With --aged the clips are made old first: flicker, grain, dust, scratches and weave. The weave is
undone before anything is measured. With --stored what is measured is Y'CbCr of 4:2:0, as an
encoder gets it, brought back to RGB of 8 bits; and how far L* is off before those are rounded.
With --pan a photograph is panned over for 20 s, and how far the colour of a place strays from its
mean over all pictures that show it is printed. With --strip a strip is drawn: an old film, grey,
frame by frame and steady, made of pans over photographs that come with scikit-image.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import skimage.data

from labcolor import Colorizer
from labcolor.color.lab import lab_from_srgb
from labcolor.color.lightness import lightness
from labcolor.film.levels import Levels
from labcolor.film.matrix import Tags
from labcolor.film.render import Renderer
from labcolor.film.steady import Follower, Settled, Steady
from labcolor.metrics import AreaUnderCurve, colourfulness
from labcolor.photo import Photo, read, write

Clip = Sequence[np.ndarray]
Flow = Callable[[np.ndarray, np.ndarray], np.ndarray]

IN_COLOUR = 4.0  # mean chroma from which on a clip has a truth
PAN_SECONDS, PAN_RATE = 20, 25
SHOT = 36  # pictures of each shot of the strip


def dis(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return finder.calc(before, after, None)


def farneback(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return cv2.calcOpticalFlowFarneback(before, after, None, 0.5, 5, 21, 3, 7, 1.5, 0)


FLOWS: dict[str, Flow] = {"DIS": dis, "Farneback": farneback}


@dataclass
class Way:
    """From each picture to the next: where its pixels go, and which of them stay in sight."""

    places: list[tuple[np.ndarray, np.ndarray]]
    visible: list[np.ndarray]


def way(grey: Clip, flow: Flow) -> Way:
    found = Way([], [])
    y, x = np.mgrid[: grey[0].shape[0], : grey[0].shape[1]].astype(np.float32)
    for before, after in pairwise(grey):
        forth, back = flow(before, after), flow(after, before)
        places = x + forth[..., 0], y + forth[..., 1]
        returned = cv2.remap(back, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        length = (forth**2).sum(-1)
        hidden = ((forth + returned) ** 2).sum(-1) > 0.01 * (length + (returned**2).sum(-1)) + 0.5
        slopes = [np.gradient(forth[..., axis]) for axis in (0, 1)]
        hidden |= sum(s**2 for pair in slopes for s in pair) > 0.01 * length + 0.002
        inside = (places[0] >= 0) & (places[0] <= x.max()) & (places[1] >= 0)
        found.places.append(places)
        found.visible.append(inside & (places[1] <= y.max()) & ~hidden)
    return found


def warp_error(planes: Clip, along: Way) -> float:
    errors = []
    for number, (places, visible) in enumerate(zip(along.places, along.visible, strict=True)):
        brought = cv2.remap(planes[number + 1], *places, cv2.INTER_LINEAR)
        errors.append(((brought - planes[number]) ** 2).mean(-1)[visible].mean())
    return float(np.mean(errors))


def distribution_consistency(clip: Clip) -> float:
    shares = np.stack([[histogram(frame[..., c]) for c in range(3)] for frame in clip])
    return float(np.mean([divergence(shares[:-step], shares[step:]).mean() for step in (1, 2, 4)]))


def histogram(plane: np.ndarray) -> np.ndarray:
    return np.bincount(plane.reshape(-1), minlength=256) / plane.size


def divergence(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Jensen–Shannon divergence in nats."""
    mean = (p + q) / 2

    def relative(one: np.ndarray) -> np.ndarray:
        terms = one * np.log(np.where(one > 0, one, 1) / np.where(mean > 0, mean, 1))
        return terms.sum(-1)

    return (relative(p) + relative(q)) / 2


def lab(bgr: np.ndarray) -> np.ndarray:
    return lab_from_srgb(bgr[..., ::-1].astype(np.float32) / 255)


@dataclass
class Numbers:
    """What is measured of one colouring of one clip."""

    ab: dict[str, float]
    rgb: float
    cdc: float
    auc: float
    colour: float


def measured(result: Clip, truth: Clip | None, ways: dict[str, Way]) -> Numbers:
    ab = [lab(frame)[..., 1:] for frame in result]
    floats = [frame.astype(np.float32) / 255 for frame in result]
    curve = AreaUnderCurve()
    for true, own in list(zip(truth or (), ab, strict=False))[::2]:
        curve.add(lab(true)[..., 1:], own)
    return Numbers(
        {name: warp_error(ab, along) for name, along in ways.items()},
        warp_error(floats, ways["DIS"]),
        distribution_consistency(result),
        curve.raw() if truth else np.nan,
        float(np.mean([colourfulness(frame) for frame in result])),
    )


def frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="bgr24") for frame in film.decode(video=0)]


def aged(grey: Clip, seed: int = 0) -> tuple[Clip, list[tuple[float, float]]]:
    """Make a clip old; give it with the shifts of its weave."""
    rng = np.random.default_rng(seed)
    height, width = grey[0].shape
    scratches = rng.integers(0, width, 3)
    result, shifts = [], []
    shift = np.zeros(2)
    for frame in grey:
        old = frame.astype(np.float32) * (1 + 0.06 * rng.normal())
        old += cv2.GaussianBlur(
            rng.normal(0, 9 * 1.8, frame.shape).astype(np.float32), (0, 0), 0.7
        )
        for _ in range(rng.poisson(5)):
            centre = int(rng.integers(width)), int(rng.integers(height))
            cv2.circle(old, centre, int(rng.integers(1, 4)), float(rng.choice([10, 245])), -1)
        scratches = np.clip(scratches + rng.integers(-1, 2, 3), 0, width - 1)
        old[:, scratches] += 50
        shift = 0.7 * shift + rng.normal(0, 0.7, 2)
        old = moved(np.clip(old, 0, 255).astype(np.uint8), *shift)
        result.append(old)
        shifts.append((float(shift[0]), float(shift[1])))
    return result, shifts


def moved(frame: np.ndarray, x: float, y: float) -> np.ndarray:
    size = frame.shape[1], frame.shape[0]
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return cv2.warpAffine(frame, matrix, size, borderMode=cv2.BORDER_REPLICATE)


def stored(
    grey: Clip, colorizer: Colorizer, steady: float, every: int
) -> tuple[list[np.ndarray], np.ndarray]:
    """Colour a clip as a film is stored, in limited range; give it with the errors of L*."""
    levels, shares = Levels(8), Tags(0, 2, 2, 2).completed(grey[0].shape[0]).shares
    render, follower = (
        Renderer(levels, shares, (1, 1)),
        Follower[np.ndarray](colorizer, steady, every),
    )
    shape = render.chroma_shape(*grey[0].shape)
    result, errors = [], []

    def take(settled: Settled[np.ndarray]) -> None:
        chroma = settled.chroma(*shape, colorizer.upsample)
        planes = render(settled.item, chroma, None if settled.state else settled.back)
        rgb = shown(planes, levels, shares)
        error = lab_from_srgb(rgb)[..., 0] - lightness(levels.shares(settled.item))
        errors.append(np.abs(error).reshape(-1)[::7])
        result.append(np.rint(rgb[..., ::-1] * 255).astype(np.uint8))

    for frame in grey:
        codes = np.rint(levels.black + frame * np.float32(levels.span / 255)).astype(np.uint8)
        for settled in follower.push(follower.look(codes, frame)):
            take(settled)
    for settled in follower.finish():
        take(settled)
    return result, np.concatenate(errors)


def shown(planes: Clip, levels: Levels, shares: tuple[float, float]) -> np.ndarray:
    """Bring Y'CbCr of 4:2:0 to RGB, chroma interpolated from where H.264 has it."""
    red, blue = shares
    y, x = np.mgrid[: planes[0].shape[0], : planes[0].shape[1]].astype(np.float32) / 2
    luma = (planes[0].astype(np.float32) - levels.black) / levels.span
    cb, cr = (
        (
            cv2.remap(
                plane.astype(np.float32),
                x,
                y - 0.25,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
            - levels.neutral
        )
        / levels.chroma_span
        for plane in planes[1:]
    )
    r, b = luma + 2 * (1 - red) * cr, luma + 2 * (1 - blue) * cb
    g = (luma - red * r - blue * b) / (1 - red - blue)
    return np.clip(np.stack([r, g, b], -1), 0, 1)


def geometric(values: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(values))))


def clips(folder: Path) -> Iterator[tuple[str, list[np.ndarray]]]:
    for path in sorted(folder.iterdir()):
        if path.suffix in (".mp4", ".mkv", ".avi", ".mov"):
            yield path.stem, frames(path)


def measure(folder: Path, colorizer: Colorizer, options: argparse.Namespace) -> None:
    table = []
    print(
        f"{'clip':10} {'as':8} {'E_ab DIS':>9} {'Farneb.':>9} {'E_rgb·10³':>9} {'CDC·10³':>8} "
        f"{'AuC':>7} {'colourf.':>8}"
    )
    for name, colour in clips(folder):
        grey = [cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in colour]
        chroma = np.mean([np.hypot(*lab(f)[..., 1:].transpose(2, 0, 1)).mean() for f in colour])
        truth = colour if chroma > IN_COLOUR else None
        ways = {flow: way(grey, find) for flow, find in FLOWS.items()}
        played, shifts = aged(grey) if options.aged else (grey, [])
        results: dict[str, Clip] = {
            "grey": [cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR) for frame in played]
        }
        for key, settings in {"frame": (0.0, 1), "steady": (1.0, options.every)}.items():
            if options.stored:
                results[key], off = stored(played, colorizer, *settings)
                print(
                    f"{name:10} {key:8} L* off by {off.mean():.4f}, {np.percentile(off, 99):.3f}"
                )
            else:
                results[key] = list(Steady(colorizer, *settings)(played))
        if options.aged:
            results = {
                key: [moved(f, -x, -y) for f, (x, y) in zip(clip, shifts, strict=True)]
                for key, clip in results.items()
            }
        if truth:
            results = {"truth": truth, **results}
        numbers = {key: measured(clip, truth, ways) for key, clip in results.items()}
        for key, n in numbers.items():
            print(
                f"{name:10} {key:8} {n.ab['DIS']:9.3f} {n.ab['Farneback']:9.3f} "
                f"{n.rgb * 1e3:9.3f} {n.cdc * 1e3:8.2f} {n.auc:7.2f} {n.colour:8.2f}",
                flush=True,
            )
        table.append(numbers)
        if options.sheets:
            write_sheet(options.sheets / f"{name}.png", results)
    sum_up(table)


def sum_up(table: Sequence[dict[str, Numbers]]) -> None:
    ratio = {
        flow: geometric([n["steady"].ab[flow] / n["frame"].ab[flow] for n in table])
        for flow in FLOWS
    }
    print(f"E_ab steady ÷ frame by frame: {ratio}")
    print("E_rgb ÷ grey's:", np.mean([n["steady"].rgb / n["grey"].rgb for n in table]))
    print("CDC ÷ frame:", geometric([n["steady"].cdc / n["frame"].cdc for n in table]))
    print(
        "colourfulness ÷ frame:",
        geometric([n["steady"].colour / n["frame"].colour for n in table]),
    )
    print("AuC − frame:", [round(n["steady"].auc - n["frame"].auc, 3) for n in table])


def write_sheet(path: Path, results: dict[str, Clip], columns: int = 6) -> None:
    """Draw pictures of each colouring below one another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = []
    for clip in results.values():
        chosen = [clip[number] for number in np.linspace(0, len(clip) - 1, columns).astype(int)]
        height = round(240 * chosen[0].shape[0] / chosen[0].shape[1])
        rows.append(np.hstack([cv2.resize(f, (240, height)) for f in chosen]))
    cv2.imwrite(str(path), np.vstack(rows))  # noqa: TID251  a name of our own


def pan(photo: Path, colorizer: Colorizer, options: argparse.Namespace) -> None:
    """Pan over a photograph, there and back."""
    whole = read(photo).pixels
    grey = whole if whole.ndim == 2 else cv2.cvtColor(whole, cv2.COLOR_BGR2GRAY)
    scale = 360 / grey.shape[0]
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    count = PAN_SECONDS * PAN_RATE
    width = min(480, grey.shape[1] // 2)
    room = grey.shape[1] - width
    places = (room * (1 - np.cos(np.linspace(0, 4 * np.pi, count))) / 2).round().astype(int)
    shown = [np.ascontiguousarray(grey[:, x : x + width]) for x in places]
    for key, way_ in {"frame": (0.0, 1), "steady": (1.0, options.every)}.items():
        sums = np.zeros((*grey.shape, 2), np.float64)
        squares, seen = np.zeros_like(sums), np.zeros((*grey.shape, 1))
        low, high = np.full(sums.shape, np.inf), np.full(sums.shape, -np.inf)
        means = []
        for x, bgr in zip(places, Steady(colorizer, *way_)(shown), strict=True):
            ab = cv2.GaussianBlur(lab(bgr)[..., 1:], (0, 0), 4)
            there = np.s_[:, x : x + width]
            sums[there] += ab
            squares[there] += ab.astype(np.float64) ** 2
            seen[there] += 1
            np.minimum(low[there], ab, out=low[there])
            np.maximum(high[there], ab, out=high[there])
            means.append(ab.mean((0, 1)))
        variance = np.maximum(squares / seen - (sums / seen) ** 2, 0).sum(-1)
        reach = np.hypot(*(high - low).transpose(2, 0, 1))
        print(
            f"{photo.stem:12} {key:8} strays by {np.sqrt(variance).mean():5.2f} on average, "
            f"range {np.median(reach):5.2f} in the median, {np.percentile(reach, 95):5.2f} at 95 %"
        )


def strip(target: Path, colorizer: Colorizer) -> None:
    """Draw two pictures of each of three shots, one after the other."""
    data = skimage.data
    shots = ((data.astronaut(), 1.25), (data.coffee(), 1.2), (data.chelsea(), 1.2))
    film, _ = aged([frame for photograph, zoom in shots for frame in shot(photograph, zoom)])
    rows = [
        [cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR) for frame in film],
        list(Steady(colorizer, 0)(film)),
        list(Steady(colorizer)(film)),
    ]
    numbers = [SHOT * which + middle for which in range(len(shots)) for middle in (8, 9)]
    halves = [
        np.hstack(
            [
                cv2.resize(row[n], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
                for n in numbers
            ]
        )
        for row in rows
    ]
    write(Photo(np.vstack(halves)), target, quality=80, overwrite=True)


def shot(
    rgb: np.ndarray, zoom: float, width: int = 320, height: int = 240
) -> Iterator[np.ndarray]:
    """Pan over a photograph, from the left to the right of what does not fit."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    scale = zoom * max(width / grey.shape[1], height / grey.shape[0])
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top = (grey.shape[0] - height) // 3
    for step in np.linspace(0, 1, SHOT):
        left = round(step * (grey.shape[1] - width))
        yield np.ascontiguousarray(grey[top : top + height, left : left + width])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--aged", action="store_true")
    parser.add_argument("--stored", action="store_true")
    parser.add_argument("--every", type=int, default=2)
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--pan", type=Path, nargs="+", default=[])
    parser.add_argument("--strip", type=Path)
    options = parser.parse_args()
    colorizer = Colorizer(threads=1)
    if options.strip:
        strip(options.strip, colorizer)
    for photo in options.pan:
        pan(photo, colorizer, options)
    if options.folder:
        measure(options.folder, colorizer, options)


if __name__ == "__main__":
    main()
