"""One bare number for a spreadsheet cell, or several in one call."""

from collections.abc import Sequence
from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from hubcalc.answers.cells import is_endless
from hubcalc.api import corridor_cells, openapi
from hubcalc.api.analysis import SCENARIO, scenario_overrides, stored_subject
from hubcalc.api.caching import kept, tag
from hubcalc.api.cell_answers import (
    UNSTABLE_PARAMETER,
    UnstableForm,
    cell_answer,
    cell_format,
    cells_answer,
    shown,
    unstable_form,
)
from hubcalc.api.cell_values import CellValues, check_names, wanted_for
from hubcalc.api.parameters import Query
from hubcalc.api.routing import ANALYZED, Call, Served, reading, served_by
from hubcalc.api.services import cells_of, store_of
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.scenarios.stated import changed_by
from hubcalc.store import StoreDocuments
from hubcalc.tables import Format
from hubcalc.tables.reasons import error_line
from hubcalc.version import MODEL_VERSION

_PARAMETERS = ("format", "scenario", "scale", "method", "version", "model_version", "unstable")
_CELLS = "cells"


def get_metric(request: Call, metric: FromPath[str]) -> Response[bytes]:
    """Read one metric, or one column of a stage (`stages.front.utilization`), of one scenario."""
    query = Query.of(request, _PARAMETERS, with_paths=True)
    format_ = cell_format(query)
    form = unstable_form(query, format_)
    found = _asked(request, query, format_, [metric])
    if isinstance(found, Response):
        return found
    values, etag = found
    cell = values.cell(metric)
    if format_ == "json" and cell.verdict.status == "refused":
        raise RefusedError.of(Problem(cell.verdict.reason, parameter=metric))
    return cell_answer(query, format_, etag, (metric, cell), lambda: _shown(values, metric, form))


def get_cells(request: Call) -> Response[bytes]:
    """Read several metrics and columns of stages of one scenario; what has no value is empty, or says why."""
    query = Query.of(request, (*_PARAMETERS, "fields"), with_paths=True)
    format_ = query.format("csv")
    form = unstable_form(query, format_)
    names = list(dict.fromkeys(query.names("fields") or ()))
    if not names:
        hint = "such as fields=wait_mean_hours,stages.front.utilization"
        raise ParameterError.of(Problem("must be given", parameter="fields", hint=hint))
    found = _asked(request, query, format_, names)
    if isinstance(found, Response):
        return found
    values, etag = found
    cells = {name: values.cell(name) for name in names}
    return cells_answer(query, format_, etag, cells, [_each(query, format_, values, name, form) for name in names])


def _asked(
    request: Call, query: Query, format_: Format, names: Sequence[str]
) -> tuple[CellValues, str] | Response[bytes]:
    """Analyze the scenario that a query describes, unless its answer is ready; with the ETag of the answer."""
    stored = stored_subject(request, query)
    documents = StoreDocuments(store_of(request))
    held = scenario_overrides(query, served_by(request).noun, stored.id, documents)
    etag = tag(stored.id, stored.version, documents.versions, *names, query.canonical, format_, MODEL_VERSION)
    if (ready := kept(request, etag)) is not None:
        return ready
    check_names(names)
    given = changed_by(stored.document, held, query.single_values())
    _check_single(given, query.named.get("scenario"))
    scale, method = query.named.get("scale"), query.named.get("method")
    wanted = wanted_for(names)
    key = (stored.collection, stored.id, stored.version, repr([*given.items()]), wanted, scale, method)
    values = cells_of(request).made(key, lambda: CellValues(stored.document, given, wanted, scale=scale, method=method))
    return values, etag


def _check_single(given: dict[str, Any], scenario: str | None) -> None:
    """Refuse a scenario that holds several values for a path which the query does not give."""
    for path, value in given.items():
        if isinstance(value, list):
            text = ",".join(map(str, value))
            message = f"has several values in the scenario {scenario}, and a cell shows one"
            hint = f"give one of them, such as {path}={value[0] if value else ''}, or ask for …/analysis.csv"
            raise ParameterError.of(Problem(message, parameter=path, given=text, hint=hint))


def _shown(values: CellValues, name: str, form: UnstableForm) -> float | str:
    return shown(name, values.cell(name), form, lambda: values.why_unstable(name), endless=is_endless(name))


def _each(query: Query, format_: Format, values: CellValues, name: str, form: UnstableForm) -> float | str | None:
    """Give what one of several cells shows; plain text has no verdict that would tell why there is nothing."""
    try:
        return _shown(values, name, form)
    except RefusedError as error:
        if query.named.get("errors") == "text":
            return error_line(error.message, error.problems)
        if format_ == "txt":
            raise
        return None


def _routes_of(served: Served) -> list[HTTPRouteHandler]:
    several = {
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "items": openapi.json_schema("MetricCell")}},
    }
    parameters = [*openapi.ANALYSIS, SCENARIO, UNSTABLE_PARAMETER, openapi.PATHS]
    names = openapi.query("fields", "Metrics and `stages.<stage>.<column>` wanted, a comma list", openapi.PLAIN_TEXT)
    one = openapi.operation(
        f"Read one number of a {served.noun}",
        parameters,
        answers={200: openapi.json_schema("MetricCell")},
        tables=True,
        may_be_cached=True,
    )
    all_of_them = openapi.operation(
        f"Read several numbers of a {served.noun}",
        [*parameters, names],
        answers={200: several},
        tables=True,
        may_be_cached=True,
    )
    return [
        reading(served, served.path("analysis", _CELLS), get_cells, f"get_{served.noun}_cells", all_of_them),
        reading(served, served.path("analysis", "{metric:str}"), get_metric, f"get_{served.noun}_metric", one),
    ]


ROUTES = [*(route for served in ANALYZED for route in _routes_of(served)), *corridor_cells.ROUTES]
