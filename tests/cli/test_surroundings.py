"""What the machine around it does to the command: streams, homes, libraries, signals, devices."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

posix = pytest.mark.skipif(os.name == "nt", reason="of systems like Unix")

COMMAND = "import sys; from labcolor.cli import main; main(sys.argv[1:])"
NAMELESS = """
import pwd, sys

def nobody(_):
    raise KeyError("uid not found: 54321")

pwd.getpwuid = nobody
"""
BROKEN = '''"""OpenCV as it is in a slim container."""
raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
'''


def start(*args: str, before: str = "", **options) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", before + COMMAND, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def ended(*args: str, **options) -> tuple[int, str]:
    process = start(*args, **options)
    err = process.communicate(timeout=60)[1]
    return process.returncode, err.decode()


@posix
@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams(closed, photo, folder):
    """Whoever closes them gets the picture all the same, one or many."""
    (folder / "scans").mkdir()
    photo.rename(folder / "scans" / "photo.png")
    shell = f'exec "$0" -c "$1" "$2" {closed}'
    for source, result in (
        ("scans/photo.png", "scans/photo-colour.png"),
        ("scans", "scans-colour/photo.png"),
    ):
        done = subprocess.run(
            ["sh", "-c", shell, sys.executable, COMMAND, source], check=False, timeout=60
        )
        assert done.returncode == 0
        with Image.open(folder / result) as image:
            image.load()
            assert image.mode == "RGB"


@posix
def test_a_closed_output_is_no_place_to_write_to(photo):
    """A picture that nobody would receive is refused."""
    shell = 'exec "$0" -c "$1" "$2" -o - >&-'
    done = subprocess.run(
        ["sh", "-c", shell, sys.executable, COMMAND, str(photo)],
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert b"Standard output is closed" in done.stderr


@pytest.mark.parametrize("command", [["photo.png"], ["."], ["methods", "--verify"]])
def test_opencv_that_cannot_be_loaded(command, photo, folder):
    """Without libGL it is one sentence, with the package that works."""
    assert photo.exists()
    package = folder / "broken" / "cv2"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(BROKEN)
    path = os.pathsep.join([str(package.parent), os.environ.get("PYTHONPATH", "")])
    code, err = ended(*command, env={**os.environ, "PYTHONPATH": path})
    assert code == 1
    assert "Traceback" not in err
    assert "libGL.so.1" in err
    assert "opencv-python-headless" in err
    assert len(err.splitlines()) == 1


@posix
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["methods"], 0),
        (["methods", "--json"], 0),
        (["fetch", "--list"], 0),
        (["photo.png"], 0),
        (["photo.png", "--weights", "published"], 1),
        (["fetch", "reg_full_model"], 1),
    ],
)
def test_nobody_has_a_home(command, expected, photo):
    """In a container under a number without a name, what needs no home works."""
    assert photo.exists()
    surroundings = {
        name: value
        for name, value in os.environ.items()
        if name not in ("HOME", "LABCOLOR_HOME") and not name.startswith("XDG_")
    }
    code, err = ended(*command, before=NAMELESS, env=surroundings)
    assert code == expected
    assert "Traceback" not in err
    assert ("set LABCOLOR_HOME" in err) == bool(expected)


SLOW = """
import time
from labcolor.photo import encode
written = encode.png.write

def slowly(photo, profile, stream):
    stream.write(b"a beginning")
    print("writing", flush=True)
    time.sleep(30)

encode.png.write = slowly
"""


@posix
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_leaves_no_temporary_file(number, photo, folder):
    """Closing the terminal is like any other end: what is unfinished is cleared away."""
    process = start(str(photo), before=SLOW)
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert sorted(path.name for path in folder.iterdir()) == ["photo.png"]


@posix
def test_a_hangup_that_is_ignored_stays_ignored(photo, folder):
    """Under nohup the picture is finished."""
    fast = SLOW.replace("time.sleep(30)", "time.sleep(1); written(photo, profile, stream)")
    fast = fast.replace('    stream.write(b"a beginning")\n', "")
    process = start(
        str(photo), before=fast, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=20)
    assert process.returncode == 0
    with Image.open(folder / "photo-colour.png") as image:
        image.load()


@posix
@pytest.mark.parametrize("options", [[], ["--overwrite"]])
def test_a_pipe_of_a_name_is_written_into(options, photo, folder, labcolor):
    """A FIFO stays one, and its reader gets the picture."""
    fifo = folder / "pipe.png"
    os.mkfifo(fifo)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(fifo.read_bytes()))
    reader.start()
    assert labcolor(str(photo), "-o", str(fifo), *options).code == 0
    reader.join(timeout=20)
    assert fifo.is_fifo()
    assert received[0].startswith(b"\x89PNG")
    assert received[0].endswith(b"IEND\xaeB`\x82")


@posix
def test_a_device_stays_one(photo, folder, labcolor):
    """Writing to /dev/null makes no file of it."""
    null = folder / "null.png"
    null.symlink_to("/dev/null")
    assert labcolor(str(photo), "-o", str(null), "--overwrite").code == 0
    assert null.is_symlink()
    assert Path("/dev/null").is_char_device()


@posix
def test_a_socket_is_refused(photo, folder, labcolor):
    """What takes no bytes of a file is not replaced by one."""
    import socket

    with socket.socket(socket.AF_UNIX) as one:
        one.bind("s.png")
        done = labcolor(str(photo), "-o", "s.png", "--overwrite")
        assert done.code == 1
        assert "not a regular file" in done.stderr
        assert (folder / "s.png").is_socket()
