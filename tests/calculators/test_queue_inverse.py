"""Inverse questions: the value of one input at which one metric of the queue meets its target."""

from typing import Any

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.calculators.calculate import calculate
from hubcalc.calculators.queue import QUEUE
from hubcalc.errors import RefusedError


def sought(name: str, **question: Any) -> float:
    asked = calculate(QUEUE, question, solve_for=name)
    return float(asked.columns()[name][0])


TRUCKS = {"arrivals_per_hour": 48, "service_hours": 1 / 12}


def test_fewest_servers_for_a_mean_wait() -> None:
    limits = [0.2, 0.05, 0.01, 0.001]
    asked = calculate(QUEUE, {**TRUCKS, "target_wait_mean_hours": limits})
    fewest = queueing.fewest_servers_for_wait(48, 1 / 12, np.array(limits))
    assert asked.columns()["servers"].tolist() == fewest.tolist()


def test_fewest_servers_for_a_percentile() -> None:
    count = sought("servers", **TRUCKS, target_wait_p95_hours=0.05)
    assert queueing.mmc_wait_quantile_hours(48, 1 / 12, count, 0.95) <= 0.05
    assert queueing.mmc_wait_quantile_hours(48, 1 / 12, count - 1, 0.95) > 0.05


def test_fewest_servers_of_phase_types() -> None:
    count = int(sought("servers", **TRUCKS, arrival="E2", service="E3", target_wait_mean_hours=0.002))
    waits = queueing.phphc_wait_mean_hours(48, 0.5, 1 / 12, 1 / 3, [count - 1, count])
    assert waits[0] > 0.002 >= waits[1]


def test_largest_flow_for_a_wait() -> None:
    flow = sought("arrivals_per_hour", service_hours=1 / 12, servers=5, target_wait_hours=0.05)
    assert flow == pytest.approx(float(queueing.largest_flow_for_wait(1 / 12, 5, 0.05)), rel=1e-9)


def test_longest_service_for_a_wait() -> None:
    hours = sought("service_hours", arrivals_per_hour=48, servers=5, target_wait_mean_hours=0.05)
    assert hours == pytest.approx(float(queueing.longest_service_for_wait(48, 5, 0.05)), rel=1e-9)


def test_largest_flow_for_a_utilization() -> None:
    assert sought("arrivals_per_hour", service_hours=0.5, servers=4, target_utilization=0.75) == pytest.approx(6.0)


def test_least_room_for_blocking() -> None:
    room = sought("room", **TRUCKS, servers=5, target_blocking_probability=0.01)
    assert room == float(queueing.least_room_for_blocking(48, 1 / 12, 5, 0.01))


def test_servers_within_a_room() -> None:
    """More servers than the room has places for are no answer."""
    count = sought("servers", **TRUCKS, room=9, target_blocking_probability=0.2)
    assert queueing.mmck_blocking_probability(48, 1 / 12, [count - 1, count], 9).tolist() == pytest.approx(
        [0.3, 0.12], abs=0.05
    )
    with pytest.raises(RefusedError, match="no value up to"):
        sought("servers", **TRUCKS, room=9, target_blocking_probability=0.001)


def test_largest_batch_for_a_wait() -> None:
    size = sought("batch_mean", arrivals_per_hour=1, service_hours=0.05, servers=2, target_wait_mean_hours=1)
    assert float(queueing.mxmc_wait_mean_hours(1, size, 0, 0.05, 2)) == pytest.approx(1.0, rel=1e-9)


def test_largest_share_of_urgent_arrivals() -> None:
    classes = {"priorities": "nonpreemptive", "target_first_class_wait_mean_hours": 0.04}
    share = sought("first_class_share", **TRUCKS, servers=5, **classes)
    waits = queueing.mmc_priority_wait_mean_hours([48 * share, 48 * (1 - share)], 1 / 12, 5)
    assert waits[0] == pytest.approx(0.04, rel=1e-9)


def test_an_input_that_does_not_help_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"no value up to|does not change"):
        sought("horizon_hours", **TRUCKS, servers=5, target_wait_mean_hours=0.001)
