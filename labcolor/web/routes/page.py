"""`/`: the page, one file with all that it needs, under a policy that knows its very scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib import resources

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from labcolor.web.security import POLICY

router = APIRouter(include_in_schema=False)

_PAGE = resources.files("labcolor.web") / "page.html"


@router.get("/", response_class=HTMLResponse)
async def page() -> Response:
    """Show the page."""
    text, policy = _page()
    return HTMLResponse(text, headers={"content-security-policy": policy})


@router.get("/favicon.ico")
async def favicon() -> Response:
    """Say that the page brings its own."""
    return Response(status_code=204)


@lru_cache(maxsize=1)
def _page() -> tuple[str, str]:
    """Return the page, and the policy that lets it do what it does and nothing else."""
    text = _PAGE.read_text(encoding="utf-8")
    return text, policy_of(text)


def policy_of(text: str) -> str:
    """Allow the scripts and styles of a page by their hashes, and its own server."""
    scripts, styles = (_hashes(text, tag) for tag in ("script", "style"))
    return (
        f"{POLICY}; script-src {scripts}; style-src {styles}; connect-src 'self'; "
        "img-src 'self' blob: data:"
    )


def _hashes(text: str, tag: str) -> str:
    bodies = re.findall(f"<{tag}[^>]*>(.*?)</{tag}>", text, re.DOTALL)
    return " ".join(f"'{_hash(body)}'" for body in bodies) or "'none'"


def _hash(body: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
