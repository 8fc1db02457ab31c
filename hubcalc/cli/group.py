"""The command `hubcalc`: its subcommands, and the one place where errors become messages and exit codes."""

from typing import Any

import click

from hubcalc.cli import (
    analyze,
    ask,
    calculate,
    copy_as,
    corridors,
    diff,
    documents,
    jobs,
    scenario_sheets,
    serve,
    simulate,
    studies,
    timelines,
    transfer,
    warm,
    workbook,
)
from hubcalc.cli.failures import EXIT_CODES, as_json, as_text, exit_code, usage_as_json
from hubcalc.cli.options import WANTS_JSON
from hubcalc.errors import HubcalcError

_HELP = """Throughput, waiting and capacity of dry ports, border crossings, terminals and the lines between them.

Commands read the documents that come with hubcalc and those in the local database file, if there is one (--database or
HUBCALC_DATABASE, by default hubcalc.sqlite in this folder); no server is needed. With --url or HUBCALC_URL they ask a
server instead.
"""
_EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code}  {meaning}" for code, meaning in EXIT_CODES.items())


class Commands(click.Group):
    """A group that tells the user of an expected error in words, or as a problem document where JSON is wanted."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether JSON is wanted before anything can go wrong."""
        ctx.meta[WANTS_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; an expected error ends it with a message and an exit code."""
        wants_json = ctx.meta[WANTS_JSON]
        try:
            return super().invoke(ctx)
        except HubcalcError as error:
            click.echo(as_json(error) if wants_json else as_text(error), err=True)
            ctx.exit(exit_code(error))
        except click.UsageError as error:
            if not wants_json:
                raise
            click.echo(usage_as_json(error.format_message()), err=True)
            ctx.exit(error.exit_code)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from hubcalc.version import MODEL_VERSION, PACKAGE_VERSION

        click.echo(f"hubcalc {PACKAGE_VERSION}, model version {MODEL_VERSION}")
        ctx.exit()


@click.group(
    cls=Commands,
    help=_HELP,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the versions of the package and of its numbers.",
)
def main() -> None:
    """Run a subcommand."""


for _command in (
    *(serve.serve, *documents.LISTS, scenario_sheets.scenarios, documents.show, documents.paths),
    *(analyze.analyze, simulate.simulate),
    *(timelines.curve, timelines.day, timelines.clearing, timelines.recovery),
    *(*corridors.QUESTIONS, ask.ask, diff.diff),
    *(*studies.STUDIES, *jobs.COMMANDS),
    *(calculate.queue, calculate.capacity),
    *(workbook.workbook, copy_as.copy_as),
    *(transfer.import_documents, transfer.export_document, warm.warm),
):
    main.add_command(_command)
