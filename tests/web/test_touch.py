"""The page on a phone: everything by fingers, as Chromium's touch emulation has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("selenium", reason="a browser is driven by pip install 'labcolor[test-web]'")

from .browser import Page, browsing, needs_browser
from .conftest import Server

pytestmark = needs_browser

WIDTH, HEIGHT = 390, 844


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.end()


@pytest.fixture
def page(server, tmp_path: Path, jpeg: bytes) -> Iterator[Page]:
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg)
    with browsing(server.url, tmp_path, width=WIDTH, height=HEIGHT, phone=True) as page:
        page.open()
        page.bring(path)
        yield page


def tap(page: Page, x: float, y: float) -> None:
    page.touch([(x, y)])


def along(start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> list:
    """Lead a finger from one place to another."""
    return [
        tuple(a + (b - a) * step / steps for a, b in zip(start, end, strict=True))
        for step in range(steps + 1)
    ]


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return which place of the photograph, in its pixels, is at a place of the window."""
    script = (
        "const box = document.getElementById('stage').getBoundingClientRect();"
        "const at = lab.place(arguments[0] - box.x, arguments[1] - box.y); return [at.x, at.y]"
    )
    return tuple(page.run(script, x, y))


def is_near(one, other, most: float = 2) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, other, strict=True))


def test_pinching_zooms_and_keeps_what_is_under_the_fingers(page):
    x, y = page.middle(page.find("stage"))
    before, scale = (
        (place(page, x - 30, y), place(page, x + 30, y)),
        page.run("return lab.scaleNow"),
    )
    page.touch(along((x - 30, y), (x - 90, y + 20)), along((x + 30, y), (x + 90, y + 20)))
    assert page.run("return lab.scaleNow") == pytest.approx(3 * scale, rel=0.02)
    assert is_near(place(page, x - 90, y + 20), before[0])
    assert is_near(place(page, x + 90, y + 20), before[1])
    assert page.run("return visualViewport.scale") == 1  # the photograph, not the page
    page.touch(along((x - 90, y), (x - 30, y)), along((x + 90, y), (x + 30, y)))
    assert page.run("return lab.scaleNow") == pytest.approx(scale, rel=0.02)


def test_two_fingers_pan_too(page):
    x, y = page.middle(page.find("stage"))
    before, scale = place(page, x, y), page.run("return lab.scaleNow")
    page.touch(along((x - 40, y), (x + 10, y + 60)), along((x + 40, y), (x + 90, y + 60)))
    assert page.run("return lab.scaleNow") == pytest.approx(scale, rel=0.02)
    assert is_near(place(page, x + 50, y + 60), before)


def test_one_finger_pans(page):
    x, y = page.middle(page.find("stage"))
    before = place(page, x, y + 60)
    page.touch(along((x, y + 60), (x + 40, y + 90)))
    # the first four pixels say whether it is a tap
    assert is_near(place(page, x + 40, y + 90), before, 6)
    assert page.run("return [scrollX, scrollY]") == [0, 0]


def test_a_hint_by_tapping_and_dragging(page):
    """The tool, a place, a likely colour; then the hint is led elsewhere, and taken away."""
    tap(page, *page.middle(page.find("hinting")))
    x, y = page.middle(page.find("stage"))
    tap(page, x - 20, y + 70)
    page.until(lambda: page.all("#swatches button"))
    box = page.find("picker").rect
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= WIDTH
    assert box["y"] + box["height"] <= HEIGHT
    tap(page, *page.middle(page.all("#swatches button")[0]))
    page.until(lambda: "--hint" in page.find("command").get_property("textContent"))
    (hint,) = page.run("return lab.now().hints")
    assert is_near((hint["x"], hint["y"]), place(page, x - 20, y + 70))
    there = place(page, x, y)
    (marker,) = page.all(".marker")
    page.touch(along(page.middle(marker), (x + 50, y - 40)))
    (moved,) = page.run("return lab.now().hints")
    assert moved["colour"] == hint["colour"]
    assert is_near((moved["x"], moved["y"]), place(page, x + 50, y - 40))
    assert place(page, x, y) == there  # the photograph has not moved with it
    (marker,) = page.all(".marker")
    tap(page, *page.middle(marker))
    page.until(lambda: page.find("picker").is_displayed())
    tap(page, *page.middle(page.find("picker-delete")))
    page.until(lambda: page.run("return lab.now().hints") == [])


def test_sliders_by_a_finger(page):
    """One of the panel, which scrolls by itself, and the one between before and after."""
    slide = page.find("strength")
    page.run("arguments[0].scrollIntoView({block: 'center'})", slide)
    x, y = page.middle(slide)
    before = float(slide.get_attribute("value"))
    page.touch(along((x - 40, y), (x + 60, y)))
    assert float(slide.get_attribute("value")) > before
    assert page.run("return scrollY") == 0  # what scrolls is the panel
    page.settled()
    assert page.run("return lab.edit().strength") == float(slide.get_attribute("value"))
    compare = page.find("compare")
    x, y = page.middle(compare)
    page.touch(along((x, y), (x - 80, y)))
    assert float(compare.get_attribute("value")) < 40
