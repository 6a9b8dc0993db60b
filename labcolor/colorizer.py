"""Photo → L* → network → distribution → ab → photo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

from labcolor import engines
from labcolor.color.guided import Guided
from labcolor.color.hints import Hints
from labcolor.color.lab import Floats
from labcolor.color.lightness import Pixels
from labcolor.color.merge import merge
from labcolor.color.spread import honoured
from labcolor.color.uncertainty import entropy
from labcolor.color.upsample import Bilinear
from labcolor.color.variants import MOST as MOST_VARIANTS
from labcolor.color.variants import variants
from labcolor.errors import PhotoError, UsageError
from labcolor.estimator import Estimator
from labcolor.looks import Looks, Sight
from labcolor.methods import METHODS
from labcolor.network import of_method

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
    engine : {"auto", "opencv", "numpy", "openvino", "openvino-bfloat16"}
        What runs it; see `labcolor.engines`. OpenVINO is an optional package.
    network : path, optional
        An ONNX file with its TOML beside it (`labcolor.networks.settings`), in place of a method.
    temperature : float, 0 or above, optional
        T of the annealed mean: 1 the mean, towards 0 the mode. By default what suits the weights.
    rebalance : float, 0…1, optional
        How much class rebalancing the result carries: 0 safe, 1 vivid. By default what suits the
        weights.
    strength : float, 0…4
        What ab is multiplied by.
    detail : int, 1…8
        How closely the network looks: besides the whole at (2N − 1)² crops, N times as large.
    flip : bool
        Whether it looks at the mirror image too; the result is the mean of both.
    upsample : {"guided", "bilinear"}
        How ab gets to the photograph's size: along the edges of L*, or as if there were none.
    input_size : int, optional
        Side of the square that the network sees, a multiple of 8 for those of labcolor; by
        default the network's own.
    threads : int, optional
        Threads of OpenCV, for the whole process; by default all cores.
    once : bool
        Whether it is for one photograph only: it is then ready sooner, at the cost of a slower
        pass, since the weights of a published network are prepared for many passes otherwise.

    Attributes
    ----------
    method, source : str
        The name of the method and where its weights come from; of a foreign network, the name and
        the path of its file.
    gives : {"distribution", "ab", "rgb"}
        What comes out of the network.
    takes_hints : bool
        Whether it takes colour hints.
    engine, backend : str
        What runs it, and on what.

    Raises
    ------
    UsageError
        An unknown name, a value out of range, or one that the network has no use for.
    WeightsError
        The weights are missing, damaged or of another network.
    BackendError
        CUDA or OpenVINO was asked for and is not there.
    """

    def __init__(
        self,
        method: str | None = None,
        weights: str | os.PathLike[str] | None = None,
        backend: str = "auto",
        *,
        engine: str = "auto",
        network: str | os.PathLike[str] | None = None,
        temperature: float | None = None,
        rebalance: float | None = None,
        strength: float = 1.0,
        detail: int = 1,
        flip: bool = False,
        upsample: str = "guided",
        input_size: int | None = None,
        threads: int | None = None,
        once: bool = False,
    ) -> None:
        _check_range("temperature", temperature, 0, np.inf)
        _check_range("rebalance", rebalance, 0, 1)
        _check_range("strength", strength, 0, 4)
        _check_upsampling(upsample)
        self.backend = engines.resolve(engine, backend)
        if network is None:
            chosen = of_method(method, weights, input_size)
        elif method is None and weights in (None, "embedded"):
            from labcolor.networks import foreign

            chosen = foreign.read(network, input_size)
        else:
            message = f"{network} is a network with its weights: name no method or weights too."
            raise UsageError(message)
        self.engine = engines.choose(engine, chosen, self.backend)
        self._looks = Looks(chosen.side, detail, flip=flip)
        once = once and self._looks.single
        running = engines.start(self.engine, chosen, self.backend, threads, once=once)
        self._estimator = Estimator(chosen, running, temperature, rebalance)
        self.method = chosen.name
        self.source = chosen.source
        self.gives = self._estimator.gives
        self.takes_hints = chosen.input.hints
        self.temperature, self.rebalance = self._estimator.temperature, self._estimator.rebalance
        self.strength = strength
        self.upsample = upsample
        self.detail, self.flip = detail, flip
        self.input_size = chosen.side

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
        sight = self._sight(image, hints)
        return self._merged(image, self._chroma(sight), sight)

    def chroma(self, image: Pixels, hints: Hints | None = None) -> Floats:
        """Estimate ab of a photograph, at the network's own resolution.

        Returns
        -------
        (h, w, 2) float32
            CIELAB units; a quarter of the input's side times the detail, 56×56 for the published
            network.

        Raises
        ------
        PhotoError, UsageError
            As for `__call__`.
        """
        return self._chroma(self._sight(image, hints))

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
        self._check_distribution()
        return self._distribution(self._sight(image))

    def uncertainty(self, image: Pixels) -> Floats:
        """Say how uncertain the colours are, at the network's own resolution.

        Returns
        -------
        (h, w) float32
            Entropy of the distribution in bits, 0…8.29 for 313 bins.

        Raises
        ------
        PhotoError, UsageError
            As for `distribution`.
        """
        self._check_distribution()
        answers = self._looks.merged(self._estimator, self._sight(image))
        return np.concatenate([entropy(band) for band in answers])

    def variants(
        self, image: Pixels, count: int, distribution: Floats | None = None
    ) -> Iterator[Pixels]:
        """Colour a photograph in several ways that are distinct and plausible.

        Parameters
        ----------
        image : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
        count : int, 1…9
            How many versions are wanted.
        distribution : (313, h, w) float32, optional
            What `distribution` gave for it, where that is known. The network is then asked once
            more at most, for a single look's logits.

        Returns
        -------
        iterator of (h, w, 3) BGR
            What `__call__` gives, and then others; fewer than wanted where no more are plausible.

        Raises
        ------
        PhotoError, UsageError
            As for `distribution`, or the count is out of range.
        """
        self._check_distribution()
        _check_range("number of variants", count, 1, MOST_VARIANTS)
        sight = self._sight(image)
        if distribution is None:
            distribution = self._distribution(sight)
        # a single look is decoded from the logits, which the distribution gives back but nearly
        estimator, single = self._estimator, self._looks.single
        first = estimator.ab(sight.whole) if single else estimator.decoded(distribution)
        others = variants(distribution, first, sight.lightness, estimator.bins, count)
        each = chain([first], map(estimator.annealed_mean, others))
        return (self._merged(image, self._strengthened(ab), sight) for ab in each)

    def _sight(self, image: Pixels, hints: Hints | None = None) -> Sight:
        """Bring a photograph to what the network sees of it."""
        _check_image(image)
        if hints is not None and not self.takes_hints:
            those = " or ".join(one.name for one in METHODS.values() if one.hints)
            message = f"{self.method} takes no colour hints; --method {those} does."
            raise UsageError(message)
        return self._looks.sight(image, hints)

    def _chroma(self, sight: Sight) -> Floats:
        ab = self._estimated(sight)
        if sight.hints is None:
            return ab
        return honoured(ab, self._estimated(sight.unhinted), sight.hints, sight.lightness)

    def _estimated(self, sight: Sight) -> Floats:
        if self._looks.single:  # the usual case, and sooner without the distribution in between
            return self._strengthened(self._estimator.ab(sight.whole))
        answers = self._looks.merged(self._estimator, sight)
        bands = [self._estimator.decoded(one) for one in answers]
        return self._strengthened(np.concatenate(bands))

    def _distribution(self, sight: Sight) -> Floats:
        return np.concatenate(list(self._looks.merged(self._estimator, sight)), axis=1)

    def _strengthened(self, ab: Floats) -> Floats:
        return ab * np.float32(self.strength)

    def _merged(self, image: Pixels, ab: Floats, sight: Sight) -> Pixels:
        height, width = image.shape[:2]
        if self.upsample == "guided":
            return merge(image, Guided(ab, sight.lightness, height, width))
        return merge(image, Bilinear(ab, height, width))

    def _check_distribution(self) -> None:
        if self.gives != "distribution":
            those = [one.name for one in METHODS.values() if one.gives == "distribution"]
            message = (
                f"{self.method} gives {self.gives} itself, not a distribution over bins; "
                f"--method {' and '.join(those)} do."
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
