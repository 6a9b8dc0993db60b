"""Tar shards of photographs, decoded once into one array."""

from __future__ import annotations

import tarfile
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from rich.progress import track

from labcolor.photo import SUFFIXES


def squash(picture: np.ndarray, size: int) -> np.ndarray:
    """Squash a whole picture into a square: what the network is shown, in training as in use."""
    smaller = min(picture.shape[:2]) >= size
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(picture, (size, size), interpolation=how)


def load(folder: Path, size: int, limit: int | None = None) -> np.ndarray:
    """Decode every photograph of every shard, or of a folder without shards.

    Parameters
    ----------
    folder : Path
        Holds `.tar` shards, or photographs.
    size : int
        Side of the square that each picture is squashed to.
    limit : int, optional
        Stop after so many pictures.

    Returns
    -------
    (n, 3, size, size) uint8, sRGB, in the order of the shards and names.
    """
    # one array from the start: to stack a list of them takes the memory twice
    pictures = np.empty((len(sources(folder, limit)), 3, size, size), np.uint8)
    for number, (name, data) in enumerate(islice(_files(folder), limit)):
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if bgr is None:
            message = f"{name} is no picture that OpenCV can read"
            raise ValueError(message)
        pictures[number] = squash(bgr, size)[..., ::-1].transpose(2, 0, 1)
    return pictures


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every photograph."""
    shards = _shards(folder)
    photographs = [] if shards else _photographs(folder)
    if not shards and not photographs:
        message = f"{folder} holds neither .tar shards nor photographs"
        raise FileNotFoundError(message)
    for path in track(photographs, description="decoding", disable=bool(shards)):
        yield str(path), path.read_bytes()
    for shard in track(shards, description="decoding", disable=not shards):
        with tarfile.open(shard) as tar:
            for member in tar:
                file = tar.extractfile(member)
                if file is not None:
                    yield f"{shard}: {member.name}", file.read()


def _shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar"))


def _photographs(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]


def sources(folder: Path, limit: int | None = None) -> list[str]:
    """Name the source of every photograph that `load` decodes: the folder that it lies in."""
    shards = _shards(folder)
    photographs = [] if shards else _photographs(folder)
    for shard in shards:
        with tarfile.open(shard) as tar:
            photographs += [Path(member.name) for member in tar if member.isfile()]
    return [path.parent.name for path in photographs[:limit]]


VALIDATION = 1000
OF_A_SOURCE = 40


def split(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep the last thousand, a tenth at most, for validation.

    The shards are shuffled, so it is a fair sample of them.
    """
    count = min(VALIDATION, max(1, len(pictures) // 10))
    return pictures[:-count], pictures[-count:]


def of_sources(
    pictures: np.ndarray, sources: Sequence[str], chosen: Collection[str]
) -> np.ndarray:
    """Take the first forty pictures of each of some sources.

    Of sources that are never learnt from, they predict what strangers' photographs will look like.
    """
    names = np.array(sources)
    numbers = [np.flatnonzero(names == name)[:OF_A_SOURCE] for name in sorted(chosen)]
    return pictures[np.sort(np.concatenate(numbers))]
