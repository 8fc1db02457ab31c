"""The hours of the day, lines that clear, and closures: against steady states, hand calculations and conservation."""

import math

import numpy as np
import pytest

from hubcalc.analysis.backlogs import clearing, recovery
from hubcalc.analysis.fluid_week import FluidWeek, Piece, permit_hours
from hubcalc.analysis.timeline import day_profile
from hubcalc.errors import ParameterError, UnknownPathError

HOURS = tuple(Piece(float(hour), 1.0, 10.0, 0.0) for hour in range(168))


def test_an_even_day_is_the_steady_state(document, desk):
    # M/M/1 at one half: wait 1 h, half a train in line
    (stage,) = day_profile(document({"desk": desk(60)})).stages
    assert stage.verdict.status == "exact"
    assert stage.wait_mean_hours == pytest.approx(1)
    assert stage.queue_peak_hour == 0
    for hour in stage.hours:
        assert hour.queue_mean == pytest.approx(0.5)
        assert hour.utilization == pytest.approx(0.5)
        assert hour.wait_mean_hours == pytest.approx(1, rel=1e-6)


def test_a_day_with_a_peak_and_a_night_obeys_little(document, desk):
    weights = [0] * 6 + [2] * 6 + [1] * 12
    opening = {"opens_hour": 6, "hours_per_day": 14}
    hub = document({"desk": desk(20, 2), "exit": desk(15, 2, 0.5)}, per_day=60, hourly_weights=weights, opening=opening)
    profile = day_profile(hub)
    for stage in profile.stages:
        assert sum(hour.arrivals_per_hour for hour in stage.hours) == pytest.approx(60)
        line = sum(hour.queue_mean for hour in stage.hours)
        assert line == pytest.approx(60 * stage.wait_mean_hours, rel=1e-6)
    first = profile.stages[0]
    for hour in first.hours:
        assert hour.arrivals_per_hour == pytest.approx(60 * weights[hour.hour] / sum(weights))
        assert hour.open_share == (1 if 6 <= hour.hour < 20 else 0)
        assert (hour.utilization is None) == (hour.open_share == 0)
    # who comes in the evening, after closing, waits for the next morning
    assert first.hours[21].wait_mean_hours > 8
    assert profile.stages[1].verdict.status == "approximate"


def test_a_week_with_a_free_sunday_has_168_hours(document, desk):
    hub = document({"desk": desk(60)}, per_day=6, opening={"days_per_week": 6})
    (stage,) = day_profile(hub).stages
    assert len(stage.hours) == 168
    assert [hour.open_share for hour in stage.hours[144:]] == [0] * 24
    assert stage.queue_peak_hour == pytest.approx(168, abs=1e-6) or stage.queue_peak_hour == pytest.approx(0)


def test_a_line_that_is_longest_at_midnight_is_so_at_hour_0(document, desk):
    (stage,) = day_profile(
        document({"desk": desk(20)}, per_day=24, opening={"opens_hour": 0, "hours_per_day": 12})
    ).stages
    assert stage.queue_peak_hour == 0
    assert stage.queue_peak > stage.hours[12].queue_mean


def test_permits_of_the_day_are_there_in_the_evening(document, desk):
    # 40 come from 20 to 24 h, and 60 may pass each day: nobody waits, and the desk behind gets them as they come
    weights = [0] * 20 + [6] * 4
    hub = document(
        {"quota": {"kind": "quota", "per_day": 60}, "desk": desk(3, 1, 0)}, per_day=40, hourly_weights=weights
    )
    quota, after = day_profile(hub).stages
    assert quota.wait_mean_hours == quota.queue_peak == quota.queue_peak_hour == 0
    assert [hour.wait_mean_hours for hour in quota.hours] == [0] * 24
    assert [hour.open_share for hour in quota.hours] == [1] * 24
    assert [hour.arrivals_per_hour for hour in after.hours] == pytest.approx([0] * 20 + [10] * 4)
    alone = day_profile(document({"desk": desk(3, 1, 0)}, per_day=40, hourly_weights=weights)).stages[0]
    assert after.wait_mean_hours == pytest.approx(alone.wait_mean_hours)


def test_more_than_a_quota_pass_at_midnight(document, desk):
    hub = document({"quota": {"kind": "quota", "per_day": 30}, "desk": desk(1)}, per_day=40)
    quota, after = day_profile(hub).stages
    assert quota.growth_per_day == pytest.approx(10)
    assert [hour.arrivals_per_hour for hour in after.hours] == pytest.approx([30] + [0] * 23)


def test_the_permits_of_a_week_by_hand():
    # 10 an hour on Monday from 10 to 24 h under 30 a day: 30 pass until 13 h, 110 are in line at midnight
    arrivals = np.zeros(168)
    arrivals[10:24] = 10
    found = permit_hours(np.arange(169.0), arrivals, 30)
    leaving = np.zeros(168)
    leaving[10:13], leaving[[24, 48, 72]], leaving[96] = 10, 30, 20
    assert found.leaving == pytest.approx(leaving)
    assert (found.peak, found.peak_hour) == (pytest.approx(110), 24)
    assert found.line[24:100:24] == pytest.approx([80, 50, 20, 0])
    # the first 30 in line pass on Tuesday, those from 16 h on a day later
    assert found.waits[[10, 13, 15, 16, 23]] == pytest.approx([0, 10.5, 8.5, 31.5, 24 * 4 - 23.5])
    assert found.line.sum() == pytest.approx(11 * 55 + 24 * (80 + 50 + 20))
    assert found.waits @ arrivals == pytest.approx(found.line.sum())


def test_the_line_of_a_quota_at_the_start_of_the_week_is_that_at_its_end():
    # 100 on Sunday in its last hour, 20 a day may pass: the last 20 of them on Friday
    arrivals = np.zeros(168)
    arrivals[167] = 100
    found = permit_hours(np.arange(169.0), arrivals, 20)
    assert found.leaving[[0, 24, 48, 72]] == pytest.approx([20] * 4)
    assert found.leaving[167] == pytest.approx(20)
    assert found.line[[0, 24, 48, 72]] == pytest.approx([60, 40, 20, 0], abs=1e-9)
    assert (found.peak, found.peak_hour) == (pytest.approx(80), 0)


def test_an_overloaded_stage_has_growth_and_no_hours(document, desk):
    (stage,) = day_profile(document({"desk": desk(60)}, per_day=30)).stages
    assert stage.hours == []
    assert stage.growth_per_day == pytest.approx(6)
    assert stage.verdict.status == "unstable"


def trucks(document, desk, capacity, per_day, **options):
    return document(
        {"booth": desk(1440 / capacity, 1, options.pop("scv", 0))}, per_day=per_day, unit="truck", **options
    )


@pytest.mark.parametrize(("capacity", "days"), [(800, 15), (1200, 3)])
def test_1500_trucks(capacity, days, document, desk):
    found = clearing(trucks(document, desk, capacity, 700), 1500)
    assert found.capacity_per_day == pytest.approx(capacity)
    assert found.cleared_after_hours == pytest.approx(24 * days)
    assert found.last_in_queue_hours == pytest.approx(24 * 1500 / capacity)
    assert found.cleared_p10_hours < found.cleared_after_hours < found.cleared_p90_hours


def test_percentiles_of_clearing_against_simulation(document, desk):
    # M/D/1 with 200 in line: services of an hour, arrivals at 0.6; cleared when the served have caught up
    hub = trucks(document, desk, 24, 24 * 0.6)
    found = clearing(hub, 200)
    rng, runs = np.random.default_rng(5), 4_000
    arrivals = rng.poisson(0.6, (runs, 2_000))
    line = 200 + np.cumsum(arrivals - 1, axis=1)
    times = np.argmax(line <= 0, axis=1) + 1.0
    assert np.mean(times) == pytest.approx(500, rel=0.01)
    for level, value in ((0.1, found.cleared_p10_hours), (0.9, found.cleared_p90_hours)):
        parts = [np.quantile(part, level) for part in np.array_split(times, 20)]
        assert abs(value - np.mean(parts)) < 4 * np.std(parts, ddof=1) / math.sqrt(20) + 2


def test_a_line_that_never_clears_grows(document, desk):
    found = clearing(trucks(document, desk, 800, 900), 1500)
    assert found.cleared_after_hours is None
    assert found.growth_per_day == pytest.approx(100)
    assert found.verdict.status == "unstable"
    assert found.last_in_queue_hours == pytest.approx(45)


def test_a_line_at_a_stage_that_closes_at_night(document, desk):
    # 10 an hour from 8 to 20 and nobody comes: 100 from midnight on need ten of the twelve hours
    hub = trucks(document, desk, 240, 0, opening={"opens_hour": 8, "hours_per_day": 12})
    assert clearing(hub, 100).cleared_after_hours == pytest.approx(18)
    assert clearing(hub, 150).cleared_after_hours == pytest.approx(24 + 8 + 3)
    assert clearing(hub, 100, start_hour=19.0).cleared_after_hours == pytest.approx(1 + 12 + 9)
    # 2 an hour come all day: 66 in line at 8, and 8 an hour less from then on
    busy = {"flow.per_day": 48}
    assert clearing(hub, 50, overrides=busy).cleared_after_hours == pytest.approx(8 + (50 + 16) / 8)


def test_a_closure_of_three_days(document, desk):
    # reference case: 100 a day, capacity 150 a day: backlog 300, gone after 6 days, mean delay 1.5 days of 900
    found = recovery(trucks(document, desk, 150, 100), 72)
    assert found.backlog == pytest.approx(300)
    assert found.recovered_after_hours == pytest.approx(144)
    assert found.affected == pytest.approx(900)
    assert found.delay_mean_hours == pytest.approx(36)


def test_a_closure_while_it_is_closed_anyway_changes_nothing(document, desk):
    hub = trucks(document, desk, 240, 48, opening={"opens_hour": 8, "hours_per_day": 12})
    found = recovery(hub, 4, start_hour=1.0)
    assert found.backlog == pytest.approx(found.backlog_usual)
    assert found.delay_mean_hours == pytest.approx(0, abs=1e-9)


def test_a_quota_lets_the_days_permits_pass_at_midnight(document):
    hub = document({"quota": {"kind": "quota", "per_day": 800}}, per_day=700, unit="truck")
    found = clearing(hub, 1500)
    assert found.capacity_per_day == pytest.approx(800)
    # 800 pass at once; before the n-th midnight 1500 - 100 n are in line, and from 100 on the permits last the day
    assert found.cleared_after_hours == pytest.approx(24 * 14)
    assert found.last_in_queue_hours == pytest.approx(24)


def test_a_quota_of_just_what_arrives_never_clears(document):
    hub = document({"quota": {"kind": "quota", "per_day": 800}}, per_day=800, unit="truck")
    found = clearing(hub, 1500)
    assert found.verdict.status == "unstable"
    assert found.cleared_after_hours is None
    assert recovery(hub, 5).recovered_after_hours is None


def test_permits_and_units_are_kept():
    week = FluidWeek(HOURS, permits=300.0)
    passed = 0.0
    for stretch, left in week.path(1000.0):
        assert 0 <= left <= 300
        if stretch.end > 24 * 30:
            break
        passed = 1000 + 10 * stretch.end - stretch.after
    # 31 midnights, but permits that nobody uses are lost
    assert passed <= 300 * 31
    assert passed == pytest.approx(1000 + 10 * 24 * 30 - 0, rel=0.01)


def test_bad_input(document, desk):
    hub = trucks(document, desk, 800, 700)
    with pytest.raises(ParameterError, match="queue"):
        clearing(hub, -1)
    with pytest.raises(ParameterError, match="stage"):
        clearing(hub, 10, "gate")
    with pytest.raises(ParameterError, match="closed_hours"):
        recovery(hub, 0)
    with pytest.raises(ParameterError, match="start_hour"):
        recovery(hub, 5, start_hour=168)
    with pytest.raises(UnknownPathError, match="lanes"):
        clearing(hub, 10, overrides={"stages.booth.lanes": 2})
