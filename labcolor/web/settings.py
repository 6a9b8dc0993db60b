"""The settings that a request may name: the options of the command, by their names.

Enumerations and numbers only: no path, no network of one's own, no options of an engine.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from labcolor.palettes import BUILT_IN

MOST_HINTS = 200
REPEATED = ("hint", "like")
"""Settings that may be said several times."""

Hint = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,6},[0-9]{1,6}=(#[0-9A-Fa-f]{6}|[A-Za-z]{3,20})$")
]
Like = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(BUILT_IN)}|photo:[\w-]{{24}})$")]
FormatName = Literal["jpeg", "png", "tiff", "webp", "bmp", "jp2", "avif", "ora", "psd", "psb"]
MethodName = Literal[
    "class_weights_model",
    "class_wo_weights_model",
    "reg_full_model",
    "reg_full_vgg_model",
    "reg_part_model",
]


class Colouring(BaseModel):
    """How the colours come about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: MethodName = Field(
        default="class_weights_model", description="See `labcolor methods`."
    )
    weights: Literal["embedded", "published"] = Field(
        default="embedded", description="labcolor's own weights, or those fetched."
    )
    rebalance: float | None = Field(
        default=None, ge=0, le=1, description="From safe to vivid; by default the weights' own."
    )
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=10,
        description="T of the annealed mean: 1 the mean, 0 the mode.",
    )
    strength: float = Field(
        default=1.0, ge=0, le=4, description="What the chroma is multiplied by."
    )
    detail: int = Field(
        default=1, ge=1, le=2, description="Also look at crops, this many times as large."
    )
    upsample: Literal["guided", "bilinear"] = Field(
        default="guided", description="Whether colours keep to the edges of lightness."
    )
    hint: list[Hint] = Field(
        default_factory=list,
        max_length=MOST_HINTS,
        description="Known colours, each X,Y=COLOUR of the upright photograph.",
    )
    like: list[Like] = Field(
        default_factory=list,
        max_length=20,
        description="What to take the colours from: a palette by its name, or photo:ID of a "
        "colour photograph in /v1/photos.",
    )
    like_strength: float = Field(default=1.0, ge=0, le=1, description="How much that counts.")
    variant: int = Field(
        default=1, ge=1, le=9, description="Which of the plausible versions: 1 is the result."
    )

    @property
    def points(self) -> list[tuple[int, int, str]]:
        """The hints taken apart."""
        return [
            (int(x), int(y), colour)
            for x, y, colour in (re.split("[,=]", one, maxsplit=2) for one in self.hint)
        ]


class Writing(BaseModel):
    """How a result is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: FormatName | None = Field(
        default=None, description="By default that of the photograph; ora, psd, psb have layers."
    )
    quality: int = Field(default=95, ge=1, le=100, description="Of JPEG and AVIF.")
    mark: bool = Field(
        default=True, description="Whether the metadata say that colours are estimated."
    )
    again: bool = Field(default=False, description="Colour labcolor's own results too.")
    accept_damaged: bool = Field(
        default=False, description="Colour what is left of a damaged file."
    )


class Settings(Colouring, Writing):
    """All of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
