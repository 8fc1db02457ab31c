"""Studies under way and done: a bar of progress, the result as text, and the rows in a file."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubcalc.cli.charts import check_suffix as check_chart
from hubcalc.cli.charts import save_chart
from hubcalc.cli.output import echo_csv, echo_json
from hubcalc.cli.studies_text import study_text
from hubcalc.errors import ParameterError, Problem
from hubcalc.words import did_you_mean

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from hubcalc.cli.sources import Documents
    from hubmodels.studies.base import StudyResult
    from hubmodels.studies.job import Job, StudyStep

MOST_ROWS_SHOWN = 20
"""A sweep of no more rows shows them in place of a summary of its columns."""


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
    check_chart(chart)
    if out is not None:
        from hubcalc.studies.running import check_suffix

        check_suffix(out)
    if view is not None:
        from hubcalc.studies.registry import STUDY_KINDS

        if kind in STUDY_KINDS:
            check_view(STUDY_KINDS[kind].result, view)
    with progress_bar() as progress:
        done = documents.study(kind, request, progress=progress, **where)
    found: StudyResult = done.result
    if out is not None:
        done.write(out)
        click.echo(f"{out}: {found.rows:,} rows.", err=True)
    save_chart(chart, lambda: next(iter(found.charts.values()), None))
    show(found, view, format_, done.to_rows)


def show(found: "StudyResult", view: str | None, format_: str, rows: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
    """Write a result, or one table of it; `rows` gives its rows, which a short sweep shows."""
    from hubcalc.tables.studies import study_table, usual_view

    check_view(type(found), view)
    if format_ == "json":
        echo_json(found.model_dump(mode="json"))
    elif format_ == "csv":
        echo_csv(study_table(found, view or usual_view(found)))
    else:
        few = view is None and found.kind == "sweep" and found.rows <= MOST_ROWS_SHOWN
        click.echo(study_text(found, view, rows() if few else ()))


def check_view(result: "type[StudyResult]", view: str | None) -> None:
    """Refuse a table that a kind of result does not have."""
    from hubcalc.tables.studies import study_views

    views = study_views(result)
    if view is not None and view not in views:
        allowed, hint = ", ".join(views), did_you_mean(view, views)
        raise ParameterError.of(Problem("no such table", parameter="--view", given=view, allowed=allowed, hint=hint))


class ProgressBar:
    """A bar that shows rows, and the steps of a long part while it is done."""

    def __init__(self, bar: "Progress") -> None:
        self._bar = bar
        self._rows = bar.add_task("rows", total=None)
        self._what: str | None = None
        self._steps: TaskID | None = None

    def rows(self, done: int, total: int) -> None:
        """Show how many rows are done."""
        self._end_steps()
        self._bar.update(self._rows, completed=done, total=total)

    def step(self, step: "StudyStep") -> None:
        """Show how far a long part is."""
        from hubcalc.studies.steps import step_text

        if self._steps is None or step.what != self._what:
            self._end_steps()
            self._what, self._steps = step.what, self._bar.add_task("", total=step.total)
        self._bar.update(self._steps, completed=step.done, description=step_text(step))

    def _end_steps(self) -> None:
        if self._steps is not None:
            self._bar.remove_task(self._steps)
            self._what = self._steps = None

    def job(self, job: "Job") -> None:
        """Show how far a job is."""
        if job.progress.step is not None:
            self.step(job.progress.step)
        else:
            self.rows(job.progress.done_rows, job.progress.rows)


@contextmanager
def progress_bar() -> Iterator[ProgressBar | None]:
    """Show how far a study is, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield ProgressBar(bar)
