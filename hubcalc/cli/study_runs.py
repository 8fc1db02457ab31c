"""Studies under way and done: a bar of progress, the result as text, and the rows in a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubcalc.cli.output import Column, echo_csv, echo_json, table_text, text_width
from hubcalc.cli.plain import plain, result, wrapped
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.words import did_you_mean

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents
    from hubcalc.tables import Table
    from hubmodels.studies.base import StudyResult

MOST_SHOWN = 40
"""Rows of a table on the screen; files and --csv have all of them."""


def run_and_show(
    documents: "Documents",
    kind: str,
    request: dict[str, Any],
    *,
    out: Path | None,
    view: str | None,
    chart: Path | None,
    format_: str,
    **where: Any,
) -> None:
    """Do a study, show its result and write what was asked for."""
    from hubcalc.tables.studies import study_table, study_views

    if out is not None:
        from hubcalc.studies.running import check_suffix

        check_suffix(out)
    with progress_bar() as progress:
        done = documents.study(kind, request, progress=progress, **where)
    found: StudyResult = done.result
    views = study_views(type(found))
    if view is not None and view not in views:
        allowed, hint = ", ".join(views), did_you_mean(view, views)
        raise ParameterError.of(Problem("no such table", parameter="--view", given=view, allowed=allowed, hint=hint))
    if out is not None:
        done.write(out)
        click.echo(f"{out}: {found.rows:,} rows.", err=True)
    if chart is not None:
        draw(found, chart)
    if format_ == "json":
        echo_json(found.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(study_table(found, view or views[0]))
    else:
        click.echo(_text(found, [view] if view else [name for name in views if "." not in name]))


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], object] | None]:
    """Show how far a study is, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("rows"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("rows", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def draw(found: "StudyResult", file: Path) -> None:
    """Draw the usual chart of a result."""
    from hubcalc.charts import pictures

    if not found.charts:
        raise RefusedError.of(Problem("there is no chart of this result", parameter="--chart", given=str(file)))
    if file.suffix not in (".svg", ".png"):
        raise ParameterError.of(
            Problem("no kind of picture", parameter="--chart", given=file.name, allowed=".svg, .png")
        )
    spec = next(iter(found.charts.values()))
    file.write_bytes(pictures.png(spec) if file.suffix == ".png" else pictures.svg(spec).encode())
    click.echo(f"{file} shows {next(iter(found.charts))}.", err=True)


def _text(found: "StudyResult", views: list[str]) -> str:
    from hubcalc.tables.studies import study_table

    blocks = [_heading(found)]
    for view in views:
        table = study_table(found, view)
        if table.rows:
            blocks.append(f"{view.replace('_', ' ').capitalize()}\n{_table(table)}")
    if found.warnings:
        said = [wrapped(f"- {item.message} [{item.code}]", text_width(), "", "  ") for item in found.warnings]
        blocks.append("\n".join(["Warnings", *said]))
    return "\n\n".join(blocks)


def _heading(found: "StudyResult") -> str:
    about = found.subject
    with_scenario = f", scenario {about.scenario}" if about.scenario else ""
    fixed = ", ".join(f"{path} = {value}" for path, value in about.overrides.items())
    lines = [f"{about.name} ({about.id}{with_scenario})"]
    lines += [f"with {fixed}"] if fixed else []
    own = _own_numbers(found)
    lines += [wrapped("; ".join(own), text_width())] if own else []
    return plain("\n".join([*lines, f"{found.kind}, {found.rows:,} rows; model version {found.model_version}"]))


def _own_numbers(found: "StudyResult") -> list[str]:
    """Say what a result has beside its tables."""
    from hubmodels.paths import split_unit

    common = {"kind", "subject", "model_version", "rows", "columns", "warnings", "charts"}
    said = []
    for name, field in type(found).model_fields.items():
        value = getattr(found, name)
        if name in common or not isinstance(value, int | float | str) or value == "":
            continue
        unit = split_unit(field.description or "")[1]
        text = value if isinstance(value, str | bool) else result(float(value))
        said.append(f"{name.replace('_', ' ')} {text}{f' {unit}' if unit not in ('', '1') else ''}")
    return said


def _table(table: "Table") -> str:
    texts = [column for column in range(len(table.columns)) if _is_text(table, column)]
    columns = [Column(column.header, right=i not in texts, whole=i in texts) for i, column in enumerate(table.columns)]
    rows = [[_cell(value) for value in row] for row in table.rows[:MOST_SHOWN]]
    more = len(table.rows) - MOST_SHOWN
    text = table_text(columns, rows)
    return f"{text}\nand {more} more: --csv shows all" if more > 0 else text


def _is_text(table: "Table", column: int) -> bool:
    return any(isinstance(row[column], str) for row in table.rows)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return result(float(value)) if isinstance(value, int | float) else result(value)
