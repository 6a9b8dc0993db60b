"""`POST /api/colorizer`: DeepAI's form, so that its clients need another URL and nothing else.

They send `image` as a file, or as a form field with a URL, and the header `api-key`; they read
`output_url` and fetch it without the key. A key `status` in the answer is read as a failure.
"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from labcolor.web import rendering
from labcolor.web.failures import not_found
from labcolor.web.queue import Priority
from labcolor.web.results import Result
from labcolor.web.routes.pictures import PICTURE, form
from labcolor.web.routes.receiving import folder_of_its_own, picture_as_deepai
from labcolor.web.settings import Settings
from labcolor.web.state import in_turn, state_of

router = APIRouter(prefix="/api", tags=["DeepAI's form"])


@router.post("/colorizer", summary="Colour a picture", openapi_extra=form())
async def colorizer(request: Request) -> dict[str, str]:
    """Take a picture, and say where the result is to be fetched, for an hour."""
    state = state_of(request)
    with folder_of_its_own(state) as folder:
        upload = await picture_as_deepai(request, folder)
        target = folder / "result"
        work = partial(state.studio.result, upload, Settings(), target)
        made = await in_turn(request, Priority.FULL, work, upload.pixels)
        upload.path.unlink()
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
