"""A real browser: Debian's Chromium, with every host but this machine blocked."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

DRIVER = shutil.which("chromedriver")
BROWSER = shutil.which("chromium")
HERE = Path(__file__).parents[2]
AXE = Path(os.environ.get("AXE_CORE", HERE / "node_modules/axe-core/axe.min.js"))

needs_browser = pytest.mark.skipif(
    not (DRIVER and BROWSER), reason="Debian's chromium and chromium-driver are not here"
)
needs_axe = pytest.mark.skipif(
    not AXE.is_file(), reason="axe-core is not here: npm install --no-save axe-core"
)


class Page:
    """The page in a browser, and what a person does with it."""

    def __init__(self, driver: webdriver.Chrome, url: str, downloads: Path) -> None:
        self.driver, self.url, self.downloads = driver, url, downloads

    def open(self) -> None:
        self.driver.get(self.url)

    def find(self, name: str) -> WebElement:
        return self.driver.find_element(By.ID, name)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def until(self, condition: Callable[[], Any], seconds: float = 20) -> Any:
        return WebDriverWait(self.driver, seconds, 0.05).until(lambda _: condition())

    def bring(self, *paths: Path) -> None:
        """Bring photographs, and wait until the last one is seen in colour."""
        before = len(self.all(".thumb"))
        self.find("files").send_keys("\n".join(map(str, paths)))
        self.until(lambda: len(self.all(".thumb")) == before + len(paths))
        self.settled()

    def settled(self) -> None:
        """Wait until the last wish is a frame."""
        self.until(
            lambda: self.run(
                "const last = (name) => performance.getEntriesByName(name).at(-1)?.detail;"
                "return last('wish') > 0 && last('frame') === last('wish')"
            )
        )

    def pixel(self, x: float, y: float) -> list[int]:
        """Return R, G, B of the coloured photograph at a place, 0…1 either way."""
        return self.run(
            "const c = document.getElementById('after');"
            "const d = c.getContext('2d').getImageData(c.width * arguments[0],"
            " c.height * arguments[1], 1, 1).data; return [d[0], d[1], d[2]]",
            x,
            y,
        )

    def touch(self, *fingers: list[tuple[float, float]]) -> None:
        """Put fingers down, lead each along its places, and lift them.

        Parameters
        ----------
        *fingers
            One or two, each the x, y in CSS pixels of the window that it passes, equally many.
        """
        for number, places in enumerate(zip(*fingers, strict=True)):
            points = [{"x": x, "y": y, "id": id_} for id_, (x, y) in enumerate(places)]
            kind = "touchMove" if number else "touchStart"
            self._touched(kind, points)
        if number:
            time.sleep(0.3)  # a finger that rests throws nothing; else the next tap would halt it
        self._touched("touchEnd", [])

    def _touched(self, kind: str, points: list[dict[str, float]]) -> None:
        self.driver.execute_cdp_cmd(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )

    def middle(self, element: WebElement) -> tuple[float, float]:
        """Return where the middle of an element is in the window."""
        box = self.run("return arguments[0].getBoundingClientRect().toJSON()", element)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def choose_by_dialog(self, *paths: Path) -> None:
        """Answer the browser's dialog for files, once something has opened it."""

        def opened() -> int | None:
            for entry in self.driver.get_log("performance"):
                message = json.loads(entry["message"])["message"]
                if message["method"] == "Page.fileChooserOpened":
                    return int(message["params"]["backendNodeId"])
            return None

        node = self.until(opened)
        chosen = {"backendNodeId": node, "files": [str(path) for path in paths]}
        self.driver.execute_cdp_cmd("DOM.setFileInputFiles", chosen)

    def downloaded(self) -> Path:
        """Wait for a download."""

        def whole() -> Path | None:
            found = self.downloads.iterdir()
            files = [one for one in found if one.suffix != ".crdownload" and one.name[0] != "."]
            return files[0] if files and files[0].stat().st_size else None

        return self.until(whole)

    def violations(self) -> list[str]:
        """Let axe-core look at the page as it is."""
        self.run(AXE.read_text(encoding="utf-8"))
        found = self.driver.execute_async_script(
            "axe.run(document, {resultTypes: ['violations']}).then(arguments[0])"
        )
        return [
            f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}"
            for one in found["violations"]
        ]

    def requests(self) -> list[str]:
        """List what the browser has asked for."""
        messages = [json.loads(one["message"]) for one in self.driver.get_log("performance")]
        return [
            one["message"]["params"]["request"]["url"]
            for one in messages
            if one["message"]["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """List what the browser has complained of, a policy's refusals among it."""
        log = self.driver.get_log("browser")
        return [one["message"] for one in log if one["level"] in ("SEVERE", "WARNING")]


@contextmanager
def browsing(
    url: str,
    downloads: Path,
    *,
    width: int = 1280,
    height: int = 800,
    dark: bool = False,
    phone: bool = False,
    language: str = "en",
) -> Iterator[Page]:
    """Open a browser of a size, with every host but this machine blocked."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-dev-shm-usage",
        "disable-gpu",
        "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"lang={language}",
        f"accept-lang={language}",
    ):
        options.add_argument(f"--{argument}")
    preferences = {
        "download.default_directory": str(downloads),
        "intl.accept_languages": language,
    }
    options.add_experimental_option("prefs", preferences)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        touch = {"enabled": phone, **({"maxTouchPoints": 5} if phone else {})}
        driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", touch)
        # a dialog for files is answered by `choose_by_dialog`
        driver.execute_cdp_cmd("Page.setInterceptFileChooserDialog", {"enabled": True})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        yield Page(driver, url, downloads)
    finally:
        driver.quit()
