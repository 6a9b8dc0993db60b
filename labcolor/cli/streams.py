"""Standard streams that whoever started the command has closed, as some services and cron do."""

from __future__ import annotations

import os
import sys


def fill_closed_streams() -> None:
    """Let nothing else take the numbers of standard streams, and talk to nobody.

    A file that is opened while number 2 is free gets it, and every library that complains then
    writes into that file. Standard input and output stay closed for Python: `-` is refused.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
