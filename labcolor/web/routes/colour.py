"""`POST /v1/colour`: a picture in, a picture out."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from labcolor.web import rendering
from labcolor.web.queue import Priority
from labcolor.web.routes.pictures import PICTURE, download, form
from labcolor.web.routes.receiving import folder_of_its_own, picture_of
from labcolor.web.settings import Settings
from labcolor.web.state import checked, in_turn, state_of

router = APIRouter(prefix="/v1", tags=["colour"])


@router.post(
    "/colour",
    summary="Colour a picture",
    response_class=Response,
    responses=PICTURE,
    openapi_extra=form(Settings, body=True),
)
async def colour(request: Request) -> Response:
    """Take a picture as the field `image` of a form, or as the body itself.

    Settings are the other fields of the form, or the query's where the picture is the body, by
    the names of the command's options. The answer has the picture's format, its size and its
    metadata.
    """
    state = state_of(request)
    with folder_of_its_own(state) as folder:
        upload, values = await picture_of(request, folder)
        settings = checked(Settings, values)
        target = folder / "result"
        work = partial(state.studio.result, upload, settings, target)
        made = await in_turn(request, Priority.FULL, work, upload.pixels)
    return download(target, rendering.name_of_result(upload.name, made), made)
