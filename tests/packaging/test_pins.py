"""What the container and the standalone build have is what labcolor asks for."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def pins(file: str) -> dict[str, str]:
    lines = (ROOT / "packaging" / file).read_text().splitlines()
    asked = [line.partition("==") for line in lines if not line.startswith("#")]
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, _, version in asked}


def asked_for(section: str, key: str) -> list[Requirement]:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    lines = setup[section][key].splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def check(wanted: list[Requirement], found: dict[str, str]) -> None:
    for one in wanted:
        name = "opencv-python-headless" if one.name == "opencv-python" else one.name
        if one.marker is None or one.marker.evaluate({"python_version": "3.11"}):
            assert found[name] in one.specifier, name


def test_every_requirement_has_a_version_that_will_do() -> None:
    """OpenCV is there without its windows."""
    check(asked_for("options", "install_requires"), pins("requirements.txt"))


def test_so_has_every_one_of_the_page() -> None:
    found = pins("requirements.txt") | pins("requirements-page.txt")
    check(asked_for("options.extras_require", "web"), found)
