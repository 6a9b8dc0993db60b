"""`POST /api/colorizer`: DeepAI's form, so that its clients need another URL and nothing else.

They send `image` as a file, or as a form field with a URL, and the header `api-key`; they read
`output_url` and fetch it without the key. A key `status` in the answer is read as a failure.
"""

from __future__ import annotations

import secrets
import shutil
from functools import partial
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from labcolor.web import remote, rendering
from labcolor.web.failures import Refused, not_found
from labcolor.web.queue import Priority
from labcolor.web.results import Result
from labcolor.web.routes.pictures import PICTURE, form
from labcolor.web.settings import Settings
from labcolor.web.state import in_turn, state_of
from labcolor.web.uploads import (
    Upload,
    harmless,
    is_multipart,
    keep_file,
    listed,
    measured,
    read_form,
)

router = APIRouter(prefix="/api", tags=["DeepAI's form"])


@router.post("/colorizer", summary="Colour a picture", openapi_extra=form())
async def colorizer(request: Request) -> dict[str, str]:
    """Take a picture, and say where the result is to be fetched, for an hour."""
    state = state_of(request)
    upload = await _received(request)
    target = state.folder / f"{secrets.token_urlsafe(12)}.result"
    work = partial(state.studio.result, upload, Settings(), target)
    try:
        made = await in_turn(request, Priority.FULL, work, upload.pixels)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(upload.path.parent, ignore_errors=True)
    name = state.results.add(Result(target, rendering.MEDIA_TYPES[made]))
    ending = rendering.name_of_result("output", made).rpartition(".")[2]
    url = f"{state.config.url}/api/results/{name}/output.{ending}"
    return {"id": name, "output_url": url}


@router.get(
    "/results/{name}/{file}",
    summary="Fetch a result",
    response_class=Response,
    responses=PICTURE,
)
async def result(request: Request, name: str, file: str) -> Response:
    """Give what `output_url` names; no key is asked for, since nobody guesses the name."""
    if not file.startswith("output."):
        raise not_found("result")
    found = state_of(request).results.get(name)
    return FileResponse(found.path, media_type=found.media_type)


async def _received(request: Request) -> Upload:
    state = state_of(request)
    most = state.config.max_pixels
    if is_multipart(request):
        async with read_form(request) as received:
            if [name for name, _ in received.files] == ["image"]:
                return await keep_file(received.files[0][1], state.folder, most)
            values = received.settings
    else:
        async with request.form(max_fields=8) as data:
            values = listed([(name, str(value)) for name, value in data.multi_items()])
    url = values.get("image")
    if not url:
        raise Refused(400, "There is no picture: send it as the file image.")
    if not state.config.fetches_urls:
        sentence = (
            "This server fetches no pictures from elsewhere: send the file itself, or start it "
            "with --fetch-urls."
        )
        raise Refused(400, sentence)
    return await run_in_threadpool(_fetched, url, state.folder, most, state.config.max_bytes)


def _fetched(url: str, folder: Path, most: int, max_bytes: int) -> Upload:
    path = folder / secrets.token_urlsafe(12) / harmless(url.partition("?")[0])
    path.parent.mkdir()
    try:
        remote.fetch(url, path, max_bytes)
        return measured(path, most)
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
