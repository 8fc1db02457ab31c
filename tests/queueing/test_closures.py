import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing.closures import (
    backlog_after_hours,
    fluid_closure,
    open_share,
    time_to_clear_hours,
    weekly_closures,
)


@given(st.floats(0.5, 24.0), st.floats(0.0, 0.999))
def test_closed_form_of_a_daily_closure(hours, filling):
    """C^2 / (2 T) / (1 - lambda / mu) for C hours closed of T = 24, while the backlog clears each day."""
    intensity = filling * hours / 24.0
    expected = (24.0 - hours) ** 2 / 48.0 / (1.0 - intensity)
    assert float(fluid_closure(intensity, 1.0, hours, 7)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(st.integers(1, 7), st.floats(0.0, 0.95))
def test_closed_form_of_a_weekly_closure(days, filling):
    """Open round the clock on some days: one closure in 168 hours."""
    intensity = filling * days / 7.0
    expected = (168.0 - 24.0 * days) ** 2 / 336.0 / (1.0 - intensity)
    assert float(fluid_closure(intensity, 1.0, 24, days)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("hours", "days", "filling"), [(10, 5, 0.95), (8, 6, 0.7), (16, 5, 0.3), (4, 1, 0.5)])
def test_against_small_steps(hours, days, filling):
    """The same weeks in steps of 36 seconds."""
    per_hour = 100
    hour = np.arange(4 * 168 * per_hour) // per_hour % 168
    opened = (hour % 24 < hours) & (hour // 24 < days)
    intensity = filling * hours * days / 168.0
    change = np.where(opened, 1.0 - 1.0 / intensity, 1.0) / per_hour
    backlog, trace = 0.0, np.empty(change.size)
    for step, amount in enumerate(change):
        backlog = max(backlog + amount, 0.0)
        trace[step] = backlog
    assert float(fluid_closure(intensity, 1.0, hours, days)) == pytest.approx(trace[-168 * per_hour :].mean(), rel=2e-3)


def test_limits():
    assert np.isposinf(fluid_closure([5.0, 6.0], 10.0, 12, 7)).all()
    assert float(fluid_closure(0.0, 10.0, 12, 7)) == pytest.approx(3.0)
    assert float(fluid_closure(9.0, 10.0, 24, 7)) == 0.0
    assert np.isposinf(fluid_closure(0.0, 10.0, 0.0, 7))
    assert fluid_closure([1.0, 2.0], 10.0, 12, [[5], [7]]).shape == (2, 2)
    assert float(open_share(12, 7)) == 0.5


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 1000.0))
def test_clearing_empties(arrivals, capacity, backlog):
    time = time_to_clear_hours(backlog, arrivals, capacity)
    if np.isfinite(time) and time < 1e9:
        left = float(backlog_after_hours(arrivals, capacity, time, backlog))
        assert left == pytest.approx(0.0, abs=1e-6 * (1.0 + backlog))
    elif backlog > 0.0:
        assert capacity <= arrivals or time >= 1e9


def test_three_days_of_closure():
    """100 a day for three days are 300; at a capacity of 150 a day they take six days."""
    backlog = backlog_after_hours(100 / 24, 0, 72)
    assert float(backlog) == pytest.approx(300.0)
    assert float(time_to_clear_hours(backlog, 100 / 24, 150 / 24)) == pytest.approx(6 * 24)
    assert np.isposinf(time_to_clear_hours(1.0, 2.0, 2.0))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((1, 0, 12, 7), "capacity_per_hour"),
        ((1, 1, 24.5, 7), "open_hours_per_day"),
        ((1, 1, 12, 0), "open_days_per_week"),
        ((1, 1, 12, 6.5), "open_days_per_week"),
        ((np.nan, 1, 12, 7), "arrivals_per_hour"),
    ],
)
def test_out_of_range(arguments, name):
    with pytest.raises(ArgumentError, match=name):
        fluid_closure(*arguments)


WORKDAYS = [(24.0 * day + 6.0, 24.0 * day + 22.0) for day in range(5)]


@given(st.integers(1, 7), st.floats(1.0, 23.0), st.floats(0.05, 0.95))
def test_a_regular_week_is_the_periodic_closure(days, hours, filling):
    """Openings at the start of the day, in a row."""
    rate = filling * hours * days / 168.0 * 10.0
    week = weekly_closures(rate, 10.0, [(24.0 * day, 24.0 * day + hours) for day in range(days)])
    assert float(week.utilization) == pytest.approx(filling)
    assert week.open_share == pytest.approx(float(open_share(hours, days)))
    assert float(week.delay_mean_hours) == pytest.approx(float(fluid_closure(rate, 10.0, hours, days)), rel=1e-9)


def test_an_irregular_week_in_small_steps():
    """Weeks in steps of 36 seconds."""
    openings = [*WORKDAYS, (126.0, 132.0)]
    week = weekly_closures([4.0, 6.0, 1.0], 13.0, openings)
    hour = np.arange(4 * 168 * 100) / 100 % 168.0
    opened = np.any([(hour >= start - 1e-9) & (hour < end - 1e-9) for start, end in openings], axis=0)
    for i, rate in enumerate((4.0, 6.0, 1.0)):
        backlog, trace = 0.0, np.empty(hour.size + 1)
        trace[0] = 0.0
        for step, amount in enumerate((rate - 13.0 * opened) / 100):
            backlog = max(backlog + amount, 0.0)
            trace[step + 1] = backlog
        last = trace[-16801:]
        assert week.delay_mean_hours[i] == pytest.approx(last[1:].mean() / rate, rel=2e-3)
        assert week.largest_backlog[i] == pytest.approx(last.max(), rel=1e-9)
        starts = [round(start * 100) for start, _ in openings]
        assert week.backlog_at_opening[i] == pytest.approx(last[starts], rel=1e-9)
        for place, (start, end) in enumerate(openings):
            empty = np.flatnonzero(last[round(start * 100) : round(end * 100) + 1] <= 1e-9)
            if empty.size:
                assert week.clear_hours[i, place] == pytest.approx(empty[0] / 100, abs=0.02)
            else:
                assert np.isposinf(week.clear_hours[i, place])


def test_a_week_without_closures_or_without_end():
    always = weekly_closures(9.0, 10.0, [(0.0, 168.0)])
    assert float(always.delay_mean_hours) == float(always.largest_backlog) == 0.0
    assert always.clear_hours.tolist() == [0.0]
    full = weekly_closures([1.0, 10.0], 10.0, WORKDAYS)
    assert np.isfinite(full.delay_mean_hours[0])
    for each in (full.delay_mean_hours[1], full.largest_backlog[1], *full.backlog_at_opening[1], *full.clear_hours[1]):
        assert np.isposinf(each)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"arrivals_per_hour": 0.0}, "arrivals_per_hour"),
        ({"openings": [(5.0, 4.0)]}, "openings"),
        ({"openings": [(5.0, 8.0), (7.0, 9.0)]}, "openings"),
        ({"openings": [(0.0, 169.0)]}, "openings"),
        ({"openings": []}, "openings"),
    ],
)
def test_weeks_out_of_range(change, name):
    with pytest.raises(ArgumentError, match=name):
        weekly_closures(**{"arrivals_per_hour": 1.0, "capacity_per_hour": 2.0, "openings": WORKDAYS, **change})
