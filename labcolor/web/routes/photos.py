"""`/v1/photos`: photographs that somebody works on, as the page does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from labcolor.model.methods import METHODS
from labcolor.palettes import BUILT_IN
from labcolor.photo.formats import written_as
from labcolor.web import rendering
from labcolor.web.failures import Refused
from labcolor.web.photos import Photograph
from labcolor.web.queue import Priority
from labcolor.web.rendering import Size
from labcolor.web.routes.pictures import JPEG, PICTURE, PNG, download, form
from labcolor.web.routes.receiving import folder_of_its_own, picture_of
from labcolor.web.settings import Colouring, MethodName, Settings
from labcolor.web.state import in_turn, state_of

router = APIRouter(prefix="/v1", tags=["photographs"])


class Shown(Colouring):
    """Settings of a preview."""

    size: Size = Field(default="preview", description="At most 1 megapixel, or 0.06, or all.")


class Place(Colouring):
    """A pixel of the upright photograph."""

    x: int = Field(ge=0)
    y: int = Field(ge=0)


class Facts(BaseModel):
    """What there is to know about a photograph."""

    id: str
    name: str = Field(description="What its file was called.")
    format: str
    writes: str = Field(description="The format of its result, where none is asked for.")
    width: int = Field(description="Of the first page, upright.")
    height: int
    bits: int
    pages: int
    in_colour: bool = Field(description="Whether it has colour already.")
    estimated: bool = Field(description="Whether labcolor gave it that colour.")


class MethodFacts(BaseModel):
    """A method, and the settings that suit its weights."""

    name: str
    summary: str
    gives: str
    rebalance: float
    temperature: float


class Colour(BaseModel):
    """A colour that a place may well have."""

    colour: str = Field(description="#RRGGBB, at the lightness of the place.")
    share: float = Field(description="Of the distribution, 0…1.")


class Variants(BaseModel):
    """How many versions are plausible and distinct, the result among them."""

    count: int


class PaletteFacts(BaseModel):
    """A palette that ships with labcolor."""

    name: str
    summary: str


@router.get("/palettes", summary="The palettes that ship with labcolor")
async def palettes() -> list[PaletteFacts]:
    """List what `like` may name besides photographs."""
    return [PaletteFacts(name=one.name, summary=one.summary) for one in BUILT_IN.values()]


@router.get("/methods/{method}", summary="What suits a method")
async def method_facts(request: Request, method: MethodName) -> MethodFacts:
    """Read the network of a method, and say which settings it has by itself."""
    state = state_of(request)
    work = partial(state.studio.colorizers.network, method)
    colorizer = await in_turn(request, Priority.PREVIEW, work)
    return MethodFacts(
        name=method,
        summary=METHODS[method].summary,
        gives=colorizer.gives,
        rebalance=colorizer.rebalance,
        temperature=colorizer.temperature,
    )


@router.post(
    "/photos",
    status_code=201,
    summary="Bring a photograph",
    openapi_extra=form(body=True),
)
async def bring(request: Request, response: Response) -> Facts:
    """Keep a photograph for an hour after it was last asked for."""
    state = state_of(request)
    with folder_of_its_own(state) as folder:
        upload, others = await picture_of(request, folder)
        if others:
            raise Refused(422, "A photograph is brought by itself; settings are for its pictures.")
        work = partial(state.studio.views.read, upload)
        photograph = await in_turn(request, Priority.FULL, work, upload.pixels)
    name = state.photographs.add(photograph)
    response.headers["location"] = f"{state.config.url}/v1/photos/{name}"
    return _facts(name, photograph)


@router.get("/photos/{name}", summary="Its properties")
async def facts(request: Request, name: str) -> Facts:
    """Say what there is to know about a photograph."""
    return _facts(name, state_of(request).photographs.get(name))


@router.delete("/photos/{name}", status_code=204, summary="Let it go")
async def let_go(request: Request, name: str) -> None:
    """Remove a photograph and all that was kept of it."""
    state_of(request).photographs.remove(name)


@router.get(
    "/photos/{name}/original", summary="As it came", response_class=Response, responses=JPEG
)
async def original(request: Request, name: str, size: Size = "preview") -> Response:
    """Show a photograph before it is coloured."""
    state = state_of(request)
    photograph = state.photographs.get(name)
    work = partial(state.studio.original, photograph, size)
    return await _shown(request, work, photograph, size)


@router.get("/photos/{name}/preview", summary="In colour", response_class=Response, responses=JPEG)
async def preview(request: Request, name: str, query: Annotated[Shown, Query()]) -> Response:
    """Show a photograph in colour; after the first time without the network."""
    state = state_of(request)
    photograph = state.photographs.get(name)
    work = partial(state.studio.preview, photograph, query, query.size)
    return await _shown(request, work, photograph, query.size)


@router.get("/photos/{name}/colours", summary="Which colours a place may have")
async def colours(request: Request, name: str, query: Annotated[Place, Query()]) -> list[Colour]:
    """List likely colours, each with its share of the distribution."""
    state = state_of(request)
    photograph = state.photographs.get(name)
    work = partial(state.studio.likely, photograph, query, query.x, query.y)
    found = await in_turn(request, Priority.PREVIEW, work)
    return [Colour(colour=one.colour, share=one.share) for one in found]


@router.get("/photos/{name}/variants", summary="How many versions are plausible")
async def variants(request: Request, name: str, query: Annotated[Colouring, Query()]) -> Variants:
    """Count the versions that are plausible and distinct, up to nine."""
    state = state_of(request)
    photograph = state.photographs.get(name)
    work = partial(state.studio.count_variants, photograph, query)
    return Variants(count=await in_turn(request, Priority.PREVIEW, work))


@router.get(
    "/photos/{name}/uncertainty",
    summary="Where the colours are uncertain",
    response_class=Response,
    responses=PNG,
)
async def uncertainty(
    request: Request, name: str, query: Annotated[Colouring, Query()]
) -> Response:
    """Draw the entropy of the distribution, 30 levels a bit."""
    state = state_of(request)
    photograph = state.photographs.get(name)
    work = partial(state.studio.uncertainty, photograph, query)
    drawn = await in_turn(request, Priority.PREVIEW, work)
    return Response(drawn, media_type="image/png")


@router.get(
    "/photos/{name}/result", summary="At full size", response_class=Response, responses=PICTURE
)
async def result(request: Request, name: str, query: Annotated[Settings, Query()]) -> Response:
    """Give what the command writes for the same file and settings, byte for byte."""
    state = state_of(request)
    photograph = state.photographs.get(name)
    upload = photograph.upload
    with folder_of_its_own(state) as folder:
        target = folder / "result"
        work = partial(state.studio.result, upload, query, target, photograph)
        made = await in_turn(request, Priority.FULL, work, upload.pixels)
    return download(target, rendering.name_of_result(upload.name, made), made)


def _facts(name: str, photograph: Photograph) -> Facts:
    upload = photograph.upload
    return Facts(
        id=name,
        name=PurePath(upload.name).name,
        format=upload.format,
        writes=written_as(upload.format),
        width=photograph.width,
        height=photograph.height,
        bits=photograph.bits,
        pages=upload.pages,
        in_colour=photograph.in_colour,
        estimated=photograph.estimated,
    )


async def _shown(
    request: Request, work: Callable[[], bytes], photograph: Photograph, size: Size
) -> Response:
    """Have a JPEG made; a large one waits with the downloads."""
    full = size == "full"
    priority = Priority.FULL if full else Priority.PREVIEW
    picture = await in_turn(request, priority, work, photograph.upload.pixels if full else 0)
    return Response(picture, media_type="image/jpeg")
