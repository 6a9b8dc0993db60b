"""Drawing a contact sheet."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from labcolor.batch.cores import cores
from labcolor.contact.entries import Entry, Order
from labcolor.contact.thumbnail import thumbnail, without_colour
from labcolor.errors import PhotoError
from labcolor.photo.model import Pixels

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

COLUMNS, ROWS = 5, 8
PER_SHEET = COLUMNS * ROWS

_SIDE = 190  # pixels, of the square that each picture is fitted into
_SEAM = 4  # between before and after
_GAP = 16
_LINE = 20
_CELL = 2 * _SIDE + _SEAM, _SIDE + _LINE
_TEXT, _TITLE = 13, 17
_PAPER, _INK = (250, 250, 250), (30, 30, 30)
_FAINT = (120, 120, 120)
_FAILED, _RED = (250, 225, 225), (160, 20, 20)
_FONTS = (  # of Linux, macOS and Windows
    *("DejaVuSans.ttf", "NotoSansCJK-Regular.ttc", "NotoSans-Regular.ttf"),
    *("Arial Unicode.ttf", "msyh.ttc", "arial.ttf"),
)


class Cell(NamedTuple):
    """What is drawn of an entry: the two pictures, or what is wrong."""

    name: str
    pair: tuple[Pixels, Pixels] | None
    error: str = ""
    note: str = ""


def sheet(entries: Sequence[Entry], title: str, order: Order = "name") -> Pixels:
    """Draw entries, before at the left and after at the right, with their names.

    Beside a name stands how many pages there are, where they are several, and what the entries
    are sorted by.

    Where the photograph is gone, the L* of its result stands for it. What failed is a red field
    with the reason.

    Parameters
    ----------
    entries : sequence of Entry
        At most `PER_SHEET`.
    title : str
        What stands above them.
    order : {"name", "doubt", "chroma"}
        What they are sorted by.

    Returns
    -------
    (h, w, 3) uint8 BGR
    """
    from PIL import Image, ImageDraw

    with ThreadPoolExecutor(cores()) as pool:
        cells = list(pool.map(partial(_cell, order=order), entries))
    rows = -(-len(cells) // COLUMNS)
    width = _GAP + COLUMNS * (_CELL[0] + _GAP)
    paper = Image.new("RGB", (width, 3 * _GAP + rows * (_CELL[1] + _GAP)), _PAPER)
    pen = ImageDraw.Draw(paper)
    title = _legible(title)
    pen.text((_GAP, _GAP), title, _INK, _font(title, _TITLE))
    for index, cell in enumerate(cells):
        row, column = divmod(index, COLUMNS)
        left, top = _GAP + column * (_CELL[0] + _GAP), 3 * _GAP + row * (_CELL[1] + _GAP)
        _draw(paper, left, top, cell)
    return np.ascontiguousarray(np.asarray(paper)[..., ::-1])


def _cell(entry: Entry, order: Order) -> Cell:
    """Make the two small pictures of an entry."""
    if entry.after is None:
        return Cell(entry.name, None, f"failed: {entry.error}")
    try:
        after = thumbnail(entry.after, _SIDE)
    except PhotoError as error:
        return Cell(entry.name, None, str(error))
    try:
        before = thumbnail(entry.before, _SIDE) if entry.before else without_colour(after)
    except PhotoError:  # it has changed since
        before = without_colour(after)
    return Cell(entry.name, (before, after), note=_note(entry, order))


def _note(entry: Entry, order: Order) -> str:
    """Say what stands beside the name."""
    pages = f"{entry.pages} pages" if entry.pages > 1 else ""
    value = {"name": None, "doubt": entry.doubt, "chroma": entry.chroma}[order]
    measured = f"{order} {value:.1f}" if value is not None else ""
    return ", ".join(filter(None, (pages, measured)))


def _draw(paper: Image.Image, left: int, top: int, cell: Cell) -> None:
    from PIL import Image, ImageDraw

    pen = ImageDraw.Draw(paper)
    if cell.pair:
        for picture, x in zip(cell.pair, (left, left + _SIDE + _SEAM), strict=True):
            height, width = picture.shape[:2]
            corner = x + (_SIDE - width) // 2, top + (_SIDE - height) // 2
            paper.paste(Image.fromarray(np.ascontiguousarray(picture[..., ::-1])), corner)
    else:
        pen.rectangle((left, top, left + _CELL[0], top + _SIDE), _FAILED)
        reason = "\n".join(textwrap.wrap(_legible(cell.error), 54)[:8])
        pen.text((left + _GAP, top + _GAP), reason, _RED, _font(reason, _TEXT))
    name = _legible(cell.name)
    font, plain = _font(name, _TEXT), _font(cell.note, _TEXT)
    room = _CELL[0]
    if cell.note:
        wide = plain.getlength(cell.note)
        pen.text((left + _CELL[0] - wide, top + _SIDE + 3), cell.note, _FAINT, plain)
        room -= int(wide) + _GAP
    pen.text((left, top + _SIDE + 3), _shortened(name, font, room), _INK, font)


def _legible(text: str) -> str:
    """Put a text on one line: a name may hold line breaks, and bytes that are no letters."""
    return "".join(one if one.isprintable() else " " if one.isspace() else "?" for one in text)


def _shortened(name: str, font: FreeTypeFont | ImageFont, room: int) -> str:
    """Cut a name in its middle so that it is no wider than there is room."""
    keep = len(name)
    short = name
    while font.getlength(short) > room and keep > 2:
        keep -= 1
        short = f"{name[: keep // 2]}…{name[len(name) - (keep - keep // 2) :]}"
    return short


def _font(text: str, size: int) -> FreeTypeFont | ImageFont:
    """Choose a font that has these letters; Pillow's own knows those of ASCII."""
    from PIL import ImageFont

    own = ImageFont.load_default(size)
    if text.replace("…", "").isascii():
        return own
    there = [font for name in _FONTS if (font := _system_font(name, size))]
    return next((font for font in there if _has_letters(font, text)), (*there, own)[0])


@lru_cache
def _system_font(name: str, size: int) -> FreeTypeFont | None:
    """Look a font up, which takes a walk through the folders of fonts."""
    from PIL import ImageFont

    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def _has_letters(font: FreeTypeFont, text: str) -> bool:
    """Whether no letter comes out as the box that stands for missing ones."""
    box = bytes(font.getmask("\U0010ffff"))
    letters = set("".join(text.split()))  # raqm lays out no line break, and blanks need no letter
    return all(bytes(font.getmask(letter)) != box for letter in letters)
