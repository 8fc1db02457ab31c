"""A hub or a line over flows and over time: the capacity curve, a day, a line that clears, recovery after a closure."""

from collections.abc import Callable
from typing import Any, TypeVar

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from hubcalc.analysis import analyze
from hubcalc.analysis.backlogs import clearing, recovery
from hubcalc.analysis.curve import MOST_POINTS, capacity_curve
from hubcalc.analysis.timeline import day_profile
from hubcalc.api import openapi
from hubcalc.api.analysis import is_permalink, stored_subject
from hubcalc.api.caching import FOREVER, kept, tag
from hubcalc.api.parameters import OF_TABLES, Query, choice, table_view
from hubcalc.api.pictures import Chart, result_answer, table_or_picture
from hubcalc.api.routing import ANALYZED, Call, Handler, Served, reading
from hubcalc.api.services import timelines_of
from hubcalc.charts.backlogs import clearing_chart, recovery_chart
from hubcalc.charts.curves import SUSTAINABLE, curve_chart
from hubcalc.charts.days import day_chart
from hubcalc.tables import Table
from hubcalc.tables.timelines import (
    CURVE_VIEWS,
    DAY_METHODS,
    DAY_VIEWS,
    clearing_table,
    curve_table,
    day_table,
    recovery_table,
)
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.results import CapacityCurve, Clearing, DayProfile, Recovery

R = TypeVar("R", CapacityCurve, DayProfile, Clearing, Recovery)

_COMMON = ("format", "version", "model_version")
_POINTS = 20
_OF_ANSWERS = frozenset({*_COMMON, *OF_TABLES, "view", "fields"})
"""Parameters that say how an answer is shown, or of which version it is."""


def _operation(summary: str, parameters: list[Any], answered: type[R]) -> Any:
    """Document a route; each has any path of the document as a parameter."""
    return openapi.operation(
        summary,
        [*openapi.STORED, *parameters, openapi.PATHS_OF_ONE],
        answers={200: openapi.json_schema(answered.__name__)},
        tables=True,
        pictures=True,
        may_be_cached=True,
    )


def get_capacity_curve(request: Call) -> Response[bytes]:
    """Give wait and dwell from little flow to almost the theoretical capacity."""
    query = Query.of(request, (*_COMMON, "view", "points", "scale", "method"), with_paths=True)
    view = table_view(query, table_or_picture(query), CURVE_VIEWS)
    points = query.whole("points", _POINTS, 2, MOST_POINTS) or _POINTS
    named = {name: query.named.get(name) for name in ("scale", "method")}

    def compute(hub: HubBase) -> CapacityCurve:
        return capacity_curve(hub, points, query.one_scenario(), **named)

    def chart(curve: CapacityCurve, hub: HubBase) -> Chart | None:
        asked = analyze(hub, query.one_scenario(), metrics=[SUSTAINABLE], scale=named["scale"], method=named["method"])
        found = asked.metric(SUSTAINABLE).value
        return curve_chart(curve, found if isinstance(found, float) else None)

    return _answered(request, query, compute, lambda curve: curve_table(curve, view), chart)


def get_day_profile(request: Call) -> Response[bytes]:
    """Give arrivals, queue and wait in each hour of the steady day or week."""
    query = Query.of(request, (*_COMMON, "view", "method"), with_paths=True)
    view = table_view(query, table_or_picture(query), DAY_VIEWS)
    method = choice("method", query.named.get("method", DAY_METHODS[0]), DAY_METHODS)

    def compute(hub: HubBase) -> DayProfile:
        return day_profile(hub, query.one_scenario(), method=method)

    return _answered(request, query, compute, lambda day: day_table(day, view), lambda day, _: day_chart(day))


def get_clearing(request: Call) -> Response[bytes]:
    """Give the time in which a line clears while arrivals go on."""
    query = Query.of(request, (*_COMMON, "queue", "stage", "start_hour"), with_paths=True)
    queue, start_hour, stage = query.number("queue"), query.number("start_hour", 0.0), query.named.get("stage")

    def compute(hub: HubBase) -> Clearing:
        return clearing(hub, queue, stage, query.one_scenario(), start_hour=start_hour)

    return _answered(request, query, compute, clearing_table, lambda found, _: clearing_chart(found))


def get_recovery(request: Call) -> Response[bytes]:
    """Give the backlog after a closure, and the time until it is gone."""
    query = Query.of(request, (*_COMMON, "closed_hours", "stage", "start_hour"), with_paths=True)
    closed, start_hour, stage = query.number("closed_hours"), query.number("start_hour", 0.0), query.named.get("stage")

    def compute(hub: HubBase) -> Recovery:
        return recovery(hub, closed, stage, query.one_scenario(), start_hour=start_hour)

    return _answered(request, query, compute, recovery_table, lambda found, _: recovery_chart(found))


def _answered(
    request: Call,
    query: Query,
    compute: Callable[[HubBase], R],
    table: Callable[[R], Table],
    chart: Callable[[R, HubBase], Chart | None],
) -> Response[bytes]:
    """Answer from a stored document in the format asked for, unless the caller has the answer already."""
    format_ = table_or_picture(query)
    stored = stored_subject(request, query)
    etag = tag(request.url.path, stored.version, query.canonical, format_, MODEL_VERSION)
    if (ready := kept(request, etag)) is not None:
        return ready
    # all formats and views show the same
    named = tuple((name, value) for name, value in query.named.items() if name not in _OF_ANSWERS)
    key = (query.path, stored.version, named, query.decimal, tuple(query.one_scenario().items()))
    result: R = timelines_of(request).made(key, lambda: compute(stored.document))
    hub = result.hub.model_copy(update={"version": stored.version})
    return result_answer(
        query,
        etag,
        {"Cache-Control": FOREVER} if is_permalink(query) else None,
        json=lambda: result.model_copy(update={"hub": hub}).model_dump_json().encode(),
        table=lambda: table(result),
        chart=lambda: chart(result, stored.document),
    )


_READINGS: tuple[tuple[str, Handler, str, Any], ...] = (
    (
        *("curve", get_capacity_curve, "capacity_curve"),
        _operation("Draw the capacity curve: flow against wait and dwell", openapi.CURVE, CapacityCurve),
    ),
    (
        *("day", get_day_profile, "day_profile"),
        _operation("Follow the stages through the hours of the day", openapi.DAY, DayProfile),
    ),
    (
        *("clearing", get_clearing, "clearing"),
        _operation("Say when a line before a stage has cleared", openapi.CLEARING, Clearing),
    ),
    (
        *("recovery", get_recovery, "recovery"),
        _operation("Say what a closure of a stage leaves behind", openapi.RECOVERY, Recovery),
    ),
)
"""What is read of a hub or a line: the end of its path, its handler, what its operation is called, and what it does."""


def _routes_of(served: Served) -> list[HTTPRouteHandler]:
    return [
        reading(served, served.path(end), handler, f"get_{served.noun}_{name}", operation)
        for end, handler, name, operation in _READINGS
    ]


ROUTES = [made for served in ANALYZED for made in _routes_of(served)]
