"""Making pictures of photographs and settings: what the workers do, away from the event loop."""

from __future__ import annotations

from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from labcolor import photo as photos
from labcolor.color.hints import Hints
from labcolor.color.lightness import Pixels
from labcolor.color.likely import Likely
from labcolor.color.palette import Palette
from labcolor.color.uncertainty import entropy, uncertainty_map
from labcolor.colorizer import Colorizer
from labcolor.errors import PhotoError, UsageError
from labcolor.layers.formats import FORMATS as LAYERED
from labcolor.layers.handover import Handover
from labcolor.layers.handover import check_pages as check_layered
from labcolor.model.methods import METHODS
from labcolor.palettes import References, load
from labcolor.photo.formats import FORMATS, written_as
from labcolor.treatment import Treatment, mark_of
from labcolor.web.colorizers import Colorizers
from labcolor.web.photos import Photograph, Store, Views, first_page, of_8_bits
from labcolor.web.settings import Colouring, Settings
from labcolor.web.uploads import Upload

Size = Literal["preview", "thumbnail", "full"]

MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "jp2": "image/jp2",
    "avif": "image/avif",
    "ora": "image/openraster",
    "psd": "image/vnd.adobe.photoshop",
    "psb": "image/vnd.adobe.photoshop",
}

_QUALITY = 90  # of previews
_MOST_VARIANTS = 9


class Studio:
    """What makes pictures: the networks, and what they said of the photographs looked at last."""

    def __init__(self, photographs: Store[Photograph]) -> None:
        self.colorizers = Colorizers()
        self._photographs = photographs
        self.views = Views()

    def original(self, photograph: Photograph, size: Size) -> bytes:
        """Show a photograph as it came, as a JPEG."""
        return _jpeg(self._shown(photograph, size))

    def preview(self, photograph: Photograph, settings: Colouring, size: Size) -> bytes:
        """Show a photograph in colour, as a JPEG; the network is asked the first time only.

        Raises
        ------
        UsageError
            The method has no use for a setting, or there is no such version.
        """
        colorizer = self.knowing(photograph, settings)
        return _jpeg(_coloured(colorizer, self._shown(photograph, size), settings))

    def count_variants(self, photograph: Photograph, settings: Colouring) -> int:
        """Count the versions that are plausible and distinct."""
        colorizer = self.knowing(photograph, settings)
        tiny = self._shown(photograph, "thumbnail")[:1, :1]  # colours of no pixels to speak of
        return sum(1 for _ in colorizer.variants(tiny, _MOST_VARIANTS))

    def uncertainty(self, photograph: Photograph, settings: Colouring) -> bytes:
        """Draw where the colours are anybody's guess, as a PNG of the preview's size.

        A method that gives no distribution is as uncertain as the usual one.
        """
        shown = self._shown(photograph, "preview")
        bits = entropy(self._with_distribution(photograph, settings).distribution(shown))
        return _encoded(".png", uncertainty_map(bits, *shown.shape[:2]))

    def likely(self, photograph: Photograph, settings: Colouring, x: int, y: int) -> list[Likely]:
        """Find the colours that a place may well have.

        Raises
        ------
        UsageError
            The place is outside the photograph.
        """
        shown = self._shown(photograph, "preview")
        return self._with_distribution(photograph, settings).likely(shown, x, y)

    def result(
        self, upload: Upload, settings: Settings, target: Path, known: Photograph | None = None
    ) -> str:
        """Write what the command writes for the same file and settings.

        Parameters
        ----------
        upload : Upload
        settings : Settings
        target : Path
            Where it goes.
        known : Photograph, optional
            The same, where somebody works on it, so that the network need not be asked again.

        Returns
        -------
        str
            The format: a name in `labcolor.photo.formats.FORMATS`.

        Raises
        ------
        PhotoError, OutputError, UsageError
            As the command.
        """
        pages = photos.Pages(upload.path, accept_damaged=settings.accept_damaged)
        form = settings.format or written_as(pages.format)
        (check_layered if form in LAYERED else photos.check_pages)(pages, form)
        _check_single(len(pages), form, settings)
        if pages.marked and not settings.again:
            message = (
                f"{upload.name} was made by labcolor, so its colours are estimates already; send "
                "the original, or set again."
            )
            raise PhotoError(message)
        if known is not None and len(pages) == 1:
            colorizer = self.knowing(known, settings)
        else:
            colorizer = self.colorizer(settings)
        mark = mark_of(colorizer) if settings.mark else None
        if mark and settings.variant > 1:
            mark = mark.of_variant(settings.variant)
        colour = partial(_coloured, colorizer, settings=settings)
        called = name_of_result(upload.name, form)
        if form in LAYERED:
            handover = Handover(colorizer, colour, _hints(settings))
            (picture,) = Treatment(handover, mark=mark).treated(pages)
            handover.write(picture, target, form, name=called)
        else:
            pictures = Treatment(colour, mark=mark).treated(pages)
            photos.write(pictures, target, format=form, quality=settings.quality, name=called)
        return form

    def colorizer(self, settings: Colouring) -> Colorizer:
        """Return a colorizer with these settings, for any photograph."""
        return self._set(self.colorizers.looking(settings), settings)

    def knowing(self, photograph: Photograph, settings: Colouring) -> Colorizer:
        """Return a colorizer that has seen the photograph, with these settings."""
        colorizer = self.colorizers.looking(settings)
        return self._set(self.views.known_to(colorizer, photograph, settings.weights), settings)

    def _set(self, colorizer: Colorizer, settings: Colouring) -> Colorizer:
        """Give a colorizer the settings that ask nothing new of its network."""
        adjusted = colorizer.adjusted(
            rebalance=settings.rebalance,
            temperature=settings.temperature,
            strength=settings.strength,
            upsample=settings.upsample,
        )
        if not settings.like:
            return adjusted
        palettes = [self._palette(one) for one in settings.like]
        return adjusted.liking(References(palettes), settings.like_strength)

    def _palette(self, like: str) -> Palette:
        _, kept, name = like.partition("photo:")
        return self.views.palette(self._photographs.get(name)) if kept else load(like)

    def _with_distribution(self, photograph: Photograph, settings: Colouring) -> Colorizer:
        gives = METHODS[settings.method].gives
        return self.knowing(photograph, settings if gives == "distribution" else Colouring())

    def _shown(self, photograph: Photograph, size: Size) -> Pixels:
        if size == "full":
            return of_8_bits(first_page(photograph.upload))
        view = self.views.of(photograph)
        return view.thumbnail if size == "thumbnail" else view.preview


def name_of_result(name: str, form: str) -> str:
    """Call a result as the command does: PHOTO-colour."""
    path = Path(name)
    suffixes = (f".{form}",) if form in LAYERED else FORMATS[form].suffixes
    ending = path.suffix if path.suffix.lower() in suffixes else suffixes[0]
    return f"{path.stem}-colour{ending}"


def _check_single(pages: int, form: str, settings: Colouring) -> None:
    if form in LAYERED and settings.variant > 1:
        message = (
            f"{LAYERED[form].title} already has other colours in its layers; leave variants out."
        )
        raise UsageError(message)
    if pages > 1 and (settings.hint or settings.variant > 1):
        message = f"The photograph has {pages} pages, and hints and variants are for one."
        raise UsageError(message)


def _hints(settings: Colouring) -> Hints | None:
    return Hints(points=settings.points) if settings.hint else None


def _coloured(colorizer: Colorizer, pixels: Pixels, settings: Colouring) -> Pixels:
    """Colour pixels: as the settings say, or another version of that."""
    hints = _hints(settings)
    if settings.variant == 1:
        return colorizer(pixels, hints)
    versions = colorizer.variants(pixels, settings.variant, hints=hints)
    version = next(islice(versions, settings.variant - 1, None), None)
    if version is None:
        message = f"There is no version {settings.variant}: fewer are plausible and distinct."
        raise UsageError(message)
    return version


def _jpeg(pixels: Pixels) -> bytes:
    return _encoded(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])


def _encoded(ending: str, pixels: Pixels, options: list[int] | None = None) -> bytes:
    _, data = cv2.imencode(ending, pixels, options or [])
    return bytes(np.asarray(data))
