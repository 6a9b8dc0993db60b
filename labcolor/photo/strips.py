"""Bands of rows, so that no whole-picture temporary is ever needed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from labcolor.photo.model import Photo, Pixels

STRIP_PIXELS = 1 << 20


def strips(shape: tuple[int, ...]) -> Iterator[slice]:
    """Give slices of rows, of about `STRIP_PIXELS` pixels each, that cover (h, w, …)."""
    height, width = shape[:2]
    step = max(1, STRIP_PIXELS // max(1, width))
    for top in range(0, height, step):
        yield slice(top, min(height, top + step))


def interleaved(photo: Photo, rows: slice) -> Pixels:
    """Give rows of a photograph in the order of files: (n, w[, c]) grey or RGB, then alpha."""
    import cv2

    pixels = photo.pixels[rows]
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    return pixels if photo.alpha is None else np.dstack((pixels, photo.alpha[rows]))


def to_8_bits(samples: Pixels) -> Pixels:
    """Round 16-bit samples to 8 bits; 8-bit samples come back as they are."""
    if samples.dtype == np.uint8:
        return samples
    # 65535 / 255 = 257, so this is the nearest level
    return ((samples.astype(np.uint32) + 128) // 257).astype(np.uint8)
