"""`/v1/jobs`: many photographs in the background, and a ZIP at the end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from labcolor.film.signature import is_film_file
from labcolor.photo.formats import result_suffix, written_as
from labcolor.web import rendering
from labcolor.web.archives import MOST_ENTRIES, unpack
from labcolor.web.failures import Refused, sentence_without_paths
from labcolor.web.films import FilmSettings, colour_film
from labcolor.web.jobs import Job, Task, Watch
from labcolor.web.photos import Photograph
from labcolor.web.routes.pictures import disposition, form
from labcolor.web.routes.receiving import folder_of_its_own
from labcolor.web.settings import Settings
from labcolor.web.state import State, checked, state_of
from labcolor.web.uploads import (
    Upload,
    fields_of,
    harmless,
    is_multipart,
    keep_body,
    measured,
    read_form,
)

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # the latter has nothing in it


class Kept(BaseModel):
    """A photograph that is here already, and how to colour it."""

    model_config = ConfigDict(extra="forbid")

    id: str
    settings: Settings = Field(default_factory=Settings)


class Order(BaseModel):
    """Photographs of `/v1/photos`, each with settings of its own."""

    model_config = ConfigDict(extra="forbid")

    photos: list[Kept] = Field(min_length=1, max_length=MOST_ENTRIES)


class Failure(BaseModel):
    """What could not be coloured, and why."""

    name: str
    error: str


class Standing(BaseModel):
    """How far a job is."""

    id: str
    state: Literal["running", "done", "failed"]
    done: int
    of: int
    share: float = Field(description="Of the film being coloured, 0…1.")
    failed: list[Failure]


def _body() -> dict[str, Any]:
    """Describe what a job may be ordered by."""
    described = form(FilmSettings, many=True)
    described["requestBody"]["content"] |= {
        "application/json": {"schema": Order.model_json_schema(ref_template="#/{model}")},
        "application/zip": {"schema": {"type": "string", "format": "binary"}},
    }
    order = described["requestBody"]["content"]["application/json"]["schema"]
    kept = order.pop("$defs")
    kept["Kept"]["properties"]["settings"] = {
        "type": "object",
        "properties": Settings.model_json_schema()["properties"],
        "additionalProperties": False,
    }
    order["properties"]["photos"]["items"] = kept["Kept"]
    return described


@router.post("", status_code=202, summary="Order many", openapi_extra=_body())
async def order(request: Request, response: Response) -> Standing:
    """Take pictures as fields `image` of a form, ZIP archives among them, a ZIP as the body, or
    photographs of `/v1/photos` by their ids as JSON.

    The answer's `Location` says how far it is, and its `/result` is the ZIP.
    """  # noqa: D205
    state = state_of(request)
    with folder_of_its_own(state) as folder:
        tasks = await _tasks(request, folder)
        if not tasks:
            raise Refused(422, "There is no photograph in it.")
    job = Job(folder, tasks)
    name = state.jobs.add(job)
    job.start(state.queue, partial(sentence_without_paths, state.folder))
    response.headers["location"] = f"{state.config.url}/v1/jobs/{name}"
    return _standing(name, job)


@router.get("/{name}", summary="Its progress")
async def standing(request: Request, name: str) -> Standing:
    """Say how far a job is."""
    return _standing(name, state_of(request).jobs.get(name))


@router.delete("/{name}", status_code=204, summary="Stop and delete it")
async def let_go(request: Request, name: str) -> None:
    """Stop a job, and remove its files."""
    state_of(request).jobs.remove(name)


@router.get(
    "/{name}/result",
    summary="The results in a ZIP",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}, "description": "The ZIP."}},
)
async def result(request: Request, name: str) -> Response:
    """Give the ZIP of a job that is done."""
    job = state_of(request).jobs.get(name)
    if job.state == "running":
        raise Refused(409, "The job is not done yet.", {"retry-after": "1"})
    headers = {"content-disposition": disposition("labcolor.zip")}
    return FileResponse(job.archive, media_type="application/zip", headers=headers)


async def _tasks(request: Request, folder: Path) -> list[Task]:
    state = state_of(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        ordered = checked(Order, await _json(request))
        return [_of_kept(state, one) for one in ordered.photos]
    if is_multipart(request):
        async with read_form(request, files=MOST_ENTRIES) as received:
            if {field for field, _ in received.files} != {"image"}:
                sentence = "The form must have files in the field image, and no other files."
                raise Refused(422, sentence)
            settings = checked(FilmSettings, received.settings)
            files = []
            for number, (_, part) in enumerate(received.files):
                path = folder / f"in-{number}"
                with path.open("wb") as file:
                    await run_in_threadpool(shutil.copyfileobj, part.file, file)
                files.append((part.filename or "photo", path))
    elif kind in ("application/zip", "application/x-zip-compressed"):
        settings, path = checked(FilmSettings, fields_of(request.query_params)), folder / "in"
        await keep_body(request, path)
        files = [("photos.zip", path)]
    else:
        raise Refused(415, "A job is sent as a form, a ZIP, or JSON.")
    work = partial(_unpacked, files, folder, state.config.max_bytes)
    found = await run_in_threadpool(work)
    return [_of_file(state, name, path, settings) for name, path in found]


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError as error:
        raise Refused(422, "This is not JSON.") from error


def _unpacked(
    files: list[tuple[str, Path]], folder: Path, max_bytes: int
) -> list[tuple[str, Path]]:
    """Take the files out of those that are archives."""

    def each() -> Iterator[tuple[str, Path]]:
        for number, (name, path) in enumerate(files):
            with path.open("rb") as file:
                is_archive = file.read(4) in _ZIP
            if not is_archive:
                yield name, path
                continue
            inner = folder / f"zip-{number}"
            inner.mkdir()
            yield from unpack(path, inner, max_bytes)
            path.unlink()

    return list(each())


def _of_kept(state: State, kept: Kept) -> Task:
    photograph = state.photographs.get(kept.id)
    settings, upload = kept.settings, photograph.upload
    made = rendering.name_of_result(upload.name, settings.format or written_as(upload.format))
    work = partial(_produce, state, lambda: upload, settings, photograph)
    return Task(made, work, upload.pixels)


def _of_file(state: State, name: str, path: Path, settings: FilmSettings) -> Task:
    """Make a task of a file; it is measured when its turn comes, and fails alone."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    own = path.with_name(f"{path.name}-of") / harmless(parts[-1])
    own.parent.mkdir()
    path.rename(own)
    most = state.config.max_pixels
    folders = [harmless(part) for part in parts[:-1]]
    ending = result_suffix(own.suffix)
    if is_film_file(own):

        def film(target: Path, watch: Watch) -> str:
            colorizer = state.studio.colorizer(settings)
            return colour_film(own, settings, colorizer, target, watch, most)

        made = f"{own.stem}-colour{own.suffix}"
        return Task("/".join([*folders, made]), film, takes_long=True)
    made = own.stem + "-colour" + (f".{settings.format}" if settings.format else ending)
    work = partial(_produce, state, lambda: measured(own, most), _of_photographs(settings), None)
    return Task("/".join([*folders, made]), work)


def _of_photographs(settings: FilmSettings) -> Settings:
    return Settings(**settings.model_dump(include=set(Settings.model_fields)))


def _produce(
    state: State,
    upload: Callable[[], Upload],
    settings: Settings,
    known: Photograph | None,
    target: Path,
    watch: Watch,
) -> None:
    watch(0)
    state.studio.result(upload(), settings, target, known)


def _standing(name: str, job: Job) -> Standing:
    return Standing(
        id=name,
        state=job.state,
        done=job.done,
        of=len(job.tasks),
        share=job.share,
        failed=[Failure(name=one, error=why) for one, why in job.failed],
    )
