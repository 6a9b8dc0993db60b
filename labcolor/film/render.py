"""From a picture's luma and its colours to Y'CbCr, keeping L*.

Chroma is made at the size and the places at which it is stored: a quarter of the picture as a
rule, in the columns of the even pixels, as MPEG-2 and all codecs since have it (ITU-T H.264,
figure 6-1). In colour an L* needs another luma than in grey; by how much, and how that grows with
luma, is found at that size too and enlarged, so that the luma keeps its detail.
"""

from __future__ import annotations

import numpy as np

from labcolor.color import gamut
from labcolor.color.floats import Floats
from labcolor.color.lab import XYZ_FROM_RGB
from labcolor.color.lightness import lightness
from labcolor.color.merge import STRIP
from labcolor.color.planes import encode, linear_from_roots, roots_from_lab
from labcolor.color.upsample import Chroma
from labcolor.film.levels import Codes, Levels
from labcolor.film.rounding import SteadyRounding

_STEEP = (0.02, 1.367, 0.888)
"""The slope of sRGB's curve, linear light by signal, as a polynomial of the signal: from 0.04 on
within 7 %, which is near enough for ratios of it."""
_LUMINANCE = XYZ_FROM_RGB[1, ::-1, None, None].astype(np.float32)
_ACROSS = np.array([[1, 2, 1]], np.float32) / 4
_TO_CENTRE = np.array([[0, 3, 1]], np.float32) / 4  # from even columns to the middle between two


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
        self._green = 1 - sum(shares)
        self._across, self._down = subsampling
        self._rounding = SteadyRounding()
        every = levels.shares(np.arange(1 << levels.bits)[None])
        self._lightness, self._held = lightness(every), every * levels.span + levels.black
        self._steepness = _steep(every, np.empty_like(every))
        self._rooms: dict[str, Floats] = {}
        self._room: tuple[Floats, Floats, Floats] | None = None

    def chroma_shape(self, height: int, width: int) -> tuple[int, int]:
        """Give the size at which the chroma of a picture is stored."""
        return -(-height >> self._down), -(-width >> self._across)

    def __call__(
        self, luma: Codes, chroma: Chroma, back: Floats | None = None
    ) -> tuple[Codes, Codes, Codes]:
        """Colour a picture.

        Parameters
        ----------
        luma : (h, w) uint8 or uint16
        chroma : Chroma
            ab at the size of `chroma_shape`.
        back : (72, 72, 2) float32, optional
            As for `labcolor.film.rounding.SteadyRounding`.

        Returns
        -------
        luma, cb, cr : uint8 or uint16
        """
        import cv2

        small = self._reduced(luma)
        height, width = small.shape
        planes = self._kept("small", (6, height, width))
        strip = min(height, max(1, STRIP // width))
        for top in range(0, height, strip):
            rows = np.s_[top : top + strip]
            self._strip(small[rows], top, chroma, planes[:, rows])
        offset, slope, cb, cr, to_cb, to_cr = planes
        stored = self._stored(cb, cr, back)
        for codes, value, answer in zip(stored, (cb, cr), (to_cb, to_cr), strict=True):
            error = cv2.subtract(codes, value, dst=value, dtype=cv2.CV_32F)
            cv2.add(offset, cv2.multiply(error, answer, dst=answer), dst=offset)
        large = self._kept("large", (2, *luma.shape))
        for plane, enlarged in zip((offset, slope), large, strict=True):
            self._enlarge(plane, enlarged)
        wanted = cv2.multiply(luma, large[1], dst=large[1], dtype=cv2.CV_32F)
        return self._whole(wanted, large[0]), *stored

    def _stored(self, cb: Floats, cr: Floats, back: Floats | None) -> tuple[Codes, Codes]:
        """Round chroma to codes."""
        import cv2

        if self._levels.bits > 8:  # a code is too little to be seen to flicker
            return self._whole(cb, 0.0), self._whole(cr, 0.0)
        blue, red = cv2.split(self._rounding(cv2.merge([cb, cr]), back))
        return blue, red

    def _whole(self, values: Floats, more: Floats | float) -> Codes:
        """Round a sum to the nearest codes."""
        import cv2

        bits = self._levels.bits
        codes = cv2.add(values, more, dtype=cv2.CV_8U if bits == 8 else cv2.CV_16U)
        return codes if bits in (8, 16) else cv2.min(codes, float((1 << bits) - 1), dst=codes)

    def _strip(self, codes: Codes, top: int, chroma: Chroma, out: Floats) -> None:
        """Colour some rows of the small picture.

        `out` becomes, (6, rows, width): offset and slope of luma in colour, as a function of luma
        in grey; Cb and Cr; and how luma answers to a code more of Cb and of Cr.
        """
        import cv2

        lab, work, linear = self._planes(*codes.shape)
        lab[0] = _looked_up(self._lightness, codes)
        lab[1:] = chroma.rows(top, lab[0])
        roots = roots_from_lab(lab)
        linear_from_roots(roots, work, linear)
        gamut.fit(roots, linear, work)
        encode(linear, work, roots)
        blue, green, red = roots
        luma = work[0]
        cv2.addWeighted(red, self._red, blue, self._blue, 0, dst=luma)
        cv2.scaleAdd(green, self._green, luma, dst=luma)
        offset, slope, cb, cr, to_cb, to_cr = out
        span = self._levels.span
        for light, part, plane in ((blue, self._blue, cb), (red, self._red, cr)):
            scale = self._levels.chroma_span / (2 - 2 * part)
            cv2.addWeighted(light, scale, luma, -scale, self._levels.neutral, dst=plane)
        cv2.addWeighted(luma, span, luma, 0, self._levels.black, dst=offset)
        # how luminance grows with blue, green and red, and with all three, as with luma
        steep = np.multiply(_steep(roots, linear), _LUMINANCE, out=linear)
        of_luma = cv2.add(cv2.add(steep[0], steep[1], dst=luma), steep[2], dst=luma)
        cv2.divide(_looked_up(self._steepness, codes), of_luma, dst=slope)
        for of_light, part, answer in (
            (steep[0], self._blue, to_cb),
            (steep[2], self._red, to_cr),
        ):
            scale = span / self._levels.chroma_span * (2 - 2 * part)
            cv2.addWeighted(steep[1], scale * part / self._green, of_light, -scale, 0, dst=answer)
            cv2.divide(answer, of_luma, dst=answer)
        held = _looked_up(self._held, codes)
        cv2.subtract(offset, cv2.multiply(held, slope, dst=held), dst=offset)

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

    def _reduced(self, luma: Codes) -> Codes:
        """Make luma as small as chroma, where chroma lies."""
        import cv2

        height = self.chroma_shape(*luma.shape)[0]
        if height != len(luma):
            luma = cv2.resize(luma, (luma.shape[1], height), interpolation=cv2.INTER_AREA)
        if not self._across:
            return luma
        smooth = cv2.filter2D(luma, -1, _ACROSS, borderType=cv2.BORDER_REPLICATE)
        return np.ascontiguousarray(smooth[:, ::2])

    def _enlarge(self, plane: Floats, out: Floats) -> None:
        import cv2

        if self._across:
            plane = cv2.filter2D(plane, -1, _TO_CENTRE, borderType=cv2.BORDER_REPLICATE)
        cv2.resize(plane, out.shape[::-1], dst=out, interpolation=cv2.INTER_LINEAR)

    def _kept(self, name: str, shape: tuple[int, ...]) -> Floats:
        """Give room, the same again from picture to picture: the system takes long to find it."""
        if name not in self._rooms or self._rooms[name].shape != shape:
            self._rooms[name] = np.empty(shape, np.float32)
        return self._rooms[name]


def _steep(signal: Floats, out: Floats) -> Floats:
    """Tell how much linear light grows with a signal, 0…1."""
    constant, linear, square = map(np.float32, _STEEP)
    np.multiply(signal, square, out=out)
    out += linear
    out *= signal
    out += constant
    return out


def _looked_up(table: Floats, codes: Codes) -> Floats:
    import cv2

    return cv2.LUT(codes, table) if codes.dtype == np.uint8 else table.take(codes, mode="clip")
