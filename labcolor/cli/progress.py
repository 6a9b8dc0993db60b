"""How a run over many photographs goes: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from labcolor.printable import printable

if TYPE_CHECKING:
    from rich.progress import Progress

    from labcolor.batch.plan import Item, Plan
    from labcolor.batch.watcher import Result


class Lines:
    """Failures as they come, and everything else too unless it is quiet.

    Parameters
    ----------
    plan : Plan
        Measured.
    quiet : bool
        Whether nothing but failures is told.
    """

    def __init__(self, plan: Plan, *, quiet: bool = False) -> None:
        self.output = plan.output
        self.total = len(plan.todo)
        self.seen = self.failed = 0
        self.quiet = quiet

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def started(self, item: Item) -> None:
        """Say nothing yet."""

    def finished(self, result: Result) -> None:
        """Say what became of a photograph."""
        self.seen += 1
        self.failed += result.status == "failed"
        if result.status == "failed":
            self.say(f"failed: {result.reason}")
        elif not self.quiet:
            self.tell(result)

    def tell(self, result: Result) -> None:
        """Say what went well."""
        source, names = result.item.source, result.item.names
        files = ", ".join(str(self.output / name) for name in names if name)
        what = f"→ {files}  {result.size[0]}×{result.size[1]}, {result.seconds:.1f} s"
        if result.status == "left":
            what = f"left as it is: {result.reason}"
        self.say(f"[{self.seen}/{self.total}] {source} {what}")

    def stopping(self) -> None:
        """Say what happens after the first Ctrl-C."""
        if not self.quiet:
            self.say("Finishing what has been started; Ctrl-C again stops at once.")

    def say(self, line: str) -> None:
        """Put a line on stderr."""
        click.echo(printable(line), err=True)


class Bar(Lines):
    """A bar that moves by pixels, with count, rate, time left, failures and the current file."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.in_hand: list[str] = []
        self.bar, self.task = _bar(sum(item.work for item in plan.todo))

    def __enter__(self) -> Bar:
        self.bar.start()
        self._show()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def started(self, item: Item) -> None:
        """Show what is in hand."""
        self.in_hand.append(item.name)
        self._show()

    def finished(self, result: Result) -> None:
        """Move on."""
        self.in_hand.remove(result.item.name)
        super().finished(result)
        self._show(result.item.work)

    def tell(self, result: Result) -> None:
        """Leave what went well to the bar, but for what is left as it is."""
        if result.status == "left":
            super().tell(result)

    def say(self, line: str) -> None:
        """Put a line above the bar."""
        self.bar.console.print(printable(line), markup=False, highlight=False, soft_wrap=True)

    def _show(self, advance: int = 0) -> None:
        self.bar.update(
            self.task,
            advance=advance,
            seen=f"{self.seen}/{self.total}",
            failed=f"{self.failed} failed" if self.failed else "",
            current=self.in_hand[0] if self.in_hand else "",
        )


def _bar(work: int) -> tuple[Progress, Any]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Words(ProgressColumn):
        def __init__(self, name: str, style: str = "") -> None:
            super().__init__()
            self.name, self.style = name, style

        def render(self, task: Task) -> Text:
            return Text(task.fields[self.name], self.style, no_wrap=True, overflow="ellipsis")

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed / 1e6:.1f} MP/s" if task.speed else "", "cyan")

    progress = Progress(
        Words("seen"),
        BarColumn(20),
        Rate(),
        TimeRemainingColumn(),
        Words("failed", "red"),
        Words("current", "dim"),
        console=Console(stderr=True),
        transient=True,
        speed_estimate_period=300,
    )
    task = progress.add_task("", total=work, seen="", failed="", current="")
    return progress, task


def measure(plan: Plan, *, again: bool, quiet: bool) -> None:
    """Read the headers of the photographs, which takes its time where there are thousands."""
    if quiet or not sys.stderr.isatty():
        plan.measure(again=again)
        return
    from rich.console import Console

    with Console(stderr=True).status(f"Looking at {len(plan.todo)} photographs …"):
        plan.measure(again=again)


def display(plan: Plan, *, quiet: bool) -> Lines:
    """Choose what suits stderr."""
    if quiet or not sys.stderr.isatty():
        return Lines(plan, quiet=quiet)
    return Bar(plan)
