"""`hubcalc analyze`: a hub in one scenario or in many."""

from typing import TYPE_CHECKING, Literal

import click

from hubcalc.cli.options import with_chart, with_documents, with_format

if TYPE_CHECKING:
    from pathlib import Path

    from hubcalc.cli.sources import Documents

View = Literal["metrics", "stations", "evidence"]
OVERVIEW = (
    *("practical_capacity_per_day", "utilization", "wait_mean_hours", "dwell_mean_hours"),
    *("dwell_p90_hours", "bottleneck"),
)
"""Metrics in the table of several scenarios, unless --fields says others."""


@click.command(short_help="Analyze a hub in one scenario or in many.")
@click.argument("hub", metavar="ID|FILE.json")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="PATH=VALUES",
    help="Override an input: a value, a list a,b,c or a range 2..6 or 2..6:0.5. Repeat it for all combinations.",
)
@click.option("--scenario", metavar="ID", help="Scenario of this hub; its overrides come first, --set wins over them.")
@click.option("--fields", metavar="A,B", help="Only these metrics.")
@click.option("--scale", metavar="FLOW", help="The one flow that capacities scale; by default all grow together.")
@click.option(
    "--method",
    metavar="auto|fast|exact|simulate",
    help="The first valid formula, or a simulation where none is enough; closed forms and approximations; exact "
    "formulas; a simulation. By default auto, and fast with more than 100 scenarios.",
)
@click.option(
    "--view",
    type=click.Choice(["metrics", "stations", "evidence"]),
    help="Only this table: the metrics, the station table, or the inputs with their evidence.",
)
@with_chart
@with_format("json", "csv")
@with_documents
def analyze(
    documents: "Documents",
    hub: str,
    overrides: tuple[str, ...],
    scenario: str | None,
    fields: str | None,
    scale: str | None,
    method: str | None,
    view: View | None,
    chart: "Path | None",
    format_: str,
) -> None:
    """Analyze a hub in one scenario, or in each combination of the values that are set.

    The hub is one of those that come with hubcalc or of the database file, or with --url of the server; or a document
    in a file (- for standard input), which need not be stored. Paths are listed by `hubcalc paths ID`; flow. stands for
    the main flow.

    \b
    hubcalc analyze khorgos-gateway
    hubcalc analyze khorgos-gateway --set stages.front.cranes=2..6 --set flow.per_day=10,12
    hubcalc analyze khorgos-gateway --scenario khorgos-high-case --set stages.front.cranes=3,4
    """  # noqa: D301  # click wants the character
    from hubcalc.charts.analyses import analysis_chart
    from hubcalc.cli.analysis_text import report_text
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.files import hub_or_id
    from hubcalc.cli.output import echo_csv, echo_json
    from hubcalc.cli.overrides import list_overrides
    from hubcalc.tables import report_table

    values = list_overrides(overrides)
    wanted = names_of(fields)
    if format_ != "json" and wanted is None and view in ("stations", "evidence"):
        wanted = ["dwell_mean_hours" if view == "stations" else "utilization"]  # these tables hold no metrics
    elif format_ == "text" and wanted is None and view != "metrics" and any(len(v) > 1 for v in values.values()):
        wanted = list(OVERVIEW)  # what the table shows; the others need not be computed
    report = documents.analyze(hub_or_id(hub), values, wanted, scale, method, scenario)
    save_chart(chart, lambda: analysis_chart(report, view or "metrics", names_of(fields)))
    if format_ == "json":
        echo_json(report.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(report_table(report, view or "metrics"))
    else:
        click.echo(report_text(report, view))


def names_of(fields: str | None) -> list[str] | None:
    """Read a comma list of names."""
    return None if fields is None else [name.strip() for name in fields.split(",") if name.strip()] or None
