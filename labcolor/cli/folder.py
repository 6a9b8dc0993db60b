"""`labcolor FOLDER`: colour many photographs, as an archive needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labcolor.cli.interruption import interruptible
from labcolor.cli.progress import display, measure
from labcolor.cli.summary import left_alone, photographs, summary, waiting
from labcolor.errors import LabcolorError, PhotoError
from labcolor.printable import printable

if TYPE_CHECKING:
    from labcolor.batch.executor import Executor
    from labcolor.batch.found import Findings
    from labcolor.batch.journal import Journal
    from labcolor.batch.options import OutputOptions, RunOptions
    from labcolor.batch.own_settings import SettingsOfAll
    from labcolor.batch.plan import Plan
    from labcolor.colorizer import ColorizerOptions
    from labcolor.film import Options as FilmOptions

SOME_FAILED = 3


def colour_folder(
    paths: Sequence[str],
    output: str | None,
    colouring: ColorizerOptions,
    usual: ColorizerOptions,
    writing: OutputOptions,
    options: RunOptions,
    films: FilmOptions,
    *,
    quiet: bool,
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
    from labcolor.batch.own_settings import Colorizers, SettingsOfAll, own_settings
    from labcolor.batch.plan import ExistingResults, make_plan
    from labcolor.batch.report import Table, write_report
    from labcolor.colorizer import Colorizer

    roots = [Path(path) for path in paths]
    target, rule = destination(
        roots,
        Path(output) if output else None,
        ending=f".{writing.format}" if writing.format else "",
        suffix=options.suffix,
        pairs=writing.compare,
        codec=films.codec,
        portable=options.portable_names,
    )
    report = _report(options.report, writing.overwrite)
    colouring["threads"] = colouring["threads"] or cores()
    own = own_settings(colouring, usual) if options.include else ""
    colorizers = Colorizers(Colorizer(**colouring), colouring, own)
    settings = SettingsOfAll(colorizers, writing, own, reset=options.reset)
    findings = find(roots, Choice.of_run(options, films), output=target)
    accompany(findings, colorizers(""), hints=options.hints_beside)
    _check_that_there_are_any(findings, roots)

    def measured_plan(journal: Journal) -> Plan:
        existing = ExistingResults(journal, settings.of, writing.overwrite)
        plan = make_plan(roots, findings, rule, existing)
        measure(plan, again=writing.again, quiet=quiet)
        return plan

    names = (found.name for found in findings.photographs)
    if options.dry_run:
        journal = Journal(target, names)
        work = measured_plan(journal)
        if report:
            write_report(report, Table(work, journal, planned=True), settings.run)
        _show_plan(work, report)
        return
    with locked(target):
        journal = Journal(target, names)
        work = measured_plan(journal)
        if not options.cluster or not work.todo:
            threads = ThreadExecutor(colorizers, writing, options.jobs or cores() + 1)
            _carry_out(work, journal, threads, settings, writing, options, quiet=quiet)
            return
        recipe = recipe_of(colorizers(""), colouring, writing, settings.run)
        colorizers.forget()  # others colour
        with connected(options.cluster, recipe, target, options.jobs) as cluster:
            _carry_out(work, journal, cluster, settings, writing, options, quiet=quiet)


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
    settings: SettingsOfAll,
    writing: OutputOptions,
    options: RunOptions,
    *,
    quiet: bool,
) -> None:
    """Run, sum up, report, and exit with what became of it."""
    from labcolor.batch.report import Table, write_report
    from labcolor.batch.run import Run
    from labcolor.batch.sidecars import carry_all

    _tell_of_failures(plan)
    watcher = display(plan, quiet=quiet)
    run = Run(
        *(plan, journal, executor, settings.found, watcher),
        overwrite=writing.overwrite,
        fail_fast=options.fail_fast,
    )
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
    if writing.sidecars:
        carry_all(table, overwrite=writing.overwrite)
    if not quiet:
        click.echo(printable(summary(counts, plan.output, plan.left)), err=True)
    if options.report and not fatal:
        write_report(Path(options.report), table, settings.run)
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
