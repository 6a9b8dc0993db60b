"""What every engine offers: a network that is ready to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Backend: TypeAlias = Literal["cpu", "cuda"]


class Engine(Protocol):
    """A network that is ready to run; may be called from several threads.

    Attributes
    ----------
    backend : {"cpu", "cuda"}
        What it runs on.
    """

    backend: Backend

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network.

        Parameters
        ----------
        x : ndarray of float32
            The input, of the shape that the model was written for, (1, C, H, W).

        Returns
        -------
        ndarray of float32
            The output; an array of its own, which later calls leave alone.

        Raises
        ------
        WeightsError
            The engine cannot run the network on this input.
        """
