"""What is imported: little at a start, which makes it quick, and between the rooms one way."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import labcolor

# Whatever a start needs besides Python's own library; NumPy, OpenCV, Pillow, requests and rich
# take from 50 to 300 ms each.
ALLOWED = {"click", "colorama", "labcolor"}

PROGRAM = """
import sys
before = set(sys.modules)
from labcolor.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""


def imported(*args: str, **variables: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *args],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | variables,
    )
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "args",
    [
        ["--version"],
        ["--help"],
        ["photo.jpg", "--help"],
        ["photo.jpg", "--no-such-option"],
        ["eval", "--help"],
        ["fetch", "--help"],
        ["methods", "--help"],
        ["palettes", "--help"],
        ["retouch", "--help"],
    ],
    ids=" ".join,
)
def test_what_needs_no_photograph_loads_no_engine(args: list[str]) -> None:
    """Version, help and wrong usage are answered with click and the standard library alone."""
    assert imported(*args) - sys.stdlib_module_names <= ALLOWED


def test_the_tab_key_loads_no_engine() -> None:
    """Candidates, of which the methods are some, have to be there at once."""
    asked = {"_LABCOLOR_BEFORE": "--method", "_LABCOLOR_CURRENT": ""}
    loaded = imported(_LABCOLOR_COMPLETE="bash_complete", **asked)
    assert loaded - sys.stdlib_module_names <= ALLOWED


def test_the_library_is_imported_without_the_engine() -> None:
    """`import labcolor` is as light, and its names still come from it when they are asked for."""
    program = (
        "import sys, labcolor\n"
        "heavy = {'av', 'cv2', 'numpy', 'PIL', 'requests', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert labcolor.Colorizer and labcolor.Hints and labcolor.METHODS\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


# The house, from the roof down: a room may import those of the floors below its own, so that no
# two import each other. A new room has to be given its floor here.
FLOORS = (
    {"__main__"},
    {"cli"},
    {"web"},
    {"contact"},
    {"batch", "evaluation"},
    {"film"},
    {"layers"},
    {"__init__"},
    {"treatment"},
    {"colorizer"},
    {"model", "palettes", "metrics"},
    {"weights"},
    {"engines", "networks"},
    {"photo"},
    {"onnx", "color"},
    {"_version", "errors", "file_lock", "printable", "quiet"},
)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
HOUSE = Path(labcolor.__file__).parent


def module_of(path: Path) -> str:
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


FILES = {module_of(path): path for path in HOUSE.rglob("*.py")}


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).with_suffix("").parts[0]


def rooms_imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and room of every import, of those in functions and for types alone too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "a relative import"
        elif isinstance(node, ast.ImportFrom) and node.module == "labcolor":
            for alias in node.names:
                yield node.lineno, alias.name if alias.name in FLOOR_OF else "__init__"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            for name in [node.module or ""] if isinstance(node, ast.ImportFrom) else names:
                package, _, inside = name.partition(".")
                if package == "labcolor":
                    yield node.lineno, inside.partition(".")[0] or "__init__"


def test_rooms_import_one_way():
    """No room imports one of its floor or above, be it only for a type or in a function."""
    wrong = [
        f"{path.relative_to(HOUSE)}:{line}: {room_of(path)} may not import {room}"
        for path in sorted(HOUSE.rglob("*.py"))
        for line, room in rooms_imported(path)
        if room != room_of(path) and FLOOR_OF.get(room, -1) <= FLOOR_OF[room_of(path)]
    ]
    assert not wrong, "\n".join(wrong)


def modules_imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield module if module in FILES else str(node.module)


def test_files_import_one_way():
    """No file imports one that imports it, however far round, be it only for a type."""
    graph = {
        module: FILES.keys() & set(modules_imported(path)) - {module}
        for module, path in FILES.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_every_room_has_its_floor():
    assert {room_of(path) for path in HOUSE.rglob("*.py")} == set(FLOOR_OF)


def test_the_package_runs_as_a_program():
    """`python -m labcolor` is the command, for those whose path has no scripts."""
    run = subprocess.run(
        [sys.executable, "-m", "labcolor", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == f"labcolor {labcolor.__version__}\n"
