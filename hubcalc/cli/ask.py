"""`hubcalc ask`: what a scenario asks, answered."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubcalc.cli.options import with_documents, with_format

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents


@click.command(short_help="Answer what a scenario asks.")
@click.argument("scenario", metavar="ID|FILE.json")
@click.option("--part", type=click.IntRange(min=1), help="Only this part of the answer, counted from 1.")
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw the chart of the part, by default the first, into this file.",
)
@with_format("json", "csv")
@with_documents
def ask(documents: "Documents", scenario: str, part: int | None, svg: Path | None, format_: str) -> None:
    """Answer what a scenario asks: for each part the finding, how far it may be trusted, its table and the command.

    The scenario is one of those that come with hubcalc or of the database file, or with --url of the server; or a
    document in a file (- for standard input). --csv writes the table of one part with all its columns and digits, by
    default of the first.

    \b
    hubcalc ask visa-free-regime
    hubcalc ask visa-free-regime --part 2 --csv
    """  # noqa: D301  # click wants the character
    from hubcalc.cli.ask_text import answer_text
    from hubcalc.cli.files import scenario_or_id, write_text
    from hubcalc.cli.output import echo_csv, echo_json
    from hubcalc.errors import Problem, RefusedError
    from hubcalc.tables.answers import part_table

    if part is None and (format_ == "csv" or (svg is not None and format_ != "json")):
        part = 1  # what is written shows one part, and only that is computed
    answer = documents.answer(scenario_or_id(scenario), part)
    chosen = answer.parts[0]
    if svg is not None:
        from hubcalc.charts import pictures

        if chosen.chart is None:
            raise RefusedError.of(Problem("there is no chart of this part", parameter="--svg", given=str(svg)))
        write_text(svg, pictures.svg(chosen.chart), "--svg")
        click.echo(f"{svg} shows part {part or 1}.", err=True)
    if format_ == "json":
        echo_json(answer.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(part_table(chosen))
    else:
        click.echo(answer_text(answer, part))
