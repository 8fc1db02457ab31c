"""The call that simulates: what it sends, how long it waits, and what it makes of the answer."""

import json
from typing import Any

import httpx
import pytest

from hubcalc.client import AsyncClient, Client
from hubcalc.client.requests import request_of
from hubcalc.client.simulations import PATIENCE_SECONDS, simulate
from hubcalc.errors import OverrideError, ProblemError, UnknownPathError
from hubmodels import HUB, Hub
from hubmodels.simulation_results import SimulationReport


@pytest.fixture(scope="session")
def simulated() -> SimulationReport:
    verdict = {"status": "simulated", "method": "simulation"}
    run = {
        "status": "steady",
        "reason": "",
        "precision_reached": 0.008,
        "precision_met": True,
        "warm_up_hours": 20,
        "hours": 500,
    }
    run |= {"replications": 16, "events": 123_456, "level": 0.95}
    wait = {"value": 1.5, "low": 1.4, "high": 1.6, "unit": "h", "verdict": verdict}
    return SimulationReport.model_validate(
        {
            "hub": {"id": "khorgos-gateway", "name": "Khorgos Gateway dry port", "kind": "dry_port", "version": 3},
            "model_version": "2026.1",
            "unit": "train",
            "inputs": {"overrides": {"stages.front.cranes": 4}, "seed": 7},
            "run": run,
            "metrics": {"wait_mean_hours": wait},
            "flows": [],
            "stations": [],
            "yards": [],
            "trace": [],
            "warnings": [],
            "evidence": {"published": 3},
        }
    )


def test_a_stored_hub_is_named(connect: Any, server: Any, simulated: SimulationReport) -> None:
    answering = server(httpx.Response(200, content=simulated.model_dump_json()))
    got = connect(answering).simulate("khorgos-gateway", {"stages.front.cranes": 4}, precision=0.02, seed=7, version=3)
    assert got == simulated
    assert (answering.request.method, answering.request.url.path) == ("POST", "/v1/simulations")
    assert json.loads(answering.request.content) == {
        "hub": "khorgos-gateway",
        "overrides": {"stages.front.cranes": 4},
        "precision": 0.02,
        "seed": 7,
        "version": 3,
    }


def test_a_document_is_sent(connect: Any, server: Any, port: Hub, simulated: SimulationReport) -> None:
    answering = server(httpx.Response(200, content=simulated.model_dump_json()))
    connect(answering).simulate(port, replications=20, hours=400.0, trace=10, most_events=10**6)
    body = json.loads(answering.request.content)
    assert HUB.validate_python(body.pop("hub")) == port
    assert body == {"overrides": {}, "replications": 20, "hours": 400.0, "trace": 10, "most_events": 10**6}


def test_fields_of_a_newer_server_are_passed_over(connect: Any, server: Any, simulated: SimulationReport) -> None:
    content = {**simulated.model_dump(mode="json"), "later": 1}
    assert connect(server(httpx.Response(200, json=content))).simulate("xian") == simulated


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"stages.front.cranes": [3, 4]}, OverrideError),
        ({"stages.front.cranes": "3..4"}, OverrideError),
        ({"cranes": 3}, UnknownPathError),
    ],
)
def test_one_scenario_at_a_time(connect: Any, server: Any, overrides: Any, error: type[Exception]) -> None:
    answering = server(httpx.Response(500))
    with pytest.raises(error):
        connect(answering).simulate("xian", overrides)
    assert answering.requests == []


def test_a_busy_server_is_asked_again(connect: Any, server: Any, simulated: SimulationReport) -> None:
    busy = httpx.Response(503, json={"code": "busy"}, headers={"Retry-After": "0"})
    answering = server(busy, httpx.Response(200, content=simulated.model_dump_json()))
    assert connect(answering).simulate("xian") == simulated
    assert len(answering.requests) == 2
    assert len({request.content for request in answering.requests}) == 1
    with pytest.raises(ProblemError, match="busy"):
        connect(server(busy), retries=0).simulate("xian")


@pytest.mark.parametrize(("own", "waits"), [(30.0, PATIENCE_SECONDS), (1_000.0, 1_000.0)])
def test_a_simulation_is_waited_for(own: float, waits: float) -> None:
    timeout = request_of(simulate("xian"), own)["timeout"]
    assert (timeout.read, timeout.connect) == (waits, own)


@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_both_clients_simulate(client: Any) -> None:
    assert client.simulate.__doc__ == simulate.__doc__
