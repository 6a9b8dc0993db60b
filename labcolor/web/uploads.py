"""Taking pictures in: to the disk as they come, and measured before anything is decoded."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams, UploadFile
from starlette.requests import Request

from labcolor.errors import PhotoError
from labcolor.photo import reading
from labcolor.photo.extent import extent
from labcolor.photo.source import opened
from labcolor.web.failures import Refused
from labcolor.web.settings import REPEATED

_FIELDS = 300  # settings, 200 hints among them
_FIELD = 4096  # bytes of one that is no file
_NAME = 80
_MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Upload:
    """A picture that lies on the disk, in a folder of its own.

    Attributes
    ----------
    path : Path
    name : str
        What its file was called, made harmless.
    format : str
        A name in `labcolor.photo.formats`, of those that are only read too.
    pixels : int
        Of all pages.
    pages : int
    """

    path: Path
    name: str
    format: str
    pixels: int
    pages: int


@dataclass(frozen=True)
class Form:
    """What a request brought: files by their fields, and the settings."""

    files: list[tuple[str, UploadFile]]
    settings: dict[str, Any]


def is_multipart(request: Request) -> bool:
    """Whether a body is a form."""
    return request.headers.get("content-type", "").lower().startswith(_MULTIPART)


@asynccontextmanager
async def read_form(request: Request, files: int = 1) -> AsyncIterator[Form]:
    """Read a multipart form; files go to the disk as they come, and go with the block.

    Raises
    ------
    Refused
        400, where it is no form, or has more parts or longer ones than are taken.
    """
    limits = {"max_files": files, "max_fields": _FIELDS, "max_part_size": _FIELD}
    async with request.form(**limits) as data:
        items = data.multi_items()
        yield Form(
            [(name, part) for name, part in items if isinstance(part, UploadFile)],
            listed([(name, part) for name, part in items if isinstance(part, str)]),
        )


def listed(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Bring fields, of a form or a query, to a mapping that settings are checked from."""
    settings: dict[str, Any] = {}
    for name, value in pairs:
        if name in REPEATED:
            settings.setdefault(name, []).append(value)
        else:
            settings[name] = value
    return settings


async def keep_body(request: Request, path: Path) -> None:
    """Keep a body in a file, as it comes."""
    with path.open("wb") as file:
        async for chunk in request.stream():
            file.write(chunk)


async def keep_file(part: UploadFile, folder: Path) -> Path:
    """Keep a file of a form in a folder, under a harmless name."""
    path = folder / harmless(part.filename or "photo")
    await run_in_threadpool(_copy, part.file, path)
    return path


def measured(path: Path, max_pixels: int) -> Upload:
    """Measure a picture by its headers alone.

    Raises
    ------
    Refused
        415 where it is no picture that labcolor reads, 413 where it is too large, 422 where its
        header is damaged.
    """
    form = _recognised(path)
    try:
        size = extent(path)
    except PhotoError as error:
        raise Refused(422, _without_folder(error, path)) from error
    pixels = size.width * size.height * size.pages
    if pixels > max_pixels:
        pages = f" on {size.pages} pages" if size.pages > 1 else ""
        sentence = (
            f"{path.name} has {size.width} × {size.height} pixels{pages}, more than the "
            f"{max_pixels} that this server takes; see `labcolor serve --max-pixels`."
        )
        raise Refused(413, sentence)
    if min(size.width, size.height) < 1:
        raise Refused(422, f"{path.name} has no pixels.")
    return Upload(path, path.name, form, pixels, size.pages)


def harmless(name: str) -> str:
    """Make a file name of what somebody calls a file: no folders, nothing hidden, not too long."""
    base = re.split(r"[/\\\0]", name)[-1]
    base = re.sub(r"[^\w .,()&+=@-]", "_", base).strip(" .")
    stem, dot, ending = base.rpartition(".")
    if not dot:
        stem, ending = ending, ""
    while len(stem.encode()) > _NAME:
        stem = stem[:-1]
    return (stem or "photo") + dot + ending[:10]


def fields_of(query: QueryParams) -> dict[str, Any]:
    """Bring a query to a mapping that settings are checked from."""
    return listed(list(query.multi_items()))


def _copy(source: BinaryIO, path: Path) -> None:
    import shutil

    source.seek(0)
    with path.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)


def _recognised(path: Path) -> str:
    try:
        with opened(path) as file:
            return reading.recognised(file)
    except PhotoError as error:
        raise Refused(415, _without_folder(error, path)) from error


def _without_folder(error: PhotoError, path: Path) -> str:
    """Leave out of a sentence where this server keeps its files."""
    return str(error).replace(f"{path.parent}{os.sep}", "")
