"""Memory that every pass uses again, since to get it takes as long as to fill it."""

from __future__ import annotations

import math
import threading
from collections.abc import Hashable

import numpy as np

from labcolor.networks.planes import Floats


class Room:
    """Arrays by what they are for, each as large as the largest that was asked for.

    An array is good until the next one is taken for the same.
    """

    def __init__(self) -> None:
        self._arrays: dict[Hashable, Floats] = {}

    def take(self, what: Hashable, *shape: int) -> Floats:
        """Return an array of any content."""
        size = math.prod(shape)
        found = self._arrays.get(what)
        if found is None or found.size < size:
            found = self._arrays[what] = np.empty(size, np.float32)
        return found[:size].reshape(shape)

    def take_own(self, what: str, *shape: int) -> Floats:
        """Return an array that no other thread is given."""
        return self.take((what, threading.get_ident()), *shape)
