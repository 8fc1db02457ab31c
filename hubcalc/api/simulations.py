"""Simulations over HTTP, within a budget of events that a request may take."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import cpu_count
from threading import BoundedSemaphore
from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import ServiceUnavailableException
from litestar.params import RawBody
from pydantic import Field, TypeAdapter

from hubcalc.analysis.simulations import simulate_inputs
from hubcalc.api import openapi
from hubcalc.api.analysis import document_in_body, stored_by_id
from hubcalc.api.bodies import HubOrId, read_json, read_model
from hubcalc.api.parameters import Query, table_view
from hubcalc.api.pictures import result_answer, table_or_picture
from hubcalc.charts.simulated import simulation_chart
from hubcalc.errors import ParameterError, Problem
from hubcalc.tables.simulations import SIMULATION_VIEWS, simulation_table
from hubmodels.simulation_results import MOST_EVENTS, SimulationInputs

MOST_EVENTS_OF_A_REQUEST = 50_000_000
"""About 25 s of one core, which does two million events of a whole hub in a second, and five of a single station."""
MOST_AT_ONCE = cpu_count() or 1
"""Simulations side by side; each of them uses all cores that are free."""
RETRY_AFTER_SECONDS = 5

_RUNNING = BoundedSemaphore(MOST_AT_ONCE)


class SimulationRequest(SimulationInputs):
    """What POST /v1/simulations takes."""

    hub: HubOrId = Field(description="A document of a hub or a line, or the id of a stored one")
    version: int | None = Field(None, ge=1, description="Version of the stored document; the latest by default")


_REQUEST = TypeAdapter(SimulationRequest)


@post(
    "/v1/simulations",
    status_code=200,
    operation_id="simulate_hub",
    operation_class=openapi.operation(
        "Simulate a hub or a line",
        [openapi.TABLE_OR_PICTURE, openapi.SIMULATION_VIEW],
        body=openapi.json_schema("SimulationRequest"),
        answers={200: openapi.json_schema("SimulationReport")},
        tables=True,
        pictures=True,
    ),
    sync_to_thread=True,
)
def simulate_hub(request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """Simulate a stored hub or line, or a document in the body, in one scenario."""
    query = Query.of(request, ("format", "view"))
    format_ = table_or_picture(query)
    view = table_view(query, format_, SIMULATION_VIEWS)
    asked = _affordable(read_model(_REQUEST, read_json(request, body)))
    stored = stored_by_id(request, asked.hub, asked.version) if isinstance(asked.hub, str) else None
    document = stored.document if stored else document_in_body(asked.hub)
    with one_of_few():
        report = simulate_inputs(document, asked, version=stored.version if stored else None)
    return result_answer(
        query,
        json=lambda: report.model_dump_json().encode(),
        table=lambda: simulation_table(report, view),
        chart=lambda: simulation_chart(report, view),
    )


def _affordable(asked: SimulationRequest) -> SimulationRequest:
    """Refuse what is not for a request: too long a simulation, or a version of what has none."""
    if asked.most_events > MOST_EVENTS_OF_A_REQUEST:
        raise ParameterError.of(
            Problem(
                "more events than one request may take",
                pointer="/most_events",
                given=asked.most_events,
                allowed=f"up to {MOST_EVENTS_OF_A_REQUEST:,}: half a minute of a core at 2 million a second",
                hint=f"hubcalc.simulate and `hubcalc simulate` without a server take up to {MOST_EVENTS:,}",
            )
        )
    if asked.version is not None and not isinstance(asked.hub, str):
        raise ParameterError.of(
            Problem("a document given has no version", pointer="/version", given=asked.version, hint="leave it out")
        )
    return asked


@contextmanager
def one_of_few() -> Iterator[None]:
    """Let so many simulations run at once, and refuse the others for the moment."""
    if not _RUNNING.acquire(blocking=False):
        raise ServiceUnavailableException(
            detail=f"{MOST_AT_ONCE} simulations are running, as many as may; try again in a few seconds",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )
    try:
        yield
    finally:
        _RUNNING.release()


ROUTES = [simulate_hub]
