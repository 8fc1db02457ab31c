import heapq
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import expm

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import fit_two_moments, mmc_wait_mean_hours, phphc_wait_mean_hours, phphc_wait_probability
from hubcalc.queueing.time_of_day import solve_time_of_day
from hubcalc.queueing.time_of_day_errors import BIRTH_DEATH, FLUID, expected_day_error
from hubcalc.queueing.time_of_day_general import solve_general_time_of_day

TWO_PEAKS = np.repeat([0.2, 1.8, 1.2, 2.0, 0.4], [6, 4, 5, 4, 5])


@pytest.mark.parametrize("method", ["exact", "birth_death"])
def test_golden_hourly_profile(golden, agrees, method):
    """At an scv of 1 both are M_t/M/c."""
    cases = [case for case in golden("time_varying", "Mt/M/c", "") if "gate5" in case["id"]]
    p = cases[0]["parameters"]
    pieces = np.array(p["arrival_profile"])
    rates = np.repeat(pieces[:, 2], (pieces[:, 1] - pieces[:, 0]).astype(int))
    day = solve_general_time_of_day(rates, 1.0 / p["service_rate"], 1.0, p["c"], periodic=True, method=method)
    for case in cases:
        at = re.search(r"t=(\d+)", case["quantity"])
        agrees(case, day.waiting_mean[int(at[1])] if at else float(day.wait_mean_hours), 1e-8)
    assert float(day.peak_hours) == 19.0
    assert len(cases) == 8


def test_golden_transient(golden, agrees):
    for case in golden("transient", "M/M/c", "E[N(t)]"):
        p = case["parameters"]
        for method in ("exact", "birth_death"):
            service = 1.0 / p["service_rate"]
            day = solve_general_time_of_day([p["arrival_rate"]], service, 1.0, p["c"], p["t"], method=method)
            agrees(case, float(day.number_mean[-1]), 1e-8)


@pytest.mark.parametrize("method", ["exact", "birth_death"])
def test_exponential_service_is_the_other_solver(method):
    """Servers that close and open again, nobody served in between, and a backlog at the start."""
    arrivals, servers = [10.0, 30.0, 20.0, 0.0, 0.0, 30.0, 10.0], [0, 4, 2, 0, 1, 3, 0]
    day = solve_general_time_of_day(arrivals, 0.1, 1.0, servers, initial_number=5, method=method)
    known = solve_time_of_day(arrivals, 0.1, servers, initial_number=5)
    for name in ("number_mean", "waiting_mean", "number_average", "waiting_average", "wait_probability_average"):
        assert getattr(day, name) == pytest.approx(getattr(known, name), rel=1e-7, abs=1e-8), name
    assert float(day.wait_mean_hours) == pytest.approx(float(known.wait_mean_hours), rel=1e-8)
    assert float(day.delayed_share) == pytest.approx(float(known.delayed_share), rel=1e-8)
    assert float(day.backlog_at_end) == pytest.approx(known.waiting_mean[-1], rel=1e-8)
    assert np.all(day.expected_error.largest == 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("scv", [0.25, 0.5, 0.7, 2.5])
def test_constant_rates_reach_the_steady_state(scv):
    day = solve_general_time_of_day([2.1, 2.1], 1.0, scv, 3, [600.0, 1.0], method="exact")
    assert day.waiting_average[-1] / 2.1 == pytest.approx(float(phphc_wait_mean_hours(2.1, 1.0, 1.0, scv, 3)), rel=1e-6)
    chance = float(phphc_wait_probability(2.1, 1.0, 1.0, scv, 3))
    assert day.wait_probability_average[-1] == pytest.approx(chance, rel=1e-6)


def test_the_steady_cycle_of_constant_rates():
    """Of M/E2/1, by all methods: Pollaczek-Khinchine."""
    expected = 0.7 * 1.5 / 2.0 / 0.3
    for method in ("exact", "birth_death", "fluid"):
        day = solve_general_time_of_day([0.7, 0.7], 1.0, 0.5, 1, 12.0, periodic=True, method=method)
        assert float(day.wait_mean_hours) == pytest.approx(expected, rel=1e-3 if method == "fluid" else 1e-5), method
        assert day.number_mean[0] == pytest.approx(day.number_mean[-1], rel=1e-6)


def test_matrix_exponentials_of_a_single_server():
    """M_t/PH/1 built state by state; while closed the phase stands still."""
    law, room = fit_two_moments(1.0, 3.0), 60
    rates = list(zip([3.0, 1.0, 2.0, 0.5], [1, 0, 1, 1], [0.5, 0.4, 0.7, 1.0], strict=True))
    day = solve_general_time_of_day(
        [r[0] for r in rates], 0.4, 3.0, [r[1] for r in rates], [r[2] for r in rates], method="exact"
    )
    # states: 0 none; 1 + 2 (n - 1) + phase
    now = np.zeros(1 + 2 * room)
    now[0] = 1.0
    numbers = np.concatenate([[0], np.repeat(np.arange(1, room + 1), 2)])
    means = [0.0]
    for rate, opened, hours in rates:
        q = np.zeros((1 + 2 * room, 1 + 2 * room))
        q[0, 1:3] += rate * law.initial
        for n in range(1, room + 1):
            for phase in range(2):
                here = 2 * n - 1 + phase
                if n < room:
                    q[here, here + 2] += rate
                exits = law.exits_per_hour[phase] / 0.4 * opened
                if n == 1:
                    q[here, 0] += exits
                else:
                    q[here, 2 * n - 3 : 2 * n - 1] += exits * law.initial
        q -= np.diag(q.sum(axis=1))
        now = now @ expm(q * hours)
        means.append(float(now @ numbers))
    assert day.number_mean == pytest.approx(means, rel=1e-8)


def test_overload_grows_as_the_fluid_less_the_head_start_of_fresh_services():
    """In the long run c servers that never rest have ended c (scv - 1) / 2 services more than c t / s."""
    for scv in (0.5, 3.0):
        expected = 40 + (30.0 - 20.0) * 10.0 - 4 * (scv - 1.0) / 2.0
        for method, rel in (("exact", 1e-4), ("birth_death", 2e-3), ("fluid", 0.15)):
            day = solve_general_time_of_day([30.0], 0.2, scv, 4, 10.0, 40, method=method)
            assert float(day.number_mean[-1]) == pytest.approx(expected, rel=rel), (scv, method)
            assert float(day.peak_hours) == 10.0


def waited(arrivals, services, servers, end):
    """Return the customer hours in line up to the end."""
    free, area = [0.0] * servers, 0.0
    for at, service in zip(arrivals, services, strict=True):
        start = max(at, heapq.heappop(free))
        heapq.heappush(free, start + service)
        area += min(start, end) - at
    return area


def test_simulation():
    """Two lanes of scv 1/3, three hours of which the middle one is overloaded."""
    rng = np.random.default_rng(7)
    rates = np.array([3.0, 9.0, 2.0])
    areas = []
    for _ in range(6000):
        counts = rng.poisson(rates)
        arrivals = np.sort(np.concatenate([hour + rng.random(count) for hour, count in enumerate(counts)]))
        areas.append(waited(arrivals, rng.gamma(3.0, 0.3 / 3.0, arrivals.size), 2, 3.0))
    mean, error = np.mean(areas), np.std(areas) / np.sqrt(len(areas))
    exact = solve_general_time_of_day(rates, 0.3, 1.0 / 3.0, 2, method="exact")
    assert abs(float(exact.waiting_average.sum()) - mean) < 4.0 * error
    assert abs(float(exact.wait_mean_hours) - mean / rates.sum()) < 4.0 * error / rates.sum()


@pytest.mark.slow
@pytest.mark.parametrize("method", ["birth_death", "fluid"])
@pytest.mark.parametrize(("servers", "scv", "service"), [(1, 0.5, 0.1), (3, 0.7, 0.3), (2, 3.0, 0.5), (6, 1.5, 1.0)])
def test_errors_are_as_expected(method, servers, scv, service):
    """Cases between those that were measured, with half of the largest error allowed on top."""
    rates = TWO_PEAKS / TWO_PEAKS.mean() * 0.6 * servers / service
    exact, near = (
        float(solve_general_time_of_day(rates, service, scv, servers, method=kind).wait_mean_hours)
        for kind in ("exact", method)
    )
    expected = expected_day_error(method, scv, servers, service)
    assert not expected.out_of_range
    assert abs(near / exact - 1.0) <= 1.5 * float(expected.largest)


def test_expected_errors():
    assert float(expected_day_error("exact", 9.0, 100, 7.0).largest) == 0.0
    none = expected_day_error("birth_death", [1.0, 5.0, 0.5, 0.5], [100, 1, 9, 1], [9.0, 0.1, 0.1, 2.0])
    assert none.out_of_range.tolist() == [False, True, True, True]
    assert none.largest.tolist() == [0.0, 1.0, 1.0, 1.0]
    errors = expected_day_error("fluid", [0.5, 1.0, 2.0, 4.0], 4, 0.5)
    assert np.all(np.diff(errors.typical) > 0.0)
    assert np.all(errors.largest >= errors.typical)
    with pytest.raises(ArgumentError, match="method"):
        expected_day_error("sipp", 1.0, 1, 1.0)


def test_the_method_is_chosen_by_size():
    day = np.ones(24)
    assert solve_general_time_of_day(5.0 * day, 0.1, 0.5, 1).method == "exact"
    assert solve_general_time_of_day(5.0 * day, 0.1, 0.0, 1).method == "birth_death"
    many = solve_general_time_of_day(np.outer(np.linspace(1, 9, 3000), day), 0.1, 0.5, 1)
    assert many.method == "fluid"
    assert many.wait_mean_hours.shape == many.expected_error.typical.shape == (3000,)
    assert np.all(np.diff(many.wait_mean_hours) > 0.0)
    large = solve_general_time_of_day(9000.0 * day, 0.1, 0.5, 1000)
    assert large.method == "fluid"
    assert large.number_mean[-1] == pytest.approx(900.0, rel=1e-3)


def test_scenarios_are_those_alone():
    together = solve_general_time_of_day([[4.0, 9.0], [0.0, 0.0]], 0.2, [0.5, 2.0], [[2, 2], [1, 3]], method="exact")
    alone = solve_general_time_of_day([4.0, 9.0], 0.2, 0.5, 2, method="exact")
    assert together.number_mean[0] == pytest.approx(alone.number_mean, rel=1e-9)
    assert together.wait_mean_hours[1] == together.delayed_share[1] == together.waiting_peak[1] == 0.0
    for method in ("birth_death", "fluid"):
        nothing = solve_general_time_of_day([0.0, 0.0], 0.2, 2.0, [1, 3], method=method)
        assert nothing.wait_mean_hours == nothing.waiting_peak == 0.0


@pytest.mark.parametrize("method", ["exact", "birth_death", "fluid"])
def test_a_closed_night_and_a_constant_service(method):
    """Whoever comes at night waits for the morning: the queue is Poisson, and it is gone at noon."""
    scv = 0.1 if method == "exact" else 0.0
    day = solve_general_time_of_day(np.full(12, 2.0), 0.02, scv, [0] * 6 + [1] * 6, method=method)
    assert day.waiting_mean[:6] == pytest.approx(2.0 * np.arange(6), rel=1e-9, abs=1e-12)
    assert float(day.peak_hours) == 6.0
    assert day.wait_probability_average[:6] == pytest.approx(np.ones(6))
    assert day.waiting_mean[-1] < 0.01


def test_light_traffic_is_that_of_no_queue():
    day = solve_general_time_of_day([1.0], 0.1, 0.5, 40, 5.0, method="birth_death")
    assert float(day.number_mean[-1]) == pytest.approx(0.1, rel=1e-3)
    assert float(day.wait_mean_hours) == pytest.approx(0.0, abs=1e-12)
    assert float(mmc_wait_mean_hours(1.0, 0.1, 40)) < 1e-12


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"arrivals_per_hour": [-1.0, 1.0]}, "arrivals_per_hour"),
        ({"arrivals_per_hour": [3.0, 1.0], "periodic": True}, "arrivals_per_hour"),
        ({"service_hours": 0.0}, "service_hours"),
        ({"service_scv": -0.1}, "service_scv"),
        ({"servers": 1.5}, "servers"),
        ({"interval_hours": [1.0, 1.0, 1.0]}, "interval_hours"),
        ({"initial_number": 0.5}, "initial_number"),
        ({"method": "sipp"}, "method"),
    ],
)
def test_errors_name_the_argument(change, name):
    sound = {"arrivals_per_hour": [1.0, 0.5], "service_hours": 0.5, "service_scv": 0.5, "servers": 1}
    with pytest.raises(ArgumentError, match=name):
        solve_general_time_of_day(**{**sound, **change})


def test_refusals_name_another_method():
    with pytest.raises(RefusedError, match=r"service_scv.*birth_death"):
        solve_general_time_of_day([1.0], 1.0, 0.0, 1, method="exact")
    with pytest.raises(RefusedError, match=r"servers.*fluid"):
        solve_general_time_of_day([100.0], 1.0, 0.2, 100, method="exact")
    with pytest.raises(RefusedError, match="use fluid"):
        solve_general_time_of_day([1e6], 1.0, 0.5, 1, method="birth_death")
    for method in ("exact", "birth_death"):
        with pytest.raises(RefusedError, match=r"service_hours.*fluid"):
            solve_general_time_of_day([1.0], 1e-7, 0.5, 3, 100.0, method=method)


@pytest.mark.parametrize(("method", "table"), [("birth_death", BIRTH_DEATH), ("fluid", FLUID)])
def test_expected_errors_are_those_of_the_benchmark(method, table):
    report = Path(__file__).parents[2] / "benchmarks" / "time_of_day_error.md"
    cells = [line.strip("| ").split(" | ") for line in report.read_text(encoding="utf-8").splitlines()]
    measured = [[float(row[5]), float(row[6])] for row in cells if row[0] == method]
    assert np.array(table).reshape(-1, 2) * 100.0 == pytest.approx(np.array(measured), abs=0.1001)
