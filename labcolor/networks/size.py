"""What sizes the networks take."""

from labcolor.errors import UsageError

MULTIPLE = 8
"""Height and width of every input are multiples of this: three times they are halved."""


def check(size: tuple[int, int]) -> None:
    """Refuse a height or width that is no positive multiple of 8.

    Raises
    ------
    UsageError
        It is not.
    """
    height, width = size
    if height <= 0 or width <= 0 or height % MULTIPLE or width % MULTIPLE:
        message = f"The network takes sizes in multiples of {MULTIPLE}, not {height} × {width}."
        raise UsageError(message)
