"""Fetching against a site on the loopback interface: what arrives, what is left, what is said."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from labcolor.errors import FetchError
from labcolor.weights import store
from labcolor.weights.catalogue import WeightFile
from labcolor.weights.fetch import adopt, fetch

Page = Callable[..., None]
Entry = Callable[..., WeightFile]

HASTE = (2.0, 0.5)


def plain(body: bytes) -> Page:
    """Make a page that gives all of a body and knows no ranges."""
    return lambda visit: visit.answer(200, {"Content-Length": len(body)}, body)


def ranged(body: bytes) -> Page:
    """Make a page that answers a request for the bytes from N on with just these."""

    def page(visit) -> None:
        asked = visit.headers["Range"]
        if not asked:
            return plain(body)(visit)
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        headers = {
            "Content-Length": len(body) - start,
            "Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}",
        }
        return visit.answer(206, headers, body[start:])

    return page


def cut(body: bytes, after: int) -> Page:
    """Make a page that promises a body and hangs up in the middle of it."""
    return lambda visit: visit.answer(200, {"Content-Length": len(body)}, body[:after])


def stalled(body: bytes, after: int) -> Page:
    """Make a page that falls silent in the middle of a body."""

    def page(visit) -> None:
        visit.answer(200, {"Content-Length": len(body)}, body[:after])
        visit.wfile.flush()
        visit.server.closing.wait(20)

    return page


def refused(status: int) -> Page:
    return lambda visit: visit.answer(status, {"Content-Length": 0})


def leave_part(content: bytes) -> Path:
    part = store.home() / "tiny.caffemodel.part"
    part.parent.mkdir()
    part.write_bytes(content)
    return part


def files_in(home: Path) -> set[str]:
    return {path.name for path in home.iterdir()} - {".lock"}


def test_a_file_arrives_whole_under_its_name(site, data, home, published: Entry) -> None:
    """The bytes are those that the site has, and nothing else stays behind."""
    site.pages["/w"] = plain(data)
    path = fetch(published(site.url("/w")))
    assert path == home / "tiny.caffemodel"
    assert path.read_bytes() == data
    assert files_in(home) == {"tiny.caffemodel"}


def test_what_is_there_is_not_fetched_again(site, data, published: Entry) -> None:
    """A second fetch leaves the site alone."""
    site.pages["/w"] = plain(data)
    entry = published(site.url("/w"))
    assert fetch(entry) == fetch(entry)
    assert len(site.visits) == 1


@pytest.mark.parametrize("damage", [b"", b"\0" * 300_001], ids=["empty", "same size"])
def test_a_damaged_file_is_fetched_again(site, data, home, published: Entry, damage) -> None:
    """Neither a wrong size nor a wrong content under the final name is taken for the file."""
    site.pages["/w"] = plain(data)
    home.mkdir()
    (home / "tiny.caffemodel").write_bytes(damage)
    assert fetch(published(site.url("/w"))).read_bytes() == data


def test_progress_counts_up_to_the_size(site, data, published: Entry) -> None:
    """The last report says that everything is there, and none goes backwards."""
    site.pages["/w"] = plain(data)
    reports: list[tuple[int, int]] = []
    fetch(published(site.url("/w")), progress=lambda *report: reports.append(report))
    there = [report[0] for report in reports]
    assert there == sorted(there)
    assert reports[0] == (0, len(data))
    assert reports[-1] == (len(data), len(data))


def test_a_cut_download_is_resumed_by_the_next_fetch(site, data, home, published: Entry) -> None:
    """The part of a cut stays, has no final name, and only what it lacks is asked for."""
    site.pages["/w"] = cut(data, after=200_000)
    entry = published(site.url("/w"))
    with pytest.raises(FetchError, match=r"cut the connection; .*\. What has arrived is kept"):
        fetch(entry)
    assert files_in(home) == {"tiny.caffemodel.part"}
    got = (home / "tiny.caffemodel.part").read_bytes()
    assert got
    assert data.startswith(got)

    site.pages["/w"] = ranged(data)
    assert fetch(entry).read_bytes() == data
    assert site.asked_ranges() == [None, f"bytes={len(got)}-"]
    assert files_in(home) == {"tiny.caffemodel"}


def test_a_cut_that_urllib3_does_not_notice_is_noticed(
    site, data, home, published: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before 2.0, urllib3 under requests took a body shorter than its stated length for whole."""
    lenient = property(lambda _: False, lambda *_: None)
    monkeypatch.setattr(
        "urllib3.response.HTTPResponse.enforce_content_length", lenient, raising=False
    )
    site.pages["/w"] = cut(data, after=200_000)
    with pytest.raises(FetchError, match="cut the connection"):
        fetch(published(site.url("/w")))
    assert (home / "tiny.caffemodel.part").read_bytes() == data[:200_000]


@pytest.mark.parametrize("size", [1, 65_536, 300_000])
def test_any_part_is_completed(site, data, published: Entry, size: int) -> None:
    """Wherever the cut was, the pieces make the file."""
    leave_part(data[:size])
    site.pages["/w"] = ranged(data)
    assert fetch(published(site.url("/w"))).read_bytes() == data
    assert site.asked_ranges() == [f"bytes={size}-"]


def test_a_part_that_lacks_nothing_only_gets_its_name(site, data, published: Entry) -> None:
    """A stop between the last byte and the renaming costs no second download."""
    leave_part(data)
    assert fetch(published(site.url("/w"))).read_bytes() == data
    assert not site.visits


@pytest.mark.parametrize("page", [plain, ranged], ids=["knows no ranges", "knows ranges"])
@pytest.mark.parametrize("part", [b"x" * 1000, b"x" * 300_001, b"x" * 400_000])
def test_a_part_that_does_not_fit_is_replaced(site, data, published, page, part) -> None:
    """Foreign bytes in the part cost a download afresh, not the result."""
    leave_part(part)
    site.pages["/w"] = page(data)
    assert fetch(published(site.url("/w"))).read_bytes() == data


def test_a_server_that_knows_no_ranges_starts_afresh(site, data, published: Entry) -> None:
    """An answer with the whole file replaces the part instead of being added to it."""
    leave_part(data[:1000])
    site.pages["/w"] = plain(data)
    assert fetch(published(site.url("/w"))).read_bytes() == data
    assert len(site.visits) == 1


@pytest.mark.parametrize("given", ["bytes 0-300000/300001", "bytes 1000-300000/300002", ""])
def test_a_wrong_range_is_not_added_to_the_part(site, data, published, given) -> None:
    """A mirror that answers with another range, or one of another file, is passed over."""
    part = leave_part(data[:1000])
    site.pages["/w"] = lambda visit: visit.answer(206, {"Content-Range": given}, data)
    with pytest.raises(FetchError, match="cannot go on at byte 1000 of 300001"):
        fetch(published(site.url("/w")))
    assert part.read_bytes() == data[:1000]


def test_a_failing_mirror_is_told_and_the_next_one_tried(site, data, published, caplog) -> None:
    """Each failure is one line that names the mirror and what it did."""
    site.pages["/gone"] = refused(404)
    site.pages["/sick"] = refused(503)
    site.pages["/w"] = plain(data)
    urls = [site.url(path) for path in ("/gone", "/sick", "/w")]
    assert fetch(published(*urls)).read_bytes() == data
    assert [record.getMessage() for record in caplog.records] == [
        f"{urls[0]} answered 404 Not Found.",
        f"{urls[1]} answered 503 Service Unavailable.",
    ]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_a_second_mirror_goes_on_where_the_first_was_cut(site, data, published: Entry) -> None:
    """Mirrors of one file complete each other's part."""
    site.pages["/cut"] = cut(data, after=200_000)
    site.pages["/w"] = ranged(data)
    assert fetch(published(site.url("/cut"), site.url("/w"))).read_bytes() == data
    first, second = site.asked_ranges()
    assert first is None
    assert int(second.removeprefix("bytes=").removesuffix("-")) > 0


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<!DOCTYPE html><html><title>Quota exceeded</title></html>", "an HTML page"),
        (b"\xef\xbb\xbf\n  <HTML><body>404", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a Git LFS pointer"),
    ],
)
def test_a_page_in_place_of_the_file_is_named(site, data, published, body, what) -> None:
    """A 200 with a page in it says so, and does not cost the part that was there."""
    part = leave_part(data[:1000])
    site.pages["/w"] = plain(body)
    with pytest.raises(FetchError, match=f"gave {what} instead of the file"):
        fetch(published(site.url("/w")))
    assert part.read_bytes() == data[:1000]


def test_wrong_bytes_of_the_right_size_are_thrown_away(site, data, home, published) -> None:
    """Neither the file nor a part of it stays where the checksum is wrong."""
    site.pages["/w"] = plain(bytes(len(data)))
    with pytest.raises(FetchError, match=r"has the right size but sha256 [0-9a-f]{64} where"):
        fetch(published(site.url("/w")))
    assert files_in(home) == set()


def test_a_file_of_another_size_is_refused_at_once(site, data, home, published) -> None:
    """The stated length is enough to refuse it."""
    site.pages["/w"] = plain(data + b"!")
    with pytest.raises(FetchError, match=r"offers 300002 bytes where 300001 are right"):
        fetch(published(site.url("/w")))
    assert files_in(home) == set()


def test_a_body_without_end_does_not_fill_the_disk(site, home, published) -> None:
    """Where no length is stated, reading stops soon after the right one."""
    sent = []

    def endless(visit) -> None:
        visit.answer(200, {})
        while not visit.server.closing.is_set():
            sent.append(visit.wfile.write(bytes(10_000)))

    site.pages["/w"] = endless
    with pytest.raises(FetchError, match=r"where 300001 are right"):
        fetch(published(site.url("/w")))
    assert files_in(home) == set()


def test_a_stall_ends_after_the_time_out(site, data, home, published: Entry) -> None:
    """A silence in mid-stream is a failure of that mirror, and what came is kept."""
    site.pages["/w"] = stalled(data, after=200_000)
    with pytest.raises(FetchError, match="stopped sending"):
        fetch(published(site.url("/w")), timeouts=HASTE)
    assert files_in(home) == {"tiny.caffemodel.part"}


def test_a_server_that_never_answers_is_given_up(site, published: Entry) -> None:
    """The same holds where not even the headers come."""
    site.pages["/w"] = lambda visit: visit.server.closing.wait(20)
    with pytest.raises(FetchError, match="stopped sending"):
        fetch(published(site.url("/w")), timeouts=HASTE)


def test_a_port_where_nobody_listens_is_told_in_few_words(published: Entry) -> None:
    """The error is one sentence without the innards of the HTTP library, and has a way out."""
    file = published("http://127.0.0.1:9/w")
    with pytest.raises(FetchError) as caught:
        fetch(file)
    assert str(caught.value) == (
        "tiny.caffemodel could not be downloaded from its only mirror: "
        "http://127.0.0.1:9/w cannot be reached; without a network, copy it from another machine "
        "and add it with `labcolor fetch tiny.caffemodel --from FILE`, or copy it to "
        f"{store.path_of(file)}."
    )


def test_redirects_are_followed(site, data, published: Entry) -> None:
    """Release pages answer with the address of a store of files."""
    site.pages["/release"] = lambda visit: visit.answer(302, {"Location": "/w"})
    site.pages["/w"] = plain(data)
    assert fetch(published(site.url("/release"))).read_bytes() == data


def test_redirects_in_a_circle_are_a_failure(site, published: Entry) -> None:
    """A circle ends in a sentence."""
    site.pages["/w"] = lambda visit: visit.answer(302, {"Location": "/w", "Content-Length": 0})
    with pytest.raises(FetchError, match="redirects without end"):
        fetch(published(site.url("/w")))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_nothing(site, data, home, published: Entry) -> None:
    """The error names the folder and the remedy, and the room taken is given back."""
    home.mkdir()
    (home / "tiny.caffemodel.part").symlink_to("/dev/full")
    site.pages["/w"] = plain(data)
    with pytest.raises(
        FetchError, match=r"disk of .* is full; free some space, or set LABCOLOR_HOME"
    ):
        fetch(published(site.url("/w")))
    assert files_in(home) == set()


@pytest.mark.parametrize("place", ["under a file", "/proc/labcolor"])
def test_a_place_that_cannot_be_written_names_the_remedy(
    tmp_path: Path, published: Entry, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A folder that cannot be made is no traceback."""
    if place == "under a file":
        (tmp_path / "file").touch()
        place = str(tmp_path / "file" / "home")
    elif not Path("/proc").is_dir():
        pytest.skip("no /proc here")
    monkeypatch.setenv("LABCOLOR_HOME", place)
    with pytest.raises(
        FetchError, match=f"stored in {place} .*: set LABCOLOR_HOME to a writable folder"
    ):
        fetch(published("http://127.0.0.1:9/w"))


def test_two_fetches_at_once_make_one_download(site, data, home, published, caplog) -> None:
    """The second waits for the first, says so, and finds the file there."""

    def once_somebody_waits(visit) -> None:
        for _ in range(500):
            if "waits" in caplog.text:
                break
            time.sleep(0.01)
        plain(data)(visit)

    site.pages["/w"] = once_somebody_waits
    entry = published(site.url("/w"))
    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(lambda _: fetch(entry), range(2)))
    assert [path.read_bytes() for path in paths] == [data, data]
    assert len(site.visits) == 1
    assert caplog.messages == [f"Another fetch is writing to {home}; waiting for it to finish."]


def test_a_killed_fetch_leaves_a_part_and_no_lock(site, data, home, published: Entry) -> None:
    """A process that dies in mid-download bars nobody, and its part is gone on from."""
    site.pages["/w"] = stalled(data, after=200_000)
    entry = published(site.url("/w"))
    code = (
        "from labcolor.weights.catalogue import WeightFile\n"
        "from labcolor.weights.fetch import fetch\n"
        f"fetch({entry!r}, progress=lambda there, _: print(there, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as child:
        assert child.stdout is not None
        while int(child.stdout.readline()) < 100_000:
            pass
        os.kill(child.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    assert files_in(home) == {"tiny.caffemodel.part"}
    site.pages["/w"] = ranged(data)
    assert fetch(entry).read_bytes() == data


@pytest.mark.parametrize("value", ["1", "yes"])
def test_offline_forbids_the_network(site, published, monkeypatch, value: str) -> None:
    """LABCOLOR_OFFLINE ends the fetch before anybody is asked."""
    monkeypatch.setenv("LABCOLOR_OFFLINE", value)
    with pytest.raises(FetchError, match=r"LABCOLOR_OFFLINE is set, so tiny.caffemodel cannot"):
        fetch(published(site.url("/w")))
    assert not site.visits


@pytest.mark.parametrize("value", ["", "0"])
def test_offline_can_be_switched_off(site, data, published, monkeypatch, value: str) -> None:
    """An empty variable and a nought forbid nothing."""
    monkeypatch.setenv("LABCOLOR_OFFLINE", value)
    site.pages["/w"] = plain(data)
    assert fetch(published(site.url("/w"))).exists()


def test_offline_does_not_hide_what_is_there(data, home, published, monkeypatch) -> None:
    """Nothing is forbidden where nothing needs fetching."""
    monkeypatch.setenv("LABCOLOR_OFFLINE", "1")
    home.mkdir()
    (home / "tiny.caffemodel").write_bytes(data)
    assert fetch(published("http://127.0.0.1:9/w")) == home / "tiny.caffemodel"


def test_the_proxy_of_the_environment_is_asked(site, data, published, monkeypatch) -> None:
    """A proxy gets the whole address, of a host that only it needs to know."""
    monkeypatch.setenv("http_proxy", site.url(""))
    site.pages["http://weights.invalid/w"] = plain(data)
    assert fetch(published("http://weights.invalid/w")).read_bytes() == data


def test_a_proxy_that_is_not_there_is_named(published, monkeypatch) -> None:
    """The mirror is not blamed for the proxy."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(FetchError, match=r"cannot be reached through the proxy"):
        fetch(published("http://weights.invalid/w"))


def test_without_a_mirror_it_is_said_what_to_look_for(published: Entry) -> None:
    """Name, size and sha256 let somebody who has a copy know it."""
    entry = published()
    with pytest.raises(FetchError) as caught:
        fetch(entry)
    for fact in (entry.name, "300001 bytes", entry.sha256, "--weights FILE"):
        assert fact in str(caught.value)


def test_nothing_is_compressed_on_the_way(site, data, published: Entry) -> None:
    """Lengths and ranges are those of the file only where the transfer is plain."""
    site.pages["/w"] = plain(data)
    fetch(published(site.url("/w")))
    assert site.visits[0].headers["Accept-Encoding"] == "identity"


@pytest.fixture
def mine(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "mine.bin"
    path.write_bytes(data)
    return path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_takes_no_file_in(mine, home, published: Entry) -> None:
    """What was written of the copy is gone again."""
    home.mkdir()
    (home / "tiny.caffemodel.copy").symlink_to("/dev/full")
    with pytest.raises(FetchError, match=r"disk of .* is full; free some space"):
        adopt([published()], mine)
    assert files_in(home) == set()


def test_a_place_that_cannot_be_written_takes_no_file_in(mine, published, monkeypatch) -> None:
    """The store is named, with the remedy."""
    monkeypatch.setenv("LABCOLOR_HOME", str(mine / "home"))
    with pytest.raises(FetchError, match="set LABCOLOR_HOME to a writable folder"):
        adopt([published()], mine)


def test_a_file_that_changes_while_it_is_copied_gets_no_name(
    mine, home, published, monkeypatch
) -> None:
    """What is checked last is the copy."""
    right = store.fault

    def then_change(file: WeightFile, path: Path) -> str | None:
        found = right(file, path)
        if path == mine:
            mine.write_bytes(bytes(300_001))
        return found

    monkeypatch.setattr(store, "fault", then_change)
    with pytest.raises(FetchError, match="changed while it was being copied"):
        adopt([published()], mine)
    assert files_in(home) == set()


def test_taking_in_leaves_a_cut_download_to_itself(mine, data, published) -> None:
    """And what is there already is left alone."""
    part = leave_part(data[:1000])
    entry = published()
    assert adopt([entry], mine)[1].read_bytes() == data
    stamp = store.path_of(entry).stat().st_mtime_ns
    adopt([entry], mine)
    assert store.path_of(entry).stat().st_mtime_ns == stamp
    assert part.exists()
