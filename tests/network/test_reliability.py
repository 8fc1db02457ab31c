"""Reliability: published examples, laws with known answers, and a drawn timetable."""

import numpy as np
import pytest
from scipy import special

from hubcalc.errors import ArgumentError
from hubcalc.network.door_to_door import TimeLaw, chain
from hubcalc.network.reliability import (
    buffer_index,
    connection,
    lateness_probability,
    mean_of_worst_hours,
    misery_index,
    planning_time_index,
)

ERLANG = chain([TimeLaw.gamma(8.0, 64.0)] * 3)


def test_examples_of_the_sources():
    # 40 % of 20 minutes are 8; 15 minutes planned as 24; 90 minutes against 60
    assert float(buffer_index(20.0, 28.0)) == pytest.approx(0.4)
    assert float(planning_time_index(24.0, 15.0)) == pytest.approx(1.6)
    assert float(misery_index(60.0, 90.0)) == pytest.approx(0.5)


def test_indices_do_not_depend_on_the_unit_and_broadcast():
    mean, late = np.array([1.0, 2.0]), np.array([3.0, 3.0])
    assert buffer_index(mean, late).tolist() == [2.0, 0.5]
    assert buffer_index(60 * mean, 60 * late) == pytest.approx(buffer_index(mean, late))
    assert planning_time_index(late, 1.0).tolist() == [3.0, 3.0]


def test_a_time_without_spread_has_no_buffer():
    sure = chain([TimeLaw.constant(10.0)])
    assert float(buffer_index(sure.mean_hours, sure.quantile(0.95))) == 0.0
    assert float(misery_index(sure.mean_hours, mean_of_worst_hours(sure))) == 0.0
    assert lateness_probability(sure, [9.9, 10.0]).tolist() == [1.0, 0.0]


def test_worst_of_an_erlang_time():
    start = special.gammaincinv(3, 0.8) * 8
    exact = 24 * special.gammaincc(4, start / 8) / 0.2
    assert mean_of_worst_hours(ERLANG) == pytest.approx(exact, rel=1e-5)
    assert mean_of_worst_hours(ERLANG, 0.999999) == pytest.approx(24.0, rel=1e-4)  # nearly all


def test_lateness_of_an_erlang_time():
    deadlines = np.array([0.0, 10.0, 24.0, 80.0])
    assert lateness_probability(ERLANG, deadlines) == pytest.approx(special.gammaincc(3, deadlines / 8), abs=1e-6)


def test_connection_of_an_exponential_time():
    # N is the number of departures before the cargo: E[N] = exp(-b/m) / (1 - exp(-T/m))
    mean, booked, interval = 24.0, 36.0, 48.0
    found = connection(chain([TimeLaw.gamma(mean, mean**2)]), booked, interval)
    missed = np.exp(-booked / mean) / (1 - np.exp(-interval / mean))
    assert found.missed_probability == pytest.approx(np.exp(-booked / mean), abs=1e-6)
    assert found.departures_missed == pytest.approx(missed, abs=1e-5)
    assert found.departure_hours == pytest.approx(booked + interval * missed, abs=1e-3)
    assert found.wait_hours == pytest.approx(booked + interval * missed - mean, abs=1e-3)


def test_connection_against_samples():
    rng = np.random.default_rng(7)
    times = rng.gamma(3.0, 8.0, 400_000)
    departure = 20.0 + 12.0 * np.maximum(np.ceil((times - 20.0) / 12.0), 0)
    found = connection(ERLANG, 20.0, 12.0)
    error = np.std(departure) / np.sqrt(len(times))
    assert abs(np.mean(departure) - found.departure_hours) < 4 * error
    assert abs(np.mean(times > 20.0) - found.missed_probability) < 4 * np.sqrt(0.25 / len(times))


def test_frequent_departures_leave_hardly_a_wait():
    assert connection(ERLANG, 0.0, 0.1).wait_hours == pytest.approx(0.05, abs=1e-3)  # half an interval


def test_late_booking_misses_nothing():
    found = connection(ERLANG, 500.0, 168.0)
    assert found.missed_probability < 1e-9
    assert found.wait_hours == pytest.approx(476.0, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: buffer_index(0.0, 1.0), "mean_hours"),
        (lambda: planning_time_index(1.0, 0.0), "free_flow_hours"),
        (lambda: misery_index(2.0, 1.0), "worst_fifth_hours"),
        (lambda: mean_of_worst_hours(ERLANG, 1.0), "share"),
        (lambda: lateness_probability(ERLANG, -1.0), "deadline_hours"),
        (lambda: connection(ERLANG, -1.0, 1.0), "booked_hours"),
        (lambda: connection(ERLANG, 1.0, 0.0), "interval_hours"),
        (lambda: connection(ERLANG, 1.0, 1e-6), "interval_hours"),
    ],
)
def test_refused_arguments(call, name):
    with pytest.raises(ArgumentError, match=name):
        call()
