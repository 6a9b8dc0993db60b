"""`labcolor FOLDER`: colour many photographs, as an archive needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labcolor.cli import film
from labcolor.cli.interruption import interruptible
from labcolor.cli.progress import display, measure
from labcolor.cli.summary import left_alone, photographs, summary, waiting
from labcolor.errors import LabcolorError, PhotoError
from labcolor.printable import printable

if TYPE_CHECKING:
    from labcolor.batch.executor import Executor
    from labcolor.batch.found import Findings
    from labcolor.batch.journal import Journal
    from labcolor.batch.options import RunOptions
    from labcolor.batch.plan import Plan
    from labcolor.colorizer import ColorizerOptions

SOME_FAILED = 3


@dataclass(frozen=True)
class FolderOptions:
    """The options that concern many photographs only, by their names.

    `hints_beside` is what --hints may say for many, `aside` what is left alone for now, and why.
    """

    recursive: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    dry_run: bool
    suffix: str | None
    skip_colour: bool
    mark: bool
    compare: bool
    again: bool
    reset: bool
    report: str | None
    fail_fast: bool
    jobs: int | None
    cluster: str | None
    films: bool
    portable_names: bool
    sidecars: bool
    watch: bool
    hints_beside: bool = False
    aside: Mapping[Path, str] = field(default_factory=dict)


def colour_folder(
    paths: Sequence[str],
    output: str | None,
    folder_options: FolderOptions,
    *,
    format_: str | None,
    quality: int,
    accept_damaged: bool,
    overwrite: bool,
    quiet: bool,
    colouring: ColorizerOptions,
    usual: ColorizerOptions,
    moving: film.FilmOptions,
) -> None:
    """Colour the photographs and films under folders, and those that are named.

    Exits with 3 where some failed, and with 128 + its number after a signal.
    """
    from labcolor.batch.accompany import accompany
    from labcolor.batch.cluster.connect import connected
    from labcolor.batch.cluster.recipe import recipe_of
    from labcolor.batch.cores import cores
    from labcolor.batch.destination import destination
    from labcolor.batch.executor import ThreadExecutor
    from labcolor.batch.find import Choice, find
    from labcolor.batch.journal import Journal
    from labcolor.batch.lock import locked
    from labcolor.batch.options import OutputOptions, RunOptions
    from labcolor.batch.own_settings import Colorizers, SettingsOfAll, own_settings
    from labcolor.batch.plan import ExistingResults, make_plan
    from labcolor.batch.report import Table, write_report
    from labcolor.colorizer import Colorizer

    roots = [Path(path) for path in paths]
    target, rule = destination(
        roots,
        Path(output) if output else None,
        ending=f".{format_}" if format_ else "",
        suffix=folder_options.suffix,
        pairs=folder_options.compare,
        codec=moving.codec,
        portable=folder_options.portable_names,
    )
    report = _report(folder_options.report, overwrite)
    colouring["threads"] = colouring["threads"] or cores()
    output_options = OutputOptions(
        quality, accept_damaged, folder_options.mark, folder_options.skip_colour
    )
    own = own_settings(colouring, usual) if folder_options.include else ""
    colorizers = Colorizers(Colorizer(**colouring), colouring, own)
    chosen = colorizers.settings("", output_options)
    of_all = SettingsOfAll(colorizers, output_options, own, reset=folder_options.reset)
    choice = Choice(
        *(folder_options.recursive, folder_options.include, folder_options.exclude),
        films=moving.options() if folder_options.films else None,
        aside=folder_options.aside,
    )
    findings = find(roots, choice, output=target)
    accompany(findings, colorizers(""), hints=folder_options.hints_beside)
    _check_that_there_are_any(findings, roots)

    def measured_plan(journal: Journal) -> Plan:
        existing = ExistingResults(journal, of_all.of, overwrite)
        plan = make_plan(roots, findings, rule, existing)
        measure(plan, again=folder_options.again, quiet=quiet)
        return plan

    if folder_options.dry_run:
        journal = Journal(target)
        work = measured_plan(journal)
        if report:
            write_report(report, Table(work, journal, planned=True), chosen)
        _show_plan(work, report)
        return
    run_options = RunOptions(chosen, overwrite, folder_options.fail_fast, of_all.found)
    with locked(target):
        journal = Journal(target)
        work = measured_plan(journal)
        if not folder_options.cluster or not work.todo:
            executor = ThreadExecutor(
                colorizers, output_options, folder_options.jobs or cores() + 1
            )
            _carry_out(work, journal, executor, run_options, folder_options, quiet=quiet)
            return
        recipe = recipe_of(colorizers(""), colouring, output_options, chosen)
        colorizers.forget()  # others colour
        with connected(folder_options.cluster, recipe, target, folder_options.jobs) as cluster:
            _carry_out(work, journal, cluster, run_options, folder_options, quiet=quiet)


def _report(name: str | None, overwrite: bool) -> Path | None:
    """Name the report, and make sure that it can be written."""
    if name is None:
        return None
    from labcolor.batch.report import check_report

    check_report(Path(name), overwrite=overwrite)
    return Path(name)


def _carry_out(
    plan: Plan,
    journal: Journal,
    executor: Executor,
    run_options: RunOptions,
    folder_options: FolderOptions,
    *,
    quiet: bool,
) -> None:
    """Run, sum up, report, and exit with what became of it."""
    from labcolor.batch.report import Table, write_report
    from labcolor.batch.run import Run
    from labcolor.batch.sidecars import carry_all

    _tell_of_failures(plan)
    watcher = display(plan, quiet=quiet)
    run = Run(plan, journal, executor, run_options, watcher)
    fatal: LabcolorError | None = None
    with interruptible(run.stop) as interruption:
        try:
            with watcher:
                run.go()
        except LabcolorError as error:
            fatal = error
        except KeyboardInterrupt:
            _leave_at_once(interruption.exit_code)
    table = Table(plan, journal, run.unmade)
    counts = table.count()
    if folder_options.sidecars:
        carry_all(table, overwrite=run_options.overwrite)
    if not quiet:
        click.echo(printable(summary(counts, plan.output, plan.left)), err=True)
    if folder_options.report and not fatal:
        write_report(Path(folder_options.report), table, run_options.settings)
    waits = counts["not reached"]
    if fatal:
        message = f"{fatal} {waiting(waits)}; the same command goes on with them."
        raise type(fatal)(message) from fatal
    if interruption.exit_code:
        click.echo(f"Stopped. {waiting(waits)}; the same command goes on.", err=True)
        sys.exit(interruption.exit_code)
    if counts["failed"]:
        sys.exit(SOME_FAILED)


def _leave_at_once(code: int) -> None:
    """End the process in the midst of its work; the next run clears up after it."""
    click.echo("Stopped at once; the same command goes on.", err=True)
    sys.stderr.flush()
    os._exit(code)


def _check_that_there_are_any(findings: Findings, roots: Sequence[Path]) -> None:
    if not findings.photographs and not findings.unreadable:
        where = ", ".join(map(str, roots))
        message = f"There is no photograph to colour in {where}.{left_alone(findings.left)}"
        raise PhotoError(message)


def _tell_of_failures(plan: Plan) -> None:
    """Name what fails before the first photograph is touched."""
    for path, reason in plan.unreadable:
        click.echo(printable(f"failed: {path} cannot be opened ({reason})."), err=True)
    for item in plan.items:
        if item.state == "refused":
            click.echo(printable(f"failed: {item.reason}"), err=True)


def _show_plan(plan: Plan, report: Path | None) -> None:
    """Print what would be done, a line a photograph, and what is left alone."""
    for item in plan.items:
        kind = "pictures" if item.film else "pages"
        pages = f"  {item.extent.pages} {kind}" if item.extent.pages > 1 else ""
        known = "; ".join(filter(None, (item.reason, item.fault)))
        why = f"  ({known})" if known else ""
        _print(f"{item.state:<8} {item.source} → {plan.output / item.names.output}{pages}{why}")
    for path, reason in plan.left:
        _print(f"{'ignored':<8} {path}  ({reason})")
    for path, reason in plan.unreadable:
        _print(f"{'failed':<8} {path}  ({reason})")
    counts = [f"{number} {state}" for state, number in plan.count().items()]
    faulty = sum(bool(item.fault) for item in plan.todo)
    counts += [f"{faulty} likely to fail"] if faulty else []
    written = f"{report}, and nothing else, was written" if report else "Nothing was written"
    _print(f"{photographs(len(plan.items))}: {', '.join(counts) or 'nothing to do'}. {written}.")


def _print(line: str) -> None:
    """Print a line, whatever bytes are in a name and whatever the terminal knows."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(printable(line).encode(encoding, "backslashreplace").decode(encoding))
