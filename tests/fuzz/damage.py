"""What happens to files: bytes changed, cut out, doubled, blanked, ends lost."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

_HEAD = 400
_TELLING = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\x7f\xff\xff\xff",
)


@st.composite
def damaged(draw: st.DrawFn, sound: Sequence[bytes]) -> bytes:
    """Take one of the sound files and damage it once to six times, mostly near its beginning."""
    data = bytearray(draw(st.sampled_from(sound)))
    for _ in range(draw(st.integers(1, 6))):
        reach = len(data) if draw(st.booleans()) else min(_HEAD, len(data))
        at = draw(st.integers(0, max(0, reach - 1)))
        size = draw(st.integers(1, 64))
        match draw(st.sampled_from(("change", "flip", "put", "cut", "double", "blank", "end"))):
            case "change":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "flip" if data:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "put":
                telling = draw(st.sampled_from(_TELLING))
                data[at : at + len(telling)] = telling
            case "cut":
                del data[at : at + size]
            case "double":
                data[at:at] = data[at : at + size]
            case "blank":
                data[at : at + size] = bytes(min(size, len(data) - at))
            case "end":
                del data[at:]
    return bytes(data)
