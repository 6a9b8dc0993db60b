"""3×3 convolutions with a quarter of the products: Winograd's F(4×4, 3×3) on matrix products.

Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016 (arXiv 1509.09308).
A tile of 4×4 outputs sees 6×6 inputs. Both and the kernel are brought to 6×6 points, in which the
convolution is a product of numbers, and over all channels and tiles a product of matrices::

    Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A

The kernels at the points are four times the weights, and are made once.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from labcolor.networks.planes import BORDER, Floats, Planes
from labcolor.networks.sharing import Finish, Sharing

TAPS = 3
_TILE = 4
_SEEN = _TILE + TAPS - 1
_POINTS = _SEEN * _SEEN
# With infinity as the sixth. Of the usual sets these round least.
_PLACES = (0, 1, -1, 1 / 2, -2)


class Winograd:
    """A 3×3 convolution that keeps the size of its planes.

    Parameters
    ----------
    weight : (outputs, inputs, 3, 3) float32
    dilation : int
        How far apart the places are that a kernel sees, and how many zeros are seen on each side.
        With 2 the even and the odd rows, and columns, are planes of their own, and tiled each for
        itself.
    name : str
        Of the layer.
    sharing : Sharing
        Threads and memory.
    """

    def __init__(self, weight: Floats, dilation: int, name: str, sharing: Sharing) -> None:
        outputs, inputs = weight.shape[:2]
        self._dilation, self._name, self._sharing = dilation, name, sharing
        self._kernels = np.empty((_POINTS, inputs, outputs), np.float32)

        def prepare(start: int, stop: int) -> None:
            taps = np.ascontiguousarray(weight[:, start:stop].transpose(2, 3, 1, 0))
            part = self._kernels[:, start:stop].reshape(_POINTS, -1)
            np.matmul(_KERNEL, taps.reshape(TAPS * TAPS, -1), out=part)

        sharing.share(prepare, inputs)

    def __call__(self, x: Planes, finish: Finish) -> Planes:
        """Convolve; the planes that come out are good until the next call."""
        room, d = self._sharing.room, self._dilation
        inputs, outputs = self._kernels.shape[1:]
        down, right = (-(-side // (d * _TILE)) for side in (x.height, x.width))
        height, width = d * down * _TILE, d * right * _TILE
        bands, across = d * down, d * right  # of tiles, and how many a band has
        seen = room.take("seen", _POINTS, bands * across, inputs)
        products = room.take("products", _POINTS, bands * across, outputs)
        whole = room.take(self._name, height + 2 * BORDER, width + 2 * BORDER, outputs)
        tiled = whole[BORDER:-BORDER, BORDER:-BORDER].reshape(
            down, _TILE, d, right, _TILE, d, outputs
        )
        windows = _windows(self._reaching(x, height + 2 * d, width + 2 * d), d, down, right)

        def to_points(start: int, stop: int) -> None:
            for band in range(start, stop):
                some = room.take_own("windows", _SEEN, _SEEN, d, right, inputs)
                some[...] = windows[:, :, band % d, band // d]
                part = seen[:, band * across : (band + 1) * across].reshape(_POINTS, -1)
                np.matmul(_AT_POINTS, some.reshape(_POINTS, -1), out=part)

        def multiply(start: int, stop: int) -> None:
            np.matmul(seen[start:stop], self._kernels[start:stop], out=products[start:stop])

        def to_places(start: int, stop: int) -> None:
            for band in range(start, stop):
                part = products[:, band * across : (band + 1) * across].reshape(_POINTS, -1)
                found = room.take_own("found", _TILE * _TILE, across * outputs)
                np.matmul(_AT_PLACES, part, out=found)
                places = found.reshape(_TILE, _TILE, d, right, outputs)
                finish(places)
                tiled[band // d, :, band % d] = places.transpose(0, 3, 1, 2, 4)

        self._sharing.share(to_points, bands)
        self._sharing.share(multiply, _POINTS)
        self._sharing.share(to_places, bands)
        return Planes.within(whole, x.height, x.width)

    def _reaching(self, x: Planes, height: int, width: int) -> Floats:
        """Return planes padded by the dilation before, and by zeros behind up to a size."""
        start = BORDER - self._dilation
        padded = x.whole[start : start + height, start : start + width]
        if padded.shape[:2] == (height, width):
            return padded
        larger = self._sharing.room.take("larger", height, width, padded.shape[2])
        larger[...] = 0
        inside = slice(self._dilation, None)
        larger[inside, inside][: x.height, : x.width] = x.inside
        return larger


def _windows(padded: Floats, d: int, down: int, right: int) -> Floats:
    """Show what each tile sees: (6, 6, d, down, d, right, channels)."""
    row, column, channel = padded.strides
    sizes = (_SEEN, _SEEN, d, down, d, right, padded.shape[2])
    tiles = (row, row * d * _TILE, column, column * d * _TILE)
    return as_strided(padded, sizes, (row * d, column * d, *tiles, channel))


def _scheme() -> tuple[Floats, Floats, Floats]:
    """Return Aᵀ, G and Bᵀ of F(4, 3) for both axes at once: (16, 36), (36, 9) and (36, 36)."""
    inverse = np.linalg.inv(_powers(_SEEN)).T
    # rows of Bᵀ of the same size: what the points see has then the size of the input
    size = np.abs(inverse).max(axis=1, keepdims=True)
    along = _powers(_TILE).T, _powers(TAPS) * size, inverse / size
    places, kernel, points = (np.kron(each, each).astype(np.float32) for each in along)
    return places, kernel, points


def _powers(count: int) -> NDArray[np.float64]:
    """Powers 0, 1, … of the points; of infinity the highest only."""
    finite = np.vander(np.array(_PLACES), count, increasing=True)
    return np.vstack((finite, np.eye(count)[-1:]))


_AT_PLACES, _KERNEL, _AT_POINTS = _scheme()
