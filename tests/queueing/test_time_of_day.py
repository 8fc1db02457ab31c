import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing.finite_room import mmck_number_mean
from hubcalc.queueing.markovian import mmc_wait_mean_hours, mmc_wait_probability
from hubcalc.queueing.time_of_day import TRUNCATION, solve_time_of_day


def test_golden_transient(golden, agrees):
    for quantity in ("E[N(t)]", "P(N(t)>=c)"):
        for case in golden("transient", "M/M/c", quantity):
            p = case["parameters"]
            day = solve_time_of_day([p["arrival_rate"]], 1.0 / p["service_rate"], p["c"], p["t"])
            values = day.number_mean if quantity.startswith("E") else day.wait_probability
            agrees(case, values[-1], 1e-9)


def test_golden_hourly_profile(golden, agrees):
    cases = [case for case in golden("time_varying", "Mt/M/c", "") if "gate5" in case["id"]]
    p = cases[0]["parameters"]
    pieces = np.array(p["arrival_profile"])
    rates = np.repeat(pieces[:, 2], (pieces[:, 1] - pieces[:, 0]).astype(int))
    day = solve_time_of_day(rates, 1.0 / p["service_rate"], p["c"], periodic=True)
    for case in cases:
        at = re.search(r"t=(\d+)", case["quantity"])
        agrees(case, day.waiting_mean[int(at[1])] if at else float(day.wait_mean_hours), 1e-8)
    assert len(cases) == 8


def smooth_day(p, warm_up, warm_step, step):
    """Solve the sinusoidal day: some days of long intervals, then one of short ones; what is asked of it."""
    amplitude, phase = p["relative_amplitude"], p["phase"]
    lengths = np.concatenate([np.full(round(24 * warm_up / warm_step), warm_step), np.full(round(24 / step), step)])
    middle = np.cumsum(lengths) - lengths / 2.0
    rates = p["mean_arrival_rate"] * (1.0 + amplitude * np.sin(2.0 * np.pi * (middle - phase) / 24.0))
    day = solve_time_of_day(rates, 1.0 / p["service_rate"], p["c"], lengths)
    last = round(24 / step)
    hours = np.array([24, *range(3, 24, 3)])  # the end of the day for its beginning
    edges = -last - 1 + np.round(hours / step).astype(int)
    share = rates[-last:] / rates[-last:].sum()
    return {
        "Lq": day.waiting_mean[edges],
        "PW": day.wait_probability[edges],
        "wait": day.waiting_average[-last:].mean() / rates[-last:].mean(),
        "number": day.number_average[-last:].mean(),
        "delayed": (share * day.wait_probability_average[-last:]).sum(),
    }


# days before, their intervals, and those of the day itself: short beside the relaxation time of the queue
STEPS = {"cranes4": (1, 0.25, 0.02), "track6": (12, 0.25, 0.25), "single": (40, 0.25, 0.25), "loss4": (12, 0.25, 0.25)}


@pytest.mark.slow
@pytest.mark.parametrize("name", STEPS)
def test_golden_smooth_days(golden, agrees, name):
    """Extrapolated from two lengths of interval: the error falls with their square."""
    cases = [case for case in golden("time_varying", "Mt/M/c", "") if f"sin-{name}" in case["id"]]
    parameters = cases[0]["parameters"]
    warm_up, *steps = STEPS[name]
    coarse, fine = (smooth_day(parameters, warm_up, *(step / k for step in steps)) for k in (1, 2))
    for case in cases:
        quantity = case["quantity"]
        at = re.search(r"t=(\d+) h", quantity)
        kind = next(
            kind
            for kind, start in {
                "Lq": "mean_queue",
                "PW": "P(N",
                "wait": "mean wait",
                "number": "time-average",
                "delayed": "fraction",
            }.items()
            if quantity.startswith(start)
        )
        one, two = (value[kind][int(at[1]) // 3] if at else value[kind] for value in (coarse, fine))
        agrees(case, float(two + (two - one) / 3.0), 1e-6)
    assert len(cases) == 14


def exponential(arrivals, service, servers, hours, initial, room):
    """Return the law after intervals of constant rates, from matrix exponentials of a chain with finite room."""
    law, states = np.eye(room + 1)[initial], np.arange(room + 1)
    for rate, time, count, length in zip(arrivals, service, servers, hours, strict=True):
        up, down = np.full(room, rate), np.minimum(states[1:], count) / time
        generator = np.diag(up, 1) + np.diag(down, -1)
        generator -= np.diag(generator.sum(axis=1))
        law = law @ expm(generator * length)
    return law


@pytest.mark.slow
@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.floats(0, 6), st.floats(0.1, 2), st.integers(0, 4), st.floats(0.1, 2)), min_size=1, max_size=3
    ),
    st.integers(0, 12),
)
def test_matrix_exponentials(intervals, initial):
    arrivals, service, servers, hours = (np.array(column) for column in zip(*intervals, strict=True))
    day = solve_time_of_day(arrivals, service, servers, hours, initial)
    law = exponential(arrivals, service, servers, hours, initial, 100)
    states = np.arange(101)
    assert day.number_mean[-1] == pytest.approx(law @ states, rel=1e-7, abs=1e-9)
    assert day.waiting_mean[-1] == pytest.approx(law @ np.maximum(states - servers[-1], 0), rel=1e-7, abs=1e-9)
    assert day.wait_probability[-1] == pytest.approx(law[states >= servers[-1]].sum(), abs=1e-9)
    # flow balance over each interval: what comes less what is served
    served = (day.number_average - day.waiting_average) / service
    assert np.diff(day.number_mean) == pytest.approx((arrivals - served) * hours, abs=1e-7)
    assert np.all(day.truncation_probability <= TRUNCATION)


def test_constant_rates_reach_the_steady_state():
    day = solve_time_of_day([2.4, 2.4], 1.0, 3, [1.0, 600.0])
    assert day.waiting_mean[-1] / 2.4 == pytest.approx(float(mmc_wait_mean_hours(2.4, 1.0, 3)), rel=1e-8)
    cycle = solve_time_of_day([[2.4, 2.4], [1.0, 1.0]], 1.0, 3, 12.0, periodic=True)
    assert cycle.wait_mean_hours == pytest.approx(mmc_wait_mean_hours([2.4, 1.0], 1.0, 3), rel=1e-8)
    assert cycle.delayed_share == pytest.approx(mmc_wait_probability([2.4, 1.0], 1.0, 3), rel=1e-8)
    assert cycle.number_mean[:, 0] == pytest.approx(cycle.number_mean[:, -1], rel=1e-9)


def test_a_large_room_is_no_room():
    day = solve_time_of_day([0.5], 1.0, 2, 300.0)
    assert day.number_mean[-1] == pytest.approx(float(mmck_number_mean(0.5, 1.0, 2, 200)), rel=1e-9)


def test_unlimited_servers_are_poisson():
    day = solve_time_of_day([5.0, 0.0], 2.0, 200, [3.0, 1.0])
    filled = 10.0 * (1.0 - np.exp(-1.5))
    assert day.number_mean == pytest.approx([0.0, filled, filled * np.exp(-0.5)], rel=1e-10)
    assert day.wait_mean_hours == pytest.approx(0.0, abs=1e-12)


def test_closed_hours_fill_the_queue():
    day = solve_time_of_day([10.0, 0.0], 0.01, [0, 5], 1.0, initial_number=7)
    assert day.number_mean == pytest.approx([17.0 - 10.0, 17.0, 0.0], abs=1e-8)
    assert day.wait_probability.tolist() == pytest.approx([1.0, 1.0, 0.0], abs=1e-8)
    assert day.wait_probability_average[0] == pytest.approx(1.0)
    assert day.hours.tolist() == [0.0, 1.0, 2.0]


def test_overload_grows_as_the_fluid():
    day = solve_time_of_day([100.0], 0.1, 5, 24.0, initial_number=300)
    assert day.number_mean[-1] == pytest.approx(300 + 50 * 24, rel=1e-6)


def test_scenarios_and_nothing():
    day = solve_time_of_day([[1.0, 2.0], [0.0, 0.0]], 0.5, [[1], [2]], initial_number=[0, 0])
    assert day.number_mean.shape == (2, 3)
    assert day.number_mean[1].tolist() == [0.0, 0.0, 0.0]
    assert day.wait_mean_hours[1] == day.delayed_share[1] == 0.0
    alone = solve_time_of_day([1.0, 2.0], 0.5, 1)
    assert alone.number_mean == pytest.approx(day.number_mean[0], rel=1e-10)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"arrivals_per_hour": [-1.0, 1.0]}, "arrivals_per_hour"),
        ({"arrivals_per_hour": [3.0, 1.0], "periodic": True}, "arrivals_per_hour"),
        ({"service_hours": 0.0}, "service_hours"),
        ({"servers": 1.5}, "servers"),
        ({"interval_hours": [1.0, 1.0, 1.0]}, "interval_hours"),
        ({"interval_hours": [[1.0, 1.0]]}, "interval_hours"),
        ({"interval_hours": 0.0}, "interval_hours"),
        ({"initial_number": 0.5}, "initial_number"),
    ],
)
def test_errors_name_the_argument(change, name):
    sound = {"arrivals_per_hour": [1.0, 0.5], "service_hours": 0.5, "servers": 1}
    with pytest.raises(ArgumentError, match=name):
        solve_time_of_day(**{**sound, **change})


def test_too_many_states_are_refused():
    with pytest.raises(RefusedError, match="20000 states"):
        solve_time_of_day([10_000.0], 1.0, 1, 24.0)
