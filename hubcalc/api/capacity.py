"""The capacity calculators over HTTP."""

import msgspec
from litestar import HttpMethod, Response, route
from litestar.params import FromPath

from hubcalc.api import openapi
from hubcalc.api.caching import answer, tag
from hubcalc.api.calculations import Call, answer_cell, answer_table
from hubcalc.api.parameters import Query
from hubcalc.api.pictures import table_answer
from hubcalc.calculators import CAPACITY, Calculator, describe
from hubcalc.errors import NotFoundError, Problem
from hubcalc.tables import Column, Table
from hubcalc.words import did_you_mean

_GET_AND_HEAD = [HttpMethod.GET, HttpMethod.HEAD]


@route(
    "/v1/capacity",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("list_capacity_kinds"),
    operation_class=openapi.operation(
        "List the capacity calculators", answers={200: openapi.json_schema("CalculatorList")}, tables=True
    ),
    sync_to_thread=True,
)
def list_capacity_kinds(request: Call) -> Response[bytes]:
    """List the kinds with their inputs, defaults, metrics and references."""
    query = Query.of(request, ("format",))
    format_ = query.format("json")
    notes = [describe(calculator) for calculator in CAPACITY.values()]
    if format_ == "json":
        content = msgspec.json.encode({"items": [note.model_dump(mode="json") for note in notes]})
        return answer(content, format_, tag(content))
    rows = [[note.name, note.title, ", ".join(note.inputs), ", ".join(note.metrics)] for note in notes]
    columns = [Column(name) for name in ("kind", "title", "inputs", "metrics")]
    return table_answer(query, format_, Table("calculator", columns, rows, ("kind",)))


@route(
    "/v1/capacity/{kind:str}",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("calculate_capacity"),
    operation_class=openapi.operation(
        "Calculate a capacity",
        [*openapi.CALCULATION, openapi.INPUTS],
        answers={200: openapi.json_schema("CalculatorAnswer")},
        tables=True,
        pictures=True,
        may_be_cached=True,
    ),
    sync_to_thread=True,
)
def calculate_capacity(request: Call, kind: FromPath[str]) -> Response[bytes]:
    """Answer a question about the capacity of one kind of resource."""
    return answer_table(request, _calculator(kind))


@route(
    "/v1/capacity/{kind:str}/{metric:str}",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("calculate_capacity_metric"),
    operation_class=openapi.operation(
        "Read one number of a capacity",
        [*openapi.CALCULATION_CELL, openapi.INPUTS],
        answers={200: openapi.json_schema("MetricCell")},
        tables=True,
        may_be_cached=True,
    ),
    sync_to_thread=True,
)
def calculate_capacity_metric(request: Call, kind: FromPath[str], metric: FromPath[str]) -> Response[bytes]:
    """Read one metric of one question, or the input that is looked for."""
    return answer_cell(request, _calculator(kind), metric)


def _calculator(kind: str) -> Calculator:
    if kind not in CAPACITY:
        raise NotFoundError.of(
            Problem(
                "no such kind of capacity", given=kind, allowed=", ".join(CAPACITY), hint=did_you_mean(kind, CAPACITY)
            )
        )
    return CAPACITY[kind]


ROUTES = [list_capacity_kinds, calculate_capacity, calculate_capacity_metric]
