"""A picture that comes with a request: in a folder of its own, measured when its turn comes."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from labcolor.web import remote
from labcolor.web.failures import Refused
from labcolor.web.queue import Priority
from labcolor.web.state import State, in_turn, state_of
from labcolor.web.uploads import (
    Upload,
    fields_of,
    harmless,
    is_multipart,
    keep_body,
    keep_file,
    listed,
    measured,
    read_form,
)


@contextmanager
def folder_of_its_own(state: State) -> Iterator[Path]:
    """Make a folder, which goes if the block fails.

    Work that goes on for somebody who has gone has nowhere to write to then.
    """
    folder = state.folder / secrets.token_urlsafe(12)
    folder.mkdir()
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


async def picture_of(request: Request, folder: Path) -> tuple[Upload, dict[str, Any]]:
    """Keep the picture of a request, the field `image` of a form or the body itself.

    Returns
    -------
    upload : Upload
    settings : dict
        The other fields of the form, or the query's.

    Raises
    ------
    Refused
        There is none, or it is refused as by `measured`.
    """
    if not is_multipart(request):
        path = folder / "photo"
        await keep_body(request, path)
        return await _measured(request, path), fields_of(request.query_params)
    async with read_form(request) as received:
        if [name for name, _ in received.files] != ["image"]:
            raise Refused(422, "The form must have one file, in the field image.")
        path = await keep_file(received.files[0][1], folder)
        settings = received.settings
    return await _measured(request, path), settings


async def picture_as_deepai(request: Request, folder: Path) -> Upload:
    """Keep the picture of a request of DeepAI's form: a file, or a URL where that is allowed.

    Raises
    ------
    Refused
        There is none, its URL is not fetched, or it is refused as by `measured`.
    """
    if is_multipart(request):
        async with read_form(request) as received:
            if [name for name, _ in received.files] == ["image"]:
                path = await keep_file(received.files[0][1], folder)
                return await _measured(request, path)
            values = received.settings
    else:
        async with request.form(max_fields=8) as data:
            values = listed([(name, str(value)) for name, value in data.multi_items()])
    return await _measured(request, await _fetched(request, values.get("image"), folder))


async def _fetched(request: Request, url: str | None, folder: Path) -> Path:
    config = state_of(request).config
    if not url:
        raise Refused(400, "There is no picture: send it as the file image.")
    if not config.fetches_urls:
        sentence = (
            "This server fetches no pictures from elsewhere: send the file itself, or start it "
            "with --fetch-urls."
        )
        raise Refused(400, sentence)
    path = folder / harmless(url.partition("?")[0])
    await run_in_threadpool(remote.fetch, url, path, config.max_bytes)
    return path


async def _measured(request: Request, path: Path) -> Upload:
    """Measure a picture, as one of few at a time: metadata may be bombs too."""
    work = partial(measured, path, state_of(request).config.max_pixels)
    return await in_turn(request, Priority.PREVIEW, work)
