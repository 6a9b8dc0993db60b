"""`POST /v1/colour`: a picture in, a picture out."""

from __future__ import annotations

import shutil
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from labcolor.web import rendering
from labcolor.web.failures import Refused
from labcolor.web.queue import Priority
from labcolor.web.routes.pictures import PICTURE, download, form
from labcolor.web.settings import Settings
from labcolor.web.state import checked, in_turn, state_of
from labcolor.web.uploads import Upload, fields_of, is_multipart, keep_body, keep_file, read_form

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
    upload, values = await _received(request)
    try:
        settings = checked(Settings, values)
        target = upload.path.parent.with_suffix(".result")
        work = partial(state.studio.result, upload, settings, target)
        try:
            made = await in_turn(request, Priority.FULL, work, upload.pixels)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    finally:
        shutil.rmtree(upload.path.parent, ignore_errors=True)
    name = rendering.name_of_result(upload.name, made)
    return download(target, name, rendering.MEDIA_TYPES[made])


async def _received(request: Request) -> tuple[Upload, dict[str, Any]]:
    """Keep the picture of a request on the disk."""
    state = state_of(request)
    most = state.config.max_pixels
    if not is_multipart(request):
        values = fields_of(request.query_params)
        return await keep_body(request, state.folder, "photo", most), values
    async with read_form(request) as received:
        if [name for name, _ in received.files] != ["image"]:
            raise Refused(422, "The form must have one file, in the field image.")
        return await keep_file(received.files[0][1], state.folder, most), received.settings
