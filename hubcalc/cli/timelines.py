"""`hubcalc curve`, `day`, `clearing` and `recovery`: a hub over flows and over time."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from hubcalc.cli.options import with_chart, with_documents, with_format

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

    from hubcalc.cli.sources import Documents
    from hubcalc.tables import Table
    from hubcalc.tables.timelines import CurveView, DayView

Command = Callable[..., None]


def _with_hub(command: Command) -> Command:
    """Add what all of these commands take."""
    for option in (
        with_documents,
        with_format("json", "csv"),
        with_chart,
        click.option(
            "--set",
            "overrides",
            multiple=True,
            metavar="PATH=VALUE",
            help="Override an input; repeat it for several inputs.",
        ),
        click.argument("hub", metavar="ID|FILE.json"),
    ):
        command = option(command)
    return command


def _with_stage(command: Command) -> Command:
    """Add what the commands about one stage take."""
    for option in (
        click.option("--start-hour", type=float, help="When it begins, in hours since Monday, 0:00.  [default: 0]"),
        click.option("--stage", metavar="STAGE", help="The stage; by default that with the least capacity."),
    ):
        command = option(command)
    return command


@click.command(short_help="Draw the capacity curve of a hub: flow against wait and dwell.")
@click.option("--points", type=int, help="Number of flows.  [default: 20]")
@click.option("--scale", metavar="FLOW", help="The one flow that grows; by default all grow together.")
@click.option("--method", metavar="auto|fast|exact", help="Formulas that may be taken.  [default: auto]")
@click.option("--view", type=click.Choice(["points", "levels"]), help="Only this table.")
@_with_hub
def curve(
    documents: "Documents",
    hub: str,
    overrides: tuple[str, ...],
    view: "CurveView | None",
    chart: "Path | None",
    format_: str,
    **asked: Any,
) -> None:
    """Give wait and dwell from little flow to almost the theoretical capacity.

    \b
    hubcalc curve khorgos-gateway
    hubcalc curve khorgos-gateway --points 10 --set stages.front.cranes=4
    """  # noqa: D301  # click wants the character
    from hubcalc.charts.curves import SUSTAINABLE, curve_chart
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.files import hub_or_id
    from hubcalc.cli.overrides import single_overrides
    from hubcalc.cli.timelines_text import curve_text
    from hubcalc.tables.timelines import curve_table

    result = _asked(documents.capacity_curve, hub, overrides, asked)

    def drawn() -> dict[str, Any] | None:
        values = {path: [value] for path, value in single_overrides(overrides).items()}
        of_scale = (asked.get("scale"), asked.get("method"))
        report = documents.analyze(hub_or_id(hub), values, [SUSTAINABLE], *of_scale)
        found = report.results[0].metrics[SUSTAINABLE].value
        return curve_chart(result, found if isinstance(found, float) else None)

    save_chart(chart, drawn)
    _write(result, format_, lambda curve: curve_table(curve, view or "points"), lambda curve: curve_text(curve, view))


@click.command(short_help="Follow the stages of a hub through the hours of the day.")
@click.option("--method", metavar="auto|exact|birth_death|fluid", help="How the day is solved.  [default: auto]")
@click.option("--view", type=click.Choice(["hours", "stages"]), help="Only this table.")
@_with_hub
def day(
    documents: "Documents",
    hub: str,
    overrides: tuple[str, ...],
    view: "DayView | None",
    chart: "Path | None",
    format_: str,
    **asked: Any,
) -> None:
    """Give arrivals, queue and wait in each hour of the steady day or week, at each stage of the main route.

    \b
    hubcalc day nur-zholy-khorgos
    hubcalc day nur-zholy-khorgos --view hours
    """  # noqa: D301  # click wants the character
    from hubcalc.charts.days import day_chart
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.timelines_text import day_text
    from hubcalc.tables.timelines import day_table

    result = _asked(documents.day_profile, hub, overrides, asked)
    save_chart(chart, lambda: day_chart(result))
    _write(result, format_, lambda day: day_table(day, view or "hours"), lambda day: day_text(day, view))


@click.command(short_help="Say when a line before a stage has cleared.")
@click.option("--queue", type=float, required=True, help="Handling units in line.")
@_with_stage
@_with_hub
def clearing(
    documents: "Documents", hub: str, overrides: tuple[str, ...], chart: "Path | None", format_: str, **asked: Any
) -> None:
    """Give the time in which a line before a stage clears while arrivals go on.

    \b
    hubcalc clearing khorgos-gateway --queue 30
    hubcalc clearing khorgos-gateway --queue 30 --stage front --set stages.front.cranes=4
    """  # noqa: D301  # click wants the character
    from hubcalc.charts.backlogs import clearing_chart
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.timelines_text import clearing_text
    from hubcalc.tables.timelines import clearing_table

    result = _asked(documents.clearing, hub, overrides, asked)
    save_chart(chart, lambda: clearing_chart(result))
    _write(result, format_, clearing_table, clearing_text)


@click.command(short_help="Say what a closure of a stage leaves behind.")
@click.option("--closed-hours", type=float, required=True, help="Length of the closure.")
@_with_stage
@_with_hub
def recovery(
    documents: "Documents", hub: str, overrides: tuple[str, ...], chart: "Path | None", format_: str, **asked: Any
) -> None:
    """Give the backlog after a closure, and the time until it is gone.

    \b
    hubcalc recovery khorgos-gateway --closed-hours 72
    hubcalc recovery khorgos-gateway --closed-hours 72 --stage front
    """  # noqa: D301  # click wants the character
    from hubcalc.charts.backlogs import recovery_chart
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.timelines_text import recovery_text
    from hubcalc.tables.timelines import recovery_table

    result = _asked(documents.recovery, hub, overrides, asked)
    save_chart(chart, lambda: recovery_chart(result))
    _write(result, format_, recovery_table, recovery_text)


def _asked(ask: Callable[..., Any], hub: str, overrides: tuple[str, ...], asked: dict[str, Any]) -> Any:
    """Ask with what was given."""
    from hubcalc.cli.files import hub_or_id
    from hubcalc.cli.overrides import single_overrides

    given = {name: value for name, value in asked.items() if value is not None}
    return ask(hub_or_id(hub), single_overrides(overrides), **given)


def _write(result: "BaseModel", format_: str, table: Callable[[Any], "Table"], text: Callable[[Any], str]) -> None:
    """Write a result in a format."""
    from hubcalc.cli.output import echo_csv, echo_json

    if format_ == "json":
        echo_json(result.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(table(result))
    else:
        click.echo(text(result))
