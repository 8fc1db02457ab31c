"""`hubcalc queue` and `hubcalc capacity`: calculators that need no document."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from hubcalc.cli.options import with_chart, with_format, with_key

if TYPE_CHECKING:
    from pathlib import Path

    from hubcalc.tables import CalculationView

_VIEWS = ("metrics", "alternatives", "elasticities")

Command = Callable[..., None]


def _with_question(command: Command) -> Command:
    """Add what all calculators take."""
    for option in (
        click.option("--url", envvar="HUBCALC_URL", show_envvar=True, help="Ask the server at this address."),
        with_key,
        with_format("json", "csv"),
        with_chart,
        click.option("--view", type=click.Choice(_VIEWS), help="Only this table."),
        click.option("--fields", metavar="A,B", help="Only these metrics."),
        click.option(
            "--solve-for",
            metavar="INPUT",
            help="The input that is looked for, given a target; by default the one that is left out.",
        ),
        click.argument("given", nargs=-1, metavar="[INPUT=VALUES]..."),
    ):
        command = option(command)
    return command


@click.command(short_help="Calculate a queue.")
@_with_question
def queue(
    given: tuple[str, ...],
    solve_for: str | None,
    fields: str | None,
    view: "CalculationView | None",
    chart: "Path | None",
    format_: str,
    url: str | None,
) -> None:
    """Calculate a queue with the most exact model that the inputs allow; without inputs, list them.

    A value may be a list a,b,c or a range 2..6 or 2..6:0.5. Give a target and leave one input out to look for it.

    \b
    hubcalc queue arrivals_per_hour=60 service_hours=0.04 servers=3
    hubcalc queue arrivals_per_hour=60 service_hours=0.04 target_wait_p95_hours=0.1
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.calculators import QUEUE

    _run(QUEUE, given, solve_for, fields, view, chart, format_, url)


@click.command(short_help="Calculate the capacity of berths, yards, gates, lines and others.")
@click.argument("kind", required=False)
@_with_question
def capacity(
    kind: str | None,
    given: tuple[str, ...],
    solve_for: str | None,
    fields: str | None,
    view: "CalculationView | None",
    chart: "Path | None",
    format_: str,
    url: str | None,
) -> None:
    """Calculate the capacity of one kind of resource; without KIND, list the kinds, without inputs, list those.

    A value may be a list a,b,c or a range 2..6 or 2..6:0.5. Give a target and leave one input out to look for it.
    """
    if kind is not None:
        _run(kind, given, solve_for, fields, view, chart, format_, url)
        return
    from hubcalc.cli.calculations_text import kinds_text
    from hubcalc.cli.calculators import calculators
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.output import csv_of, echo_json

    save_chart(chart, lambda: None)
    with calculators(url) as asked:
        notes = [note.model_dump(mode="json") for note in asked.kinds()]
    if format_ == "json":
        echo_json(notes)
    elif format_ == "csv":
        csv_of([{"kind": note["name"], "title": note["title"]} for note in notes], ["kind", "title"])
    else:
        click.echo(kinds_text(notes))


def _run(
    name: str,
    given: tuple[str, ...],
    solve_for: str | None,
    fields: str | None,
    view: "CalculationView | None",
    chart: "Path | None",
    format_: str,
    url: str | None,
) -> None:
    from hubcalc.charts.analyses import calculation_chart
    from hubcalc.cli.analyze import names_of
    from hubcalc.cli.calculations_text import calculation_text
    from hubcalc.cli.calculators import calculators
    from hubcalc.cli.charts import save_chart
    from hubcalc.cli.output import echo_csv, echo_json
    from hubcalc.tables import calculation_table

    if not given and solve_for is None:
        save_chart(chart, lambda: None)
        _describe(name, format_, url)
        return
    values = _values(given)
    with calculators(url) as asked:
        report = asked.calculate(name, values, solve_for, names_of(fields))
    save_chart(chart, lambda: calculation_chart(report, names_of(fields)) if view in (None, "metrics") else None)
    if format_ == "json":
        echo_json(report.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(calculation_table(report, view or "metrics"))
    else:
        click.echo(calculation_text(report, view))


def _describe(name: str, format_: str, url: str | None) -> None:
    from hubcalc.cli.calculations_text import inputs_text
    from hubcalc.cli.calculators import calculators
    from hubcalc.cli.output import echo_csv, echo_json
    from hubcalc.tables import inputs_table

    with calculators(url) as asked:
        note = asked.note(name)
    if format_ == "json":
        echo_json(note.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(inputs_table(note))
    else:
        click.echo(inputs_text(note))


def _values(given: tuple[str, ...]) -> dict[str, list[str]]:
    from hubcalc.cli.settings import read_settings
    from hubcalc.errors import ParameterError, Problem
    from hubcalc.scenarios import parse_values

    most = read_settings().scenario_limit
    values: dict[str, list[str]] = {}
    for item in given:
        name, equals, text = (part.strip() for part in item.partition("="))
        if not equals or not name:
            raise ParameterError.of(Problem("not an input", given=item, allowed="INPUT=VALUES, such as servers=2..6"))
        if name in values:
            hint = "give a list as one value: a,b,c"
            raise ParameterError.of(Problem("given twice", parameter=name, given=item, hint=hint))
        values[name] = parse_values(name, text, most)
    return values
