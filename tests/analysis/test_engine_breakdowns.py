"""Servers that fail while they work."""

import numpy as np
import pytest

import hubcalc
from hubcalc import queueing
from hubcalc.analysis.engine import run
from hubcalc.documents import parse_hub

FAILING = {"between_hours": 10.0, "repair_hours": 2.0, "repair_scv": 0.5}


@pytest.mark.parametrize("kind", ["service", "gate"])
def test_one_server_that_fails(document, desk, kind):
    stage = desk(20, 1, 0.5, breakdowns=FAILING)
    if kind == "gate":
        stage = {key: value for key, value in stage.items() if key != "servers"} | {"kind": "gate", "lanes": 1}
    state = run(parse_hub(document({"one": stage}, per_day=40.0))).stages["one"]
    wait = queueing.mg1_breakdown_wait_mean_hours(40 / 24, 1 / 3, 0.5, 1 / 10, 2.0, 0.5)
    assert state.performance.wait.hours == pytest.approx(float(wait))
    assert state.performance.wait.error == 0
    assert state.performance.service == pytest.approx(1 / 3 * 1.2)
    assert state.utilization == pytest.approx(40 / 24 / 3 * 1.2)


def test_contents_are_served_by_servers_that_fail(document, desk, boxes):
    stage = desk(10, 1, 1.0, serves="contents", breakdowns=FAILING)
    state = run(parse_hub(document({"one": stage}, per_day=10.0, contents=boxes(6)))).stages["one"]
    square = (1 / 6) ** 2 * 2 * 1.2**2 + 0.1 * 2.0**2 * 1.5 / 6
    scv = square / 0.2**2 - 1
    wait = queueing.mg1_wait_mean_hours(10 / 24, 6 * 0.2, scv / 6)
    assert state.performance.wait.hours == pytest.approx(float(wait))


def test_cranes_that_fail_move_less(document, front, boxes):
    hub = document({"front": front()}, contents=boxes(30), per_day=5.0)
    failing = document({"front": front(breakdowns=FAILING)}, contents=boxes(30), per_day=5.0)
    plain, slower = run(parse_hub(hub)).stages["front"], run(parse_hub(failing)).stages["front"]
    assert slower.loads["cranes"] == pytest.approx(float(plain.loads["cranes"]) * 1.2)
    handling = [stage.performance.details["handling_hours_per_train"][0] for stage in (plain, slower)]
    assert handling[1] == pytest.approx(handling[0] * 1.2)
    assert slower.performance.wait.hours > plain.performance.wait.hours


def test_rare_and_short_failures_are_none(document, desk):
    rare = {"between_hours": 1e9, "repair_hours": 1e-6}
    found = run(parse_hub(document({"one": desk(20, 1, 0.5, breakdowns=rare)}, per_day=40.0)))
    plain = run(parse_hub(document({"one": desk(20, 1, 0.5)}, per_day=40.0)))
    assert found.stages["one"].performance.wait.hours == pytest.approx(
        float(plain.stages["one"].performance.wait.hours), rel=1e-12
    )


def test_breakdowns_may_be_columns(document, desk):
    hub = document({"one": desk(20, 1, 0.5, breakdowns=FAILING)}, per_day=40.0)
    path = "stages.one.breakdowns.repair_hours"
    found = hubcalc.analyze(hub, {path: [1.0, 2.0]}, metrics=["wait_mean_hours"]).column("wait_mean_hours")
    expected = queueing.mg1_breakdown_wait_mean_hours(40 / 24, 1 / 3, 0.5, 1 / 10, np.array([1.0, 2.0]), 0.5)
    assert found == pytest.approx(expected)
