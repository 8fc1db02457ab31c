"""Storm calendars against their monthly shares; queues against closed formulas, conservation, a fluid in steps."""

import math

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.network.storm_queues import fewest_vessels, queue_through_closures, smallest_capacity
from hubcalc.network.storms import closures_from, draw_closures
from hubcalc.queueing import fluid_closure, random_closure_delay_hours

CASPIAN = np.array([0.35, 0.3, 0.2, 0.1, 0.05, 0.03, 0.03, 0.05, 0.1, 0.25, 0.5, 0.45])
YEAR = 8760.0


@pytest.mark.parametrize("scv", [0.0, 0.5, 1.0, 3.0])
def test_each_month_is_closed_for_its_share(scv: float) -> None:
    storms = draw_closures(CASPIAN, 40.0, calendars=600, years=2, scv=scv, seed=7)
    shares = storms.closed_shares()
    errors = shares.std(axis=0, ddof=1) / math.sqrt(len(shares))
    assert np.all(np.abs(shares.mean(axis=0) - CASPIAN) < 4.0 * errors)


@pytest.mark.parametrize("scv", [0.0, 1.0, 2.0])
def test_storms_have_their_mean_length_and_number(scv: float) -> None:
    """With equal months only those at an edge of exponential storms, or none, are not whole renewals."""
    storms = draw_closures(np.full(12, 0.1), 20.0, calendars=300, years=3, scv=scv, seed=3)
    inside = (storms.start_hours > 200.0) & (storms.end_hours < 600.0)  # within the first month
    lengths = (storms.end_hours - storms.start_hours)[inside & (storms.start_hours < 400.0)]
    error = lengths.std(ddof=1) / math.sqrt(lengths.size)
    # a storm that begins before hour 400 and lasts over 200 hours is left out; the rarest of exponential ones
    assert abs(lengths.mean() - 20.0) < 4.0 * error + 0.05 + (0.5 if scv > 1.0 else 0.0)
    begins = np.bincount(storms.calendar_of_closures[storms.start_hours < 400.0], minlength=300)
    expected = 400.0 / 200.0 + 0.1  # one in 200 hours, and one that is there at the beginning
    assert abs(begins.mean() - expected) < 4.0 * begins.std(ddof=1) / math.sqrt(300)


def test_months_without_storms_and_months_of_storm() -> None:
    storms = draw_closures([0.0, 1.0, *([0.0] * 10)], 30.0, calendars=3, years=2)
    assert storms.start_hours.tolist() == [744.0, 9504.0] * 3
    assert storms.longest_closure_hours().tolist() == [672.0] * 3
    none = draw_closures(np.zeros(12), 30.0, calendars=2)
    assert none.longest_closure_hours().tolist() == [0.0, 0.0]
    assert queue_through_closures(none, 1.0, 2.0).wait_quantile_hours(0.99) == 0.0


def test_the_same_seed_gives_the_same_calendars() -> None:
    one, same, other = (draw_closures(CASPIAN, 40.0, calendars=5, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.start_hours, same.start_hours)
    assert not np.array_equal(one.start_hours[:5], other.start_hours[:5])


def test_closed_half_of_each_day() -> None:
    """T18: 12 hours closed of 24, arrivals at 0.4 of the capacity: 5 h, as the closed formula says."""
    days = closures_from([[(24.0 * day, 24.0 * day + 12.0) for day in range(365)]])
    queues = queue_through_closures(days, 4.0, 10.0)
    assert queues.wait_mean_hours == pytest.approx(np.full((1, 12), 5.0), rel=1e-9)
    assert float(fluid_closure(4.0, 10.0, 12, 7)) == pytest.approx(5.0)
    # the day at its opening: 48 wait; a wait of 12 h for the first, none 20 h after midnight
    assert queues.largest_queue == pytest.approx([48.0])
    assert queues.wait_quantile_hours(0.99) == pytest.approx(12.0 - 0.24 * 0.6)
    assert queues.days_over(0.0) == pytest.approx([365.0 * 20.0 / 24.0])


def test_a_closure_of_three_days() -> None:
    """T18: 100 a day, 150 can leave: backlog 300, 6 days until it is gone, 1.5 days of delay."""
    queues = queue_through_closures(closures_from([[(100.0, 172.0)]]), 100 / 24, 150 / 24)
    assert queues.largest_queue == pytest.approx([300.0])
    assert queues.days_over(1e-9) == pytest.approx([9.0])
    assert queues.backlog_unit_hours[0] / (900.0 * 24.0) == pytest.approx(1.5)
    assert queues.wait_mean_hours[0, 0] * queues.units_by_month[0, 0] == pytest.approx(900.0 * 36.0)


@pytest.mark.parametrize(("share", "load"), [(0.1, 0.5), (0.3, 0.8)])
def test_random_storms_against_the_closed_formula(share: float, load: float) -> None:
    """Exponential calms and storms: the decomposition of Avi-Itzhak and Naor."""
    closed, arrivals = 24.0, 3.0
    calm = closed * (1.0 - share) / share
    storms = draw_closures(np.full(12, share), closed, calendars=300, years=4, seed=11)
    queues = queue_through_closures(storms, arrivals, arrivals / (load * (1.0 - share)))
    waits = queues.wait_mean_hours[:, 3:].mean(axis=1)  # by spring of the first year the start is forgotten
    exact = float(random_closure_delay_hours(load, calm, closed))
    first_year = 0.01 * exact  # of four years, one begins empty
    assert abs(waits.mean() - exact) < 4.0 * waits.std(ddof=1) / math.sqrt(waits.size) + first_year


def test_conservation_and_littles_law() -> None:
    storms = draw_closures(CASPIAN, 60.0, calendars=40, years=2, scv=0.6, seed=5)
    arrivals = np.linspace(1.0, 3.0, 12)
    queues = queue_through_closures(storms, arrivals, 4.0)
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    assert queues.units_by_month == pytest.approx(np.tile(arrivals * days * 48.0, (40, 1)))
    total = (queues.units_by_month * queues.wait_mean_hours).sum(axis=1)
    # what is left at the end is served at the full capacity from then on
    left = queues.queue_at_end**2 / (2.0 * 4.0)
    assert total - left == pytest.approx(queues.backlog_unit_hours, rel=1e-9)
    assert queues.queue_at_end.max() > 0.0


def test_waits_against_a_fluid_in_small_steps() -> None:
    storms = draw_closures(CASPIAN, 50.0, calendars=1, seed=9)
    arrivals = np.where(np.arange(12) % 2 == 0, 2.0, 3.5)
    queues = queue_through_closures(storms, arrivals, 4.0)
    step = 0.2
    times = np.arange(0.0, YEAR, step) + step / 2.0
    month = np.searchsorted(storms.month_edges_hours(), times) - 1
    which = np.searchsorted(storms.start_hours, times) - 1
    is_open = (which < 0) | (times >= storms.end_hours[np.maximum(which, 0)])
    backlog, largest, area = 0.0, 0.0, 0.0
    for rate, port in zip(arrivals[month], is_open, strict=True):
        after = max(backlog + (rate - 4.0 * port) * step, 0.0)
        area += (backlog + after) / 2.0 * step
        backlog, largest = after, max(largest, after)
    assert queues.largest_queue[0] == pytest.approx(largest, abs=2.0)
    assert queues.backlog_unit_hours[0] == pytest.approx(area, rel=0.02)


def test_least_capacity_meets_the_target_and_less_does_not() -> None:
    storms = draw_closures(CASPIAN, 40.0, calendars=30, seed=2)
    capacity = smallest_capacity(storms, 3.0, 72.0, share=0.9)
    assert queue_through_closures(storms, 3.0, capacity).wait_quantile_hours(0.9) <= 72.0 * (1 + 1e-6)
    assert queue_through_closures(storms, 3.0, 0.99 * capacity).wait_quantile_hours(0.9) > 72.0
    vessels = fewest_vessels(storms, 3.0, 72.0, trips_per_open_hour=1 / 40, load=30.0)
    assert vessels == math.ceil(capacity / 0.75)
    assert math.isinf(smallest_capacity(closures_from([[(0.0, YEAR)]]), 1.0, 10.0))
    assert fewest_vessels(closures_from([[(0.0, YEAR)]]), 1.0, 10.0, trips_per_open_hour=1.0, load=1.0) is None


def test_wrong_arguments_are_named() -> None:
    storms = closures_from([[(0.0, 10.0)]])
    for call, word in (
        (lambda: draw_closures([0.1] * 11, 10.0, calendars=1), "closed_shares"),
        (lambda: draw_closures([1.1] * 12, 10.0, calendars=1), "closed_shares"),
        (lambda: draw_closures([0.1] * 12, [1.0, 2.0], calendars=1), "mean_hours"),
        (lambda: closures_from([[(0.0, 10.0), (5.0, 20.0)]]), "start_hours"),
        (lambda: queue_through_closures(storms, [1.0, 2.0], 3.0), "arrivals_per_hour"),
        (lambda: queue_through_closures(storms, 1.0, 0.0), "capacity_per_hour"),
        (lambda: smallest_capacity(storms, 0.0, 1.0), "arrivals_per_hour"),
    ):
        with pytest.raises(ArgumentError, match=word):
            call()
