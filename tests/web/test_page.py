"""The page in a real browser: what a person does with it, by pointer and by keyboard alone."""

from __future__ import annotations

import re
import shlex
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("selenium", reason="a browser is driven by pip install 'labcolor[test-web]'")

from selenium.webdriver import ActionChains, Keys

from labcolor.cli import group

from .browser import Page, browsing, needs_axe, needs_browser
from .conftest import Server, encoded

pytestmark = needs_browser


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.end()


@pytest.fixture(scope="module")
def browser(server, tmp_path_factory) -> Iterator[Page]:
    with browsing(server.url, tmp_path_factory.mktemp("downloads")) as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Page:
    """Give the page afresh."""
    for one in browser.downloads.iterdir():
        one.unlink()
    browser.run("globalThis.lab && (lab.photos.length = 0)")  # nothing that it would ask to keep
    browser.open()
    return browser


@pytest.fixture
def photo(tmp_path: Path, jpeg: bytes) -> Path:
    path = tmp_path / "Oma & Opa.jpg"
    path.write_bytes(jpeg)
    return path


def keys(page: Page, *pressed: str) -> None:
    ActionChains(page.driver).send_keys(*pressed).perform()


def with_control(page: Page, *pressed: str, shift: bool = False) -> None:
    chain = ActionChains(page.driver).key_down(Keys.CONTROL)
    chain = chain.key_down(Keys.SHIFT) if shift else chain
    chain = chain.send_keys(*pressed).key_up(Keys.CONTROL)
    (chain.key_up(Keys.SHIFT) if shift else chain).perform()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(80):
        if page.run("return document.activeElement.matches(arguments[0])", selector):
            return
        keys(page, Keys.TAB)
    raise AssertionError(f"Tab never comes to {selector}")


def by_command(page: Page, photo: Path) -> bytes:
    """Run the command that the page shows; return what it writes."""
    words = shlex.split(page.find("command").text, comments=True)
    written = re.search(r"# (.*)", page.find("command").text)
    assert words[:2] == ["labcolor", photo.name]
    CliRunner().invoke(group, [str(photo), *words[2:]], catch_exceptions=False)
    name = written[1] if written else f"{photo.stem}-colour{photo.suffix}"
    return (photo.parent / name).read_bytes()


def test_it_works_without_the_internet_and_asks_for_nothing_outside(page, photo):
    """Every other host is blocked; nothing is asked of one, and nothing is refused."""
    page.requests()
    page.complaints()
    page.open()
    page.bring(photo)
    page.find("hazing").click()
    page.until(lambda: page.run("return document.getElementById('haze').width === 160"))
    asked = [one for one in page.requests() if not one.startswith(("data:", "blob:", "chrome"))]
    assert asked
    assert all(one.startswith(page.url) for one in asked)
    assert page.complaints() == []


def test_sliders_change_what_is_seen(page, photo):
    page.bring(photo)
    vivid = page.pixel(0.5, 0.95)
    slide = page.find("strength")
    page.run("arguments[0].value = 0; arguments[0].dispatchEvent(new Event('input'))", slide)
    page.settled()
    red, green, blue = page.pixel(0.5, 0.95)
    assert max(red, green, blue) - min(red, green, blue) <= 3  # grey, but for JPEG
    assert max(vivid) - min(vivid) > 3
    assert page.find("undo").get_attribute("disabled")  # it moves yet
    page.run("arguments[0].dispatchEvent(new Event('change'))", slide)
    page.find("undo").click()
    page.settled()
    assert np.abs(np.subtract(page.pixel(0.5, 0.95), vivid)).max() <= 2


def test_colouring_by_keyboard_alone(page, photo):
    """Settings, a hint, its colour, moving it, undo and redo, a version, the download."""
    page.bring(photo)
    tab_to(page, "#compare")
    keys(page, *[Keys.ARROW_LEFT] * 4)
    assert float(page.find("compare").get_attribute("value")) == 48
    tab_to(page, "#rebalance")
    keys(page, Keys.HOME, *[Keys.ARROW_RIGHT] * 5)
    assert "--rebalance 0.05" in page.find("command").text
    keys(page, "h")  # a cross in the middle, moved, and Enter for the colours there
    page.until(lambda: page.run("return document.activeElement.id") == "stage")
    keys(page, *[Keys.ARROW_DOWN] * 10, Keys.ENTER)
    page.until(lambda: page.all("#swatches button"))
    page.until(lambda: page.run("return document.activeElement.closest('#swatches') !== null"))
    keys(page, Keys.ARROW_RIGHT, Keys.TAB, Keys.ENTER)  # the second likeliest
    page.until(lambda: "--hint" in page.find("command").text)
    first = page.find("command").text
    assert page.run("return document.activeElement.className").startswith("marker")
    keys(page, Keys.ARROW_RIGHT)
    page.until(lambda: page.find("command").text != first)
    moved = page.find("command").text
    with_control(page, "z")
    assert page.find("command").text == first
    with_control(page, "z", shift=True)
    assert page.find("command").text == moved
    page.run("document.querySelector('.marker').focus()")
    keys(page, Keys.DELETE)
    assert "--hint" not in page.find("command").text
    with_control(page, "z")
    page.until(lambda: page.all("#gallery[aria-busy=false] input"))
    page.run("document.activeElement.blur()")
    tab_to(page, "[name=variant]")
    keys(page, Keys.ARROW_RIGHT)
    assert "--variants 2" in page.find("command").text
    page.settled()
    with_control(page, "s")
    result = page.downloaded()
    assert result.name == "Oma & Opa-colour.jpg"
    assert result.read_bytes() == by_command(page, photo)


def test_photographs_by_keyboard_alone(page, photo, tmp_path, grey):
    """Bringing several, going from one to another, a ZIP of all, taking one away."""
    other = tmp_path / "other.png"
    other.write_bytes(encoded(grey[::-1], "PNG"))
    with_control(page, "o")
    page.choose_by_dialog(photo, other)
    page.until(lambda: len(page.all(".thumb")) == 2)
    page.settled()
    first = by_command(page, photo)
    tab_to(page, ".thumb:not([aria-current=true])")
    keys(page, Keys.ENTER)
    page.until(lambda: "other.png" in page.find("command").text)
    page.settled()
    tab_to(page, "#method")
    keys(page, Keys.ARROW_DOWN)
    second = by_command(page, other)
    assert "--method class_wo_weights_model" in page.find("command").text
    tab_to(page, "#format")
    keys(page, *[Keys.ARROW_DOWN] * 3)
    assert "--format tiff" in page.find("command").text
    with_control(page, "z")
    tab_to(page, "#download-all")
    keys(page, Keys.ENTER)
    with zipfile.ZipFile(page.downloaded()) as archive:
        assert archive.read("Oma & Opa-colour.jpg") == first
        assert archive.read("other-colour.png") == second
    tab_to(page, ".remove")
    keys(page, Keys.ENTER)
    assert len(page.all(".thumb")) == 1
    assert page.run("return document.activeElement.className") == "thumb"


def test_a_reference_by_keyboard_alone(page, photo, tmp_path):
    """A palette that ships with labcolor, how much it counts, and a photograph of one's own."""
    from skimage import data

    reference = tmp_path / "coffee.jpg"
    reference.write_bytes(encoded(data.coffee(), "JPEG"))
    page.bring(photo)
    page.until(lambda: len(page.all("#like option")) == 3)
    tab_to(page, "#like")
    keys(page, Keys.ARROW_DOWN)
    assert "--like kodachrome" in page.find("command").text
    tab_to(page, "#like-strength")
    keys(page, *[Keys.ARROW_LEFT] * 10)
    assert "--like-strength 0.9" in page.find("command").text
    page.run("document.activeElement.blur()")
    tab_to(page, "#like")
    keys(page, Keys.END)
    page.choose_by_dialog(reference)
    page.until(lambda: "--like coffee.jpg" in page.find("command").text)
    with_control(page, "z")
    assert "--like kodachrome" in page.find("command").text


def test_looking_by_keyboard_alone(page, photo):
    """What is uncertain, the comparison, closer and back, help, another language, the command."""
    page.bring(photo)
    keys(page, "u")
    page.until(lambda: page.run("return document.getElementById('haze').width === 160"))
    keys(page, "u", "b")
    assert not page.find("haze").is_displayed()
    assert not page.find("compare").is_displayed()
    fitted = page.run("return lab.scaleNow")
    keys(page, "+")
    assert page.run("return lab.scaleNow") > 1.3 * fitted
    keys(page, "-", "0")
    assert page.run("return lab.scaleNow") == pytest.approx(fitted)
    keys(page, "?")
    assert page.find("help-dialog").is_displayed()
    keys(page, Keys.ESCAPE)
    assert not page.find("help-dialog").is_displayed()
    tab_to(page, "#copy")
    keys(page, Keys.ENTER)
    page.until(
        lambda: (
            "Copied" in page.find("said").text
            or page.run("return getSelection().toString()") == page.find("command").text
        )
    )
    tab_to(page, "#language")
    keys(page, Keys.ARROW_DOWN)
    assert page.find("download").text == "In voller Größe herunterladen"
    keys(page, Keys.ARROW_UP)
    assert page.find("download").text == "Download at full size"


def test_hints_by_pointer(page, photo):
    """A place, a likely colour, another, dragging, and the download as the command has it."""
    page.bring(photo)
    page.find("hinting").click()
    stage = page.find("stage")
    ActionChains(page.driver).move_to_element_with_offset(stage, -40, 150).click().perform()
    page.until(lambda: page.all("#swatches button"))
    likely = page.all("#swatches button")[0]
    assert "%" in likely.text
    likely.click()
    page.until(lambda: "--hint" in page.find("command").text)
    # what the browser's own colour dialog would say
    page.run("lab.change({hints: [{...lab.now().hints[0], colour: '#8060a0'}]})")
    before = page.find("command").text
    marker = page.all(".marker")[0]
    ActionChains(page.driver).drag_and_drop_by_offset(marker, 30, -60).perform()
    after = page.find("command").text
    assert before != after
    assert "#8060a0" in after
    page.find("undo").click()
    assert page.find("command").text == before
    page.find("redo").click()
    assert page.find("command").text == after
    page.settled()
    page.find("download").click()
    assert page.downloaded().read_bytes() == by_command(page, photo)


def test_several_photographs_in_a_zip(page, photo, tmp_path, grey):
    """Each with settings of its own, as the command writes it."""
    other = tmp_path / "other.png"
    other.write_bytes(encoded(grey[::-1], "PNG"))
    page.bring(photo)
    page.run("lab.change({strength: 0.5})")
    first = by_command(page, photo)
    page.bring(other)
    page.run("lab.change({method: 'reg_full_model'})")
    second = by_command(page, other)
    page.find("download-all").click()
    with zipfile.ZipFile(page.downloaded()) as archive:
        assert archive.read("Oma & Opa-colour.jpg") == first
        assert archive.read("other-colour.png") == second


def test_a_photograph_that_the_server_let_go_is_brought_again(page, photo):
    page.bring(photo)
    page.run("return fetch(`/v1/photos/${lab.current.id}`, {method: 'DELETE'})")
    page.run("lab.change({strength: 0})")
    page.settled()
    red, green, blue = page.pixel(0.5, 0.95)
    assert max(red, green, blue) - min(red, green, blue) <= 3


def test_zoom_and_pan(page, photo):
    """By buttons, keys and the wheel; the place under the pointer stays."""
    page.bring(photo)
    scale = "return lab.scaleNow"
    fitted = page.run(scale)
    page.find("closer").click()
    assert page.run(scale) > 1.3 * fitted
    page.find("stage").click()
    keys(page, "+", Keys.ARROW_LEFT)
    assert page.run(scale) > 1.8 * fitted
    there = page.run("return lab.place(200, 200)")
    page.run(
        "document.getElementById('stage').dispatchEvent(new WheelEvent('wheel',"
        "{deltaY: -200, clientX: 200, clientY: arguments[0], bubbles: true, cancelable: true}))",
        200 + page.find("stage").rect["y"],
    )
    now = page.run("return lab.place(200, 200)")
    assert abs(now["x"] - there["x"]) <= 1
    assert abs(now["y"] - there["y"]) <= 1
    keys(page, "0")
    assert page.run(scale) == pytest.approx(fitted)


def test_a_large_photograph_is_sharp_when_one_looks_closer(page, tmp_path, grey):
    path = tmp_path / "large.jpg"
    large = cv2.resize(grey, (2000, 2400))
    path.write_bytes(encoded(large, "JPEG"))
    page.bring(path)
    width = "return document.getElementById('after').width"
    assert page.run(width) < 1000
    page.run("lab.zoom(8)")
    page.until(lambda: page.run(width) == 2000)


def test_colours_of_another_photograph(page, photo, tmp_path):
    """A reference of one's own, and a palette that ships with labcolor."""
    from skimage import data

    reference = tmp_path / "coffee.jpg"
    reference.write_bytes(encoded(data.coffee(), "JPEG"))
    page.bring(photo)
    page.find("reference").send_keys(str(reference))
    page.until(lambda: "--like coffee.jpg" in page.find("command").text)
    page.settled()
    page.find("download").click()
    result = page.downloaded().read_bytes()
    words = shlex.split(page.find("command").text)
    target = tmp_path / "out.jpg"
    arguments = [str(photo), "--like", str(reference), "-o", str(target)]
    assert words[2:] == ["--like", "coffee.jpg"]
    CliRunner().invoke(group, arguments, catch_exceptions=False)
    assert result == target.read_bytes()


def test_a_busy_server_is_asked_again(page, photo):
    """And it is said as long as one waits."""
    page.bring(photo)
    page.run(
        "const real = fetch, busy = {status: 429, headers: {'retry-after': '1'}}; let times = 0;"
        "globalThis.fetch = (...asked) =>"
        " times++ ? real(...asked) : Promise.resolve(new Response('{}', busy))"
    )
    page.run("lab.change({strength: 0})")
    page.until(lambda: "busy" in page.find("said").text)
    page.settled()
    assert "busy" not in page.find("said").text
    red, green, blue = page.pixel(0.5, 0.95)
    assert max(red, green, blue) - min(red, green, blue) <= 3


def test_what_is_no_photograph_is_said_so(page, tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_bytes(b"Dear all")
    page.find("files").send_keys(str(path))
    page.until(lambda: "letter.jpg is a text" in page.find("said").text)


def test_dropping_and_pasting(page, jpeg):
    """The browser hands files over as it does for a person."""
    script = (
        "const [kind, bytes] = arguments, data = new DataTransfer();"
        "data.items.add(new File([new Uint8Array(bytes)], `${kind}.jpg`, {type: 'image/jpeg'}));"
        "const event = kind === 'drop' ? new DragEvent('drop', {dataTransfer: data,"
        " cancelable: true}) : new ClipboardEvent('paste', {clipboardData: data});"
        "dispatchEvent(event)"
    )
    for count, kind in enumerate(("drop", "paste"), 1):
        page.run(script, kind, list(jpeg))
        page.until(lambda count=count: len(page.all(".thumb")) == count)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "zh", "ja"])
def test_languages(server, tmp_path, photo, language):
    """By the browser's language; every word is there, in that language."""
    with browsing(server.url, tmp_path, language=language) as page:
        page.open()
        page.bring(photo)
        assert page.run("return document.documentElement.lang").startswith(language)
        words = page.run("return document.body.innerText")
        assert "undefined" not in words
        other = page.run("return lab.say('welcome')")
        assert (other == "Give old photographs their colours") == (language == "en")
        silent = page.run(
            "return [...document.querySelectorAll('[data-say]')].filter((e) => !e.textContent)"
            ".length"
        )
        assert silent == 0


@needs_axe
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(server, tmp_path, photo, dark, width):
    """Empty, with a photograph, with the colours of a place, and with help."""
    with browsing(server.url, tmp_path, width=width, dark=dark) as page:
        page.open()
        assert page.violations() == []
        page.bring(photo)
        page.until(lambda: len(page.all("#gallery input")) > 1)
        page.run("lab.change({like: 'kodachrome'})")
        assert page.violations() == []
        page.run("document.getElementById('hinting').click(); lab.tell('click', {x: 60, y: 150})")
        page.until(lambda: page.all("#swatches button"))
        assert page.violations() == []
        page.run("document.querySelector('#swatches button').click()")
        page.find("help").click()
        assert page.violations() == []


def test_it_asks_for_the_key(start, tmp_path, photo):
    server = start("--key", "s3cret")
    with browsing(server.url, tmp_path) as page:
        page.open()
        page.until(lambda: page.find("key").is_displayed())
        page.find("key").send_keys("s3cret", Keys.ENTER)
        time.sleep(0.2)
        page.bring(photo)
        assert "s3cret" not in page.driver.current_url
        assert not [one for one in page.requests() if "s3cret" in one]
