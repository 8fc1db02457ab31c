"""`hubcalc simulate`: a hub in one scenario, event by event."""

from typing import TYPE_CHECKING, Any

import click

from hubcalc.cli.options import with_chart, with_documents, with_format

if TYPE_CHECKING:
    from pathlib import Path

    from hubcalc.cli.sources import Documents
    from hubcalc.tables.simulations import SimulationView


@click.command(short_help="Simulate a hub in one scenario.")
@click.argument("hub", metavar="ID|FILE.json")
@click.option(
    "--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Override an input; repeat it for several inputs."
)
@click.option(
    "--precision", type=float, help="Half width of the interval of the mean dwell, by the mean.  [default: 0.01]"
)
@click.option("--most-events", type=int, help="Budget of events.  [default: 20 million]")
@click.option("--seed", type=int, help="The same seed gives the same numbers.  [default: made from the inputs]")
@click.option("--replications", type=int, help="With --hours, instead of a precision: so many runs.")
@click.option("--hours", type=float, help="With --replications: simulated time of each run.")
@click.option("--trace", type=int, help="List so many events of a run from its beginning.")
@click.option(
    "--view",
    type=click.Choice(["metrics", "flows", "stations", "yards", "trace"]),
    help="Only this table.",
)
@with_chart
@with_format("json", "csv")
@with_documents
def simulate(
    documents: "Documents",
    hub: str,
    overrides: tuple[str, ...],
    view: "SimulationView | None",
    chart: "Path | None",
    format_: str,
    **asked: float | None,
) -> None:
    """Simulate a hub in one scenario, until its mean dwell is known to the precision or the budget of events is used.

    The hub is one of those that come with hubcalc or of the database file, or with --url of the server; or a document
    in a file (- for standard input). Without a server up to 500 million events are simulated, on all cores.

    \b
    hubcalc simulate khorgos-gateway
    hubcalc simulate khorgos-gateway --set stages.front.cranes=4 --precision 0.005 --seed 7
    hubcalc simulate khorgos-gateway --trace 50 --view trace
    """  # noqa: D301  # click wants the character
    from hubcalc.charts.simulated import simulation_chart
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.files import hub_or_id
    from hubcalc.cli.output import echo_csv, echo_json
    from hubcalc.cli.overrides import single_overrides
    from hubcalc.cli.simulations_text import simulation_text
    from hubcalc.tables.simulations import simulation_table

    given: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    report = documents.simulate(hub_or_id(hub), single_overrides(overrides), **given)
    save_chart(chart, lambda: simulation_chart(report, view or "metrics"))
    if format_ == "json":
        echo_json(report.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(simulation_table(report, view or "metrics"))
    else:
        click.echo(simulation_text(report, view))
