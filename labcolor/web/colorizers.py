"""The networks that requests share: each is read once, when it is first asked for."""

from __future__ import annotations

import threading

from labcolor.colorizer import Colorizer
from labcolor.model.methods import DEFAULT
from labcolor.web.settings import Colouring


class Colorizers:
    """A colorizer for any settings; those of one network share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[tuple[str, str], Colorizer] = {}

    @property
    def is_ready(self) -> bool:
        """Whether the usual network has been read."""
        return (DEFAULT, "embedded") in self._read

    def network(self, method: str = DEFAULT, weights: str = "embedded") -> Colorizer:
        """Return the colorizer of a method with its usual settings.

        Raises
        ------
        WeightsError
            Weights that were never fetched.
        """
        with self._lock:
            if (method, weights) not in self._read:
                self._read[method, weights] = Colorizer(method, weights)
            return self._read[method, weights]

    def looking(self, settings: Colouring) -> Colorizer:
        """Return one that looks at photographs as closely as the settings say."""
        network = self.network(settings.method, settings.weights)
        return network.looking(settings.detail)
