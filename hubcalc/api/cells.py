"""One bare number for a spreadsheet cell."""

from typing import Any

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from hubcalc.analysis import METRIC_NAMES, analyze
from hubcalc.api import openapi
from hubcalc.api.analysis import stored_subject
from hubcalc.api.caching import answer, matches, not_modified, tag
from hubcalc.api.parameters import Query
from hubcalc.api.routing import ANALYZED, Call, Served, reading
from hubcalc.errors import NotFoundError, Problem, RefusedError
from hubcalc.tables import UNSTABLE, Column, Table, cell_text, render
from hubcalc.version import MODEL_VERSION
from hubcalc.words import did_you_mean
from hubmodels.results import AnalysisReport, Metric, StationResult, Verdict
from hubmodels.tables import station_columns

_ARITHMETIC = "arithmetic on the loads of the stage"
_LOADS = frozenset(
    {"arrivals_per_day", "utilization", "growth_per_day", "backlog_at_horizon", "fewest_stable_servers", "limit"}
    | {"crane_utilization", "track_utilization", "handling_hours_per_train", "track_hours_per_train"}
    | {"yard_mean_teu", "yard_capacity_teu", "boxes_stored_per_day"}
)
"""Columns that are arithmetic on what arrives; the others carry the verdict of the queue."""
_CAPACITIES = frozenset({"theoretical_capacity_per_day", "practical_capacity_per_day"})

_ENDLESS = ("wait_mean_hours", "dwell_mean_hours", "dwell_p90_hours")


def get_metric(request: Call, metric: FromPath[str]) -> Response[bytes]:
    """Read one metric, or one column of a stage (`stages.front.utilization`), of one scenario."""
    query = Query.of(request, ("format", "scale", "method", "version", "model_version"), with_paths=True)
    format_ = query.format("txt")
    stored = stored_subject(request, query)
    etag = tag(stored.id, stored.version, metric, query.canonical, format_, MODEL_VERSION)
    if matches(request, etag):
        return not_modified(etag)
    wanted = metric if metric in METRIC_NAMES else None
    if wanted is None and not metric.startswith("stages."):
        raise _unknown(metric, METRIC_NAMES)
    analysis = analyze(
        stored.document,
        query.single_values(),
        metrics=[wanted] if wanted else ["utilization"],
        scale=query.named.get("scale"),
        method=query.named.get("method"),
    )
    cell = analysis.metric(wanted) if wanted else _stage_cell(analysis.report, metric)
    if cell.verdict.status == "refused":
        raise RefusedError.of(Problem(cell.verdict.reason, parameter=metric))
    if format_ == "json":
        content = msgspec.json.encode({"metric": metric, **cell.model_dump()})
    elif format_ == "txt":
        content = cell_text(_shown(cell, metric)).encode()
    else:
        value = _shown(cell, metric)
        content = render(
            Table("cell", [Column(metric, cell.unit), Column("verdict")], [[value, cell.verdict.status]]), format_
        )
    return answer(content, format_, etag)


def _shown(cell: Metric, name: str) -> float | str:
    """Give what a table shows; a value that there is none of, as the growth of a stable queue, is refused."""
    if cell.value is not None:
        return cell.value
    if cell.verdict.status == "unstable" and name.endswith(_ENDLESS):
        return UNSTABLE
    raise RefusedError.of(Problem("there is no such value in this scenario", parameter=name))


def _stage_cell(report: AnalysisReport, address: str) -> Metric:
    """Read `stages.<id>.<column>` from the station table."""
    stations = {station.stage: station for station in report.results[0].stations}
    _, _, rest = address.partition(".")
    stage_id, _, name = rest.partition(".")
    columns = {key: unit for key, unit in station_columns().items() if key not in ("stage", "kind")}
    known = [f"stages.{stage}.{column}" for stage, row in stations.items() for column in (*columns, *row.details)]
    if address not in known:
        raise _unknown(address, known)
    return _metric(stations[stage_id], name, columns)


def _metric(station: StationResult, name: str, columns: dict[str, str]) -> Metric:
    by_load = name in _LOADS or (name in _CAPACITIES and not station.capacity_is_bound)
    verdict = Verdict(status="exact", method=_ARITHMETIC, expected_error=0) if by_load else station.verdict
    if name in columns:
        return Metric(value=getattr(station, name), unit=columns[name], verdict=verdict)
    detail = station.details[name]
    return Metric(value=detail.value, unit=detail.unit, verdict=verdict)


def _unknown(name: str, known: Any) -> NotFoundError:
    return NotFoundError.of(
        Problem(
            "no such metric",
            given=name,
            allowed=", ".join(METRIC_NAMES) + ", stages.<stage>.<column>",
            hint=did_you_mean(name, known),
        )
    )


def _route_of(served: Served) -> HTTPRouteHandler:
    operation = openapi.operation(
        f"Read one number of a {served.noun}",
        [*openapi.ANALYSIS, openapi.PATHS],
        answers={200: openapi.json_schema("MetricCell")},
        tables=True,
        may_be_cached=True,
    )
    path = served.path("analysis", "{metric:str}")
    return reading(served, path, get_metric, f"get_{served.noun}_metric", operation)


ROUTES = [_route_of(served) for served in ANALYZED]
