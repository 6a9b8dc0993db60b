"""Photo → L* → network → distribution → ab → photo."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from labcolor import networks
from labcolor.color import decode
from labcolor.color.bins import rebalancing_weights
from labcolor.color.lab import Floats
from labcolor.color.lightness import Pixels, lightness
from labcolor.color.merge import merge
from labcolor.color.reduce import reduce
from labcolor.color.upsample import Bilinear
from labcolor.engine import Engine, gains_from_rewriting, resolve_backend
from labcolor.errors import PhotoError, UsageError
from labcolor.methods import DEFAULT
from labcolor.methods import method as look_up
from labcolor.weights.load import load

MIXING = 0.5  # λ of the rebalancing weights, in the paper and in all weights here


class Colorizer:
    """Gives photographs colour, keeping their L*.

    One colorizer may be used from several threads, on photographs of any sizes.

    Parameters
    ----------
    method : str
        One of `labcolor.methods.METHODS`.
    weights : "embedded", "published" or a path, optional
        Those that ship with labcolor (the default), those that were fetched, or a file.
    backend : {"auto", "cpu", "cuda"}
        What the network runs on.
    temperature : float, 0 or above, optional
        T of the annealed mean: 1 the mean, towards 0 the mode. By default what suits the weights.
    rebalance : float, 0…1, optional
        How much class rebalancing the result carries: 0 safe, 1 vivid. By default what suits the
        weights.
    strength : float, 0…4
        What ab is multiplied by.
    input_size : int, optional
        Side of the square that the network sees, a multiple of 8; by default the network's own.
    threads : int, optional
        Threads of OpenCV, for the whole process; by default all cores.
    once : bool
        Whether it is for one photograph only: it is then ready sooner, at the cost of a slower
        pass, since a published network is run as released and not rewritten for speed.

    Raises
    ------
    UsageError
        An unknown name, or a value out of range.
    WeightsError
        The weights are missing, damaged or of another network.
    BackendError
        CUDA was asked for and is not there.
    """

    def __init__(
        self,
        method: str = DEFAULT,
        weights: str | os.PathLike[str] | None = None,
        backend: str = "auto",
        *,
        temperature: float | None = None,
        rebalance: float | None = None,
        strength: float = 1.0,
        input_size: int | None = None,
        threads: int | None = None,
        once: bool = False,
    ) -> None:
        chosen = look_up(method)
        _check_range("temperature", temperature, 0, np.inf)
        _check_range("rebalance", rebalance, 0, 1)
        _check_range("strength", strength, 0, 4)
        taken = resolve_backend(backend)
        loaded = load(chosen, weights)
        self.method = chosen.name
        self.source = loaded.source
        self.backend = taken
        self.temperature = loaded.temperature if temperature is None else temperature
        self.rebalance = loaded.rebalance if rebalance is None else rebalance
        self.strength = strength
        self.input_size = networks.SIDES[loaded.network] if input_size is None else input_size
        self._change = self.rebalance - loaded.trained_rebalance
        self._weights = rebalancing_weights(loaded.prior, MIXING)
        graph = networks.graph(
            loaded.network,
            loaded.layers,
            self.input_size,
            rewrite=not once and gains_from_rewriting(taken),
            source=f"The file {loaded.source}",
        )
        self._engine = Engine(graph, taken, threads)

    def __call__(self, image: Pixels) -> Pixels:
        """Colour a photograph.

        Parameters
        ----------
        image : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
            sRGB; of a colour picture only L* counts.

        Returns
        -------
        (h, w, 3) BGR
            Of the same depth, its L* the input's wherever the colour is inside sRGB.

        Raises
        ------
        PhotoError
            If the array is none of these.
        """
        chroma = self.chroma(image)
        return merge(image, Bilinear(chroma, *image.shape[:2]))

    def chroma(self, image: Pixels) -> Floats:
        """Estimate ab of a photograph, at the network's own resolution.

        Returns
        -------
        (h, w, 2) float32
            CIELAB units; a quarter of the input's side, 56×56 for the published network.

        Raises
        ------
        PhotoError
            If `image` is no photograph, as for `__call__`.
        """
        ab = decode.annealed_mean(self._logits(image), self.temperature)
        return ab * np.float32(self.strength)

    def distribution(self, image: Pixels) -> Floats:
        """Estimate the distribution over the 313 bins, rebalanced but not annealed.

        Returns
        -------
        (313, h, w) float32
            Sums to 1 over axis 0.

        Raises
        ------
        PhotoError
            If `image` is no photograph, as for `__call__`.
        """
        return decode.softmax(self._logits(image))

    def _logits(self, image: Pixels) -> Floats:
        _check_image(image)
        seen = lightness(reduce(image, self.input_size)) - np.float32(50)
        logits = self._engine(seen[None, None])[0]
        return decode.rebalance(logits, self._weights, self._change)


def _check_range(name: str, value: float | None, low: float, high: float) -> None:
    # The negation catches NaN too.
    if value is not None and not low <= value <= high:
        allowed = f"{low} or above" if high == np.inf else f"from {low} to {high}"
        message = f"The {name} must be {allowed}, not {value}."
        raise UsageError(message)


def _check_image(image: Any) -> None:
    if (
        isinstance(image, np.ndarray)
        and image.dtype in (np.uint8, np.uint16)
        and (image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3))
        and image.size
    ):
        return
    array = isinstance(image, np.ndarray)
    what = f"{image.dtype} of shape {image.shape}" if array else type(image).__name__
    message = f"A photograph is a uint8 or uint16 array, (h, w) or (h, w, 3) BGR, not {what}."
    raise PhotoError(message)
