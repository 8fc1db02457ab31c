"""One number of a corridor for a spreadsheet cell: `/v1/corridors/{id}/transit/p90_hours.txt`."""

from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from hubcalc.analysis.corridors.questions import QUESTIONS, Question
from hubcalc.api import openapi
from hubcalc.api.caching import kept
from hubcalc.api.cell_answers import UNSTABLE_PARAMETER, cell_answer, cell_format, shown, unstable_form
from hubcalc.api.corridor_options import documented
from hubcalc.api.corridors import AskedOfStored
from hubcalc.api.parameters import Query
from hubcalc.api.routing import CORRIDORS, Call, Handler, reading
from hubcalc.errors import NotFoundError, Problem
from hubcalc.tables.corridors import SUMMARY, corridor_table, summary_fields
from hubcalc.words import did_you_mean
from hubmodels.corridor_results import CorridorReport, TransitResult
from hubmodels.results import Metric, Verdict

_COMMON = ("format", "version", "model_version", "unstable")
_WITHOUT_SHOCKS = "time_without_shocks"


def _numbers(question: Question) -> list[str]:
    """Name the numbers of a question's summary, of which each may stand in a cell."""
    return [column.name for column, is_number in summary_fields(question.report) if is_number]


def _asking(question: Question) -> Handler:
    """Make the handler that reads one number of a question about a stored corridor."""

    def ask(request: Call, number: FromPath[str]) -> Response[bytes]:
        query = Query.of(request, (*question.options, *_COMMON), with_paths=True)
        format_ = cell_format(query)
        form = unstable_form(query, format_)
        if number not in (known := _numbers(question)):
            allowed, hint = ", ".join(known), did_you_mean(number, known)
            raise NotFoundError.of(Problem("no such number", given=number, allowed=allowed, hint=hint))
        asked = AskedOfStored.of(request, query, question, format_)
        if (ready := kept(request, asked.etag)) is not None:
            return ready
        values = {path: [value] for path, value in query.single_values().items()}
        cell = _metric(asked.report(values), number)
        return cell_answer(
            query,
            format_,
            asked.etag,
            (number, cell),
            lambda: shown(number, cell, form, lambda: cell.verdict.reason, endless=number.endswith("_hours")),
        )

    ask.__doc__ = f"Read one number of a corridor: {question.summary[0].lower()}{question.summary[1:]}."
    return ask


def _metric(report: CorridorReport, number: str) -> Metric:
    table = corridor_table(report, SUMMARY)
    # what was changed stands before the numbers
    place = max(i for i, column in enumerate(table.columns) if column.name == number)
    value = table.rows[0][place]
    (result,) = report.results  # type: ignore[attr-defined]  # every report has them
    return Metric(
        value=None if value is None else float(value), unit=table.columns[place].unit, verdict=_verdict(result, number)
    )


def _verdict(result: Any, number: str) -> Verdict:
    if isinstance(result, TransitResult):
        calm = result.time_without_shocks if number.startswith(_WITHOUT_SHOCKS) else None
        return (calm or result.time).verdict
    verdict: Verdict = result.verdict
    return verdict


def _route_of(question: Question) -> HTTPRouteHandler:
    parameters = [each for each in documented(question)[2:] if each.name != openapi.CORRIDOR_PATHS.name]
    operation = openapi.operation(
        f"Read one number: {question.summary[0].lower()}{question.summary[1:]}",
        [openapi.FORMAT, *parameters, UNSTABLE_PARAMETER, openapi.CORRIDOR_PATHS],
        answers={200: openapi.json_schema("MetricCell")},
        tables=True,
        may_be_cached=True,
    )
    path = CORRIDORS.path(question.name, "{number:str}")
    return reading(CORRIDORS, path, _asking(question), f"get_corridor_{question.name}_number", operation)


ROUTES = [_route_of(question) for question in QUESTIONS.values() if _numbers(question)]
