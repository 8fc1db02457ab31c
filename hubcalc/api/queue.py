"""The queue calculator over HTTP."""

from litestar import HttpMethod, Response, route
from litestar.params import FromPath

from hubcalc.api import openapi
from hubcalc.api.calculations import Call, answer_cell, answer_table, parameters
from hubcalc.calculators import QUEUE

_GET_AND_HEAD = [HttpMethod.GET, HttpMethod.HEAD]


@route(
    "/v1/queue",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("calculate_queue"),
    operation_class=openapi.operation(
        "Calculate a queue",
        [*openapi.CALCULATION, *parameters(QUEUE)],
        answers={200: openapi.json_schema("CalculatorAnswer")},
        tables=True,
        pictures=True,
        may_be_cached=True,
    ),
    sync_to_thread=True,
)
def calculate_queue(request: Call) -> Response[bytes]:
    """Choose the most exact model that the inputs allow, answer with it, and name the alternatives."""
    return answer_table(request, QUEUE)


@route(
    "/v1/queue/{metric:str}",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("calculate_queue_metric"),
    operation_class=openapi.operation(
        "Read one number of a queue",
        [*openapi.CALCULATION_CELL, *parameters(QUEUE)],
        answers={200: openapi.json_schema("MetricCell")},
        tables=True,
        may_be_cached=True,
    ),
    sync_to_thread=True,
)
def calculate_queue_metric(request: Call, metric: FromPath[str]) -> Response[bytes]:
    """Read one metric of one question, or the input that is looked for."""
    return answer_cell(request, QUEUE, metric)


ROUTES = [calculate_queue, calculate_queue_metric]
