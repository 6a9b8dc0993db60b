"""Builds what a release is made of, and checks it: the same bytes from the same commit, anywhere.

    python packaging/build.py dist       # wants the packages of the extra `release`

What is committed counts, not what lies in the checkout. Its date is that of the commit, and
neither the hour, nor the user, nor the umask of the machine that builds is in the result.
"""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXPECTED = ("labcolor/__init__.py", "labcolor/py.typed", "labcolor/color/prior.npy")
"""What no wheel may lack: code, types and data, of which the rest is by its endings."""


def main() -> None:
    """Build a source distribution and a wheel."""
    target = Path(sys.argv[1]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    os.umask(0o022)
    date = output("git", "-C", ROOT, "log", "-1", "--format=%ct")
    os.environ["SOURCE_DATE_EPOCH"] = date
    with tempfile.TemporaryDirectory() as temporary:
        source, loose = Path(temporary, "source"), Path(temporary, "loose")
        export(source)
        run(sys.executable, source / "packaging" / "man.py", source / "man", inside=source)
        run(sys.executable, "-m", "build", "--sdist", "--outdir", loose, source)
        sdist = settled(next(loose.iterdir()), target, int(date))
    run(sys.executable, "-m", "build", "--wheel", "--outdir", target, unpacked(sdist))
    wheel = max(target.glob("*.whl"), key=lambda path: path.stat().st_mtime)
    check(sdist, wheel)


def export(folder: Path) -> None:
    """Take the files of the commit, with the modes that it has."""
    archive = subprocess.run(
        ["git", "-C", ROOT, "-c", "tar.umask=022", "archive", "HEAD"],
        stdout=subprocess.PIPE,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="tar")


def settled(sdist: Path, target: Path, date: int) -> Path:
    """Write an archive again without what the machine has put into it."""
    settled = target / sdist.name
    with (
        tarfile.open(sdist) as old,
        settled.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=date) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda one: one.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = date, 0, 0, "", ""
            member.pax_headers = {}
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    return settled


def unpacked(sdist: Path) -> Path:
    """Unpack a source distribution, from which the wheel is built as anybody would."""
    folder = Path(tempfile.mkdtemp())
    with tarfile.open(sdist) as files:
        files.extractall(folder, filter="tar")
    return next(folder.iterdir())


def check(sdist: Path, wheel: Path) -> None:
    """Look at the texts, the names and the contents of both, and list them."""
    run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)
    run(sys.executable, "-m", "check_wheel_contents", wheel)
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
    tracked = output("git", "-C", ROOT, "ls-files", "labcolor").splitlines()
    missing = sorted({*EXPECTED, *tracked}.difference(names))
    assert not missing, f"{wheel.name} lacks {', '.join(missing)}"
    with tarfile.open(sdist) as archive:
        print(f"{sdist.name}: {len(archive.getnames())} files, {sdist.stat().st_size:,} bytes")
    print(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size:,} bytes")
    print("\n".join(sorted(names)))


def output(*words: object) -> str:
    """Run a program and return what it says."""
    return subprocess.check_output(list(map(str, words)), text=True).strip()


def run(*words: object, inside: Path = ROOT) -> None:
    """Run a program; whatever goes wrong ends this one too."""
    environment = os.environ | {"PYTHONPATH": str(inside)}
    subprocess.run(list(map(str, words)), check=True, env=environment, cwd=inside)


if __name__ == "__main__":
    main()
