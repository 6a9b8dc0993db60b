"""Photo → L* → network → distribution → ab → photo."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypedDict, overload

import numpy as np

from labcolor import engines
from labcolor.color.floats import Floats
from labcolor.color.guided import Guided
from labcolor.color.hints import Hints
from labcolor.color.lightness import Pixels
from labcolor.color.likely import Likely, likely
from labcolor.color.merge import merge
from labcolor.color.propagate_hints import apply_hints
from labcolor.color.uncertainty import entropy
from labcolor.color.upsample import Bilinear, Chroma
from labcolor.color.variants import MOST as MOST_VARIANTS
from labcolor.color.variants import alternatives, variants
from labcolor.errors import UsageError
from labcolor.model.estimator import Estimator
from labcolor.model.methods import METHODS
from labcolor.model.network import of_method
from labcolor.model.views import Pyramid, Views
from labcolor.palettes import Reference, References
from labcolor.photo.strips import to_8_bits
from labcolor.photo.taken import Picture, is_pillow, pixels_of

if TYPE_CHECKING:
    from PIL import Image

UPSAMPLING = ("guided", "bilinear")
_ADJUSTABLE = ("temperature", "rebalance", "strength", "upsample")


class Assessed(NamedTuple):
    """A photograph in colour, and what a person who looks through many wants to know of it.

    Attributes
    ----------
    pixels : (h, w, 3) BGR
    chroma : float
        The mean of it, in CIELAB units: a dull picture has 5, a vivid one 20.
    doubt : float or None
        The mean entropy of the distribution over colours, in bits, 0…8.29 for 313 bins; None
        where the network gives none.
    """

    pixels: Pixels
    chroma: float
    doubt: float | None


@dataclass(frozen=True, eq=False)
class Region:
    """A part of a photograph, and the other colours that it may have.

    Attributes
    ----------
    cells : (h, w) float32
        How much of each cell of the network's answer belongs to it, 0…1.
    share : Chroma
        The same at the photograph's size, along the edges of L*: the first of its planes, of
        which `WHOLE` is all.
    versions : tuple of Chroma
        ab of the photograph with each other colour of the region, the likeliest first.
    """

    WHOLE: ClassVar[float] = 100.0

    cells: Floats
    share: Chroma
    versions: tuple[Chroma, ...]


class ColorizerOptions(TypedDict, total=False):
    """The arguments of `Colorizer`, as a command or a recipe hands them on."""

    method: str | None
    weights: str
    backend: str
    engine: str
    network: str | None
    temperature: float | None
    rebalance: float | None
    strength: float
    detail: int
    upsample: str
    input_size: int | None
    threads: int | None
    like: Reference | Sequence[Reference] | None
    like_strength: float
    like_several: str


class Colorizer:
    """Gives photographs colour, keeping their L*.

    One colorizer may be used from several threads, on photographs of any sizes.

    Parameters
    ----------
    method : str, optional
        One of `labcolor.model.methods.METHODS`; by default `labcolor.model.methods.DEFAULT`.
    weights : "embedded", "published" or a path, optional
        Those that ship with labcolor (the default), those that were fetched, or a file.
    backend : {"auto", "cpu", "cuda"}
        What the network runs on.
    engine : {"auto", "opencv", "onnxruntime", "openvino", "openvino-bfloat16"}
        What runs it: OpenCV's cv2.dnn by default; the others are optional packages.
    network : path, optional
        An ONNX file with its TOML beside it (`labcolor.model.custom_spec`), instead of a method.
    temperature : float, 0 or above, optional
        T of the annealed mean: 1 the mean, towards 0 the mode. By default what suits the weights.
    rebalance : float, 0…1, optional
        How much class rebalancing the result carries: 0 safe, 1 vivid. By default what suits the
        weights.
    strength : float, 0…4
        What ab is multiplied by.
    detail : int, 1…8
        How closely the network looks: besides the whole at (2N − 1)² crops, N times as large.
    upsample : {"guided", "bilinear"}
        How ab gets to the photograph's size: along the edges of L*, or as if there were none.
    input_size : int, optional
        Side of the square that the network sees, a multiple of 16 for those of labcolor; by
        default the network's own.
    threads : int, optional
        Threads of OpenCV, for the whole process; by default all cores.
    like : reference or sequence of them, optional
        What to take the colours from, for a method that gives a distribution: a palette's name
        (`labcolor.palettes.BUILT_IN`), the path of a colour photograph or of a folder of them,
        BGR pixels, or a `Palette`.
    like_strength : float, 0…1
        How much the references count.
    like_several : {"mean", "nearest"}
        Of several references the mean, or for each photograph the one whose lightness is most
        alike.

    Attributes
    ----------
    temperature, rebalance, strength, detail, upsample, input_size
        As given, or what suits the weights. No attribute can be set; see `adjusted`.
    method, source : str
        The name of the method and where its weights come from; of a custom network, the name and
        the path of its file.
    gives : {"distribution", "ab", "rgb"}
        What comes out of the network.
    bins : (Q, 2) float32
        The centres of the bins of its distribution, a and b.
    takes_hints : bool
        Whether the network itself takes colour hints; of others they are spread along L* alone.
    rebalance, temperature : float
        Those given, or those that suit the weights and the references.
    like : References, optional
        What the colours are taken from.
    engine, backend : str
        What runs it, and on what.

    Raises
    ------
    UsageError
        An unknown name, a value out of range, or one that the network has no use for.
    WeightsError
        The weights are missing, damaged or of another network.
    BackendError
        CUDA or an optional package was asked for and is not there.
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
        upsample: str = "guided",
        input_size: int | None = None,
        threads: int | None = None,
        like: Reference | Sequence[Reference] | None = None,
        like_strength: float = 1.0,
        like_several: str = "mean",
    ) -> None:
        _check_range("temperature", temperature, 0, np.inf)
        _check_range("rebalance", rebalance, 0, 1)
        _check_range("strength", strength, 0, 4)
        _check_range("strength of the references", like_strength, 0, 1)
        _check_upsampling(upsample)
        self.engine, self.backend = engines.resolve(engine, backend)
        if network is None:
            chosen = of_method(method, weights, input_size)
        elif method is None and weights in (None, "embedded"):
            from labcolor.model import custom

            chosen = custom.read(network, input_size)
        else:
            message = f"{network} brings its own weights; name no method or weights with it."
            raise UsageError(message)
        self._views = Views(chosen.side, detail)
        running = engines.start(
            self.engine, chosen.write(), self.backend, threads, name=chosen.source
        )
        self._estimator = Estimator(chosen, running, temperature, rebalance)
        self.method = chosen.name
        self.source = chosen.source
        self.gives = self._estimator.gives
        self.bins = self._estimator.bins
        self.takes_hints = chosen.input.hints
        self.temperature, self.rebalance = self._estimator.temperature, self._estimator.rebalance
        self.like: References | None = None
        self.like_strength = like_strength
        if like is not None:
            self._take(References(like, like_several))
        self.strength = strength
        self.upsample = upsample
        self.detail = detail
        self.input_size = chosen.side
        self._usual = {
            "strength": 1.0,
            "rebalance": chosen.rebalance,
            "temperature": chosen.temperature,
        }
        self._known: tuple[int, int, Pyramid] | None = None
        self._asked = {
            "method": method,
            "weights": weights,
            "backend": backend,
            "engine": engine,
            "network": network,
            "temperature": temperature,
            "rebalance": rebalance,
            "input_size": input_size,
            "threads": threads,
        }
        self._fixed = True

    def __reduce__(self) -> tuple[Any, ...]:
        """Send to another process what it takes to make it anew there: networks cannot be sent.

        It finds the weights by their names and paths, as this one did.
        """
        settings = {"strength": self.strength, "detail": self.detail, "upsample": self.upsample}
        return _made_anew, (self._asked | settings, self.like, self.like_strength, self._known)

    def __copy__(self) -> Colorizer:
        """Share the network; `copy` would go by `__reduce__` else, and read the weights again."""
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        return other

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse what would have no effect: what a colorizer says of itself is set by now."""
        if not name.startswith("_") and vars(self).get("_fixed"):
            advice = (
                f"adjusted({name}=…) gives a colorizer of another {name}"
                if name in _ADJUSTABLE
                else "make another one"
            )
            message = f"{name} of a Colorizer cannot be set: {advice}."
            raise AttributeError(message)
        super().__setattr__(name, value)

    @property
    def deviations(self) -> dict[str, float]:
        """Those of strength, rebalance and temperature that are not the usual of the weights."""
        return {
            name: getattr(self, name)
            for name, usual in self._usual.items()
            if getattr(self, name) != usual
        }

    def adjusted(
        self,
        *,
        temperature: float | None = None,
        rebalance: float | None = None,
        strength: float | None = None,
        upsample: str | None = None,
    ) -> Colorizer:
        """Return a colorizer of other settings that shares the network, in no time.

        Parameters
        ----------
        temperature, rebalance, strength, upsample : optional
            As for `Colorizer`; what is not given stays as it is.

        Raises
        ------
        UsageError
            A value is out of range, or the network has no use for it.
        """
        _check_range("temperature", temperature, 0, np.inf)
        _check_range("rebalance", rebalance, 0, 1)
        _check_range("strength", strength, 0, 4)
        other = copy.copy(self)
        estimator = other._estimator = self._estimator.adjusted(temperature, rebalance)
        other._say(temperature=estimator.temperature, rebalance=estimator.rebalance)
        asked = {"temperature": temperature, "rebalance": rebalance}
        other._asked = self._asked | {name: one for name, one in asked.items() if one is not None}
        if strength is not None:
            other._say(strength=strength)
        if upsample is not None:
            _check_upsampling(upsample)
            other._say(upsample=upsample)
        return other if other.like is None else other.liking(other.like)

    def looking(self, detail: int) -> Colorizer:
        """Return one that looks closer and shares the network.

        Raises
        ------
        UsageError
            The detail is out of range.
        """
        other = copy.copy(self)
        other._views = Views(self.input_size, detail)
        other._say(detail=detail)
        other._known = None  # seen as closely as before
        return other

    def remembering(self, image: Picture) -> Colorizer:
        """Return a colorizer for one photograph, which asks the network about it once.

        It takes the photograph at any size and gives all of them the same ab: a small one is a
        preview of what the large one will be, and a change of settings (`adjusted`) or of hints
        costs no pass of the network, but for one that takes hints itself.

        Parameters
        ----------
        image : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
            The photograph at full size, to whose pixels hints refer.

        Raises
        ------
        PhotoError
            If `image` is no photograph, as for `__call__`.
        """
        other = copy.copy(self)
        image = pixels_of(image)
        other._known = *image.shape[:2], self._views.pyramid(image)
        other._estimator = self._estimator.remembering()
        return other

    def liking(
        self,
        like: References | Reference | Sequence[Reference] | None,
        strength: float | None = None,
    ) -> Colorizer:
        """Return a colorizer with other references that shares the network, in no time.

        Parameters
        ----------
        like : References, reference or sequence of them, optional
            As for the class; None takes the colours from nothing but the photograph.
        strength : float, 0…1, optional
            How much they count; by default as much as before.

        Raises
        ------
        UsageError, PhotoError
            As for the class.
        """
        _check_range("strength of the references", strength, 0, 1)
        other = copy.copy(self)
        if strength is not None:
            other._say(like_strength=strength)
        if like is None:
            other._say(like=None, rebalance=self._estimator.rebalance)
        else:
            other._take(like if isinstance(like, References) else References(like))
        return other

    def _take(self, like: References) -> None:
        drawn = self._estimator.towards(like.mean, self.like_strength)
        self._say(like=like, rebalance=drawn.rebalance)

    def _say(self, **settings: object) -> None:
        """Change what a colorizer that is being made says of itself."""
        vars(self).update(settings)

    @overload
    def __call__(
        self, image: Pixels | str | os.PathLike[str] | bytes, hints: Hints | None = None
    ) -> Pixels: ...

    @overload
    def __call__(self, image: Image.Image, hints: Hints | None = None) -> Image.Image: ...

    def __call__(self, image: Picture, hints: Hints | None = None) -> Pixels | Image.Image:
        """Colour a photograph.

        Parameters
        ----------
        image : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
            sRGB; of a colour picture only L* counts. Or a path, the bytes of a file, or a picture
            of Pillow's, as everywhere below; see `labcolor.photo.taken.pixels_of`.
        hints : Hints, optional
            Places whose colour is known. A network that takes hints is told of them; they spread
            to what they lie on in any case (`labcolor.color.propagate_hints`).

        Returns
        -------
        (h, w, 3) BGR
            Of the same depth, its L* the input's; where sRGB has no such colour, with less chroma.
            For a picture of Pillow's another one of Pillow's, RGB of 8 bits.

        Raises
        ------
        PhotoError
            If the picture is none of these, or cannot be read.
        UsageError
            If the hints do not fit the photograph.
        """
        pixels = pixels_of(image)
        pyramid = self._pyramid(pixels, hints)
        bgr = self._merged(pixels, self._chroma(pyramid), pyramid)
        return _pillow(bgr) if is_pillow(image) else bgr

    def assessed(self, image: Picture, hints: Hints | None = None) -> Assessed:
        """Colour a photograph, and say how vivid and how doubtful the colours are.

        Parameters
        ----------
        image, hints
            As for `__call__`; the network is asked no more often.

        Raises
        ------
        PhotoError, UsageError
            As for `__call__`.
        """
        pixels = pixels_of(image)
        known = self.remembering(pixels)
        ab = known.chroma(pixels, hints)
        doubt = float(known.uncertainty(pixels).mean()) if self.gives == "distribution" else None
        chroma = float(np.hypot(ab[..., 0], ab[..., 1]).mean())
        return Assessed(known(pixels, hints), chroma, doubt)

    def chroma(self, image: Picture, hints: Hints | None = None) -> Floats:
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
        return self._chroma(self._pyramid(image, hints))

    def distribution(self, image: Picture) -> Floats:
        """Estimate the distribution over the 313 bins, rebalanced but not annealed.

        Returns
        -------
        (313, h, w) float32
            Sums to 1 over axis 0; of a custom network, over the bins that it has.

        Raises
        ------
        PhotoError
            If `image` is no photograph, as for `__call__`.
        UsageError
            If the network gives ab itself, or sRGB.
        """
        self._check_distribution()
        return self._distribution(self._pyramid(image))

    def render(
        self,
        image: Picture,
        distribution: Floats,
        *,
        temperature: float | None = None,
        rebalance: float | None = None,
        strength: float | None = None,
    ) -> Pixels:
        """Colour a photograph by a distribution that is known, without asking the network.

        Parameters
        ----------
        image : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
        distribution : (Q, h, w) float32
            What `distribution` gave for it, kept or changed.
        temperature, rebalance, strength : float, optional
            As for the class; by default those of this colorizer.

        Returns
        -------
        (h, w, 3) BGR
            With no other settings what `__call__` gives, but for a level here and there.

        Raises
        ------
        PhotoError
            If `image` is no photograph, as for `__call__`.
        UsageError
            A value is out of range, or the distribution is not one over the bins.
        """
        self._check_distribution()
        if distribution.ndim != 3 or len(distribution) != len(self.bins):
            message = (
                f"The distribution must be of shape ({len(self.bins)}, h, w), "
                f"not {distribution.shape}."
            )
            raise UsageError(message)
        pixels = pixels_of(image)
        other = self.adjusted(temperature=temperature, rebalance=rebalance, strength=strength)
        change = other.rebalance - self.rebalance
        ab = other._strengthened(other._estimator.rebalanced(distribution, change))
        return other._merged(pixels, ab, self._pyramid(pixels))

    def uncertainty(self, image: Picture) -> Floats:
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
        pyramid = self._pyramid(image)
        answers = self._views.merged(self._drawn(pyramid), pyramid)
        return np.concatenate([entropy(band) for band in answers])

    def likely(self, image: Picture, x: int, y: int, count: int = 9) -> list[Likely]:
        """Say which colours are likely at a place of a photograph.

        Parameters
        ----------
        image : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
        x, y : int
            Column and row, from 0.
        count : int
            How many colours at most.

        Returns
        -------
        list of Likely
            The likeliest first, each with its share of the distribution.

        Raises
        ------
        PhotoError, UsageError
            As for `distribution`, or the place is outside the photograph.
        """
        self._check_distribution()
        pixels = pixels_of(image)
        pyramid = self._pyramid(pixels)
        height, width = self._known[:2] if self._known else pixels.shape[:2]
        if not (0 <= x < width and 0 <= y < height):
            message = f"The place {x},{y} is outside the photograph of {width} × {height} pixels."
            raise UsageError(message)
        across, down = (x + 0.5) / width, (y + 0.5) / height
        distribution = self._distribution(pyramid)
        cell = distribution[
            :, int(down * distribution.shape[1]), int(across * distribution.shape[2])
        ]
        side = len(pyramid.lightness)
        seen = pyramid.lightness[int(down * side), int(across * side)]
        return likely(cell, self._estimator.bins, float(seen), count)

    def variants(
        self,
        image: Picture,
        count: int,
        distribution: Floats | None = None,
        hints: Hints | None = None,
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
        hints : Hints, optional
            Places whose colour is known, and so the same in all versions.

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
        pixels = pixels_of(image)
        pyramid = self._pyramid(pixels, hints)
        if distribution is None:
            distribution = self._distribution(pyramid.unhinted)
        # a single look is decoded from the logits, which the distribution gives back but nearly
        estimator, single = self._drawn(pyramid), self._views.single
        first = estimator.ab(pyramid.whole) if single else estimator.decoded(distribution)
        others = variants(distribution, first, pyramid.lightness, estimator.bins, count)
        each = chain([first], map(estimator.annealed_mean, others))
        strong = map(self._strengthened, each)
        return (self._merged(pixels, _propagated(ab, ab, pyramid), pyramid) for ab in strong)

    def regions(self, image: Picture, hints: Hints | None = None) -> Iterator[Region]:
        """Say which parts a photograph has, and what other colours each may have.

        Parameters
        ----------
        image : (h, w) grey or (h, w, 3) BGR, uint8 or uint16
        hints : Hints, optional
            Places whose colour is known.

        Yields
        ------
        Region
            The parts that `variants` chooses colours for.

        Raises
        ------
        PhotoError, UsageError
            As for `distribution`.
        """
        self._check_distribution()
        pixels = pixels_of(image)
        pyramid = self._pyramid(pixels, hints)
        distribution = self._distribution(pyramid.unhinted)
        estimator = self._drawn(pyramid)
        first = estimator.decoded(distribution)

        def enlarged(logits: Floats) -> Chroma:
            ab = self._strengthened(estimator.annealed_mean(logits))
            return self._enlarged(_propagated(ab, ab, pyramid), pyramid, pixels)

        for one in alternatives(distribution, first, pyramid.lightness, estimator.bins):
            share = np.dstack([one.share, np.zeros_like(one.share)])
            yield Region(
                one.share,
                self._enlarged(share * np.float32(Region.WHOLE), pyramid, pixels),
                tuple(map(enlarged, one.versions)),
            )

    def _pyramid(self, image: Picture, hints: Hints | None = None) -> Pyramid:
        """Bring a photograph to what the network sees of it."""
        pixels = pixels_of(image)
        if self._known is None:
            return self._views.pyramid(pixels, hints)
        height, width, pyramid = self._known
        return pyramid if hints is None else self._views.hinted(pyramid, hints, height, width)

    def _chroma(self, pyramid: Pyramid) -> Floats:
        without = self._estimated(pyramid.unhinted)
        if pyramid.hints is None or not self.takes_hints:
            return _propagated(without, without, pyramid)
        return _propagated(self._estimated(pyramid), without, pyramid)

    def _estimated(self, pyramid: Pyramid) -> Floats:
        estimator = self._drawn(pyramid)
        if self._views.single:  # the usual case, and sooner without the distribution in between
            return self._strengthened(estimator.ab(pyramid.whole))
        answers = self._views.merged(estimator, pyramid)
        bands = [estimator.decoded(one) for one in answers]
        return self._strengthened(np.concatenate(bands))

    def _distribution(self, pyramid: Pyramid) -> Floats:
        return np.concatenate(list(self._views.merged(self._drawn(pyramid), pyramid)), axis=1)

    def _drawn(self, pyramid: Pyramid) -> Estimator:
        """Draw the estimator towards the palette for a photograph."""
        if self.like is None:
            return self._estimator
        return self._estimator.towards(self.like(pyramid.whole[0]), self.like_strength)

    def _strengthened(self, ab: Floats) -> Floats:
        return ab * np.float32(self.strength)

    def _merged(self, image: Pixels, ab: Floats, pyramid: Pyramid) -> Pixels:
        return merge(image, self._enlarged(ab, pyramid, image))

    def _enlarged(self, ab: Floats, pyramid: Pyramid, image: Pixels) -> Chroma:
        height, width = image.shape[:2]
        if self.upsample == "guided":
            return Guided(ab, pyramid.lightness, height, width)
        return Bilinear(ab, height, width)

    def _check_distribution(self) -> None:
        if self.gives != "distribution":
            those = [one.name for one in METHODS.values() if one.gives == "distribution"]
            message = (
                f"{self.method} gives {self.gives} directly, not a distribution over bins; "
                f"--method {' and '.join(those)} do."
            )
            raise UsageError(message)


def _propagated(ab: Floats, without: Floats, pyramid: Pyramid) -> Floats:
    """Give hinted places their colour, and what they lie on the same change."""
    if pyramid.hints is None:
        return ab
    return apply_hints(ab, without, pyramid.hints, pyramid.lightness)


def _made_anew(
    asked: dict[str, Any],
    like: References | None,
    like_strength: float,
    known: tuple[int, int, Pyramid] | None,
) -> Colorizer:
    """Make a colorizer that was pickled."""
    colorizer = Colorizer(**asked)
    if like is not None:
        colorizer = colorizer.liking(like, like_strength)
    if known is not None:
        colorizer._known = known
        colorizer._estimator = colorizer._estimator.remembering()
    return colorizer


def _check_upsampling(name: str) -> None:
    if name not in UPSAMPLING:
        message = f"The upsampling must be {' or '.join(UPSAMPLING)}, not {name}."
        raise UsageError(message)


def _pillow(bgr: Pixels) -> Image.Image:
    """Make a picture of Pillow's, which has no colour of more than 8 bits."""
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(to_8_bits(bgr)[..., ::-1]))


def _check_range(name: str, value: float | None, low: float, high: float) -> None:
    # The negation catches NaN too.
    if value is not None and not low <= value <= high:
        allowed = f"{low} or above" if high == np.inf else f"from {low} to {high}"
        message = f"The {name} must be {allowed}, not {value}."
        raise UsageError(message)
