"""The Tab key, in the shells themselves: what stands on the line after it is pressed."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

TYPED = {
    "labcolor fet": ["labcolor", "fetch"],
    "labcolor --meth": ["labcolor", "--method"],
    "labcolor --method class_we": ["labcolor", "--method", "class_weights_model"],
    "labcolor --method=class_we": ["labcolor", "--method=class_weights_model"],
    "labcolor --weights publ": ["labcolor", "--weights", "published"],
    "labcolor --weights my": ["labcolor", "--weights", "my scan.png"],
    "labcolor 'my scan.png' --hints=dra": ["labcolor", "my scan.png", "--hints=drawn.png"],
    "labcolor my": ["labcolor", "my scan.png"],
    "labcolor 'my scan.png' --upsample bil": ["labcolor", "my scan.png", "--upsample", "bilinear"],
    "labcolor fetch reg_full_m": ["labcolor", "fetch", "reg_full_model"],
    "labcolor eval --method reg_part": ["labcolor", "eval", "--method", "reg_part_model"],
    "labcolor completion z": ["labcolor", "completion", "zsh"],
}
SET_UP = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "bind 'set bell-style none'"),
    "zsh": (["zsh", "-f", "-i"], "bindkey -e; autoload -Uz compinit; compinit -u -D"),
}


def needs(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with files whose names want care; labcolor is on the PATH."""
    for name in ("my scan.png", "drawn.png"):
        (tmp_path / name).touch()
    programs = tmp_path / ".bin"
    programs.mkdir()
    program = programs / "labcolor"
    program.write_text(f"#!{sys.executable}\nfrom labcolor.cli import main\nmain()\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def script(shell: str) -> str:
    run = subprocess.run(["labcolor", "completion", shell], capture_output=True, check=True)
    return run.stdout.decode()


class Terminal:
    """A shell that believes a person types."""

    def __init__(self, shell: str, script: Path) -> None:
        command, first = SET_UP[shell]
        self.pid, self.line = pty.fork()
        if not self.pid:
            os.environ.update(TERM="dumb", PS1="", INPUTRC=os.devnull)
            os.execvp(command[0], command)
        self.type(f"{first}; stty -echo; source {script}; echo 'read''y'\n")
        self.read_until("ready")

    def type(self, text: str) -> None:
        os.write(self.line, text.encode())

    def read_until(self, end: str, seconds: float = 20) -> str:
        seen, until = "", time.monotonic() + seconds
        while end not in seen.replace("\r", ""):
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.line], [], [], left)[0]:
                pytest.fail(f"{end!r} does not come; there is {seen!r}")
            seen += os.read(self.line, 4096).decode(errors="replace")
        return seen.replace("\r", "")

    def completed(self, typed: str) -> list[str]:
        """Press Tab after some text, and let the shell say what is on its line then."""
        self.type(typed + "\t")
        time.sleep(0.1)
        self.type("\x01printf '<%s>\\n' \x05; echo 'do''ne'\n")
        seen = self.read_until("done\n")
        return [line[1:-1] for line in seen.splitlines() if line[:1] + line[-1:] == "<>"]

    def close(self) -> None:
        os.close(self.line)
        os.waitpid(self.pid, 0)


@pytest.fixture(params=SET_UP)
def terminal(request: pytest.FixtureRequest, folder: Path) -> Iterator[Terminal]:
    needs(request.param)
    file = folder / ".completion"
    file.write_text(script(request.param))
    terminal = Terminal(request.param, file)
    yield terminal
    terminal.close()


def test_tab_ends_what_was_begun(terminal: Terminal) -> None:
    """Commands, options, methods and files, quoted where they must be."""
    assert {typed: terminal.completed(typed) for typed in TYPED} == TYPED


def test_fish_offers_the_same(folder: Path) -> None:
    """In fish the candidates can be asked for without a terminal."""
    needs("fish")
    file = folder / ".completion"
    file.write_text(script("fish"))
    asked = "".join(f'complete -C "{typed}"; echo ==;' for typed in TYPED)
    run = subprocess.run(
        ["fish", "--no-config", "-c", f"source {file}; {asked}"],
        capture_output=True,
        check=True,
        text=True,
    )
    offered = [answer.splitlines() for answer in run.stdout.split("==\n")[:-1]]
    last = [words[-1] for words in TYPED.values()]
    assert [[line.split("\t")[0] for line in lines] for lines in offered] == [[w] for w in last]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_right_by_the_shells_own_check(shell: str, folder: Path) -> None:
    needs(shell)
    file = folder / "script"
    file.write_text(script(shell))
    subprocess.run([shell, "-n", str(file)], check=True)
