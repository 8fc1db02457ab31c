import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing.finite_room import mmck_blocking_probability
from hubcalc.queueing.finite_tandems import (
    TANDEM_METHODS,
    expected_tandem_error,
    finite_tandem_capacity_per_hour,
    solve_finite_tandem,
)
from hubcalc.queueing.jackson import solve_jackson
from hubcalc.queueing.single_server import mg1_wait_mean_hours

INF = float("inf")


def scv_of(name):
    """Return the scv of a distribution that a golden case names."""
    if name == "M":
        return 1.0
    if name.startswith("E"):
        return 1.0 / int(name.removeprefix("E"))
    return float(re.search(r"scv\D*([\d.]+)", name)[1])


def conserved(line, rate, service, servers):
    """Assert what holds for every line: Little's law, and shares that do not exceed what there is."""
    flow = line.throughput_per_hour
    assert flow == pytest.approx(rate * (1.0 - line.lost_share), rel=1e-9)
    assert flow <= line.capacity_per_hour * (1.0 + 1e-9)
    assert line.utilization == pytest.approx(flow * np.asarray(service) / servers, rel=1e-9)
    assert np.all(line.utilization + line.blocked_share <= 1.0 + 1e-9)
    assert np.all((line.blocking_probability >= 0.0) & (line.blocking_probability <= 1.0))
    assert line.blocked_share[-1] == line.blocking_probability[-1] == 0.0
    visits = line.wait_mean_hours + service + line.blocked_mean_hours
    assert line.number_mean == pytest.approx(flow * visits, rel=1e-9)
    assert line.sojourn_mean_hours == pytest.approx(visits.sum(), rel=1e-9)


# Published and closed-form values


@pytest.mark.parametrize(
    ("stations", "room", "expected"),
    [
        (2, 0, 2 / 3),  # Hunt (1956)
        (3, 0, 22 / 39),  # Hunt (1956)
        (4, 0, 0.5148),  # Hillier and Boling (1967)
        (5, 0, 0.4858),  # Hillier and Boling (1967)
        (2, 4, 6 / 7),  # Hunt (1956): (room + 2) / (room + 3)
    ],
)
def test_greatest_utilization_of_balanced_exponential_lines(stations, room, expected):
    found = finite_tandem_capacity_per_hour(np.ones(stations), 1.0, 1, room, "exact")
    assert found == pytest.approx(expected, abs=5e-5 if stations > 3 else 1e-12)


@given(st.floats(0.2, 5.0), st.integers(0, 12))
def test_two_unequal_exponential_servers(ratio, room):
    """Hunt (1956): throughput is m1 m2 (m1^q - m2^q) / (m1^(q + 1) - m2^(q + 1)) with q = room + 2."""
    if abs(ratio - 1.0) < 1e-3:
        return
    q = room + 2
    expected = ratio * (1.0 - ratio**q) / (1.0 - ratio ** (q + 1))
    found = finite_tandem_capacity_per_hour([1.0, 1.0 / ratio], 1.0, 1, room, "exact")
    assert found == pytest.approx(expected, rel=1e-9)
    near = finite_tandem_capacity_per_hour([1.0, 1.0 / ratio], 1.0, 1, room, "decomposition")
    assert near == pytest.approx(expected, rel=1e-9)  # one room: nothing to take apart


def test_two_servers_before_one():
    """Two servers of rate m, one of rate 1 without room: full, then one and two of the first blocked; by hand."""
    m = 0.7
    weights = np.cumprod([1.0, 2 * m, 2 * m, m])
    expected = 1.0 - weights[0] / weights.sum()
    found = finite_tandem_capacity_per_hour([1.0 / m, 1.0], 1.0, [2, 1], 0, "exact")
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("scv", [0.25, 1.0, 2.0])
def test_a_line_and_the_same_line_from_its_end_have_one_capacity(scv):
    """Reversibility of lines of single servers with blocking after service (Muth 1979)."""
    service, scvs, rooms = np.array([1.0, 0.7, 1.2]), np.array([scv, 1.0, 0.5]), np.array([0, 2, 1])
    there = finite_tandem_capacity_per_hour(service, scvs, 1, rooms, "exact")
    back = finite_tandem_capacity_per_hour(service[::-1], scvs[::-1], 1, [0, 1, 2], "exact")
    assert back == pytest.approx(there, rel=1e-10)


def test_large_chains_are_solved_as_well():
    """Beyond 6000 states an iteration takes over: the same line from its end has the same capacity."""
    service = [1.0, 0.8, 1.1, 0.9]
    there = finite_tandem_capacity_per_hour(service, [0.25, 2.0, 0.5, 0.5], 1, [0, 3, 4, 5], "exact")
    back = finite_tandem_capacity_per_hour(service[::-1], [0.5, 0.5, 2.0, 0.25], 1, [0, 5, 4, 3], "exact")
    assert back == pytest.approx(there, rel=1e-9)


# Limits


@pytest.mark.parametrize("method", ["exact", "decomposition"])
def test_one_station_is_a_queue(method):
    line = solve_finite_tandem(0.8, 1.0, [1.0], [0.5], 1, [INF], method)
    assert line.wait_mean_hours[0] == pytest.approx(float(mg1_wait_mean_hours(0.8, 1.0, 0.5)), rel=1e-9)
    conserved(line, 0.8, [1.0], 1)


@pytest.mark.parametrize(("servers", "room"), [(1, 3), (3, 2), (2, 0)])
def test_one_station_with_little_room_loses(servers, room):
    line = solve_finite_tandem(2.5, 1.0, [1.0], [1.0], servers, [room])
    expected = float(mmck_blocking_probability(2.5, 1.0, servers, servers + room))
    assert line.lost_share == pytest.approx(expected, rel=1e-10)
    conserved(line, 2.5, [1.0], servers)


@pytest.mark.parametrize("servers", [1, 2])
def test_ample_room_makes_a_jackson_network(servers):
    rate, service = 0.7 * servers, [1.0, 0.8]
    line = solve_finite_tandem(rate, 1.0, service, 1.0, servers, [INF, 70], "exact")
    network = solve_jackson([rate, 0.0], service, [servers] * 2, [[0, 1], [0, 0]])
    assert line.wait_mean_hours == pytest.approx(network.wait_mean_hours, rel=1e-8)
    conserved(line, rate, service, servers)


def test_ample_room_in_three_stations_taken_apart():
    line = solve_finite_tandem(0.8, 1.0, [1.0, 0.9, 1.1], 1.0, 1, [INF, 300, 300], "decomposition")
    expected = [0.8 * service**2 / (1.0 - 0.8 * service) for service in (1.0, 0.9, 1.1)]
    assert line.wait_mean_hours == pytest.approx(expected, rel=1e-6)


def golden_lines(golden):
    """Give the golden tandems without limits to their rooms: arguments, and waits at both stations."""
    found = {}
    for case in golden("tandems", "GI/G/1", ""):
        p = case["parameters"]
        services = [p["mean_service1"], p["mean_service2"]]
        scvs = [scv_of(p["service1"]), scv_of(p["service2"])]
        key = case["id"].rpartition("-")[0]
        line = found.setdefault(key, {"arguments": (1.0, scv_of(p["interarrival"]), services, scvs, 1), "waits": {}})
        line["waits"][int(case["quantity"][-1]) - 1] = case["value"]
    return found


@pytest.mark.parametrize("method", ["exact", "decomposition"])
def test_first_stations_of_golden_tandems(golden, method):
    for line in golden_lines(golden).values():
        rate, scv, service, scvs, servers = line["arguments"]
        alone = solve_finite_tandem(rate, scv, service[:1], scvs[:1], servers, [INF], method)
        assert alone.wait_mean_hours[0] == pytest.approx(line["waits"][0], rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("case", ["C-tan2-E4-M-0.6-M-0.6", "C-tan2-E2-M-0.6-M-0.8", "C-tan2-M-E2-0.5-H24-0.7"])
def test_golden_tandems_exactly(golden, case):
    line = golden_lines(golden)[case]
    room = 170 if "H24" in case else 70
    found = solve_finite_tandem(*line["arguments"], [INF, room], "exact")
    for i, wait in line["waits"].items():
        assert found.wait_mean_hours[i] == pytest.approx(wait, rel=2e-6)


def test_golden_tandems_taken_apart(golden):
    errors = []
    for line in golden_lines(golden).values():
        found = solve_finite_tandem(*line["arguments"], [INF, 400], "decomposition")
        assert found.wait_mean_hours[0] == pytest.approx(line["waits"][0], rel=1e-4)
        errors.append(found.wait_mean_hours[1] / line["waits"][1] - 1.0)
    assert len(errors) == 11
    assert np.max(np.abs(errors)) < 0.25


# Against an independent simulation


def simulated(rng, rate, service, draws, rooms, runs=200, items=6000, warm=2000):
    """Simulate a line of single servers by the times of its items: means of waits and blocked times, with errors.

    An item leaves station i when it is finished and the item that is one room and a server before it has left i + 1.
    """
    arrivals = np.cumsum(rng.exponential(1.0 / rate, (items, runs)), axis=0)
    count = len(service)
    left = np.zeros((count, items, runs))
    waits, blocked = np.zeros((count, runs)), np.zeros((count, runs))
    for n in range(items):
        came = arrivals[n]
        for i in range(count):
            begun = np.maximum(came, left[i, n - 1]) if n else came
            done = begun + service[i] * draws[i](rng, runs)
            before = n - rooms[i + 1] - 1 if i + 1 < count else -1
            left[i, n] = np.maximum(done, left[i + 1, before]) if before >= 0 else done
            if n >= warm:
                waits[i] += begun - came
                blocked[i] += left[i, n] - done
            came = left[i, n]
    return [
        (each.mean(axis=1), each.std(axis=1, ddof=1) / runs**0.5)
        for each in (waits / (items - warm), blocked / (items - warm))
    ]


def test_against_a_simulation():
    rng = np.random.default_rng(2)
    draws = [
        lambda rng, n: rng.gamma(2.0, 0.5, n),
        lambda rng, n: rng.exponential(1.0, n),
        lambda rng, n: rng.gamma(4.0, 0.25, n),
    ]
    service, rooms = [1.0, 0.8, 1.1], [0, 1, 2]
    (waits, wait_errors), (blocked, blocked_errors) = simulated(rng, 0.55, service, draws, rooms)
    line = solve_finite_tandem(0.55, 1.0, service, [0.5, 1.0, 0.25], 1, [INF, 1, 2], "exact")
    conserved(line, 0.55, service, 1)
    assert np.all(np.abs(line.wait_mean_hours - waits) < 4.0 * wait_errors)
    assert np.all(np.abs(line.blocked_mean_hours - blocked)[:2] < 4.0 * blocked_errors[:2])


# The decomposition


@pytest.mark.parametrize(
    ("service", "scv", "rooms"),
    [
        ([1.0, 1.0, 1.0], 1.0, [3, 0, 0]),
        ([1.0, 0.8, 0.9], 0.5, [2, 2, 1]),
        ([0.9, 1.0, 0.7, 0.8], [2.0, 1.0, 0.5, 1.0], [5, 1, 2, 0]),
    ],
)
def test_decomposition_of_lines_that_lose(service, scv, rooms):
    exact = solve_finite_tandem(0.7, 0.5, service, scv, 1, rooms, "exact")
    near = solve_finite_tandem(0.7, 0.5, service, scv, 1, rooms, "decomposition")
    conserved(exact, 0.7, service, 1)
    conserved(near, 0.7, service, 1)
    assert near.throughput_per_hour == pytest.approx(exact.throughput_per_hour, rel=0.04)
    assert near.number_mean == pytest.approx(exact.number_mean, rel=0.12)
    assert near.blocking_probability == pytest.approx(exact.blocking_probability, abs=0.06)


@pytest.mark.parametrize("scv", [0.3, 1.0, 2.0])
def test_two_stations_are_not_taken_apart(scv):
    exact = solve_finite_tandem(0.8, 0.5, [0.9, 1.0], scv, 1, [INF, 4], "exact")
    near = solve_finite_tandem(0.8, 0.5, [0.9, 1.0], scv, 1, [INF, 4], "decomposition")
    assert near.wait_mean_hours == pytest.approx(exact.wait_mean_hours, rel=1e-8)
    assert near.blocking_probability == pytest.approx(exact.blocking_probability, rel=1e-8)
    assert near.blocked_mean_hours == pytest.approx(exact.blocked_mean_hours, rel=1e-8)


@pytest.mark.parametrize("slow", [0, 1])
def test_waits_of_three_stations_taken_apart(slow):
    """A bottleneck among the first two is seen together with the queue before it."""
    service = np.where(np.arange(3) == slow, 1.0, 0.8)
    exact = solve_finite_tandem(0.7, 1.0, service, 1.0, 1, [INF, 2, 2], "exact")
    near = solve_finite_tandem(0.7, 1.0, service, 1.0, 1, [INF, 2, 2], "decomposition")
    assert near.wait_mean_hours == pytest.approx(exact.wait_mean_hours, rel=0.05)


def test_flow_is_the_same_through_all_rooms():
    line = solve_finite_tandem(0.6, 2.0, [1.0, 1.2, 0.8, 1.0, 0.9, 1.1], 0.4, 1, [INF, 2, 3, 2, 4, 3])
    assert line.method == "decomposition"
    assert line.throughput_per_hour == pytest.approx(0.6, rel=1e-8)
    conserved(line, 0.6, [1.0, 1.2, 0.8, 1.0, 0.9, 1.1], 1)


@settings(max_examples=20)
@given(st.integers(0, 6), st.floats(0.25, 2.0), st.sampled_from(["exact", "decomposition"]))
def test_more_room_makes_more_capacity(room, scv, method):
    small, large = (finite_tandem_capacity_per_hour([1.0, 0.9, 1.0], scv, 1, size, method) for size in (room, room + 1))
    assert small < large < 1.0


def test_expected_errors_are_data():
    found = expected_tandem_error([0.5, 0.7, 0.8], "sojourn")
    assert np.all((found.typical > 0.0) & (found.typical < found.largest))
    assert not found.out_of_range.any()
    assert expected_tandem_error(0.97, "sojourn").out_of_range
    assert not expected_tandem_error(1.0, "capacity").out_of_range
    with pytest.raises(ArgumentError, match="quantity"):
        expected_tandem_error(0.5, "wait")


# Overload, choice of the method, errors


@pytest.mark.parametrize("method", ["exact", "decomposition"])
def test_overload_passes_on_the_capacity(method):
    line = solve_finite_tandem(3.0, 1.0, [1.0, 0.8], 1.0, 1, [INF, 3], method)
    assert line.wait_mean_hours[0] == line.number_mean[0] == line.sojourn_mean_hours == INF
    q, ratio = 5, 1.25
    assert line.throughput_per_hour == pytest.approx(ratio * (1 - ratio**q) / (1 - ratio ** (q + 1)), rel=1e-9)
    assert line.throughput_per_hour == line.capacity_per_hour
    assert np.isfinite(line.wait_mean_hours[1])


def test_method_is_chosen_by_size():
    assert {"auto", "exact", "decomposition"} == TANDEM_METHODS
    assert solve_finite_tandem(0.5, 1.0, [1.0] * 2, 1.0, 1, [INF, 9]).method == "exact"
    assert solve_finite_tandem(0.5, 1.0, [1.0] * 5, 0.25, 1, [INF, 9, 9, 9, 9]).method == "decomposition"
    assert solve_finite_tandem(0.5, 1.0, [1.0] * 2, 1.0, 3, [INF, 9]).method == "exact"
    with pytest.raises(RefusedError, match="states"):
        solve_finite_tandem(0.5, 1.0, [1.0] * 5, 0.25, 1, [INF, 9, 9, 9, 9], "exact")
    with pytest.raises(RefusedError, match="servers"):
        solve_finite_tandem(0.5, 1.0, [1.0] * 5, 0.25, 2, [INF, 9, 9, 9, 9])
    with pytest.raises(RefusedError, match="servers"):
        finite_tandem_capacity_per_hour([1.0] * 2, 1.0, [40, 40], 1000)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"arrivals_per_hour": 0.0}, "arrivals_per_hour"),
        ({"arrival_scv": 0.0}, "arrival_scv"),
        ({"service_hours": [0.0, 1.0]}, "service_hours"),
        ({"service_hours": 1.0}, "service_hours"),
        ({"service_hours": [[1.0, 1.0]]}, "service_hours"),
        ({"service_scv": 200.0}, "service_scv"),
        ({"servers": 1.5}, "servers"),
        ({"buffers": [INF, INF]}, "buffers"),
        ({"buffers": [1, 2.5]}, "buffers"),
        ({"buffers": [1, np.nan]}, "buffers"),
        ({"buffers": "many"}, "buffers"),
        ({"buffers": [1, 2, 3]}, "shapes"),
        ({"method": "fast"}, "method"),
    ],
)
def test_errors_name_the_argument(change, name):
    sound = {"arrivals_per_hour": 0.5, "arrival_scv": 1.0, "service_hours": [1.0, 1.0], "service_scv": 1.0}
    sound |= {"servers": 1, "buffers": 2 if name == "service_hours" else [INF, 2]}
    with pytest.raises(ArgumentError, match=name):
        solve_finite_tandem(**{**sound, **change})
