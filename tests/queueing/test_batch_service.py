import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from hubcalc.errors import ArgumentError
from hubcalc.queueing.batch_service import fill_vessel, solve_bulk_queue
from hubcalc.queueing.markovian import mmc_wait_mean_hours


def balanced(arrivals, service, least, most, room):
    """Return share busy and mean number waiting from the balance equations with finite room."""
    states = [(0, j) for j in range(least)] + [(1, n) for n in range(room + 1)]
    index = {state: k for k, state in enumerate(states)}
    generator = np.zeros((len(states), len(states)))
    for (busy, n), k in index.items():
        arrived = (busy, n + 1) if busy or n + 1 < least else (1, 0)
        if arrived in index:
            generator[k, index[arrived]] += arrivals
        if busy:
            after = (0, n) if n < least else (1, max(n - most, 0))
            generator[k, index[after]] += 1.0 / service
        generator[k, k] -= generator[k].sum()
    matrix = np.vstack([generator.T, np.ones(len(states))])
    p = np.linalg.lstsq(matrix, np.append(np.zeros(len(states)), 1.0), rcond=None)[0]
    busy, waiting = np.array(states).T
    return p @ busy, p @ waiting


@pytest.mark.slow
@settings(max_examples=15)
@given(st.integers(1, 6), st.integers(0, 6), st.floats(0.02, 0.8))
def test_balance_equations(least, more, utilization):
    most = least + more
    arrivals, service = utilization * most / 0.7, 0.7
    busy, waiting = balanced(arrivals, service, least, most, 40 * most)
    queue = solve_bulk_queue(arrivals, service, least, most)
    assert queue.busy_share == pytest.approx(busy, rel=1e-6)
    assert queue.waiting_mean == pytest.approx(waiting, rel=1e-6, abs=1e-9)
    assert queue.wait_mean_hours * arrivals == pytest.approx(float(queue.waiting_mean))
    assert queue.batch_mean * queue.busy_share / service == pytest.approx(arrivals)
    assert least * (1 - 1e-9) <= queue.batch_mean <= most * (1 + 1e-9)


@pytest.mark.parametrize("utilization", [1e-6, 0.1, 0.8, 0.999, 1 - 1e-9])
def test_batches_of_one_are_mm1(utilization):
    queue = solve_bulk_queue(utilization, 1.0, 1, 1)
    assert queue.wait_mean_hours == pytest.approx(float(mmc_wait_mean_hours(utilization, 1.0, 1)), rel=1e-6)
    assert queue.busy_share == pytest.approx(utilization)


def test_light_traffic_waits_for_the_others():
    queue = solve_bulk_queue(1e-7, 1.0, 20, 50)
    assert queue.wait_mean_hours == pytest.approx(19 / 2 / 1e-7, rel=1e-5)
    assert queue.batch_mean == pytest.approx(20.0)


def test_overload():
    queue = solve_bulk_queue([30.0, 24.0], 2.0, 20, 50)
    assert queue.utilization.tolist() == [1.2, 0.96]
    assert np.isinf(queue.wait_mean_hours[0])
    assert queue.busy_share[0] == 1.0
    assert queue.batch_mean[0] == 50.0
    assert 0 < queue.wait_mean_hours[1] < np.inf


def filled(arrivals, capacity, longest):
    """Return load, share full and area under the number on board from the law of a counting chain."""
    generator = np.diag(np.full(capacity, -arrivals)) + np.diag(np.full(capacity - 1, arrivals), 1)
    generator = np.pad(generator, ((0, 1), (0, 1)))
    generator[capacity - 1, capacity] = arrivals
    doubled = np.block([[generator, np.eye(capacity + 1)], [np.zeros((capacity + 1, 2 * capacity + 2))]])
    moved = expm(doubled * longest)
    law, time = moved[1, : capacity + 1], moved[1, capacity + 1 :]
    count = np.arange(capacity + 1)
    return law @ count, law[-1], time[:-1] @ count[:-1]


@settings(max_examples=30)
@given(st.floats(0.1, 5.0), st.integers(1, 20), st.floats(0.1, 8.0))
def test_a_chain_that_counts(arrivals, capacity, longest):
    load, full, area = filled(arrivals, capacity, longest) if capacity > 1 else (1.0, 1.0, 0.0)
    vessel = fill_vessel(arrivals, capacity, longest)
    assert vessel.load_mean == pytest.approx(load, rel=1e-8)
    assert vessel.full_share == pytest.approx(full, rel=1e-7, abs=1e-12)
    assert vessel.wait_mean_hours == pytest.approx(area / load, rel=1e-7, abs=1e-12)
    assert vessel.departures_per_hour * vessel.load_mean == pytest.approx(arrivals)
    assert vessel.wait_mean_hours <= longest


def test_a_vessel_that_waits_until_it_is_full():
    vessel = fill_vessel([5.0, 5.0], [54, 1], np.inf)
    assert vessel.wait_mean_hours == pytest.approx([53 / 10, 0.0])
    assert vessel.full_share.tolist() == [1.0, 1.0]
    assert vessel.load_mean.tolist() == [54.0, 1.0]
    assert fill_vessel(5.0, 54, 1e6).wait_mean_hours == pytest.approx(5.3)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"arrivals_per_hour": 0.0}, "arrivals_per_hour"),
        ({"service_hours": -1.0}, "service_hours"),
        ({"least_batch": 0}, "least_batch"),
        ({"largest_batch": 1}, "largest_batch"),
        ({"largest_batch": 2.5}, "largest_batch"),
    ],
)
def test_errors_of_the_bulk_queue(change, name):
    sound = {"arrivals_per_hour": 1.0, "service_hours": 1.0, "least_batch": 2, "largest_batch": 3}
    with pytest.raises(ArgumentError, match=name):
        solve_bulk_queue(**{**sound, **change})


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((0.0, 3, 1.0), "arrivals_per_hour"),
        ((1.0, 0, 1.0), "capacity"),
        ((1.0, 3, 0.0), "longest_hours"),
        ((1.0, 3, np.nan), "longest_hours"),
        ((1.0, 3, "long"), "longest_hours"),
    ],
)
def test_errors_of_the_vessel(arguments, name):
    with pytest.raises(ArgumentError, match=name):
        fill_vessel(*arguments)
