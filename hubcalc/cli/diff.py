"""`hubcalc diff`: scenarios side by side."""

from typing import TYPE_CHECKING

import click

from hubcalc.cli.options import with_documents, with_format

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents

_VIEWS = ("results", "inputs", "effects")


@click.command(short_help="Set scenarios side by side.")
@click.argument("scenarios", metavar="ID|FILE.json...", nargs=-1, required=True)
@click.option(
    "--fields", metavar="A,B", help="Results wanted: metrics of a hub or a line, or transit.mean_hours of a corridor."
)
@click.option(
    "--method", metavar="fast|auto|exact|simulate", help="What may be taken for the results.  [default: fast]"
)
@click.option("--view", type=click.Choice(_VIEWS), help="Only this table.")
@with_format("json", "csv")
@with_documents
def diff(
    documents: "Documents",
    scenarios: tuple[str, ...],
    fields: str | None,
    method: str | None,
    view: str | None,
    format_: str,
) -> None:
    """Set scenarios of one hub, line or corridor side by side: their inputs, their results, and what causes what.

    Differences are to the first. One scenario is set beside its base, or beside its subject where it has none; the id
    of the subject stands for it as documented. With two, the effect of each input alone is given too.

    \b
    hubcalc diff khorgos-high-case
    hubcalc diff nur-zholy-khorgos checkpoint-modernisation --fields wait_mean_hours,bottleneck
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.diff_text import diff_text
    from hubcalc.cli.files import scenario_or_id
    from hubcalc.cli.output import echo_csv, echo_json
    from hubcalc.tables.differences import DIFF_VIEWS, diff_table

    asked: dict[str, object] = {} if method is None else {"method": method}
    if fields is not None:
        asked["fields"] = [name.strip() for name in fields.split(",") if name.strip()]
    found = documents.scenario_diff([scenario_or_id(item) for item in scenarios], **asked)
    chosen = next((name for name in DIFF_VIEWS if name == view), None)
    if format_ == "json":
        echo_json(found.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(diff_table(found, chosen or DIFF_VIEWS[0]))
    else:
        click.echo(diff_text(found, chosen))
