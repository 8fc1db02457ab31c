"""Calendars, interruptions and hours of the day: what closing times delay at each stage."""

import numpy as np
import pytest

import hubcalc
from hubcalc import queueing
from hubcalc.analysis import delays
from hubcalc.analysis.engine import run
from hubcalc.documents import parse_hub


def hours(*shifts, days=7):
    return {
        "days_per_week": days,
        "shifts": {f"s{i}": {"starts_hour": s, "hours": h} for i, (s, h) in enumerate(shifts)},
    }


def closures(state):
    return {stage: float(found.closure.hours) for stage, found in state.stages.items()}


def test_a_calendar_around_the_clock_is_none(document, desk):
    plain = run(parse_hub(document({"one": desk(20, 2, 0.5), "two": desk(15)}, per_day=40.0)))
    always = run(parse_hub(document({"one": desk(20, 2, 0.5, calendar=hours((6, 24))), "two": desk(15)}, per_day=40.0)))
    assert closures(always) == {"one": 0.0, "two": 0.0}
    for stage, state in plain.stages.items():
        assert always.stages[stage].performance.wait.hours == state.performance.wait.hours
        assert always.stages[stage].open_share == 1
    assert not always.calendars_clash
    assert always.stages["one"].closure.error == 0


def test_own_calendars_like_the_hubs_are_the_hubs(document, desk):
    opening = {"hours_per_day": 10, "days_per_week": 5, "opens_hour": 8}
    stages = {"one": desk(20, 2, 0.5, share=0.5), "two": desk(12)}
    common = run(parse_hub(document(stages, per_day=20.0, opening=opening)))
    own = {key: {**stage, "calendar": hours((8, 10), days=5)} for key, stage in stages.items()}
    found = run(parse_hub(document(own, per_day=20.0)))
    assert closures(found) == pytest.approx(closures(common))
    assert not found.calendars_clash
    for stage, state in common.stages.items():
        assert found.stages[stage].utilization == pytest.approx(float(state.utilization))
        assert found.stages[stage].performance.wait.hours == pytest.approx(float(state.performance.wait.hours))
        assert found.stages[stage].closure_variance == pytest.approx(float(state.closure_variance))
    assert found.open_share == 1
    assert found.leaving_per_hour["trains"] == pytest.approx(20 / 24)


def test_the_formula_and_the_patterns_agree(document, desk):
    """A second shift of no length to speak of forces the general way, which must give the closed form."""
    plain = {"one": desk(30), "two": desk(40), "three": desk(20)}
    shifts = hours((8, 12)), hours((8, 11), (19, 1))
    found = [
        run(parse_hub(document({k: {**v, "calendar": c} for k, v in plain.items()}, per_day=14.0))) for c in shifts
    ]
    assert closures(found[1]) == pytest.approx(closures(found[0]), rel=1e-9, abs=1e-12)
    whole = float(queueing.fluid_closure(14 / 24, 1.5, 12, 7))
    assert sum(closures(found[0]).values()) == pytest.approx(whole)
    # one closure a day: the variance of the first is exact in both ways
    variances = [float(state.stages["one"].closure_variance) for state in found]
    assert variances[1] == pytest.approx(variances[0], rel=1e-9)


def test_two_shifts_in_a_day(document, desk):
    calendar = hours((6, 6), (18, 4), days=5)
    state = run(parse_hub(document({"one": desk(30, calendar=calendar)}, per_day=10.0)))
    openings = [(24.0 * day + start, 24.0 * day + end) for day in range(5) for start, end in ((6, 12), (18, 22))]
    week = queueing.weekly_closures(10 / 24, 2.0, openings)
    assert state.stages["one"].closure.hours == pytest.approx(float(week.delay_mean_hours))
    assert state.stages["one"].utilization == pytest.approx(float(week.utilization))
    assert state.stages["one"].open_share == pytest.approx(50 / 168)
    assert np.isnan(state.stages["one"].closure.error)


def test_a_night_shift_runs_into_the_next_week(document, desk):
    """Open from 22 to 6 on Sunday night only counts where it is: seven nights of eight hours."""
    night = run(parse_hub(document({"one": desk(30, calendar=hours((22, 8)))}, per_day=10.0)))
    day = run(parse_hub(document({"one": desk(30, calendar=hours((6, 8)))}, per_day=10.0)))
    assert closures(night) == pytest.approx(closures(day))


def test_a_stage_behind_one_that_closes(document, desk):
    """By hand: open from 0 to 12, 4 an hour at the first, 2 an hour day and night at the second, 24 a day.

    The first sends 4 an hour for 4 hours and 1 an hour for 8 more. Of that 8 pile up at the second, and are gone at 12:
    48 truck hours a day, 2 hours each.
    """
    stages = {"one": desk(15, calendar=hours((0, 12))), "two": desk(30)}
    state = run(parse_hub(document(stages, per_day=24.0)))
    assert closures(state) == pytest.approx({"one": 12**2 / 48 / (1 - 0.25), "two": 2.0})
    assert state.calendars_clash
    assert state.stages["two"].utilization == pytest.approx(0.5)
    assert state.peak_utilization == pytest.approx({"one": 0.5, "two": 2.0})
    assert state.peak_overload


def test_stages_that_close_at_different_times(document, desk):
    """The second opens when the first has closed: all wait for it until then, and leave at its rate."""
    stages = {"one": desk(1, calendar=hours((0, 12))), "two": desk(1e-3, calendar=hours((12, 12)))}
    state = run(parse_hub(document(stages, per_day=24.0)))
    # those who come at night leave the first at 0, 12 hours early; the others come evenly from 0 to 12
    assert closures(state)["two"] == pytest.approx(0.5 * 12 + 0.5 * 6, rel=0.02)
    assert state.calendars_clash
    assert run(parse_hub(document({"two": desk(1)}, per_day=24.0))).calendars_clash == np.False_


def test_those_who_pass_a_stage_by_come_evenly(document, desk):
    """Half pass the first stage by: the second delays these in full, and the others not at all."""
    opening = {"hours_per_day": 12}
    one = {"one": desk(30, share=0.5), "two": desk(15)}
    state = run(parse_hub(document(one, per_day=24.0, opening=opening)))
    alone = run(parse_hub(document({"two": desk(15)}, per_day=24.0, opening=opening)))
    whole = closures(alone)["two"]
    assert closures(state)["one"] == pytest.approx(whole)
    assert closures(state)["two"] == pytest.approx(whole / 2)


def test_even_weights_are_none(document, desk):
    plain = run(parse_hub(document({"one": desk(20), "two": desk(15)}, per_day=40.0)))
    even = run(parse_hub(document({"one": desk(20), "two": desk(15)}, per_day=40.0, hourly_weights=[2.0] * 24)))
    assert closures(even) == {"one": 0.0, "two": 0.0}
    for stage, state in plain.stages.items():
        assert even.peak_utilization[stage] == pytest.approx(float(state.utilization))
    assert not even.peak_overload


def test_a_peak_beyond_the_capacity(document, desk):
    """All 24 trucks come evenly from 6 to 12, four an hour; two an hour are served.

    At noon 12 wait, at 18 nobody: 72 truck hours, 3 hours each. The second stage sees two an hour and never a queue.
    """
    weights = [0.0] * 6 + [1.0] * 6 + [0.0] * 12
    stages = {"one": desk(30), "two": desk(20)}
    state = run(parse_hub(document(stages, per_day=24.0, hourly_weights=weights)))
    assert closures(state) == pytest.approx({"one": 3.0, "two": 0.0}, abs=1e-12)
    assert state.peak_utilization == pytest.approx({"one": 2.0, "two": 2 / 3})
    assert state.peak_overload
    assert not state.exact_arrivals["one"]
    # delays grow from 0 to 6 hours and all are alike likely
    assert state.stages["one"].closure_variance == pytest.approx(3.0)


STORM = {"open_hours": 30.0, "closed_hours": 6.0, "closed_scv": 0.5}


def test_interruptions_at_one_server_are_exact(document, desk):
    """M/M/1 whose server fails whether it is busy or not, exponential repairs: a chain of its own gives the time."""
    stops = {"open_hours": 30.0, "closed_hours": 6.0}
    state = run(parse_hub(document({"one": desk(60, interruptions=stops)}, per_day=12.0)))
    one = state.stages["one"]
    whole = queueing.mmc_breakdown_sojourn_mean_hours(0.5, 1.0, 1, 1 / 30, 6.0, 1, "any_time")
    total = one.performance.wait.hours + one.performance.service + one.closure.hours
    assert total == pytest.approx(float(whole))
    assert one.closure.error == 0
    assert one.open_share == pytest.approx(30 / 36)
    assert one.utilization == pytest.approx(0.5 * 1.2)


def test_interruptions_against_a_loop(document, desk):
    """M/G/1 by Lindley's recursion in open time, with lumps of arrivals for each interruption."""
    state = run(parse_hub(document({"one": desk(60, 1, 0.5, interruptions=STORM)}, per_day=12.0))).stages["one"]
    expected = float(state.performance.wait.hours + state.performance.service + state.closure.hours)
    random = np.random.default_rng(7)
    means = [_mean_time(random, 40_000) for _ in range(20)]
    error = np.std(means, ddof=1) / np.sqrt(len(means))
    assert abs(np.mean(means) - expected) < 4 * error
    assert error < 0.04 * expected


def _mean_time(random, count):
    """Serve so many customers in order of arrival through an alternating server; mean time in the system."""
    arrivals = np.cumsum(random.exponential(2.0, count))
    work = random.gamma(2.0, 0.5, count)
    ends = int(arrivals[-1] / 36 * 2) + 100
    calm, closed = random.exponential(30.0, ends), random.gamma(2.0, 3.0, ends)
    opens = np.concatenate([[0.0], np.cumsum(calm + closed)[:-1]])
    before = np.concatenate([[0.0], np.cumsum(calm)[:-1]])
    place = np.searchsorted(opens, arrivals, side="right") - 1
    # in the clock that stands still while the server does
    come = before[place] + np.minimum(arrivals - opens[place], calm[place])
    done = np.cumsum(work) + np.maximum.accumulate(come - np.concatenate([[0.0], np.cumsum(work)[:-1]]))
    piece = np.searchsorted(before, done, side="left") - 1
    left = opens[piece] + done - before[piece]
    return float((left - arrivals).mean())


def test_rare_interruptions_are_none(document, desk):
    rare = {"open_hours": 1e9, "closed_hours": 1e-6}
    found = run(parse_hub(document({"one": desk(60, interruptions=rare)}, per_day=12.0))).stages["one"]
    assert found.closure.hours == pytest.approx(0, abs=1e-12)
    assert found.utilization == pytest.approx(0.5)


def test_several_servers_have_no_known_error(document, desk):
    found = run(parse_hub(document({"one": desk(60, 2, interruptions=STORM)}, per_day=24.0))).stages["one"]
    assert np.isnan(found.closure.error)
    assert found.closure_variance > 0


def test_yards_work_around_the_clock(document, desk, boxes):
    yard = {"kind": "yard", "ground_slots": 300, "tiers": 2, "dwell_hours": 24}
    hub = document({"desk": desk(30), "yard": yard}, opening={"hours_per_day": 12}, contents=boxes(teu=1), per_day=8.0)
    state = run(parse_hub(hub))
    assert state.stages["yard"].open_share == 1
    assert state.stages["yard"].arrivals_per_hour == pytest.approx(8 / 24)
    assert state.stages["yard"].load == pytest.approx(8 * 50 / 600)
    assert not state.calendars_clash
    assert closures(state)["yard"] == 0


def test_calendars_may_be_columns(document, desk):
    stages = {"one": desk(15, calendar=hours((0, 12))), "two": desk(30)}
    hub = document(stages, per_day=24.0)
    paths = {"stages.one.calendar.shifts.s0.hours": [8.0, 12.0, 24.0], "stages.one.calendar.days_per_week": [6, 7]}
    together, _ = hubcalc.analyze(hub, paths).groups[0]
    row = 0
    for length in (8.0, 12.0, 24.0):
        for days in (6, 7):
            alone = {**stages, "one": desk(15, calendar=hours((0, length), days=days))}
            expected = run(parse_hub(document(alone, per_day=24.0)))
            for stage, state in expected.stages.items():
                assert together.state.stages[stage].closure.hours[row] == pytest.approx(float(state.closure.hours))
            assert together.state.calendars_clash[row] == expected.calendars_clash
            row += 1


def test_an_overloaded_stage_delays_without_end(document, desk):
    stages = {"one": desk(30, calendar=hours((6, 5), (18, 1))), "two": desk(5)}
    state = run(parse_hub(document(stages, per_day=24.0)))
    assert np.isinf(state.stages["one"].closure.hours)
    assert np.isfinite(state.stages["two"].closure.hours)
    assert state.leaving_per_hour["trains"] == pytest.approx(0.5)


def test_many_scenarios_are_taken_in_blocks(document, desk, monkeypatch):
    stages = {"one": desk(15, calendar=hours((0, 12)), share=0.5), "two": desk(30, calendar=hours((5, 6), (14, 6)))}
    hub = document(stages, per_day=20.0, hourly_weights=[1.0, 3.0] * 12)
    per_day = np.linspace(1, 60, 11)
    calls = {"flow.per_day": per_day, "stages.one.calendar.shifts.s0.hours": [7.0, 12.0]}
    whole, _ = hubcalc.analyze(hub, calls).groups[0]
    expected = [np.copy(state.closure.hours) for state in whole.state.stages.values()]
    monkeypatch.setattr(delays, "_MOST_ROWS", 4)
    blocks, _ = hubcalc.analyze(hub, calls).groups[0]
    for state, values in zip(blocks.state.stages.values(), expected, strict=True):
        np.testing.assert_array_equal(state.closure.hours, values)
        assert state.peak_utilization.shape == values.shape == (22,)


def test_an_empty_flow_is_delayed_by_closed_doors_only(document, desk):
    stages = {"one": desk(15, calendar=hours((0, 12))), "two": desk(30)}
    state = run(parse_hub(document(stages, per_day=0.0)))
    assert closures(state) == pytest.approx({"one": 3.0, "two": 0.0}, abs=1e-6)


def test_flows_of_different_hours_share_a_stage(document, desk):
    """One flow comes through a gate that is open by day, the other directly: half of the arrivals come in bursts."""
    stages = {"day": desk(15, calendar=hours((0, 12))), "both": desk(20)}
    flows = {
        "a": {"unit": "truck", "per_day": 24.0, "route": ["day", "both"]},
        "b": {"unit": "truck", "per_day": 24.0, "route": ["both"]},
    }
    state = run(parse_hub(document(stages, flows=flows)))
    # 5 an hour for 4 hours, then 2, then 1 from 12 on: 8 wait at 4, and are gone at 12; 48 truck hours over 48 trucks
    assert closures(state)["both"] == pytest.approx(1.0)
