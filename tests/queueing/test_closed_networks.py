from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing.approximate_closed_networks import approximate_closed_classes
from hubcalc.queueing.closed_networks import MOST_POPULATIONS, solve_closed_classes, solve_closed_network
from hubcalc.queueing.finite_source import finite_source_down_mean, finite_source_throughput_per_hour

DELAY = np.inf


def of_case(case):
    """Return population, service, visits and servers of a golden case with one class."""
    p = case["parameters"]
    count = np.array([float(value) for value in p.get("servers", [1, 1, 1])])
    service, visits = p.get("service_times", p.get("demands")), p.get("visits", [1.0] * len(count))
    if p.get("think_time", 0.0) > 0.0:
        service, visits, count = [*service, p["think_time"]], [*visits, 1.0], np.append(count, DELAY)
    return p["N"], service, visits, count


def position(case):
    """Return the index of the station that a quantity names."""
    last = case["quantity"].replace(" (approximate MVA)", "").replace(" (exact)", "").rsplit(" ", 1)[1]
    return int(last) - 1 if last.isdigit() else case["parameters"]["stations"].index(last)


def measure(case, network, visits, service):
    quantity = case["quantity"]
    if quantity.startswith(("cycle throughput", "system_throughput")):
        return network.throughput_per_hour * (60.0 if quantity.startswith("cycle") else 1.0)
    if quantity.startswith("system_response_time"):
        return network.cycle_mean_hours - case["parameters"]["think_time"]
    i = position(case)
    if quantity.startswith("throughput"):
        return network.throughput_per_hour * visits[i]
    if quantity.startswith("utilisation"):
        return network.utilization[i]
    if quantity.startswith("response_time"):
        return network.wait_mean_hours[i] + service[i]
    assert quantity.startswith("mean_number")
    return network.number_mean[i]


def test_golden_one_class(golden, agrees):
    cases = golden("product_form_networks", "closed network, single class", "")
    for case in cases:
        population, service, visits, servers = of_case(case)
        network = solve_closed_network(population, service, visits, servers)
        agrees(case, float(measure(case, network, visits, service)), 1e-10)
    assert len(cases) == 65


def classes_of(case):
    """Return population, service, visits and servers of a golden case with two classes."""
    p = case["parameters"]
    if "cpu_service" in p:  # two terminals' delays, and a processor
        (first, second), (one, two) = p["think_times"], p["cpu_service"]
        return p["populations"], [[first, 1, one], [1, second, two]], [[1, 0, 1], [0, 1, 1]], [DELAY, DELAY, 1]
    count = [float(value) for value in p.get("servers", [1, 1, 1, 1])]
    return p["populations"], p["service_times"], p["visits"], count


def test_golden_two_classes(golden, agrees):
    cases = golden("product_form_networks", "closed network, multiclass", "")
    for case in cases:
        population, service, visits, servers = classes_of(case)
        network = solve_closed_classes(population, service, visits, servers)
        words = case["quantity"].replace(",", "").split()
        if "both" in words:
            value = network.number_mean[:, int(words[3]) - 1].sum()
        else:
            k = int(words[words.index("class") + 1]) - 1
            i = int(words[words.index("station") + 1]) - 1 if "station" in words else 2
            value = {
                "throughput": network.throughput_per_hour[k],
                "cpu response": network.wait_mean_hours[k, 2] + service[k][2],
                "cpu utilisation": network.utilization[k, 2],
                "mean_number": network.number_mean[k, i],
                "mean number": network.number_mean[k, i],
            }[case["quantity"].partition(" class")[0].replace(" at cpu", "")]
        agrees(case, float(value), 1e-10)
    assert len(cases) == 31


def test_golden_approximation(golden, agrees):
    for case in golden("product_form_networks", "closed network, Schweitzer", ""):
        population, service, visits, servers = of_case(case)
        if "exact" in case["quantity"]:
            network = solve_closed_network(population, service, visits, servers)
            agrees(case, float(measure(case, network, visits, service)), 1e-10)
            continue
        network = approximate_closed_classes([population], [service], [visits], servers)
        flat = type(network)(*(getattr(network, name)[0] for name in network.__dataclass_fields__))
        agrees(case, float(measure(case, flat, visits, service)), 1e-9)


def compositions(n, stations):
    return [split for split in product(range(n + 1), repeat=stations) if sum(split) == n]


def enumerated(population, demand, servers):
    """Return numbers by class and station, and flows, from the product form state by state."""
    classes, stations = np.shape(demand)

    def constant(items):
        total, number = 0.0, np.zeros((classes, stations))
        for state in product(*(compositions(n, stations) for n in items)):
            weight = 1.0
            for i in range(stations):
                inside = sum(split[i] for split in state)
                weight *= factorial(inside) / prod(min(k, servers[i]) for k in range(1, inside + 1))
                weight *= prod(demand[k][i] ** state[k][i] / factorial(state[k][i]) for k in range(classes))
            total += weight
            number += weight * np.array(state)
        return total, number / total

    full, number = constant(population)
    one_less = [tuple(n - (k == r) for k, n in enumerate(population)) for r in range(classes)]
    return number, [constant(items)[0] / full for items in one_less]


@settings(max_examples=25)
@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=2),
    st.lists(st.floats(0.01, 10.0), min_size=6, max_size=6),
    st.lists(st.sampled_from([1, 2, 3, DELAY]), min_size=3, max_size=3),
)
def test_states_enumerated(population, times, servers):
    demand = np.reshape(times, (2, 3))[: len(population)]
    number, flow = enumerated(population, demand, servers)
    network = solve_closed_classes(population, demand, 1, servers)
    assert network.number_mean == pytest.approx(number, rel=1e-10)
    assert network.throughput_per_hour == pytest.approx(flow, rel=1e-10)


def mean_value_analysis(population, demand, think):
    number = np.zeros(len(demand))
    for n in range(1, population + 1):
        sojourn = np.array(demand) * (1.0 + number)
        flow = n / (think + sojourn.sum())
        number = flow * sojourn
    return flow, number


def test_mean_value_analysis_at_single_servers():
    demand, think = [0.605, 2.1, 1.35], 15.0
    for population in (1, 2, 7, 60, 400):
        flow, number = mean_value_analysis(population, demand, think)
        network = solve_closed_network(population, [*demand, think], 1, [1, 1, 1, DELAY])
        assert network.throughput_per_hour == pytest.approx(flow, rel=1e-11)
        assert network.number_mean[:3] == pytest.approx(number, rel=1e-11)


@pytest.mark.parametrize("servers", [1, 3, 20])
def test_a_delay_and_a_station_are_the_finite_source(servers):
    for population in (3, 40, 300):
        network = solve_closed_network(population, [200.0, 10.0], 1, [DELAY, servers])
        expected = finite_source_throughput_per_hour(population, 200.0, 10.0, servers)
        assert network.throughput_per_hour == pytest.approx(float(expected), rel=1e-10)
        down = float(finite_source_down_mean(population, 200.0, 10.0, servers))
        assert network.number_mean[1] == pytest.approx(down, rel=1e-10)


@settings(max_examples=30)
@given(st.integers(1, 80), st.lists(st.floats(1e-3, 1e3), min_size=4, max_size=4))
def test_conservation_bounds_and_scenarios(population, service):
    servers = np.array([1, 4, 9, DELAY])
    fleets = np.array([population, population + 1])
    network = solve_closed_network(fleets, service, [1.0, 0.5, 2.0, 1.0], servers)
    assert network.number_mean.sum(axis=1) == pytest.approx(fleets, rel=1e-9)
    assert network.throughput_per_hour * network.cycle_mean_hours == pytest.approx(fleets, rel=1e-9)
    assert np.all(np.diff(network.throughput_per_hour) >= -1e-9 * network.throughput_per_hour[0])
    demand = np.array(service) * [1.0, 0.5, 2.0, 1.0]
    bound = np.minimum(fleets / demand.sum(), (servers / demand).min())
    assert np.all(network.throughput_per_hour <= bound * (1 + 1e-9))
    assert np.all(network.wait_mean_hours >= 0.0)
    alone = solve_closed_network(population, service, [1.0, 0.5, 2.0, 1.0], servers)
    assert alone.number_mean == pytest.approx(network.number_mean[0], rel=1e-9)


def test_many_servers_keep_their_digits():
    """As many servers as items is a delay: where the recursion of mean values cancels."""
    one = solve_closed_network(200, [1.0, 1.0, 30.0], 1, [150, 1, 200])
    other = solve_closed_network(200, [1.0, 1.0, 30.0], 1, [DELAY, 1, DELAY])
    assert one.throughput_per_hour == pytest.approx(other.throughput_per_hour, rel=1e-12)
    assert np.all(one.number_mean > 0.0)


def test_two_equal_classes_are_one():
    both = solve_closed_classes([4, 3], [[1.0, 2.0, 5.0]], 1, [1, 2, DELAY])
    one = solve_closed_network(7, [1.0, 2.0, 5.0], 1, [1, 2, DELAY])
    assert both.throughput_per_hour.sum() == pytest.approx(float(one.throughput_per_hour), rel=1e-11)
    assert both.number_mean.sum(axis=0) == pytest.approx(one.number_mean, rel=1e-11)


def test_an_empty_class_and_a_station_not_visited():
    network = solve_closed_classes([5, 0], [[1.0, 2.0], [1.0, 2.0]], [[1, 0], [1, 1]], 1)
    assert network.throughput_per_hour.tolist() == pytest.approx([1.0, 0.0])
    assert network.number_mean.tolist() == [pytest.approx([5.0, 0.0]), [0.0, 0.0]]
    assert network.wait_mean_hours[0].tolist() == pytest.approx([4.0, 0.0])
    approximate = approximate_closed_classes([5, 0], [[1.0, 2.0], [1.0, 2.0]], [[1, 0], [1, 1]], 1)
    assert approximate.number_mean.tolist() == [pytest.approx([5.0, 0.0]), [0.0, 0.0]]
    assert float(solve_closed_network(0, [1.0], 1, [1]).throughput_per_hour) == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(("classes", "servers", "largest"), [(1, 1, 0.07), (2, 1, 0.23), (1, 4, 0.16), (2, 4, 0.23)])
def test_error_of_the_approximation(classes, servers, largest):
    rng = np.random.default_rng(classes + 10 * servers)
    population = rng.integers(1, 20 if classes == 2 else 60, (150, classes))
    service = rng.uniform(0.05, 1.0, (150, classes, 3))
    count = np.where(rng.random((150, 3)) < 0.3, DELAY, rng.integers(1, servers + 1, (150, 3)))
    exact = solve_closed_classes(population, service, 1, count).throughput_per_hour
    error = approximate_closed_classes(population, service, 1, count).throughput_per_hour / exact - 1.0
    assert np.abs(error).max() <= largest
    assert np.abs(error).mean() <= 0.03


def test_the_approximation_of_a_large_fleet_reaches_the_bottleneck():
    network = approximate_closed_classes([100_000, 50_000], [[1.0, 2.0, 0.5]], 1, [2, 1, DELAY])
    assert network.throughput_per_hour.sum() == pytest.approx(0.5, rel=1e-4)
    assert network.number_mean.sum(axis=-1) == pytest.approx([100_000, 50_000])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"population": [1.5, 1]}, "population"),
        ({"population": 3}, "population"),
        ({"population": [100, 100]}, "population"),
        ({"population": [MOST_POPULATIONS, 0]}, "population"),
        ({"service_hours": 0.0}, "service_hours"),
        ({"visits": [[1, -1], [1, 1]]}, "visits"),
        ({"visits": [[0, 0], [1, 1]]}, "visits"),
        ({"servers": 0}, "servers"),
        ({"service_hours": [1.0, 2.0, 3.0]}, "service_hours"),
    ],
)
def test_errors_name_the_argument(change, name):
    sound = {"population": [2, 1], "service_hours": [[1.0, 2.0], [1.0, 2.0]], "visits": [[1, 1], [1, 1]], "servers": 1}
    with pytest.raises(ArgumentError, match=name):
        solve_closed_classes(**{**sound, **change})
