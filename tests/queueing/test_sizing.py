import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    erlang_b,
    fewest_servers_for_blocking,
    fewest_servers_for_utilization,
    fewest_servers_for_wait_tail,
    largest_flow_for_blocking,
    largest_flow_for_wait,
    largest_flow_for_wait_tail,
    least_room_for_blocking,
    longest_service_for_wait,
    mmc_wait_mean_hours,
    mmc_wait_tail,
    mmck_blocking_probability,
)
from hubcalc.queueing.largest_flows import longest_service_for_blocking, longest_service_for_wait_tail

SERVERS, LIMITS = st.integers(1, 300), st.floats(1e-6, 0.9)


def test_golden(golden, agrees):
    for case in golden("markovian", "M/M/c/c", "min_servers"):
        parameters = case["parameters"]
        servers = fewest_servers_for_blocking(parameters["offered_load"], 1.0, parameters["target_blocking"])
        agrees(case, float(servers), 0.0)
    for bank, model, name in (
        ("markovian", "M/M/c/c", "target_blocking"),
        ("finite_room_textbooks", "M/M/c/c inverse", "blocking"),
    ):
        for case in golden(bank, model, "max"):
            parameters = case["parameters"]
            agrees(case, float(largest_flow_for_blocking(1.0, parameters["c"], parameters[name])), 1e-10)


@settings(max_examples=50)
@given(st.floats(0.0, 3000.0), LIMITS, st.integers(0, 20))
def test_servers_for_blocking_are_enough_and_not_one_more(load, limit, places):
    servers = int(fewest_servers_for_blocking(load, 1.0, limit, places))
    assert float(mmck_blocking_probability(load, 1.0, servers, servers + places)) <= limit
    assert servers == 1 or float(mmck_blocking_probability(load, 1.0, servers - 1, servers - 1 + places)) > limit


@settings(max_examples=50)
@given(st.floats(0.0, 3000.0), LIMITS, st.floats(0.0, 3.0))
def test_servers_for_tail_are_enough_and_not_one_more(load, limit, time):
    servers = int(fewest_servers_for_wait_tail(load, 1.0, time, limit))
    assert float(mmc_wait_tail(load, 1.0, servers, time)) <= limit
    assert servers == 1 or float(mmc_wait_tail(load, 1.0, servers - 1, time)) > limit


@given(st.floats(0.0, 1e6), st.floats(0.01, 1.0))
def test_servers_for_utilization(load, limit):
    servers = int(fewest_servers_for_utilization(load, 1.0, limit))
    assert load <= limit * servers
    assert load < servers
    assert servers == 1 or load > limit * (servers - 1) or load >= servers - 1


@settings(max_examples=50)
@given(st.floats(0.01, 0.999), st.integers(1, 50), LIMITS)
def test_room_is_enough_and_not_one_more(utilization, servers, limit):
    room = float(least_room_for_blocking(utilization * servers, 1.0, servers, limit))
    assert float(mmck_blocking_probability(utilization * servers, 1.0, servers, room)) <= limit
    assert room == servers or float(mmck_blocking_probability(utilization * servers, 1.0, servers, room - 1.0)) > limit


@settings(max_examples=50)
@given(SERVERS, st.floats(1e-6, 1e4), st.floats(0.01, 100.0))
def test_flow_and_service_for_a_wait(servers, limit, service):
    flow = float(largest_flow_for_wait(service, servers, limit))
    assert float(mmc_wait_mean_hours(flow * (1.0 - 1e-12), service, servers)) <= limit
    assert float(mmc_wait_mean_hours(flow * (1.0 + 1e-12), service, servers)) >= limit
    longest = float(longest_service_for_wait(flow, servers, limit))
    assert longest == pytest.approx(service, rel=1e-9)


@settings(max_examples=50)
@given(SERVERS, st.floats(0.01, 10.0), LIMITS, st.integers(0, 30))
def test_flow_for_tail_and_blocking(servers, time, limit, places):
    flow = float(largest_flow_for_wait_tail(1.0, servers, time, limit))
    assert float(mmc_wait_tail(flow * (1.0 - 1e-12), 1.0, servers, time)) <= limit
    assert float(mmc_wait_tail(flow * (1.0 + 1e-12), 1.0, servers, time)) >= limit
    flow = float(largest_flow_for_blocking(1.0, servers, limit, places))
    blocking = float(mmck_blocking_probability(flow, 1.0, servers, servers + places))
    assert blocking == pytest.approx(limit, rel=1e-9)


@settings(max_examples=50)
@given(SERVERS, st.floats(0.01, 10.0), LIMITS, st.integers(0, 30))
def test_service_for_tail_and_blocking(servers, time, limit, places):
    longest = float(longest_service_for_wait_tail(3.0, servers, time, limit))
    assert float(mmc_wait_tail(3.0, longest * (1.0 - 1e-12), servers, time)) <= limit
    assert float(mmc_wait_tail(3.0, longest * (1.0 + 1e-12), servers, time)) >= limit
    longest = float(longest_service_for_blocking(3.0, servers, limit, places))
    blocking = float(mmck_blocking_probability(3.0, longest, servers, servers + places))
    assert blocking == pytest.approx(limit, rel=1e-9)


def test_far_ends():
    """With one server the wait is a / (1 - a), and with c servers of almost no load a^c / (c c!)."""
    assert float(largest_flow_for_wait(1.0, 1, 1e-300)) == pytest.approx(1e-300, rel=1e-12)
    assert float(largest_flow_for_wait(1.0, 5, 1e-200)) == pytest.approx((600e-200) ** 0.2, rel=1e-12)
    assert float(largest_flow_for_wait(1.0, 1, 1e300)) == 1.0
    assert float(largest_flow_for_wait_tail(1.0, 2, 0.0, 1 / 3)) == pytest.approx(1.0, rel=1e-12)
    assert float(longest_service_for_wait_tail(1.0, 2, 0.0, 1 / 3)) == pytest.approx(1.0, rel=1e-12)
    assert float(largest_flow_for_blocking(1.0, 1, 1.0 - 2.0**-40)) == pytest.approx(2.0**40, rel=1e-3)
    assert float(largest_flow_for_wait(1.0, 2.5, 0.3)) > float(largest_flow_for_wait(1.0, 2.0, 0.3))
    assert int(fewest_servers_for_utilization(0.3, 1.0, 0.1)) == 3
    with pytest.raises(ArgumentError, match="utilization_limit"):
        fewest_servers_for_utilization(1.0, 1.0, 1e-300)


def test_columns_and_what_no_room_mends():
    servers = fewest_servers_for_blocking([[1.0], [50.0]], 1.0, [0.1, 0.01, 0.001])
    assert servers.dtype == np.int64
    assert (np.diff(servers, axis=1) > 0).all()
    assert float(erlang_b(servers[1, 2], 50.0)) <= 0.001
    assert least_room_for_blocking([1.0, 2.0, 9.0], 1.0, 2, 0.1).tolist() == [3.0, 10.0, np.inf]
    assert largest_flow_for_wait([[1.0], [2.0]], [1, 2, 3], 1.0).shape == (2, 3)


@pytest.mark.parametrize(
    ("formula", "name", "given_to"),
    [
        (fewest_servers_for_blocking, "blocking_limit", (1, 1, 1.0)),
        (fewest_servers_for_blocking, "places", (1, 1, 0.5, 0.5)),
        (fewest_servers_for_blocking, "arrivals_per_hour", (1e300, 1, 0.5)),
        (fewest_servers_for_utilization, "utilization_limit", (1, 1, 1.01)),
        (fewest_servers_for_wait_tail, "probability_limit", (1, 1, 1, 0.0)),
        (largest_flow_for_wait, "wait_limit_hours", (1, 1, 0.0)),
        (largest_flow_for_wait_tail, "hours", (1, 1, -1.0, 0.5)),
        (longest_service_for_wait, "servers", (1, 0.0, 1)),
    ],
)
def test_arguments_are_named(formula, name, given_to):
    with pytest.raises(ArgumentError, match=name):
        formula(*given_to)
