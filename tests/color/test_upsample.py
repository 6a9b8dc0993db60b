"""Bilinear enlargement in strips is OpenCV's of the whole."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from labcolor.color.upsample import Bilinear, Enlarged

AB = np.random.default_rng(0).normal(0, 30, (7, 9, 2)).astype(np.float32)


@pytest.mark.parametrize("size", [(70, 90), (101, 33), (7, 9), (5, 4), (1, 1), (2000, 3)])
def test_it_is_opencvs(size):
    expected = cv2.resize(AB, size[::-1], interpolation=cv2.INTER_LINEAR).reshape(*size, 2)
    result = Bilinear(AB, *size).rows(0, np.zeros(size, np.float32))
    assert result.shape == (2, *size)
    np.testing.assert_allclose(result.transpose(1, 2, 0), expected, atol=1e-3)


@pytest.mark.parametrize("strip", [1, 7, 64, 101])
def test_strips_do_not_show(strip):
    """The rows are the same numbers however they are asked for."""
    planes = Enlarged(AB, 101, 40)
    rows = [planes.rows(top, min(top + strip, 101)) for top in range(0, 101, strip)]
    np.testing.assert_allclose(np.concatenate(rows, 1), planes.rows(0, 101), atol=1e-5)


def test_a_plane_of_one_pixel_is_flat():
    planes = Enlarged(AB[:1, :1], 5, 4).rows(0, 5)
    np.testing.assert_allclose(planes, np.broadcast_to(AB[0, 0, :, None, None], (2, 5, 4)))
