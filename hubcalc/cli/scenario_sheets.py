"""`hubcalc scenarios`: lists them; with `form` and `upload` makes them of a sheet."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from click.core import ParameterSource

from hubcalc.cli.documents import LISTS
from hubcalc.cli.options import with_documents, with_format
from hubcalc.errors import HubcalcError, ParameterError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubcalc.cli.sources import Documents
    from hubmodels.scenario_sheets import ScenarioSheetReport

_LIST = next(command for command in LISTS if command.name == "scenarios")
_REFUSED = "invalid_sheet"
_FORMS = (".xlsx", ".ods", ".csv")
_STDIN = "-"


@click.pass_context
def _list(context: click.Context, /, **given: Any) -> None:
    """List scenarios, unless a subcommand is named: then the options belong behind it."""
    if context.invoked_subcommand is None:
        context.invoke(_LIST, **given)
        return
    misplaced = [name for name in given if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if misplaced:
        option = next(parameter.opts[-1] for parameter in context.command.params if parameter.name == misplaced[0])
        raise click.UsageError(f"{option} belongs behind `hubcalc scenarios {context.invoked_subcommand}`")


scenarios = click.Group(
    "scenarios",
    params=list(_LIST.params),
    callback=_list,
    invoke_without_command=True,
    help=f"{_LIST.help}\n\nWith form and upload, make scenarios of a sheet.",
    short_help=_LIST.get_short_help_str(100),
)


@scenarios.command(short_help="Write the empty sheet for scenarios of a hub, a line or a corridor.")
@click.argument("document_id", metavar="ID")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE.xlsx|.ods|.csv",
    help="File to write.",
)
@click.option("--fields", metavar="A,B", help="Paths that get a column, or beginnings such as stages.front; * for all.")
@click.option(
    "--layout",
    type=click.Choice(["wide", "long"]),
    default="wide",
    show_default=True,
    help="One row a scenario, or one row an input of a scenario.",
)
@with_documents
def form(
    documents: "Documents", document_id: str, output: Path, fields: str | None, layout: Literal["wide", "long"]
) -> None:
    """Write the empty sheet for scenarios of a hub, a line or a corridor, to be filled and uploaded.

    It has a column for each input that is usually changed, with its documented value below the header; the workbooks
    also say how to fill it, what is allowed, and what all the inputs are.

    \b
    hubcalc scenarios form khorgos-gateway --output form.xlsx
    hubcalc scenarios form khorgos-gateway --fields flow.per_day,stages.front --output form.csv
    """  # noqa: D301  # click wants the character
    if output.suffix.lower() not in _FORMS:
        raise ParameterError.of(
            Problem("no form is written so", parameter="--output", given=str(output), allowed=", ".join(_FORMS))
        )
    wanted = None if fields is None else [name.strip() for name in fields.split(",") if name.strip()]
    documents.scenario_form(document_id, output, wanted, layout)
    click.echo(f"{output}: the form for scenarios of {document_id}", err=True)


@scenarios.command(short_help="Make scenarios of a filled sheet.")
@click.argument("file", metavar="FILE")
@click.option("--of", "document_id", metavar="ID", required=True, help="Hub, line or corridor that they change.")
@click.option("--keep-good", is_flag=True, help="Store the good rows if others cannot be used; else none is stored.")
@click.option("--replace", is_flag=True, help="Replace scenarios that exist; their earlier versions are kept.")
@click.option("--dry-run", is_flag=True, help="Only look at the sheet, and store nothing.")
@click.option("--sheet", metavar="NAME", help="Sheet of the workbook.  [default: Scenarios, else the first]")
@with_format("json")
@with_documents
def upload(
    documents: "Documents",
    file: str,
    document_id: str,
    *,
    keep_good: bool,
    replace: bool,
    dry_run: bool,
    sheet: str | None,
    format_: str,
) -> None:
    """Make scenarios of a filled sheet: of all its rows, or of none.

    FILE is CSV, an Excel workbook (.xlsx) or an OpenDocument spreadsheet (.ods), or - for standard input. Each cell
    that cannot be used is named, with what is allowed there. The scenarios go into the database file, which is made if
    there is none, or with --url to the server.

    \b
    hubcalc scenarios upload form.xlsx --of khorgos-gateway
    hubcalc scenarios upload form.xlsx --of khorgos-gateway --keep-good --replace
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.failures import BAD_INPUT, exit_code
    from hubcalc.cli.output import echo_json
    from hubcalc.sheets.failures import problem_of

    asked: dict[str, Any] = {"keep_good": keep_good, "replace": replace, "dry_run": dry_run, "sheet": sheet}
    try:
        report = documents.upload_scenarios(document_id, _content(file), **asked)
    except HubcalcError as error:
        if error.code != _REFUSED or format_ == "json":
            raise
        click.echo(_findings_text(error.problems), err=True)
        click.echo("Nothing is stored; --keep-good stores the good rows.", err=True)
        click.get_current_context().exit(exit_code(error))
    if format_ == "json":
        echo_json(report.model_dump(mode="json"))
    else:
        _show(report)
        if report.findings:
            click.echo(_findings_text([problem_of(finding) for finding in report.findings]), err=True)
    if dry_run and report.findings and not keep_good:
        click.get_current_context().exit(BAD_INPUT)


def _content(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == _STDIN else Path(name).read_bytes()
    except OSError as error:
        raise ParameterError.of(Problem(f"cannot be read: {error.strerror}", parameter="FILE", given=name)) from error


def _show(report: "ScenarioSheetReport") -> None:
    """Say of each scenario what became of it."""
    for item in report.scenarios:
        would = "would be " if report.dry_run else ""
        version = "" if item.version is None else f", version {item.version}"
        click.echo(f"{item.id}: {would}{item.outcome}{version}")
    if not report.scenarios and not report.findings:
        click.echo("The sheet has no scenario: write one in each row below the header.")


def _findings_text(problems: "Sequence[Problem]") -> str:
    """Set what cannot be used as a table: where, what stands there, what is wrong, and what is allowed."""
    from hubcalc.cli.output import Column, table_text

    titles = [Column("cell", whole=True), Column("given"), Column("what is wrong"), Column("allowed")]
    rows = []
    for problem in problems:
        wrong = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
        given = "" if problem.given is None else str(problem.given)
        rows.append([problem.pointer or "", given, wrong, problem.allowed or ""])
    return table_text(titles, rows)
