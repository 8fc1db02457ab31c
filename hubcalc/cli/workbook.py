"""`hubcalc workbook`: an analysis as one file for a spreadsheet program."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubcalc.cli.options import with_documents
from hubcalc.errors import ParameterError, Problem

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents

SUFFIXES = (".xlsx", ".ods")
_DEFAULT_SERVER = "http://127.0.0.1:8000"


def _check_suffix(_: click.Context, __: click.Parameter, file: Path) -> Path:
    """Refuse a file of another kind before anything is computed."""
    if file.suffix.lower() not in SUFFIXES:
        allowed = ", ".join(SUFFIXES)
        raise ParameterError.of(Problem("no kind of workbook", parameter="--output", given=file.name, allowed=allowed))
    return file


def _check_server(context: click.Context, _: click.Parameter, server: str | None) -> str:
    """Give the address that live cells ask: by default the server that is asked now."""
    chosen = server or context.params.get("url") or _DEFAULT_SERVER
    if not chosen.startswith(("http://", "https://")):
        allowed = "an address that begins with http:// or https://"
        raise ParameterError.of(Problem("no address of a server", parameter="--server", given=chosen, allowed=allowed))
    return str(chosen)


@click.command(short_help="Write an analysis as a workbook with live cells, for Excel or LibreOffice.")
@click.argument("hub", metavar="ID|FILE.json")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    callback=_check_suffix,
    metavar="FILE.xlsx|.ods",
    help="The file.",
)
@click.option(
    "--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Override an input; repeat it for several."
)
@click.option("--scenario", metavar="ID", help="A scenario of the hub or line; its overrides come first.")
@click.option("--scale", metavar="FLOW", help="The one flow that capacities scale; by default all grow together.")
@click.option("--method", metavar="auto|fast|exact|simulate", help="What may give the answers.  [default: auto]")
@click.option(
    "--server",
    callback=_check_server,
    metavar="URL",
    help=f"Where live cells ask.  [default: the server that is asked now, or {_DEFAULT_SERVER}]",
)
@with_documents
def workbook(
    documents: "Documents",
    hub: str,
    output: Path,
    overrides: tuple[str, ...],
    server: str,
    **asked: str | None,
) -> None:
    """Write inputs, evidence, live results, charts and a data dictionary into one file.

    \b
    hubcalc workbook khorgos-gateway --output khorgos.xlsx
    hubcalc workbook khorgos-gateway --output khorgos.ods --set stages.front.cranes=4
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.files import hub_or_id, write_bytes
    from hubcalc.cli.overrides import single_overrides
    from hubcalc.documents import collection_of
    from hubcalc.workbooks import analysis_workbook, write_ods, write_xlsx

    subject = hub_or_id(hub)
    document = documents.get(subject).document if isinstance(subject, str) else subject
    values = {path: [value] for path, value in single_overrides(overrides).items()}
    report = documents.analyze(subject, values, None, asked["scale"], asked["method"], asked["scenario"])
    given = {name: value for name, value in asked.items() if value is not None}
    made = analysis_workbook(document, collection_of(document), report, server=server, asked=given)
    write_bytes(output, write_xlsx(made) if output.suffix.lower() == ".xlsx" else write_ods(made))
    click.echo(f"{output}: {made.title}; live cells ask {server}", err=True)
