import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hubcalc.errors import ArgumentError
from hubcalc.queueing.jackson import solve_jackson, traffic_per_hour
from hubcalc.queueing.markovian import mmc_wait_mean_hours, mmc_wait_probability

RATES = st.floats(0.0, 10.0)


def station(case):
    return int(case["quantity"].rsplit(" ", 1)[1]) - 1


def test_golden_single_class(golden, agrees):
    cases = golden("product_form_networks", "open Jackson network", "")
    for case in cases:
        p = case["parameters"]
        network = solve_jackson(p["external_rate"], p["service_times"], 1, p["routing"])
        values = {
            "arrival": network.arrivals_per_hour,
            "response": network.wait_mean_hours + p["service_times"],
            "mean": network.number_mean,
        }
        value = next(value for name, value in values.items() if case["quantity"].startswith(name))
        agrees(case, value[station(case)], 1e-10)
    assert len(cases) == 12


def test_golden_visits_as_a_central_station(golden, agrees):
    for case in golden("product_form_networks", "open network", ""):
        p = case["parameters"]
        first, second, third = p["visits"]
        routing = [[0, second / first, third / first], [1, 0, 0], [1, 0, 0]]
        network = solve_jackson([p["arrival_rate"], 0, 0], p["service_times"], 1, routing)
        values = {
            "utilisation": network.utilization,
            "throughput": network.throughput_per_hour,
            "mean": network.number_mean,
        }
        value = next(value for name, value in values.items() if case["quantity"].startswith(name))
        agrees(case, value[station(case)], 1e-10)
        assert network.visits == pytest.approx(p["visits"])


def test_golden_flows_of_two_classes(golden, agrees):
    for case in golden("product_form_networks", "open BCMP network", ""):
        p = case["parameters"]
        external = np.array(p["external_rate"])[:, None] * [1.0, 0.0, 0.0]
        load = traffic_per_hour(external, [p["routing_class1"], p["routing_class2"]]) * p["service_times"]
        total, i = load.sum(axis=0), station(case)
        value = total[i]
        if case["quantity"].startswith("mean_number"):
            value = load[int(case["quantity"].split()[2]) - 1, i] / (1 - total[i])
        agrees(case, value, 1e-10)


def birth_death_of_a_tandem_with_feedback(external, service, servers, back, most):
    """Return mean numbers of two stations in a row from the balance equations of the truncated chain."""
    states = [(i, j) for i in range(most + 1) for j in range(most + 1)]
    index = {state: k for k, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))
    for (i, j), k in index.items():
        steps = [
            ((i + 1, j), external),
            ((i - 1, j + 1), min(i, servers[0]) / service[0]),
            ((i, j - 1), min(j, servers[1]) / service[1] * (1 - back)),
            ((i + 1, j - 1), min(j, servers[1]) / service[1] * back),
        ]
        for state, rate in steps:
            if state in index:
                generator[k, index[state]] += rate
                generator[k, k] -= rate
    matrix = np.vstack([generator.T, np.ones(len(states))])
    p = np.linalg.lstsq(matrix, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    return np.array(states).T @ p


def test_balance_equations():
    expected = birth_death_of_a_tandem_with_feedback(0.6, (1.0, 0.4), (3, 1), 0.2, 24)
    network = solve_jackson([0.6, 0.0], [1.0, 0.4], [3, 1], [[0, 1], [0.2, 0]])
    assert network.number_mean == pytest.approx(expected, rel=1e-5)


@given(arrays(float, 4, elements=RATES), arrays(float, (4, 4), elements=st.floats(0.0, 0.24)))
def test_conservation_and_little(external, routing):
    network = solve_jackson(external, [0.02, 0.05, 0.1, 3.0], [1, 2, 5, np.inf], routing)
    stable = np.isfinite(network.number_mean)
    passed = network.throughput_per_hour
    assert network.arrivals_per_hour == pytest.approx(external + passed @ routing, abs=1e-9)
    assert np.all((network.utilization < 1.0) == stable)
    if np.all(stable):
        leaving = passed @ (1.0 - routing.sum(axis=1))
        assert leaving == pytest.approx(external.sum(), abs=1e-9)
        assert network.sojourn_mean_hours * external.sum() == pytest.approx(network.number_mean.sum())
        assert passed == pytest.approx(traffic_per_hour(external, routing))
    else:
        assert np.isinf(network.sojourn_mean_hours)
    assert not np.any(np.isnan(network.wait_mean_hours))


def test_what_passes_an_overloaded_station_is_its_capacity():
    network = solve_jackson([12.0, 0.0, 1.0], [0.1, 0.05, 0.5], 1, [[0, 1, 0], [0.5, 0, 0], [0, 0.5, 0]])
    assert network.arrivals_per_hour == pytest.approx([12 + 5.25, 10.5, 1.0])
    assert network.wait_mean_hours == pytest.approx([np.inf, float(mmc_wait_mean_hours(10.5, 0.05, 1)), 0.5])
    assert network.number_mean[0] == np.inf
    assert network.wait_probability == pytest.approx([1.0, 0.525, 0.5])


def test_one_station_is_mmc_and_feedback_lengthens_it():
    network = solve_jackson([2.4], [1.0], [3], [[0.0]])
    assert network.wait_mean_hours[0] == mmc_wait_mean_hours(2.4, 1.0, 3)
    assert network.wait_probability[0] == mmc_wait_probability(2.4, 1.0, 3)
    fed_back = solve_jackson([0.4], [1.0], [1], [[0.5]])
    assert fed_back.number_mean[0] == pytest.approx(0.8 / 0.2)


def test_scenarios_and_nothing():
    network = solve_jackson([[1.0, 0.0], [0.0, 0.0]], 0.5, [1, np.inf], [[0, 1], [0, 0]])
    assert network.sojourn_mean_hours == pytest.approx([1.5, 0.0])
    assert network.utilization[0].tolist() == [0.5, 0.0]
    stacked = traffic_per_hour([1.0, 0.0], np.array([[[0, 1], [0, 0]], [[0, 0.5], [0, 0]]]))
    assert stacked.tolist() == [[1.0, 1.0], [1.0, 0.5]]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"external_per_hour": [-1.0, 0.0]}, "external_per_hour"),
        ({"external_per_hour": 1.0, "service_hours": 1.0, "servers": 1}, "external_per_hour"),
        ({"service_hours": 0.0}, "service_hours"),
        ({"servers": 1.5}, "servers"),
        ({"servers": [0, np.inf]}, "servers"),
        ({"servers": "two"}, "servers"),
        ({"routing": [[0.0, 1.0]]}, "routing"),
        ({"routing": [[0.6, 0.5], [0.0, 0.0]]}, "routing"),
        ({"routing": [[0.0, 1.0], [1.0, 0.0]]}, "routing"),
        ({"routing": [[0.0, -0.1], [0.0, 0.0]]}, "routing"),
        ({"service_hours": [1.0, 1.0, 1.0]}, "service_hours"),
    ],
)
def test_errors_name_the_argument(change, name):
    sound = {"external_per_hour": [1.0, 0.0], "service_hours": 0.1, "servers": 1, "routing": [[0, 1], [0, 0]]}
    with pytest.raises(ArgumentError, match=name):
        solve_jackson(**{**sound, **change})
