"""Photo → L* → network → distribution → ab → photo."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from labcolor.color import decode
from labcolor.color.bins import rebalancing_weights
from labcolor.color.guided import Guided
from labcolor.color.hints import Hints, honoured
from labcolor.color.lab import Floats
from labcolor.color.lightness import Pixels, lightness
from labcolor.color.merge import merge
from labcolor.color.reduce import reduce
from labcolor.color.upsample import Bilinear, Chroma
from labcolor.engine import Engine, gains_from_rewriting, resolve_backend
from labcolor.errors import PhotoError, UsageError
from labcolor.methods import METHODS
from labcolor.network import Network, of_method
from labcolor.networks import foreign

MIXING = 0.5  # λ of the rebalancing weights, in the paper and in all weights here
UPSAMPLING = ("guided", "bilinear")


class Colorizer:
    """Gives photographs colour, keeping their L*.

    One colorizer may be used from several threads, on photographs of any sizes.

    Parameters
    ----------
    method : str, optional
        One of `labcolor.methods.METHODS`; by default `labcolor.methods.DEFAULT`.
    weights : "embedded", "published" or a path, optional
        Those that ship with labcolor (the default), those that were fetched, or a file.
    backend : {"auto", "cpu", "cuda"}
        What the network runs on.
    network : path, optional
        An ONNX file with its TOML beside it (`labcolor.networks.settings`), in place of a method.
    temperature : float, 0 or above, optional
        T of the annealed mean: 1 the mean, towards 0 the mode. By default what suits the weights.
    rebalance : float, 0…1, optional
        How much class rebalancing the result carries: 0 safe, 1 vivid. By default what suits the
        weights.
    strength : float, 0…4
        What ab is multiplied by.
    upsample : {"guided", "bilinear"}
        How ab gets to the photograph's size: along the edges of L*, or as if there were none.
    input_size : int, optional
        Side of the square that the network sees, a multiple of 8 for those of labcolor; by
        default the network's own.
    threads : int, optional
        Threads of OpenCV, for the whole process; by default all cores.
    once : bool
        Whether it is for one photograph only: it is then ready sooner, at the cost of a slower
        pass, since a published network is run as released and not rewritten for speed.

    Attributes
    ----------
    method, source : str
        The name of the method and where its weights come from; of a foreign network, the name and
        the path of its file.
    gives : {"distribution", "ab", "rgb"}
        What comes out of the network.
    takes_hints : bool
        Whether it takes colour hints.

    Raises
    ------
    UsageError
        An unknown name, a value out of range, or one that the network has no use for.
    WeightsError
        The weights are missing, damaged or of another network.
    BackendError
        CUDA was asked for and is not there.
    """

    def __init__(
        self,
        method: str | None = None,
        weights: str | os.PathLike[str] | None = None,
        backend: str = "auto",
        *,
        network: str | os.PathLike[str] | None = None,
        temperature: float | None = None,
        rebalance: float | None = None,
        strength: float = 1.0,
        upsample: str = "guided",
        input_size: int | None = None,
        threads: int | None = None,
        once: bool = False,
    ) -> None:
        _check_range("temperature", temperature, 0, np.inf)
        _check_range("rebalance", rebalance, 0, 1)
        _check_range("strength", strength, 0, 4)
        _check_upsampling(upsample)
        self.backend = resolve_backend(backend)
        if network is None:
            rewrite = not once and gains_from_rewriting(self.backend)
            chosen = of_method(method, weights, input_size, rewrite=rewrite)
        elif method is None and weights in (None, "embedded"):
            chosen = foreign.read(network, input_size)
        else:
            message = f"{network} is a network with its weights: name no method or weights too."
            raise UsageError(message)
        _check_use(chosen, temperature, rebalance)
        self.method = chosen.name
        self.source = chosen.source
        self.gives = chosen.output.kind
        self.takes_hints = chosen.input.hints
        self.temperature = chosen.temperature if temperature is None else temperature
        self.rebalance = chosen.rebalance if rebalance is None else rebalance
        self.strength = strength
        self.upsample = upsample
        self.input_size = chosen.side
        self._input, self._output = chosen.input, chosen.output
        self._change = self.rebalance - chosen.trained_rebalance
        self._weights = None if chosen.prior is None else rebalancing_weights(chosen.prior, MIXING)
        self._engine = Engine(chosen.onnx, self.backend, threads, name=chosen.source)

    def __call__(self, image: Pixels, hints: Hints | None = None) -> Pixels:
        """Colour a photograph.

        Parameters
        ----------
        image : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
            sRGB; of a colour picture only L* counts.
        hints : Hints, optional
            Places whose colour is known, for a network that takes hints.

        Returns
        -------
        (h, w, 3) BGR
            Of the same depth, its L* the input's; where sRGB has no such colour, with less chroma.

        Raises
        ------
        PhotoError
            If the array is none of these.
        UsageError
            If the network takes no hints, or they do not fit the photograph.
        """
        seen = self._seen(image)
        ab = self._chroma(seen, self._planes(hints, *image.shape[:2]))
        return merge(image, self._enlarged(ab, seen, *image.shape[:2]))

    def chroma(self, image: Pixels, hints: Hints | None = None) -> Floats:
        """Estimate ab of a photograph, at the network's own resolution.

        Returns
        -------
        (h, w, 2) float32
            CIELAB units; a quarter of the input's side, 56×56 for the published network.

        Raises
        ------
        PhotoError, UsageError
            As for `__call__`.
        """
        return self._chroma(self._seen(image), self._planes(hints, *image.shape[:2]))

    def distribution(self, image: Pixels) -> Floats:
        """Estimate the distribution over the 313 bins, rebalanced but not annealed.

        Returns
        -------
        (313, h, w) float32
            Sums to 1 over axis 0; of a foreign network, over the bins that it has.

        Raises
        ------
        PhotoError
            If `image` is no photograph, as for `__call__`.
        UsageError
            If the network gives ab itself, or sRGB.
        """
        if self.gives != "distribution":
            message = f"{self.method} gives {self.gives} itself, not a distribution over bins."
            raise UsageError(message)
        return decode.softmax(self._rebalanced(self._answer(self._seen(image))))

    def _seen(self, image: Pixels) -> Floats:
        """Return L* of a photograph as the network sees it."""
        _check_image(image)
        return lightness(reduce(image, self.input_size))

    def _answer(self, seen: Floats, given: Floats | None = None) -> Floats:
        """Ask the network."""
        answer = self._engine(self._input.planes(seen, given))
        return self._output.checked(answer, self.source)

    def _chroma(self, seen: Floats, given: Floats | None) -> Floats:
        answer = self._answer(seen, given)
        if self.gives == "distribution":
            logits = self._rebalanced(answer)
            ab = decode.annealed_mean(logits, self.temperature, self._output.bins)
        else:
            ab = self._output.ab(answer)
        ab = ab * np.float32(self.strength)
        return ab if given is None else honoured(ab, given, seen)

    def _enlarged(self, ab: Floats, seen: Floats, height: int, width: int) -> Chroma:
        if self.upsample == "guided":
            return Guided(ab, seen, height, width)
        return Bilinear(ab, height, width)

    def _planes(self, hints: Hints | None, height: int, width: int) -> Floats | None:
        if hints is None:
            return None
        if self.takes_hints:
            return hints.planes(height, width, self.input_size)
        those = " or ".join(one.name for one in METHODS.values() if one.hints)
        message = f"{self.method} takes no colour hints; --method {those} does."
        raise UsageError(message)

    def _rebalanced(self, answer: Floats) -> Floats:
        logits = self._output.logits(answer)
        if self._weights is None:
            return logits
        return decode.rebalance(logits, self._weights, self._change)


def _check_use(network: Network, temperature: float | None, rebalance: float | None) -> None:
    """Refuse settings that a network has no use for."""
    if network.output.kind != "distribution" and (temperature, rebalance) != (None, None):
        message = (
            f"{network.name} gives {network.output.kind} itself: it has no rebalance and no "
            "temperature to set."
        )
        raise UsageError(message)
    if network.prior is None and rebalance is not None:
        message = (
            f"Nobody says how much rebalancing {network.name} was trained with: it has no "
            "rebalance to set."
        )
        raise UsageError(message)


def _check_upsampling(name: str) -> None:
    if name not in UPSAMPLING:
        message = f"The upsampling must be {' or '.join(UPSAMPLING)}, not {name}."
        raise UsageError(message)


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
