"""Who is kept out, what is too much, and what an answer may do in a browser."""

from __future__ import annotations

import ipaddress
import socket
from unittest import mock

import pytest
from PIL import ImageFile

from labcolor.web import remote
from labcolor.web.config import Config
from labcolor.web.failures import Refused

from .conftest import URL, encoded
from .traffic import bomb


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8313", "127.0.0.1.evil.test", "", "["])
@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/photos/x", "/nowhere"])
def test_a_foreign_host_is_refused_on_every_path(client, host, path):
    """A foreign name that leads here is a foreign page's (DNS rebinding)."""
    assert client.get(path, headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8313", "localhost:1", "[::1]:8313", "LOCALHOST"])
def test_our_own_names(client, host):
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_names_of_a_server_that_others_reach():
    """The name that it is told, any number, and no other name."""
    config = Config(url="https://colour.example.org", host="0.0.0.0", key="k")
    assert config.is_called("colour.example.org")
    assert config.is_called("192.168.1.5:8313")
    assert config.is_called("[2001:db8::1]:80")
    assert not config.is_called("evil.test")
    assert not config.is_called("0.0.0.0.evil.test")
    assert not Config(url=URL).is_called("192.168.1.5")


def test_addresses_in_answers_are_the_configured_ones(client, jpeg):
    """Whatever a request calls its host, an answer leads nobody there."""
    headers = {"host": "localhost:1"}
    answer = client.post("/api/colorizer", headers=headers, files={"image": jpeg})
    assert answer.json()["output_url"].startswith(f"{URL}/")
    for path in ("/v1/photos", "/v1/jobs"):
        answer = client.post(path, headers=headers, files={"image": jpeg})
        assert answer.headers["location"].startswith(f"{URL}/")


@pytest.mark.parametrize(
    "origin",
    ["null", "http://evil.test", "http://127.0.0.1:9999", "http://localhost:8313", "file://"],
)
@pytest.mark.parametrize("path", ["/v1/colour", "/api/colorizer", "/v1/photos", "/v1/jobs"])
def test_a_page_of_another_origin_changes_nothing(client, origin, path):
    answer = client.post(path, headers={"origin": origin}, files={"image": b"x"})
    assert answer.status_code == 403
    cross = {"sec-fetch-site": "cross-site"}
    assert client.post(path, headers=cross, files={"image": b"x"}).status_code == 403


def test_our_own_page_and_programs_are_let_in(client, jpeg):
    for headers in ({}, {"origin": URL}, {"origin": URL, "sec-fetch-site": "same-origin"}):
        answer = client.post("/v1/colour", headers=headers, files={"image": jpeg})
        assert answer.status_code == 200


def test_a_link_from_elsewhere_is_followed(client):
    """A cross-site navigation is a person's click."""
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/v1/photos/x", "/v1/colour"])
def test_no_answer_opens_anything(client, path):
    """No CORS header, whatever is asked; nothing is sniffed, framed, kept or told elsewhere."""
    asked = {"origin": "http://evil.test", "access-control-request-method": "POST"}
    for answer in (client.get(path), client.options(path, headers=asked)):
        headers = answer.headers
        assert not [name for name in headers if name.startswith("access-control")]
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"


def test_pages_name_no_other_host(client):
    """Neither the page nor the documentation has an address of anywhere else to load from."""
    for path in ("/", "/docs"):
        text = client.get(path).text
        for start in ('src="http', 'href="http', "url(http", "@import", "fetch('http"):
            assert start not in text
        assert len(text.encode()) <= 150_000


def test_the_key(make_client, jpeg):
    """Asked for everywhere but where there is nothing to see; in any case, or as a bearer."""
    client = make_client(key="s3cret")
    for headers in ({}, {"api-key": "s3cre"}, {"authorization": "Basic s3cret"}):
        for path in ("/metrics", "/v1/photos/x", "/v1/methods/reg_full_model"):
            assert client.get(path, headers=headers).status_code == 401
        assert client.post("/v1/colour", headers=headers, content=jpeg).status_code == 401
    for headers in ({"API-KEY": "s3cret"}, {"Authorization": "bearer s3cret"}):
        assert client.post("/v1/colour", headers=headers, content=jpeg).status_code == 200
    for path in ("/", "/healthz", "/readyz", "/docs", "/openapi.json"):
        assert client.get(path).status_code in (200, 503)
    assert client.get("/metrics", params={"api-key": "s3cret"}).status_code == 401


def test_keys_are_compared_in_constant_time(make_client):
    with mock.patch("hmac.compare_digest", return_value=False) as compare:
        make_client(key="s3cret").get("/metrics", headers={"api-key": "other"})
    compare.assert_called_once_with(b"other", b"s3cret")


def test_a_bomb_is_measured_and_not_decoded(client, grey):
    """1600 megapixels in some 200 kB; benchmarks/serving.py has how soon the answer comes."""
    content = bomb(40_000, 40_000)
    assert len(content) < 250_000
    with (
        mock.patch.object(ImageFile.ImageFile, "load", side_effect=MemoryError) as by_pillow,
        mock.patch("cv2.imdecode", side_effect=MemoryError) as by_opencv,
        mock.patch("zlib.decompressobj", side_effect=MemoryError) as by_bands,
    ):
        for path in ("/v1/colour", "/api/colorizer", "/v1/photos"):
            answer = client.post(path, files={"image": content})
            assert answer.status_code == 413
            assert "40000 × 40000" in answer.text
        decoders = (by_pillow, by_opencv, by_bands)
        assert not any(one.called for one in decoders)
        client.post("/v1/colour", content=encoded(grey, "PNG"))
        assert any(one.called for one in decoders)  # they are what a smaller one meets


def test_pages_count_together(make_client, grey):
    import io

    from PIL import Image

    stream = io.BytesIO()
    page = Image.fromarray(grey)
    page.save(stream, "TIFF", save_all=True, append_images=[page] * 2)
    client = make_client(max_pixels=2 * grey.size)
    assert client.post("/v1/photos", content=stream.getvalue()).status_code == 413
    assert client.post("/v1/photos", files={"image": stream.getvalue()}).status_code == 413


def test_a_body_is_counted_as_it_comes(make_client):
    """Announced or not, what is too long is refused."""
    client = make_client(max_pixels=1)
    most = client.app.state.labcolor.config.max_bytes

    def body():
        for _ in range(most // (1 << 20) + 2):
            yield bytes(1 << 20)

    assert client.post("/v1/colour", content=body()).status_code == 413
    announced = {"content-length": str(most + 1)}
    assert client.post("/v1/colour", headers=announced, content=b"").status_code == 413


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello", "a text"),
        (b"%PDF-1.7", "a PDF"),
        (b"8BPS" + bytes(60), "a Photoshop document"),
        (b"PK\x03\x04" + bytes(60), "a ZIP"),
        (bytes(100), "nothing but zero bytes"),
    ],
)
def test_what_is_no_picture(client, content, words):
    for answer in (
        client.post("/v1/colour", content=content),
        client.post("/v1/photos", files={"image": ("a.jpg", content)}),
    ):
        assert answer.status_code == 415
        assert words in answer.json()["error"]
    assert client.post("/api/colorizer", files={"image": ("a.jpg", content)}).status_code == 415


def test_forms_have_limits(client, jpeg):
    """One file, so many fields, each so long; and none that nobody knows."""
    two = [("image", ("a.jpg", jpeg)), ("image", ("b.jpg", jpeg))]
    assert client.post("/v1/colour", files=two).status_code == 400
    many = {f"f{n}": "x" for n in range(400)}
    assert client.post("/v1/colour", files={"image": jpeg}, data=many).status_code == 400
    long = {"method": "x" * 5000}
    assert client.post("/v1/colour", files={"image": jpeg}, data=long).status_code == 400
    for field in ("weights", "network", "engine", "backend", "output", "input_size"):
        answer = client.post("/v1/colour", files={"image": jpeg}, data={field: "/etc/passwd"})
        assert answer.status_code == 422
        assert field in answer.json()["error"]
    assert client.post("/v1/colour", files={"picture": jpeg}).status_code == 422


def test_no_file_is_served_by_its_name(client):
    for path in (
        "/page.html",
        "/../labcolor/web/page.html",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/v1/photos/..%2f..%2fetc%2fpasswd",
        "/api/results/../../etc/passwd",
        "/api/results/%2e%2e/output.jpg",
    ):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:8.8.8.8"),
        *("2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:1::", "::127.0.0.1"),
    ],
)
def test_addresses_that_are_not_of_the_public_internet(address):
    assert not remote.is_public(ipaddress.ip_address(address))


def test_addresses_that_are():
    for address in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        assert remote.is_public(ipaddress.ip_address(address))


def resolving(**names: list[str]):
    """Let names lead where it is said."""

    def answer(name: str, port: int, **_: object) -> list:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port))
            for one in names[name.replace(".", "_")]
        ]

    return mock.patch("socket.getaddrinfo", side_effect=answer)


@pytest.mark.parametrize(
    "url",
    [
        *("http://good.test/", "https://good.test:8443/", "https://a@good.test/", "file:///etc"),
        *("https://bad.test/", "https://both.test/", "ftp://good.test/", "https://[", "https:"),
    ],
)
def test_urls_that_are_not_fetched(url):
    """Not from one of several addresses either that is of this network."""
    names = {
        "good_test": ["93.184.215.14"],
        "bad_test": ["127.0.0.1"],
        "both_test": ["93.184.215.14", "10.0.0.1"],
    }
    with resolving(**names), pytest.raises(Refused) as refused:
        remote.checked_address(url)
    assert refused.value.status_code == 400


class Answer:
    """What a host answers."""

    def __init__(self, status: int, location: str = "", body: bytes = b"") -> None:
        self.status, self._location, self._body = status, location, [body]

    def getheader(self, _: str) -> str:
        return self._location

    def read1(self, _: int) -> bytes:
        return self._body.pop() if self._body else b""


def fetched(answers: list[Answer], target, most: int = 100) -> list[str]:
    """Fetch; return the addresses that were connected to."""
    met = []

    class Connection:
        def __init__(self, _name: str, address: str) -> None:
            met.append(address)

        def request(self, *_: object, **__: object) -> None: ...
        def close(self) -> None: ...

        def getresponse(self) -> Answer:
            return answers.pop(0)

    addresses = {"good_test": ["93.184.215.14"], "bad_test": ["127.0.0.1"]}
    with mock.patch.object(remote, "_Pinned", Connection), resolving(**addresses) as resolve:
        remote.fetch("https://good.test/a.jpg", target, most)
    assert resolve.call_count == len(met)  # once each: the address looked at is the one called
    return met


def test_redirects_are_looked_at_again(tmp_path):
    """To this network none is followed, and not more than three."""
    target = tmp_path / "a"
    good = Answer(302, "https://good.test/b")
    assert fetched([good, Answer(200, body=b"picture")], target) == ["93.184.215.14"] * 2
    assert target.read_bytes() == b"picture"
    for bad in ("https://bad.test/", "http://good.test/", "https://127.0.0.1/", "//bad.test"):
        with pytest.raises((Refused, KeyError)):
            fetched([Answer(302, bad)], target)
    with pytest.raises(Refused, match="more than 3"):
        fetched([good] * 5, target)


def test_what_is_fetched_has_a_size(tmp_path):
    with pytest.raises(Refused) as refused:
        fetched([Answer(200, body=bytes(101))], tmp_path / "a")
    assert refused.value.status_code == 413


def test_nothing_stays_of_what_is_refused(make_client, jpeg):
    """No file, whichever way it was sent and whatever was wrong with it."""
    client = make_client(max_pixels=100_000)
    good, large = ("a.jpg", jpeg), ("b.png", bomb(2000, 2000))
    for path in ("/v1/colour", "/api/colorizer", "/v1/photos", "/v1/jobs"):
        for file in (large, ("c.jpg", b"Dear all"), ("d.jpg", jpeg[:999])):
            assert client.post(path, files={"image": file}).status_code in (202, 413, 415, 422)
            assert client.post(path, content=file[1]).status_code >= 400
        client.post(path, files={"other": good})
        client.post(path, files={"image": good}, data={"method": "none"})
    client.post("/v1/colour", files={"image": good})
    state = client.app.state.labcolor
    state.jobs.close()
    state.results.close()
    state.photographs.close()
    assert not list(state.folder.iterdir())
