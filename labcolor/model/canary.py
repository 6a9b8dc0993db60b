"""A fixed question to a network, whose answer was written down when labcolor was released.

A checksum tells a bad file. This tells a good file that is read, written or run wrongly: by a
fault of ours, or by an OpenCV that computes something else than it should.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcolor import engines
from labcolor.color.floats import Floats
from labcolor.model.network import Network

NUMBERS = 48
"""How many numbers of the answer are kept, spread over all of it."""

# Of the spread of the numbers. OpenCV 4 and 5 differ by a millionth; a single deep layer that is
# left out changes them by five ten-thousandths at the least, most layers by far more.
_ALLOWED = 2e-4


def question(channels: int, side: int) -> Floats:
    """Return what the network is asked: (1, channels, side, side) float32.

    Slanted folds of lightness, L* − 50, and where hints go in too a red and a blue patch. All are
    whole numbers, so that no machine rounds them.
    """
    rows, columns = np.mgrid[:side, :side]
    planes = np.zeros((1, channels, side, side), np.float32)
    planes[0, 0] = abs((3 * rows + columns) % 128 - 64) - abs((5 * columns - 2 * rows) % 50 - 25)
    if channels > 1:
        for top, a, b in ((side // 4, 60, 40), (side // 2, 10, -50)):
            patch = slice(top, top + 8)
            planes[0, 1:, patch, patch] = np.reshape((a, b, 1), (3, 1, 1))
    return planes


def answer(network: Network) -> Floats:
    """Ask a network on the CPU, with the engine that colours photographs with it."""
    running = engines.start("opencv", network.write(), "cpu", name=network.source)
    return running(question(4 if network.input.hints else 1, network.side))


def sample(output: Floats) -> Floats:
    """Take `NUMBERS` numbers of an array, from the first to the last."""
    positions = np.linspace(0, output.size - 1, NUMBERS).astype(int)
    return output.reshape(-1)[positions]


def agree(found: Floats, expected: Sequence[float] | Floats) -> bool:
    """Whether numbers are those expected, but for rounding."""
    return bool(np.abs(found - expected).max() <= _ALLOWED * np.ptp(expected))
