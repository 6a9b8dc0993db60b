"""`/healthz`, `/readyz`, `/metrics`: for monitors; never behind the queue."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from labcolor.web.state import state_of

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Whether the server is alive")
async def healthz() -> dict[str, str]:
    """Answer, whatever else is in hand."""
    return {"health": "ok"}


@router.get("/readyz", summary="Whether it can take a request now", responses={503: {}})
async def readyz(request: Request) -> Response:
    """Answer 200 once the usual network is there, and as long as the queue has room."""
    state = state_of(request)
    facts = {
        "network": state.studio.colorizers.is_ready,
        "queue": not state.queue.is_full,
    }
    return JSONResponse(facts, 200 if all(facts.values()) else 503)


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    """Count requests, what waits and what is kept."""
    text = state_of(request).metrics.text()
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
