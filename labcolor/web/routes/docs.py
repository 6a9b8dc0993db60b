"""`/docs`: the API's documentation, made of `/openapi.json` here, without anybody's script."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labcolor.web.routes.page import policy_of

router = APIRouter(include_in_schema=False)

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid #8886; padding: .5rem 0 1rem; }
h2 { margin: 2.5rem 0 .5rem; } h3 { margin: .75rem 0 .25rem; font-size: 1rem; }
code { font: .9em ui-monospace, monospace; } b { font-weight: 600; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .2rem .75rem
.2rem 0; vertical-align: top; border-bottom: 1px solid #8883; } p { margin: .25rem 0 .5rem; }
"""


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> Response:
    """Show what can be asked, and how."""
    text = _document(request.app.openapi())
    return HTMLResponse(text, headers={"content-security-policy": policy_of(text)})


def _document(api: dict[str, Any]) -> str:
    parts: dict[str, list[str]] = {}
    for path, ways in api["paths"].items():
        for way, what in ways.items():
            parts.setdefault(what.get("tags", ["others"])[0], []).append(_way(path, way, what))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(ways)}" for tag, ways in parts.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>labcolor: API</title>'
        f"<style>{_STYLE}</style></head><body><h1>labcolor {escape(api['info']['version'])}</h1>"
        f"<p>{escape(api['info']['description'])} The same for programs: "
        f'<a href="/openapi.json">/openapi.json</a>.</p>{body}</body></html>'
    )


def _way(path: str, way: str, what: dict[str, Any]) -> str:
    fields = [
        (one["name"], one["in"], one["schema"], one.get("description", ""))
        for one in what.get("parameters", ())
    ]
    kinds = what.get("requestBody", {}).get("content", {})
    for name, schema in (
        kinds.get("multipart/form-data", {}).get("schema", {}).get("properties", {}).items()
    ):
        fields.append((name, "form", schema, schema.get("description", "")))
    return (
        f"<section><h3><code><b>{way.upper()}</b> {escape(path)}</code> · "
        f"{escape(what.get('summary', ''))}</h3><p>{escape(what.get('description', ''))}</p>"
        f"{_bodies(kinds)}{_table(fields)}</section>"
    )


def _bodies(kinds: dict[str, Any]) -> str:
    return f"<p>Body: {escape(', '.join(kinds))}.</p>" if kinds else ""


def _table(fields: list[tuple[str, str, dict[str, Any], str]]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(location)}</td>"
        f"<td>{escape(_kind(schema))}</td><td>{escape(description)}</td></tr>"
        for name, location, schema, description in fields
    )
    head = "<tr><th>name</th><th>in</th><th>what</th><th></th></tr>"
    return f"<table>{head}{rows}</table>" if rows else ""


def _kind(schema: dict[str, Any]) -> str:
    """Say in a few words what a value may be."""
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return ", ".join(str(one) for one in schema["enum"] if one is not None)
    low, high = schema.get("minimum"), schema.get("maximum")
    span = "" if low is None and high is None else f" {low}…{'' if high is None else high}"
    default = schema.get("default")
    usual = "" if default is None else f" ({default})"
    return f"{schema.get('format', schema.get('type', ''))}{span}{usual}"
