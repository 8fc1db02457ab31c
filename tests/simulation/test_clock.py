"""Clocks of periodic, piecewise constant speed: exact values, and sums of small steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.simulation._clock import advance, closed_between, next_open, work_between
from hubcalc.simulation.encoding import encode
from hubcalc.simulation.program import ALWAYS, AwaitOpen, Clock, Exit, Program

DAY = Clock(24.0, (0.0, 8.0, 20.0), (0.0, 1.0, 0.0))
PEAK = Clock(24.0, (0.0, 6.0, 9.0, 18.0), (0.5, 2.0, 1.0, 0.0))
WEEK = Clock(168.0, tuple(float(12 * k) for k in range(11)), (0.0, 1.0) * 5 + (0.0,))
NIGHT = Clock(24.0, (0.0, 4.0, 20.0), (1.0, 0.0, 1.0))


def tables(clock):
    plan = encode(Program((), (), (AwaitOpen(clock), Exit()))).plan
    return plan.clocks, plan.table, int(plan.steps[0, 1])


@pytest.mark.parametrize(
    ("clock", "start", "work", "finish"),
    [
        (ALWAYS, 3.25, 100.0, 103.25),
        (DAY, 8.0, 12.0, 20.0),  # ends with the shift, not at the next
        (DAY, 8.0, 12.5, 32.5),
        (DAY, 20.0, 1.0, 33.0),
        (DAY, 3.0, 24.0, 44.0),
        (DAY, 3.0, 24.0 * 100, 24.0 * 199 + 20.0),
        (DAY, 22.0, 0.0, 22.0),  # nothing to do is done at once
        (PEAK, 0.0, 3.0, 6.0),
        (PEAK, 0.0, 4.0, 6.5),
        (PEAK, 0.0, 18.0, 18.0),
        (PEAK, 0.0, 36.0, 42.0),
        (PEAK, 10.0, 9.0, 26.0),
        (NIGHT, 21.0, 7.0, 28.0),
        (NIGHT, 21.0, 8.0, 45.0),
        (WEEK, 0.0, 60.0, 120.0),
        (WEEK, 0.0, 60.5, 168.0 + 12.5),
    ],
)
def test_work_is_done_when_the_clock_has_run_that_long(clock, start, work, finish):
    assert advance(*tables(clock), start, work) == finish


@pytest.mark.parametrize(
    ("clock", "start", "opens"),
    [(ALWAYS, 3.0, 3.0), (DAY, 7.0, 8.0), (DAY, 8.0, 8.0), (DAY, 19.5, 19.5), (DAY, 20.0, 32.0), (WEEK, 121.0, 180.0)],
)
def test_when_a_clock_runs_again(clock, start, opens):
    assert next_open(*tables(clock), start) == opens


@pytest.mark.parametrize(
    ("clock", "start", "end", "closed"),
    [
        (ALWAYS, 0.0, 9.0, 0.0),
        (DAY, 0.0, 24.0, 12.0),
        (DAY, 7.0, 9.0, 1.0),
        (DAY, 19.0, 33.0, 12.0),
        (PEAK, 17.0, 19.0, 1.0),
    ],
)
def test_how_long_a_clock_stands_still(clock, start, end, closed):
    assert closed_between(*tables(clock), start, end) == closed


clocks = st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0.0, 0.25, 1.0, 2.0])), min_size=1, max_size=6).filter(
    lambda parts: any(speed for _, speed in parts)
)


@settings(deadline=None, derandomize=True)
@given(clocks, st.integers(0, 4000), st.integers(1, 2000))
def test_work_takes_as_long_as_small_steps_say(parts, start_quarters, work_quarters):
    lengths = [length / 4 for length, _ in parts]
    clock = Clock(sum(lengths), tuple(np.cumsum([0.0, *lengths[:-1]]).tolist()), tuple(speed for _, speed in parts))
    start, work = start_quarters / 4, work_quarters / 4
    finish = advance(*tables(clock), start, work)
    assert work_between(*tables(clock), start, finish) == pytest.approx(work, abs=1e-9)
    assert work_between(*tables(clock), start, finish - 1e-3) < work  # it was not done before
    speeds = np.repeat(clock.speeds, [length for length, _ in parts])
    at = np.arange(start_quarters, start_quarters + 4000) % len(speeds)
    if finish <= start + 1000:
        done = np.concatenate([[0.0], np.cumsum(speeds[at] / 4)])
        assert np.interp(finish - start, np.arange(4001) / 4, done) == pytest.approx(work, abs=1e-9)
        whole = int(np.floor((finish - start) * 4))
        closed = (speeds[at[:whole]] == 0.0).sum() / 4
        assert closed_between(*tables(clock), start, start + whole / 4) == pytest.approx(closed, abs=1e-9)


@settings(deadline=None, derandomize=True)
@given(clocks, st.integers(0, 4000))
def test_a_clock_runs_where_it_is_said_to_run(parts, start_quarters):
    lengths = [length / 4 for length, _ in parts]
    clock = Clock(sum(lengths), tuple(np.cumsum([0.0, *lengths[:-1]]).tolist()), tuple(speed for _, speed in parts))
    start = start_quarters / 4
    opens = next_open(*tables(clock), start)
    assert closed_between(*tables(clock), start, opens) == pytest.approx(opens - start, abs=1e-9)
    assert work_between(*tables(clock), opens, opens + 1e-3) > 0.0
