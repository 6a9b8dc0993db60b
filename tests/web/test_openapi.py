"""What the OpenAPI document says, and that nothing that fits it, or does not, brings a 5xx."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

schemathesis = pytest.importorskip(
    "schemathesis", reason="it tests by the OpenAPI: pip install 'labcolor[test-web]'"
)

from labcolor.web.app import create_app  # noqa: E402
from labcolor.web.config import Config  # noqa: E402

from .conftest import URL, Server  # noqa: E402


@schemathesis.serializer("image/avif", "image/bmp", "image/jp2", "image/tiff", "application/zip")
def as_it_is(_context, value):
    return value


schema = schemathesis.openapi.from_dict(create_app(Config(url=URL)).openapi())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server("--max-pixels", "1000000")
    yield running
    running.end()


@schema.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,  # at random, Schemathesis now and then fails at making a wrong body
    suppress_health_check=list(HealthCheck),
)
def test_no_request_brings_a_server_error(case, server):
    """But for one that says when to come again."""
    answer = case.call(base_url=server.url)
    assert answer.status_code < 500 or answer.status_code == 503, answer.text


def test_the_document_and_its_pages(client):
    """Every route is in it, the forms with their fields; the pages need nothing from elsewhere."""
    paths = client.get("/openapi.json").json()["paths"]
    form = paths["/v1/colour"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert {"image", "method", "rebalance", "temperature", "strength", "hint"} <= set(
        form["properties"]
    )
    assert {"/api/colorizer", "/v1/jobs", "/healthz", "/readyz", "/metrics"} <= set(paths)
    text = client.get("/docs").text
    for path in paths:
        assert path in text


def test_health(client):
    assert client.get("/healthz").json() == {"health": "ok"}
    assert client.get("/readyz").status_code in (200, 503)
    text = client.get("/metrics").text
    assert "# TYPE labcolor_requests_total counter" in text
    assert "labcolor_waiting 0.0" in text
