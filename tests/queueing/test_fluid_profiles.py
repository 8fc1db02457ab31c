import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing.closures import backlog_after_hours, fluid_closure
from hubcalc.queueing.fluid_profiles import fluid_profile


def test_golden_weigh_station(golden, agrees):
    """Arrivals that fall linearly, in intervals with the rate of their middle; the area extrapolated to short ones."""
    cases = {case["quantity"]: case for case in golden("time_varying", "deterministic fluid", "")}
    areas = []
    for step in (0.1, 0.05):
        middle = np.arange(step / 2, 16.0, step)
        queue = fluid_profile(np.append(4.0 - 0.25 * middle, 0.0), 2.0, np.append(np.full(middle.size, step), 4.0))
        areas.append(float(queue.delay_item_hours))
    area = areas[1] + (areas[1] - areas[0]) / 3.0
    agrees(cases["max_queue"], float(queue.largest_backlog), 1e-9)
    agrees(cases["time_queue_clears"], float(queue.clear_hours), 1e-9)
    agrees(cases["total_delay"], area, 1e-9)
    agrees(cases["average_delay"], area / (4.0 * 16 - 0.125 * 16**2), 1e-9)


def test_closure_of_a_day():
    """Three days closed at 100 a day, then 150 a day: 300 in the backlog, six days to clear, 1.5 days in the mean."""
    queue = fluid_profile([100 / 24, 100 / 24], [0.0, 150 / 24], [72.0, 150.0])
    assert queue.backlog == pytest.approx([0.0, 300.0, 0.0], abs=1e-9)
    assert queue.clear_hours == pytest.approx(216.0)
    assert queue.delay_item_hours / 900.0 == pytest.approx(36.0)


def test_a_week_of_nights_is_the_periodic_closure():
    open_hours = np.tile([10.0, 0.0], 14)
    queue = fluid_profile(4.0, open_hours, 12.0, initial_backlog=48.0)
    assert queue.backlog[-1] == pytest.approx(48.0)
    assert queue.delay_item_hours / (4.0 * 24 * 14) == pytest.approx(float(fluid_closure(4.0, 10.0, 12, 7)))


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0.01, 10)), min_size=1, max_size=8),
    st.floats(0, 500),
)
def test_interval_by_interval_and_area(intervals, initial):
    arrivals, capacity, hours = (np.array(column) for column in zip(*intervals, strict=True))
    queue = fluid_profile(arrivals, capacity, hours, initial)
    backlog = [initial]
    for rate, speed, length in intervals:
        backlog.append(float(backlog_after_hours(rate, speed, length, backlog[-1])))
    assert queue.backlog == pytest.approx(backlog, rel=1e-9, abs=1e-6)
    assert queue.largest_backlog == pytest.approx(max(backlog), abs=1e-6)
    fine = fluid_profile(np.repeat(arrivals, 3), np.repeat(capacity, 3), np.repeat(hours / 3, 3), initial)
    assert fine.delay_item_hours == pytest.approx(float(queue.delay_item_hours), rel=1e-9, abs=1e-6)
    assert np.isinf(queue.clear_hours) == (queue.backlog[-1] > 0.0)


def test_scenarios_and_nothing():
    queue = fluid_profile([[3.0, 0.0], [0.0, 0.0]], [1.0, 4.0], initial_backlog=[0.0, 0.0])
    assert queue.backlog.tolist() == [[0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
    assert queue.clear_hours.tolist() == [1.5, 0.0]
    assert queue.delay_mean_hours == pytest.approx([1.5 / 3.0, 0.0])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"arrivals_per_hour": [-1.0, 0.0]}, "arrivals_per_hour"),
        ({"capacity_per_hour": np.inf}, "capacity_per_hour"),
        ({"interval_hours": 0.0}, "interval_hours"),
        ({"interval_hours": [[1.0, 1.0]]}, "interval_hours"),
        ({"initial_backlog": -1.0}, "initial_backlog"),
    ],
)
def test_errors_name_the_argument(change, name):
    with pytest.raises(ArgumentError, match=name):
        fluid_profile(**{"arrivals_per_hour": [1.0, 0.0], "capacity_per_hour": 1.0, **change})
