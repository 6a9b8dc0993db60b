"""What may be wished of a film."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from labcolor.errors import UsageError
from labcolor.film.codecs import DEFAULT
from labcolor.film.fields import FIELDS, Fields


@dataclass(frozen=True)
class Options:
    """How a film is coloured.

    Attributes
    ----------
    steady : float, 0…1
        How much pictures keep to one another; 0 colours each by itself.
    every : int, 1 or above
        The network sees one picture of so many.
    begin, end : Fraction, optional
        The part that is wanted, seconds from the film's beginning.
    codec : str
        One of `labcolor.film.codecs.CODECS`.
    crf : int, optional
        The constant rate factor; by default the codec's.
    preset : str, optional
        The encoder's own name of its speed.
    fields : {"auto", "keep", "ivtc"}
        What becomes of interlaced pictures: whole ones, nothing, or those before a telecine.
    mark : bool
        Whether the film says that its colours are estimated.
    accept_damaged : bool
        Whether what is left of a film that breaks off is taken.
    """

    steady: float = 1.0
    every: int = 2
    begin: Fraction | None = None
    end: Fraction | None = None
    codec: str = DEFAULT
    crf: int | None = None
    preset: str | None = None
    fields: Fields = "auto"
    mark: bool = True
    accept_damaged: bool = False

    def __post_init__(self) -> None:
        if self.fields not in FIELDS:
            message = f"Fields can be {', '.join(FIELDS)}, not {self.fields}."
            raise UsageError(message)
        if self.begin is not None and self.end is not None and self.end <= self.begin:
            message = "The part of the film that was asked for ends before it begins."
            raise UsageError(message)
