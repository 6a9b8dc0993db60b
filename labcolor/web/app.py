"""The ASGI application: routes, what wraps them, and what becomes of errors."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labcolor._version import __version__
from labcolor.errors import LabcolorError
from labcolor.web.config import Config
from labcolor.web.failures import sentence_without_paths, status_of
from labcolor.web.routes import colour, deepai, docs, health, jobs, page, photos
from labcolor.web.security import Gate
from labcolor.web.state import State, sentence_of, state_of

_log = logging.getLogger("labcolor")

_DESCRIPTION = (
    "Plausible colour for black-and-white photographs, on this machine alone. Errors are "
    '`{"error": sentence}`.'
)


def create_app(config: Config) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    config : Config
        What the server was told.

    Returns
    -------
    FastAPI
        Its files lie in a temporary folder as long as it runs.
    """
    app = FastAPI(
        title="labcolor",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,  # FastAPI's own loads its script from elsewhere
        redoc_url=None,
        lifespan=_lifespan(config),
        responses={"default": {"description": "An error, in one sentence."}},
    )
    for module in (page, docs, health, deepai, colour, photos, jobs):
        app.include_router(module.router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(LabcolorError, _failed)
    app.add_exception_handler(MemoryError, _out_of_memory)
    app.add_middleware(_Counted)
    app.add_middleware(Gate, config=config)  # the last one added is the first one passed
    return app


def _lifespan(config: Config):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with tempfile.TemporaryDirectory(prefix="labcolor-") as folder:
            state = app.state.labcolor = State(config, Path(folder))
            # the first request need not wait for it, and /readyz says when it is there
            reading = asyncio.ensure_future(asyncio.to_thread(state.studio.colorizers.network))
            sweeping = asyncio.ensure_future(_sweep(state))
            yield
            sweeping.cancel()
            state.close()
            await asyncio.gather(reading, return_exceptions=True)

    return lifespan


async def _sweep(state: State) -> None:
    """Let go, every minute, of what has been kept for its hour."""
    while True:
        await asyncio.sleep(60)
        for store in (state.photographs, state.results, state.jobs):
            store.sweep()


class _Counted:
    """Counts requests by the pattern of their route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            seconds = time.perf_counter() - began
            scope["app"].state.labcolor.metrics.count(scope["method"], route, status, seconds)


def _answer(request: Request, status: int, sentence: str, headers: object = None) -> Response:
    key = "err" if request.url.path.startswith("/api/") else "error"
    return JSONResponse({key: sentence}, status, headers)  # type: ignore[arg-type]


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _answer(request, error.status_code, str(error.detail), error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer(request, 422, sentence_of(error.errors()))


def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, LabcolorError)
    return _answer(
        request, status_of(error), sentence_without_paths(state_of(request).folder, error)
    )


def _out_of_memory(request: Request, error: Exception) -> Response:
    return _answer(
        request,
        503,
        sentence_without_paths(state_of(request).folder, error),
        {"retry-after": "10"},
    )
