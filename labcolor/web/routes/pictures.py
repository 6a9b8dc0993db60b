"""What routes that take or give pictures say of themselves in the OpenAPI document."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from labcolor.photo.formats import FORMATS
from labcolor.web.rendering import MEDIA_TYPES
from labcolor.web.settings import Settings

PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in MEDIA_TYPES.values()
        },
    }
}
JPEG: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {"image/jpeg": {}}}
}
PNG: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {"image/png": {}}}
}


def form(
    settings: type[Settings] | None = None, *, many: bool = False, body: bool = False
) -> dict[str, Any]:
    """Describe a form with a picture, `image`, and settings as its other fields."""
    file = {"type": "string", "format": "binary"}
    fields = settings.model_json_schema()["properties"] if settings else {}
    image = {"type": "array", "items": file} if many else file
    schema = {
        "type": "object",
        "required": ["image"],
        "properties": {"image": image, **fields},
        "additionalProperties": False,
    }
    content: dict[str, Any] = {"multipart/form-data": {"schema": schema}}
    if body:
        content |= {MEDIA_TYPES[one]: {"schema": file} for one in FORMATS}
    return {"requestBody": {"required": True, "content": content}}


def download(path: Path, name: str, form: str) -> FileResponse:
    """Send a file under a name; it goes then, with the folder that it is in."""
    headers = {"content-disposition": disposition(name)}
    remove = BackgroundTask(shutil.rmtree, path.parent, ignore_errors=True)
    return FileResponse(path, media_type=MEDIA_TYPES[form], headers=headers, background=remove)


def disposition(name: str) -> str:
    """Tell a browser to save, and as what."""
    return f"attachment; filename*=UTF-8''{quote(name)}"
