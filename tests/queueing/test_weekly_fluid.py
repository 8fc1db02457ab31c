"""Fluids over a repeated week against the closed formula, the profile, a fine grid, and conservation."""

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.queueing import fluid_closure, fluid_profile, weekly_closures
from hubcalc.queueing.random_closures import random_closure_delay_hours
from hubcalc.queueing.weekly_fluid import WeeklyPattern, weekly_fluid

RANDOM = np.random.default_rng(11)
WEEK = 168.0


def test_one_shift_is_the_closed_formula():
    hours, days, start = RANDOM.uniform(1, 24, 60), RANDOM.integers(1, 8, 60), RANDOM.uniform(0, 23.9, 60)
    intensity = RANDOM.uniform(0.05, 0.99, 60) * hours * days / WEEK
    found = weekly_fluid(WeeklyPattern.constant(), 1 / intensity, WeeklyPattern.openings(days, [(start, hours)]))
    assert found.delay_mean_hours == pytest.approx(fluid_closure(intensity, 1.0, hours, days), rel=1e-10)


def test_shifts_are_those_of_the_week():
    openings = [(24.0 * day + start, 24.0 * day + end) for day in range(6) for start, end in ((4, 9), (13, 20.5))]
    calendar = WeeklyPattern.openings(6, [(13, 7.5), (4, 5)])
    expected = weekly_closures(3.0, 8.0, openings)
    assert calendar.mean == pytest.approx([expected.open_share])
    found = weekly_fluid(WeeklyPattern.constant(3.0), 8.0, calendar)
    assert found.delay_mean_hours[0] == pytest.approx(float(expected.delay_mean_hours))


def random_week(pieces, scale=2.0):
    edges = np.concatenate([[0.0], np.sort(RANDOM.uniform(0, WEEK, pieces - 1)), [WEEK]])
    return WeeklyPattern(edges[None], RANDOM.uniform(0, scale, (1, pieces)))


@pytest.mark.parametrize("load", [0.3, 0.8, 0.97])
def test_any_pattern_against_the_profile(load):
    """Send the same rates through `fluid_profile` for three weeks; the area of the last one is the delay."""
    arrivals, openings = random_week(30), WeeklyPattern.openings(5, [(6, 7), (20, 6)])
    capacity = float(arrivals.mean[0] / openings.mean[0] / load)
    found = weekly_fluid(arrivals, capacity, openings)
    edges = np.unique(np.concatenate([arrivals.edges[0], openings.edges[0]]))
    middle = (edges[1:] + edges[:-1]) / 2
    rates = arrivals.rates[0][np.searchsorted(arrivals.edges[0], middle) - 1]
    opened = openings.rates[0][np.searchsorted(openings.edges[0], middle) - 1]
    lengths, empty = np.diff(edges), np.zeros(1)
    area = []
    for weeks in (2, 3):
        profile = fluid_profile(
            np.tile(rates, weeks), capacity * np.tile(opened, weeks), np.tile(lengths, weeks), empty
        )
        area.append(float(profile.delay_item_hours[0]))
    assert found.delay_mean_hours[0] == pytest.approx((area[1] - area[0]) / (rates * lengths).sum(), rel=1e-9)
    assert found.departures.mean == pytest.approx(arrivals.mean, rel=1e-12)
    assert found.departures.rates.max() <= max(capacity, arrivals.rates.max()) * (1 + 1e-12)


def test_the_variance_is_that_of_the_items_one_by_one():
    arrivals, openings = WeeklyPattern.daily([1, 0, 5, 2]), WeeklyPattern.openings(6, [(8, 10)])
    found = weekly_fluid(arrivals, 4.0, openings)
    grid = np.linspace(0, 3 * WEEK, 3 * 168 * 200 + 1)
    middle = (grid[1:] + grid[:-1]) / 2
    step = grid[1] - grid[0]

    def at(pattern):
        return pattern.rates[0][np.searchsorted(pattern.edges[0], middle % WEEK) - 1]

    come = np.concatenate([[0.0], np.cumsum(at(arrivals) * step)])
    left, backlog = [0.0], 0.0
    for rate, speed in zip(at(arrivals) * step, 4.0 * at(openings) * step, strict=True):
        gone = min(backlog + rate, speed)
        backlog += rate - gone
        left.append(left[-1] + gone)
    items = np.linspace(come[168 * 200], come[2 * 168 * 200], 100_001)[1:-1]
    delays = np.interp(items, left, grid) - np.interp(items, come, grid)
    assert found.delay_mean_hours[0] == pytest.approx(delays.mean(), rel=2e-3)
    assert found.delay_variance_hours2[0] == pytest.approx(delays.var(), rel=5e-3)


def test_a_faster_stage_with_the_same_hours_delays_nobody():
    calendar = WeeklyPattern.openings(5, [(7, 4), (13, 5)])
    first = weekly_fluid(WeeklyPattern.constant(), 5.0, calendar)
    second = weekly_fluid(first.departures, 6.0, calendar)
    assert second.delay_mean_hours == pytest.approx([0.0], abs=1e-12)
    slower = weekly_fluid(first.departures, 4.2, calendar)
    whole = weekly_fluid(WeeklyPattern.constant(), 4.2, calendar)
    assert first.delay_mean_hours + slower.delay_mean_hours == pytest.approx(whole.delay_mean_hours)


def test_without_steady_week():
    found = weekly_fluid(WeeklyPattern.constant(), [1.5, 3.0], WeeklyPattern.openings(7, [(0, 12)]))
    assert np.isinf(found.delay_mean_hours).tolist() == [True, False]
    assert np.isinf(found.delay_variance_hours2[0])
    assert found.departures.mean == pytest.approx([0.75, 1.0])


def test_sums_of_patterns():
    one, other = random_week(12), random_week(7)
    both = one.plus(other, 0.25, [2.0, 0.0])
    assert both.mean == pytest.approx(0.25 * one.mean + np.array([2.0, 0.0]) * other.mean)
    assert both.largest[1] == pytest.approx(0.25 * one.largest[0])


@pytest.mark.parametrize("weights", [[0.0, 0.0], [-1.0, 2.0], [[1.0, 2.0]]])
def test_weights_must_be_some(weights):
    with pytest.raises(ArgumentError, match="weights"):
        WeeklyPattern.daily(weights)


def test_random_closures_of_a_fluid():
    """Constant arrivals of 1 an hour at a capacity of 3: follow the backlog through 200,000 interruptions."""
    calm, closed = RANDOM.exponential(10.0, (20, 10_000)), RANDOM.gamma(2.0, 2.0, (20, 10_000))
    backlog, area, time = np.zeros(20), np.zeros(20), np.zeros(20)
    for opened, shut in zip(calm.T, closed.T, strict=True):
        lasting = np.minimum(backlog / 2.0, opened)
        area += lasting * (backlog - lasting) + (backlog - 2 * lasting + shut / 2) * shut
        backlog, time = backlog - 2 * lasting + shut, time + opened + shut
    means = area / time
    expected = float(random_closure_delay_hours(1 / 3 * 14 / 10, 10.0, 4.0, 0.5))
    assert abs(means.mean() - expected) < 4 * means.std(ddof=1) / np.sqrt(20)


def test_random_closures_at_their_limits():
    # one who comes alone waits for the rest of an interruption that is going on
    assert random_closure_delay_hours(0.0, 30.0, 10.0, 0.0) == pytest.approx(0.25 * 5)
    assert np.isinf(random_closure_delay_hours(1.0, 30.0, 10.0))
    assert random_closure_delay_hours(0.5, 30.0, 0.0) == 0
