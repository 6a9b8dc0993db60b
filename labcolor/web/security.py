"""Who may ask, and from where: what every request passes before anything else looks at it.

A server on one's own machine is within reach of every page that one's browser shows. What keeps
them out: the Host header must be ours (DNS rebinding), what changes something must come from our
own page or from no page at all (cross-site requests), no CORS header is ever sent, and a policy
lets our page load and send nothing elsewhere.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labcolor.web.config import Config
from labcolor.web.failures import Refused

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# the page, which asks for the key itself, what monitors ask, and results under unguessable names
_KEYLESS = frozenset({"/", "/favicon.ico", "/healthz", "/readyz", "/docs", "/openapi.json"})
_KEYLESS_UNDER = "/api/results/"

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Gate:
    """ASGI middleware that lets in what may come in, and dresses what goes out."""

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self._app, self._config = app, config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, _capped(receive, self._config.max_bytes), dressed)
            return
        answer = JSONResponse(
            {_error_key(scope["path"]): refusal.detail}, refusal.status_code, refusal.headers
        )
        await answer(scope, receive, dressed)

    def _refusal(self, scope: Scope) -> Refused | None:
        """Say why a request is refused; None where it is not."""
        headers = Headers(scope=scope)
        if not self._config.is_called(headers.get("host", "")):
            return Refused(400, "This server has another name; see `labcolor serve --url`.")
        if scope["method"] not in _SAFE and not _is_ours(headers):
            return Refused(403, "A page of another origin may not change anything here.")
        if self._lacks_key(scope["path"], headers):
            challenge = {"www-authenticate": "Bearer"}
            return Refused(401, "The header api-key is missing, or holds another key.", challenge)
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length) > self._config.max_bytes:
            return _too_large(self._config.max_bytes)
        return None

    def _lacks_key(self, path: str, headers: Headers) -> bool:
        key = self._config.key
        if key is None or path in _KEYLESS or path.startswith(_KEYLESS_UNDER):
            return False
        scheme, _, token = headers.get("authorization", "").partition(" ")
        bearer = token if scheme.lower() == "bearer" else ""
        given = headers.get("api-key") or bearer
        # in a time that does not depend on how much of it is right
        return not hmac.compare_digest(given.encode(), key.encode())


def _is_ours(headers: Headers) -> bool:
    """Whether what asks for a change is our page, or no page at all.

    `null`, which sandboxed frames and files send, is nobody.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    scheme, _, authority = origin.partition("://")
    return scheme in ("http", "https") and authority == headers.get("host")


def _capped(receive: Receive, most: int) -> Receive:
    """Count what comes in, and stop where it is too much, whatever length was announced."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            raise _too_large(most)
        return message

    return counted


def _too_large(most: int) -> Refused:
    sentence = f"The request has more than the {most >> 20} MB that this server takes."
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence, {"connection": "close"})


def _error_key(path: str) -> str:
    """Name the error as the API of that path does."""
    return "err" if path.startswith("/api/") else "error"
