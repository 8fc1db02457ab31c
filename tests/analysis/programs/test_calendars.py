import pytest

from hubcalc.analysis.programs.calendars import (
    arrival_clock,
    both,
    closed_from_midnight,
    opening_clock,
    stage_clock,
    window_clock,
    working_clock,
)
from hubcalc.errors import RefusedError
from hubcalc.simulation.estimates import mean_speed
from hubcalc.simulation.program import ALWAYS, Clock
from hubmodels import Calendar, Opening, ServiceStage, Shift, Window


def runs_at(clock, hours):
    """Give the speed of a clock at a time, by going through its table."""
    phase = hours % clock.period_hours
    return [speed for start, speed in zip(clock.starts_hours, clock.speeds, strict=True) if start <= phase][-1]


def test_a_night_shift_runs_over_midnight():
    clock = working_clock([(22.0, 8.0)], 7)
    assert clock == Clock(24.0, (0.0, 6.0, 22.0), (1.0, 0.0, 1.0))


def test_shifts_of_a_working_week_belong_to_the_day_on_which_they_start():
    clock = working_clock([(22.0, 8.0)], 5)
    assert clock.period_hours == 168
    assert runs_at(clock, 3.0) == 0  # Monday morning: Sunday is free
    assert runs_at(clock, 23.0) == 1
    assert runs_at(clock, 4 * 24 + 23.0) == 1  # Friday night
    assert runs_at(clock, 5 * 24 + 5.0) == 1  # until Saturday morning
    assert runs_at(clock, 5 * 24 + 23.0) == 0
    assert mean_speed(clock) == pytest.approx(5 * 8 / 168)


def test_a_week_of_six_days_ends_on_sunday_morning():
    clock = working_clock([(20.0, 10.0)], 6)
    assert runs_at(clock, 6 * 24 + 5.0) == 1
    assert runs_at(clock, 6 * 24 + 7.0) == 0
    assert mean_speed(clock) == pytest.approx(60 / 168)


def test_shifts_that_touch_are_one():
    assert working_clock([(8.0, 8.0), (16.0, 8.0), (0.0, 8.0)], 7) == ALWAYS
    assert working_clock([(8.0, 4.0), (12.0, 4.0)], 7) == working_clock([(8.0, 8.0)], 7)
    assert working_clock([(20.0, 24.0)], 7) == ALWAYS


@pytest.mark.parametrize(("opens", "hours", "days"), [(0.0, 24.0, 7), (9.0, 8.0, 7), (20.0, 11.5, 5), (0.0, 24.0, 6)])
def test_a_hub_is_open_for_its_share_of_the_week(opens, hours, days):
    opening = Opening(time_zone="Asia/Almaty", opens_hour=opens, hours_per_day=hours, days_per_week=days)
    assert mean_speed(opening_clock(opening)) == pytest.approx(hours * days / 168)


def test_a_stage_keeps_its_own_hours_or_those_of_the_hub():
    opening = Opening(time_zone="Asia/Almaty", opens_hour=9.0, hours_per_day=8.0)
    fields = {"kind": "service", "servers": 1, "service_time": {"mean_minutes": 10, "scv": 1}}
    own = Calendar(shifts={"day": Shift(starts_hour=6.0, hours=12.0)})
    assert stage_clock(ServiceStage(**fields), opening) == opening_clock(opening)
    assert stage_clock(ServiceStage(**fields, calendar=own), opening) == working_clock([(6.0, 12.0)], 7)


def test_arrivals_by_the_hour_keep_their_mean():
    weights = (0.0,) * 8 + (3.0,) * 4 + (1.0,) * 12
    clock = arrival_clock(weights)
    assert mean_speed(clock) == pytest.approx(1.0)
    assert runs_at(clock, 9.5) == pytest.approx(3 * runs_at(clock, 15.0))
    assert clock.starts_hours == (0.0, 8.0, 12.0)
    assert arrival_clock(None) == ALWAYS


def test_windows():
    assert window_clock(Window(period_hours=12.4, open_hours=3.0)) == Clock(12.4, (0.0, 3.0), (1.0, 0.0))
    assert window_clock(Window(period_hours=12.0, open_hours=12.0)) == ALWAYS


def test_a_clock_and_a_window_leave_what_both_leave():
    day = working_clock([(1.0, 10.0)], 7)
    assert both(day, closed_from_midnight(3.0), "x") == Clock(24.0, (0.0, 3.0, 11.0), (0.0, 1.0, 0.0))
    week = working_clock([(1.0, 10.0)], 5)
    assert mean_speed(both(week, closed_from_midnight(3.0), "x")) == pytest.approx(5 * 8 / 168)
    assert both(ALWAYS, day, "x") == day


def test_hours_that_leave_nothing_are_refused():
    with pytest.raises(RefusedError, match="window_hours"):
        both(working_clock([(0.0, 2.0)], 7), closed_from_midnight(3.0), "stages.line.window_hours_per_day")
