"""The steps of OpenCV's sample around the network: the whole picture in float32 CIELAB.

They are those of samples/dnn/colorization.py of OpenCV 4, at their best: its detour through
float64 is left out, and results are written as labcolor does it, at quality 95 without
subsampling, since the sample itself only shows them.
"""
# ruff: noqa: TID251  imread and imwrite are what the sample and its users call

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

_JPEG = [
    *(cv2.IMWRITE_JPEG_QUALITY, 95),
    *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
]


def colour(source: str, target: str, forward: Callable[[np.ndarray], np.ndarray]) -> None:
    """Colour a file; `forward` makes (1, 2, 56, 56) ab of (1, 1, 224, 224) L* − 50."""
    rgb = cv2.imread(source)[..., ::-1].astype(np.float32) / 255
    lightness = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)[..., 0]
    height, width = lightness.shape
    seen = cv2.cvtColor(cv2.resize(rgb, (224, 224)), cv2.COLOR_RGB2Lab)[..., 0] - 50
    ab = forward(cv2.dnn.blobFromImage(seen))[0].transpose(1, 2, 0)
    enlarged = cv2.resize(ab, (width, height))
    lab = np.concatenate((lightness[..., None], enlarged), axis=2)
    bgr = np.clip(cv2.cvtColor(lab, cv2.COLOR_Lab2BGR), 0, 1)
    cv2.imwrite(target, (255 * bgr).astype(np.uint8), _JPEG if target.endswith(".jpg") else [])
