"""`labcolor serve`: the page and the API."""

from __future__ import annotations

import click

from labcolor.errors import UsageError

PORT = 8313


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port to listen on; 0 for any free one.",
)
@click.option(
    "--key",
    envvar="LABCOLOR_KEY",
    metavar="KEY",
    help="The key that requests send as header api-key; safer in the variable LABCOLOR_KEY.",
)
@click.option("--no-auth", is_flag=True, help="Ask for no key on another --host.")
@click.option(
    "--url",
    metavar="URL",
    help="The address under which others reach it, such as https://colour.example.org.",
)
@click.option(
    "--max-pixels",
    type=click.IntRange(1),
    default=100_000_000,
    show_default=True,
    metavar="N",
    help="The largest picture, all its pages together.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    metavar="N",
    help="Pictures to work on at a time.",
)
@click.option(
    "--fetch-urls", is_flag=True, help="Let requests name a picture by its URL; https only."
)
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
def serve_command(
    host: str,
    port: int,
    key: str | None,
    no_auth: bool,
    url: str | None,
    max_pixels: int,
    workers: int,
    fetch_urls: bool,
    no_browser: bool,
) -> None:
    """Serve a page to colour photographs by hand and eye, and an API, offline.

    The page opens in the browser. Other machines reach it with --host, and then with a --key.
    """
    try:
        from labcolor.web.config import Config, is_loopback
        from labcolor.web.serving import bound, serve
    except ImportError as error:
        message = f"The page needs {error.name}: pip install 'labcolor[web]'."
        raise UsageError(message) from error

    if not is_loopback(host) and not key and not no_auth:
        message = (
            f"Anyone who can reach {host} could use this machine; set a --key, or allow everyone "
            "with --no-auth."
        )
        raise UsageError(message)
    if key is not None and (not key.isascii() or not key.isprintable() or not key):
        message = "A --key can hold printable ASCII characters only."
        raise UsageError(message)
    address = _url(url) if url else None
    listener = bound(host, port)
    config = Config(
        url=address or _address(host, listener.getsockname()[1]),
        host=host,
        key=key,
        max_pixels=max_pixels,
        workers=workers,
        fetches_urls=fetch_urls,
    )
    serve(
        config,
        listener,
        say=lambda words: click.echo(words, err=True),
        browser=not no_browser,
    )


def _url(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        message = f"--url {url} is not of the form http://NAME:PORT."
        raise UsageError(message)
    return url.rstrip("/")


def _address(host: str, port: int) -> str:
    """Write the address as others write it."""
    import socket

    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
