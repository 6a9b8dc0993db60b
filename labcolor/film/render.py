"""From a picture's luma and its colours to Y'CbCr, keeping L*.

Chroma is made at the size at which it is stored, a quarter of the picture as a rule. In colour an
L* needs another luma than in grey; by how much is found at that size too, and enlarged, so that
the luma keeps its detail.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labcolor.color import gamut
from labcolor.color.floats import Floats
from labcolor.color.lightness import lightness
from labcolor.color.merge import STRIP
from labcolor.color.planes import encode, linear_from_roots, roots_from_lab
from labcolor.color.upsample import Chroma
from labcolor.film.levels import Codes, Levels


class Renderer:
    """Gives the pictures of one film colour.

    Parameters
    ----------
    levels : Levels
        How they are coded.
    shares : tuple of float
        Of red and blue in luma.
    subsampling : tuple of int
        The subsampling of chroma, as a power of two, across and down.
    """

    def __init__(
        self, levels: Levels, shares: tuple[float, float], subsampling: tuple[int, int]
    ) -> None:
        self._levels = levels
        self._red, self._blue = shares
        self._across, self._down = subsampling
        self._room: tuple[Floats, Floats, Floats] | None = None

    def chroma_shape(self, height: int, width: int) -> tuple[int, int]:
        """Give the size at which the chroma of a picture is stored."""
        return -(-height >> self._down), -(-width >> self._across)

    def __call__(self, luma: Codes, chroma: Chroma) -> tuple[Codes, Codes, Codes]:
        """Colour a picture.

        Parameters
        ----------
        luma : (h, w) uint8 or uint16
        chroma : Chroma
            ab at the size of `chroma_shape`.

        Returns
        -------
        luma, cb, cr : uint8 or uint16
        """
        import cv2

        height, width = self.chroma_shape(*luma.shape)
        small = _reduced(luma, height, width)
        cb, cr = np.empty_like(small), np.empty_like(small)
        change = np.empty(small.shape, np.float32)
        strip = min(height, max(1, STRIP // width))
        for top in range(0, height, strip):
            rows = np.s_[top : top + strip]
            self._strip(small[rows], top, chroma, (change[rows], cb[rows], cr[rows]))
        if change.shape != luma.shape:
            change = _enlarged(change, *luma.shape)
        depth = cv2.CV_8U if luma.dtype == np.uint8 else cv2.CV_16U
        result = cv2.add(luma, change, dtype=depth)
        if self._levels.bits not in (8, 16):
            cv2.min(result, float((1 << self._levels.bits) - 1), dst=result)
        return result, cb, cr

    def _strip(
        self, codes: Codes, top: int, chroma: Chroma, out: tuple[Floats, Codes, Codes]
    ) -> None:
        """Colour some rows of the small picture: the change of luma, Cb and Cr."""
        import cv2

        lab, work, linear = self._planes(*codes.shape)
        share = self._levels.shares(codes)
        lab[0] = lightness(share)
        lab[1:] = chroma.rows(top, lab[0])
        roots = roots_from_lab(lab)
        linear_from_roots(roots, work, linear)
        gamut.fit(roots, linear, work)
        encode(linear, work, roots)
        blue, green, red = roots
        luma = work[0]
        cv2.addWeighted(red, self._red, blue, self._blue, 0, dst=luma)
        cv2.scaleAdd(green, 1 - self._red - self._blue, luma, dst=luma)
        change, cb, cr = out
        span = float(self._levels.span)
        cv2.addWeighted(luma, span, share, -span, 0, dst=change)
        depth = cv2.CV_8U if cb.dtype == np.uint8 else cv2.CV_16U
        for light, part, plane in ((blue, self._blue, cb), (red, self._red, cr)):
            scale = self._levels.chroma_span / (2 - 2 * part)
            cv2.addWeighted(
                light, scale, luma, -scale, self._levels.neutral, dst=plane, dtype=depth
            )

    def _planes(self, height: int, width: int) -> tuple[Floats, Floats, Floats]:
        """Give room for three arrays of three planes, the same again from picture to picture."""
        if self._room is None or self._room[0].shape[2] != width or len(self._room[0][0]) < height:
            self._room = tuple(np.empty((3, 3, height, width), np.float32))  # type: ignore[assignment]
        assert self._room is not None
        first, second, third = (
            planes.reshape(-1)[: 3 * height * width].reshape(3, height, width)
            for planes in self._room
        )
        return first, second, third


def _reduced(
    plane: npt.NDArray[np.uint8] | npt.NDArray[np.uint16], height: int, width: int
) -> Codes:
    import cv2

    if plane.shape == (height, width):
        return plane
    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)


def _enlarged(plane: Floats, height: int, width: int) -> Floats:
    import cv2

    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)
