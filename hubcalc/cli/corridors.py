"""`hubcalc transit`, `flow`, `equilibrium`, `resilience`, `tcd`, `emissions`, `storms`: asked of corridors."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from hubcalc.cli.options import with_chart, with_documents, with_format

if TYPE_CHECKING:
    from pathlib import Path

    from hubcalc.cli.sources import Documents

Command = Callable[..., None]
VIEWS = {
    "transit": ("legs", "summary", "alternatives"),
    "flow": ("elements", "summary", "demands", "bottlenecks", "ways"),
    "equilibrium": ("elements", "summary", "demands", "ways"),
    "resilience": ("outages", "summary"),
    "tcd": ("points", "summary", "indicators"),
    "emissions": ("legs", "summary"),
    "storms": ("months", "summary"),
}
"""Tables of each answer, the usual one first."""

_DEMAND = click.option("--demand", metavar="DEMAND", help="The demand whose way it is; by default the main demand.")
_METHOD = click.option(
    "--method", metavar="auto|fast|exact|simulate", help="What may be taken at the parts.  [default: auto]"
)
_CAPACITY = click.option(
    "--capacity",
    metavar="theoretical|practical|sustainable",
    help="Which capacity limits flows; by default the one that the corridor names.",
)


def _question(name: str, summary: str, *options: Callable[[Command], Command]) -> Callable[[Command], click.Command]:
    """Make the command of a question; the function's own text is its help."""

    def decorate(function: Command) -> click.Command:
        def command(
            documents: "Documents",
            corridor: str,
            overrides: tuple[str, ...],
            view: str | None,
            chart: "Path | None",
            format_: str,
            **asked: Any,
        ) -> None:
            _ask(documents, name, corridor, overrides, view, chart, format_, asked)

        command.__doc__ = function.__doc__
        decorated = with_chart(with_format("json", "csv")(with_documents(command)))
        added: list[Callable[[Command], Command]] = [
            click.option("--view", type=click.Choice(VIEWS[name]), help="Only this table."),
            *reversed(options),
            click.option(
                "--set",
                "overrides",
                multiple=True,
                metavar="PATH=VALUES",
                help="Override an input of the corridor, or of its documents (hubs.<id>.<path>, lines.<id>.<path>): a "
                "value, a list a,b,c or a range 2..6. Repeat it for all combinations.",
            ),
            click.argument("corridor", metavar="ID|FILE.json"),
        ]
        for option in added:
            decorated = option(decorated)
        return click.command(name, short_help=summary)(decorated)

    return decorate


@_question(
    "transit",
    "Say how long a corridor takes from door to door.",
    _DEMAND,
    click.option("--via", metavar="A,B", help="Nodes or links that the way must pass, in order."),
    _METHOD,
)
def transit() -> None:
    """Give the time of a demand from door to door: mean, percentiles, the parts of the way, and the next ways.

    \b
    hubcalc transit middle-corridor
    hubcalc transit middle-corridor --set hubs.aktau.flow.per_day=2,4 --view summary
    """  # noqa: D301  # click wants the character


@_question(
    "flow",
    "Carry the demands of a corridor at the least cost.",
    click.option("--method", metavar="auto|fast|exact|simulate", help="What times may rest on.  [default: fast]"),
    _CAPACITY,
)
def flow() -> None:
    """Give what is served within the capacities, how full the parts are, and the bottlenecks in order.

    \b
    hubcalc flow middle-corridor
    hubcalc flow middle-corridor --set demand.per_day=100..400:100 --view summary
    """  # noqa: D301  # click wants the character


@_question("equilibrium", "Find the flows of a corridor under congestion.")
def equilibrium() -> None:
    """Give the flows at which no unit gains by another way, with the delays that they cause.

    \b
    hubcalc equilibrium middle-corridor
    """  # noqa: D301  # click wants the character


@_question(
    "resilience",
    "Say what a corridor loses without each of its parts.",
    click.option("--out", metavar="A,B", help="Nodes, links, hubs or lines that are lost, each in turn."),
    click.option("--lost-share", type=float, help="Share of the capacity that is lost.  [default: 1]"),
    click.option("--pairs", is_flag=True, default=None, help="Take each two of them out together, too."),
    _CAPACITY,
)
def resilience() -> None:
    """Give what is still served, added and lost when hubs and lines are out or degraded, the costliest first.

    \b
    hubcalc resilience middle-corridor
    hubcalc resilience middle-corridor --out aktau,kuryk --lost-share 0.5 --pairs
    """  # noqa: D301  # click wants the character


@_question("tcd", "Follow time and cost over distance.", _DEMAND, _METHOD)
def tcd() -> None:
    """Give the time-cost-distance series of a demand's way, and the indicators that CAREC makes of it.

    \b
    hubcalc tcd middle-corridor
    """  # noqa: D301  # click wants the character


@_question("emissions", "Add up the greenhouse gases of a way.", _DEMAND)
def emissions() -> None:
    """Give the greenhouse gases of one unit along a demand's way, with the source of each factor.

    \b
    hubcalc emissions middle-corridor
    """  # noqa: D301  # click wants the character


@_question(
    "storms",
    "Say how long cargo waits through years of storms.",
    click.option("--storms", metavar="STORMS", help="The season of storms, where the corridor has several."),
    click.option(
        "--wait-target-hours", type=float, help="Wait that nine of ten should not exceed, in hours.  [default: 72]"
    ),
    click.option("--seed", type=int, help="Seed of the calendars of storms."),
)
def storms() -> None:
    """Give the waits at the part that storms close, month by month, and what capacity would keep them short.

    \b
    hubcalc storms middle-corridor --storms aktau --wait-target-hours 48
    """  # noqa: D301  # click wants the character


def _ask(
    documents: "Documents",
    name: str,
    corridor: str,
    overrides: tuple[str, ...],
    view: str | None,
    chart: "Path | None",
    format_: str,
    asked: dict[str, Any],
) -> None:
    """Ask with what was given, and write the answer in a format."""
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.corridors_text import corridor_text
    from hubcalc.cli.files import corridor_or_id
    from hubcalc.cli.output import echo_csv, echo_json
    from hubcalc.cli.overrides import list_overrides
    from hubcalc.tables.corridors import corridor_table

    given = {key: value for key, value in asked.items() if value is not None}
    for key in {"via", "out"} & set(given):
        given[key] = tuple(item.strip() for item in given[key].split(",") if item.strip())
    report = documents.ask_corridor(name, corridor_or_id(corridor), list_overrides(overrides), **given)
    if chart is not None:
        from hubcalc.analysis.corridors.questions import QUESTIONS as ASKED
        from hubcalc.answers.corridor_charts import corridor_chart

        save_chart(chart, lambda: corridor_chart(ASKED[name], report, view))
    if format_ == "json":
        echo_json(report.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(corridor_table(report, view or VIEWS[name][0]))
    else:
        click.echo(corridor_text(report, view))


QUESTIONS = [transit, flow, equilibrium, resilience, tcd, emissions, storms]
