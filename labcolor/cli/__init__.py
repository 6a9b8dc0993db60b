"""The only code that talks to a person: one file a command, and here what they share."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click
from click.shell_completion import CompletionItem

from labcolor._version import __version__
from labcolor.cli import completion
from labcolor.cli.colour import colour_command
from labcolor.cli.completion.command import completion_command
from labcolor.cli.contact import contact_command
from labcolor.cli.evaluate import evaluate_command
from labcolor.cli.fetch import fetch_command
from labcolor.cli.folder import SOME_FAILED
from labcolor.cli.interruption import HANGUP
from labcolor.cli.methods import methods_command
from labcolor.cli.notes import show_notes
from labcolor.cli.palettes import palettes_command
from labcolor.cli.retouch import retouch_command
from labcolor.cli.serve import serve_command
from labcolor.cli.streams import fill_closed_streams
from labcolor.errors import LabcolorError
from labcolor.printable import printable

INTERRUPTED = 130
_ENDING = (signal.SIGTERM, *HANGUP)

EXIT_CODES = (
    ("0", "done"),
    ("1", "the photograph, the output or the weights could not be used"),
    ("2", "wrong usage"),
    (str(SOME_FAILED), "some of many photographs could not be coloured"),
    (str(INTERRUPTED), "interrupted"),
)


class PhotographFirst(click.Group):
    """A group whose first argument may be a photograph instead of a command.

    What names a command is that command; `./methods` is a file.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command that is meant before a photograph or one of its options."""
        if ctx.resilient_parsing and not args:
            return super().parse_args(ctx, args)  # a shell asks what may come first
        if not args or args[0] not in self.commands:
            self._refuse_misspelt_command(ctx, args)
            # the help of colouring is that of the whole
            own = {"--help", "-h", "--version"}.intersection(args)
            args = sorted(own) or ["colour", *args]
        return super().parse_args(ctx, args)

    def _refuse_misspelt_command(self, ctx: click.Context, args: list[str]) -> None:
        """Do not take `fethc` for a photograph that is missing."""
        if not args or ctx.resilient_parsing:
            return
        if args[0].startswith("-") or os.path.lexists(args[0]):
            return
        from difflib import get_close_matches

        near = get_close_matches(args[0], self.commands, n=1)
        if near:
            message = f"There is no photograph {args[0]}. Did you mean the command '{near[0]}'?"
            raise click.UsageError(message, ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Offer the commands, and what may stand first where none of them does."""
        words = super().shell_complete(ctx, incomplete)
        if not incomplete.startswith("-"):
            return [*words, CompletionItem(incomplete, type="file")]
        colouring = colour_command.make_context("colour", [], ctx, resilient_parsing=True)
        words += colour_command.shell_complete(colouring, incomplete)
        return list({word.value: word for word in words}.values())

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show how to colour, which is what most people want."""
        return colour_command.collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options of colouring in groups, then the commands, then the exit codes."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for option in [*colour_command.params, *self.get_params(ctx)]:
            if isinstance(option, click.Option) and (record := option.get_help_record(ctx)):
                groups.setdefault(getattr(option, "group", "Messages"), []).append(record)
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl(records)
        self.format_commands(ctx, formatter)
        with formatter.section("Exit codes"):
            formatter.write_dl(EXIT_CODES)


@click.group(cls=PhotographFirst, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="labcolor %(version)s")
def group() -> None:
    """Give black-and-white photographs plausible colour.

    \b
      labcolor photo.jpg                    writes photo-colour.jpg beside it
      labcolor photo.jpg -o colour.png
      labcolor scans/ -o colour/            goes on where it was stopped
      labcolor - -o - < photo.jpg > colour.png

    The photograph keeps its size, its lightness and its metadata. It works offline, with weights
    that ship with labcolor. A photograph whose name is that of a command is ./NAME.
    """  # noqa: D301  click means the character \b


group.add_command(colour_command)
group.add_command(completion_command)
group.add_command(contact_command)
group.add_command(evaluate_command)
group.add_command(fetch_command)
group.add_command(methods_command)
group.add_command(palettes_command)
group.add_command(retouch_command)
group.add_command(serve_command)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    Parameters
    ----------
    args : sequence of str, optional
        The arguments; those of the process by default.
    """
    fill_closed_streams()
    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, _end)
    atexit.register(gc.freeze)  # no search for cycles in what ends with the process
    show_notes()
    if completion.VARIABLE in os.environ:
        from labcolor.cli.completion import shells

        shells.register()
    try:
        sys.exit(group.main(args, prog_name="labcolor", standalone_mode=False))
    except LabcolorError as error:
        sentence, code = str(error), error.exit_code
    except click.ClickException as error:
        sentence, code = f"{error.format_message()} See `labcolor --help`.", error.exit_code
    except (click.Abort, KeyboardInterrupt):
        sentence, code = "Interrupted.", INTERRUPTED
    except MemoryError:
        sentence = (
            "There is not enough memory; try a smaller photograph or a smaller --input-size."
        )
        code = 1
    except ImportError as error:
        from labcolor.cli.imports import reason_of

        reason = reason_of(error)
        if reason is None:
            raise
        sentence, code = reason, 1
    except OSError as error:
        sentence, code = f"The operating system reports an error: {error}.", 1
    click.echo(f"labcolor: {printable(sentence)}", err=True)
    sys.exit(code)


def _end(number: int, _: object) -> NoReturn:
    """Leave as after an error, so that no unfinished file stays behind."""
    sys.exit(128 + number)
