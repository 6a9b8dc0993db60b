"""--portable-names, --sidecars and --watch, as the command has them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COMMAND = "import sys; from labcolor.cli import main; main(sys.argv[1:])"


def picture(path: Path, level: int = 90) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(level, level + 60, 24 * 16).reshape(16, 24).astype(np.uint8)
    Image.fromarray(ramp).save(path)
    return path


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names to begin with")
def test_portable_names(labcolor, folder):
    """Results have names that any disk takes, each its own, and keep them in the next run."""
    for name in ("1943: why?/a.png", "b:c.png", "b?c.png", "CON.png"):
        picture(folder / "scans" / name)
    expected = ["1943_ why_/a.png", "CON_.png", "b_c-2.png", "b_c.png"]
    for _ in range(2):
        done = labcolor("scans", "--portable-names")
        assert done.code == 0
        results = sorted(
            path.relative_to("scans-colour").as_posix()
            for path in Path("scans-colour").rglob("*.png")
        )
        assert results == expected
    assert "4 done before" in done.stderr


def test_sidecars_of_a_folder(labcolor, folder):
    """They go along, also for photographs that an earlier run has coloured."""
    picture(folder / "scans/a.png")
    picture(folder / "scans/sub/b.png")
    assert labcolor("scans").code == 0
    (folder / "scans/a.png.xmp").write_bytes(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    (folder / "scans/sub/b.xmp").write_bytes(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    assert labcolor("scans", "--sidecars").code == 0
    assert (folder / "scans-colour/a.png.xmp").read_bytes().startswith(b"<x:xmpmeta")
    assert (folder / "scans-colour/sub/b.xmp").is_file()


def test_the_sidecar_of_one_photograph(labcolor, folder):
    """It goes beside the result, and the last lines say so."""
    picture(folder / "a.png")
    (folder / "a.xmp").write_bytes(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    done = labcolor("a.png", "--sidecars")
    assert done.code == 0
    assert done.stderr.splitlines()[-1].endswith("a-colour.xmp")
    assert (folder / "a-colour.xmp").is_file()


def test_watch_without_its_package(labcolor, folder, monkeypatch):
    """One sentence, with the line that brings it."""
    (folder / "scans").mkdir()
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    done = labcolor("scans", "--watch")
    assert done.code == 2
    assert "pip install 'labcolor[watch]'" in done.stderr


def test_watch_is_for_folders(labcolor, folder):
    """Single photographs do not arrive."""
    pytest.importorskip("watchfiles", reason="needs labcolor[watch]")
    picture(folder / "a.png")
    picture(folder / "b.png")
    assert labcolor("a.png", "b.png", "--watch").code == 2
    assert labcolor("a.png", "--watch").code == 2


@pytest.mark.skipif(os.name == "nt", reason="sends the signal of Ctrl-C")
def test_a_folder_is_kept_coloured(folder):
    """What is there is coloured, then what arrives, when it is complete; Ctrl-C is no failure."""
    pytest.importorskip("watchfiles", reason="needs labcolor[watch]")
    picture(folder / "scans/first.png")
    (folder / "scans/broken.png").write_bytes(b"no picture")
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "scans", "--watch"], stderr=subprocess.PIPE, text=True
    )
    lines: list[str] = []
    assert process.stderr is not None
    reader = threading.Thread(target=lambda: lines.extend(process.stderr))
    reader.start()
    try:
        arrives(folder / "scans-colour/first.png")
        whole = picture(folder / "elsewhere.png").read_bytes()
        with (folder / "scans/slow.png").open("wb") as file:
            for at in range(0, len(whole), len(whole) // 5):
                file.write(whole[at : at + len(whole) // 5])
                file.flush()
                time.sleep(0.6)
                assert not (folder / "scans-colour/slow.png").exists()
        arrives(folder / "scans-colour/slow.png")
        picture(folder / "scans/new/later.png")
        arrives(folder / "scans-colour/new/later.png")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        reader.join(timeout=10)
        process.stderr.close()
    assert process.returncode == 0
    text = "".join(lines)
    assert text.count("failed: scans/broken.png") == 1
    assert "Traceback" not in text
    assert not list((folder / "scans-colour").rglob("*.part"))
    shutil.rmtree(folder / "scans-colour")


def arrives(path: Path) -> None:
    """Wait for a file, for as long as a busy machine may take."""
    end = time.monotonic() + 40
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.1)
