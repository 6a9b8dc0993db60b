"""Tar shards of photographs, decoded once into one array."""

from __future__ import annotations

import tarfile
from pathlib import Path

import cv2
import numpy as np
from rich.progress import track


def listing(folder: Path) -> list[Path]:
    """List the shards of a folder, in the order of their names."""
    shards = sorted(folder.glob("*.tar"))
    if not shards:
        message = f"{folder} holds no .tar shards"
        raise FileNotFoundError(message)
    return shards


def squash(picture: np.ndarray, size: int) -> np.ndarray:
    """Squash a whole picture into a square: what the network is shown, in training as in use."""
    smaller = min(picture.shape[:2]) >= size
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(picture, (size, size), interpolation=how)


def load(folder: Path, size: int, limit: int | None = None) -> np.ndarray:
    """Decode every photograph of every shard.

    Parameters
    ----------
    folder : Path
        Holds the `.tar` shards.
    size : int
        Side of the square that each picture is squashed to.
    limit : int, optional
        Stop after so many pictures.

    Returns
    -------
    (n, 3, size, size) uint8, sRGB, in the order of the shards.
    """
    pictures = []
    for shard in track(listing(folder), description="decoding"):
        with tarfile.open(shard) as tar:
            for member in tar:
                if limit is not None and len(pictures) == limit:
                    break
                file = tar.extractfile(member)
                if file is None:
                    continue
                data = np.frombuffer(file.read(), np.uint8)
                bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
                if bgr is None:
                    message = f"{shard}: {member.name} is no picture that OpenCV can read"
                    raise ValueError(message)
                pictures.append(squash(bgr, size)[..., ::-1].transpose(2, 0, 1))
    return np.stack(pictures)


VALIDATION = 1000


def split(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep the last thousand for validation; the shards are shuffled, so it is a fair sample."""
    return pictures[:-VALIDATION], pictures[-VALIDATION:]
