"""What sizes the networks take."""

from labcolor.errors import UsageError


def check(size: tuple[int, int], multiple: int = 8, least: int = 0) -> None:
    """Refuse a height or width that the network cannot halve as often as it does.

    Parameters
    ----------
    size : (int, int)
        Height and width of the input.
    multiple : int
        What both must be a multiple of.
    least : int
        What both must reach.

    Raises
    ------
    UsageError
        They are not, or do not.
    """
    height, width = size
    if min(size) < max(least, 1) or height % multiple or width % multiple:
        at_least = f", {least} at least" if least else ""
        message = (
            f"The network takes sizes in multiples of {multiple}{at_least}, "
            f"not {height} × {width} (--input-size)."
        )
        raise UsageError(message)
