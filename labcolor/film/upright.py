"""A film's picture as it is shown: upright, and from black to white."""

from __future__ import annotations

import numpy as np

from labcolor.film.properties import Properties
from labcolor.film.reading import Picture
from labcolor.film.steady import Follower, Look


def looked_at(picture: Picture, film: Properties, follower: Follower[Picture]) -> Look[Picture]:
    """Look at a picture as it is shown, whatever its codes and its rotation.

    Parameters
    ----------
    picture : Picture
    film : Properties
        That it is of.
    follower : Follower
        Who looks.
    """
    look = follower.look(picture, picture.luma, film.levels.bits)
    codes = look.grey * np.float32(np.iinfo(picture.luma.dtype).max)
    grey = np.rot90(film.levels.shares(codes), film.turns)
    return Look(picture, np.rot90(look.small, film.turns).copy(), np.ascontiguousarray(grey))
