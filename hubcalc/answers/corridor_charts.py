"""The usual chart of an answer about a corridor."""

from typing import Any

from hubcalc.analysis.corridors.questions import Question
from hubcalc.charts import chart_of
from hubcalc.tables.corridors import corridor_table, usual_view
from hubmodels.answers import AnswerColumn
from hubmodels.corridor_results import CorridorReport


def corridor_chart(question: Question, report: CorridorReport, view: str | None = None) -> dict[str, Any] | None:
    """Give the chart of a report.

    Parameters
    ----------
    question : Question
        What was asked.
    report : CorridorReport
        What came of it.
    view : str, optional
        The list of results that is shown; by default the usual one.

    Returns
    -------
    dict or None
        A Vega-Lite specification; None where that list has none.
    """
    table = corridor_table(report, view or usual_view(report))
    columns = [AnswerColumn(name=column.name, unit=column.unit) for column in table.columns]
    return chart_of(question.name, f"{report.corridor.name}: {question.summary.lower()}", columns, table.rows)
