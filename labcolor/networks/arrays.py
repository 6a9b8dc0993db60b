"""Computes a network layer by layer with NumPy, whose matrix product is that of a BLAS.

The published networks are all but wholly products of matrices, of which OpenBLAS, MKL and
Accelerate do twice as many a second as OpenCV's convolutions. A convolution is one product here,
of what each place sees with the weights; or with a quarter of the numbers, where it pays to
prepare the weights for that (`labcolor.networks.winograd`).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from labcolor.networks.net import Norm
from labcolor.networks.planes import BORDER, Floats, Planes
from labcolor.networks.sharing import Finish, Sharing
from labcolor.networks.winograd import TAPS, Winograd

_WIDE = 64
_SMALL = 128 * 128
"""Channels from which on, and places up to which, fewer products make up for getting to them."""


class Arrays:
    """What networks are made of, as functions of planes; see `labcolor.networks.net.Net`.

    A layer is known by its name, and has the same weights in every pass. Planes are good until
    the next pass, which uses their memory again.

    Parameters
    ----------
    threads : int
        How many threads share a layer. The BLAS is best left one of its own.
    once : bool
        Whether there is one pass only, for which fewer products do not pay.
    """

    def __init__(self, threads: int, *, once: bool = False) -> None:
        self._once = once
        self._sharing = Sharing(threads)
        self._kernels: dict[str, Floats] = {}
        self._tiled: dict[str, Winograd] = {}

    def planes(self, planes: Floats) -> Planes:
        """Take (C, h, w) in."""
        count, height, width = planes.shape
        taken = self._planes("input", height, width, count)
        taken.inside[...] = planes.transpose(1, 2, 0)
        return taken

    def conv(
        self,
        x: Planes,
        weight: Floats,
        bias: Floats,
        *,
        stride: int = 1,
        pad: int = 0,
        dilation: int = 1,
        relu: bool = False,
        norm: Norm | None = None,
        name: str = "",
    ) -> Planes:
        """Convolve with square kernels, (outputs, C, k, k); take max(y, 0), and normalise."""
        finish, kernel = _finishing(bias, norm, relu=relu), weight.shape[-1]
        same = kernel == TAPS and stride == 1 and pad == dilation
        pays = min(weight.shape[:2]) >= _WIDE and x.height * x.width <= _SMALL
        if same and pays and not self._once:
            if name not in self._tiled:
                self._tiled[name] = Winograd(weight, dilation, name, self._sharing)
            return self._tiled[name](x, finish)
        reach = (kernel - 1) * dilation
        height, width = ((n + 2 * pad - reach - 1) // stride + 1 for n in (x.height, x.width))
        y = self._planes(name, height, width, len(weight))
        kernels = self._in_order(name, weight)
        self._multiply(x.seen(pad), kernels, finish, y.inside, kernel, stride, dilation)
        return y

    def double(
        self, x: Planes, weight: Floats, bias: Floats, *, relu: bool = False, name: str = ""
    ) -> Planes:
        """Double the size by a transposed convolution with kernels of (C, outputs, 4, 4).

        Rows and columns fall into even ones and odd ones. Each place of such a quarter sees 2×2
        places of `x` through every second row and column of the kernel, turned round.
        """
        turned = weight[..., ::-1, ::-1].swapaxes(0, 1)
        y = self._planes(name, 2 * x.height, 2 * x.width, weight.shape[1])
        finish = _finishing(bias, relu=relu)
        for i, j in np.ndindex(2, 2):
            kernels = self._in_order(f"{name} {i} {j}", turned[..., i::2, j::2])
            self._multiply(x.seen(1)[i:, j:], kernels, finish, y.inside[i::2, j::2], kernel=2)
        return y

    def every_second(self, x: Planes) -> Planes:
        """Take every second row and column."""
        height, width, count = x.inside[::2, ::2].shape
        y = self._planes(f"every second of {x.height}", height, width, count)
        y.inside[...] = x.inside[::2, ::2]
        return y

    def add(self, x: Planes, y: Planes) -> Planes:
        """Take x + y."""
        x.inside[...] += y.inside
        return x

    def relu(self, x: Planes) -> Planes:
        """Take max(x, 0)."""
        np.maximum(x.inside, 0, out=x.inside)
        return x

    def leaky_relu(self, x: Planes, slope: float) -> Planes:
        """Take max(x, slope · x)."""
        np.maximum(x.inside, x.inside * np.float32(slope), out=x.inside)
        return x

    def tanh(self, x: Planes, scale: float) -> Planes:
        """Take scale · tanh x."""
        np.tanh(x.inside, out=x.inside)
        x.inside[...] *= np.float32(scale)
        return x

    def _in_order(self, name: str, weight: Floats) -> Floats:
        """Return kernels as products take them, (rows · columns · inputs, outputs)."""
        outputs, inputs, rows, columns = weight.shape
        if name in self._kernels:
            return self._kernels[name]
        sizes = (outputs, rows, columns, inputs)
        room = self._sharing.room
        kernels = room.take("kernels", *sizes) if self._once else np.empty(sizes, np.float32)

        def copy(start: int, stop: int) -> None:
            kernels[start:stop] = weight[start:stop].transpose(0, 2, 3, 1)

        self._sharing.share(copy, outputs)
        in_order = kernels.reshape(outputs, -1).T
        if not self._once:
            self._kernels[name] = in_order
        return in_order

    def _multiply(
        self,
        padded: Floats,
        kernels: Floats,
        finish: Finish,
        y: Floats,
        kernel: int,
        stride: int = 1,
        dilation: int = 1,
    ) -> None:
        """Lay out what each place sees, some rows at a time, and multiply into (h, w, outputs)."""
        (height, width, outputs), inputs = y.shape, padded.shape[2]
        row, column, channel = padded.strides
        apart = (row * stride, column * stride, row * dilation, column * dilation, channel)

        def multiply(start: int, stop: int) -> None:
            sizes = (stop - start, width, kernel, kernel, inputs)
            seen = self._sharing.room.take_own("windows", *sizes)
            seen[...] = as_strided(padded[start * stride :], sizes, apart)
            found = self._sharing.room.take_own("found", (stop - start) * width, outputs)
            np.matmul(seen.reshape(len(found), -1), kernels, out=found)
            finish(found)
            y[start:stop] = found.reshape(stop - start, width, outputs)

        self._sharing.share(multiply, height, height * width * sum(kernels.shape))

    def _planes(self, name: str, height: int, width: int, count: int) -> Planes:
        sizes = (height + 2 * BORDER, width + 2 * BORDER, count)
        room = self._sharing.room
        whole = np.empty(sizes, np.float32) if self._once else room.take(name, *sizes)
        return Planes.within(whole, height, width)


def _finishing(bias: Floats, norm: Norm | None = None, *, relu: bool) -> Finish:
    """Return what is done to a layer's numbers while they are in the cache."""
    if norm:
        times = (1 if norm.gain is None else norm.gain) / np.sqrt(norm.variance + norm.epsilon)
        plus = (0 if norm.shift is None else norm.shift) - norm.mean * times

    def finish(y: Floats) -> None:
        y += bias
        if relu:
            np.maximum(y, 0, out=y)
        if norm:
            y *= times
            y += plus

    return finish
