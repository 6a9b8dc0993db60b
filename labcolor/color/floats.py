"""The arrays that colours are computed with."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
"""float32, of any shape."""
