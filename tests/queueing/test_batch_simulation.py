"""The batch queues against a simulation: exact rungs within standard errors, the others within their stated error."""

from dataclasses import dataclass

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.errors import ArgumentError
from hubcalc.queueing import BatchLaw

REPLICATIONS = 1000
STANDARD_ERRORS = 4.5  # 3 x 12 comparisons: a false alarm once in about 4,000 choices of the seed


@dataclass(frozen=True)
class Estimate:
    mean: float
    standard_error: float


def service_times(rng, scv, count):
    if scv == 0.0:
        return np.ones(count)
    return rng.gamma(1.0 / scv, scv, count)


def batch_sizes(rng, law, batches):
    cumulated = np.cumsum(law.pmf(int(40 * float(law.mean)) + 40))
    uniform = rng.random((batches, REPLICATIONS)) * cumulated[-1]
    return np.searchsorted(cumulated, uniform) + 1


def simulate(batches_per_hour, law, service_scv, servers, batches, seed):
    """Replicate a FIFO queue side by side from empty: item wait, first item's wait, span, past a warm-up of a third."""
    rng = np.random.default_rng(seed)
    sizes = batch_sizes(rng, law, batches)
    gaps = rng.exponential(1.0 / batches_per_hour, sizes.shape)
    lanes = np.arange(REPLICATIONS)
    free = np.zeros((REPLICATIONS, servers))
    totals = np.zeros((4, REPLICATIONS))
    now = np.zeros(REPLICATIONS)
    for number in range(batches):
        now += gaps[number]
        waits, ends = np.zeros(REPLICATIONS), np.zeros(REPLICATIONS)
        first = None
        for item in range(sizes[number].max()):
            takes_part = sizes[number] > item
            server = free.argmin(axis=1)
            start = np.maximum(free[lanes, server], now)
            first = start if first is None else first
            end = start + service_times(rng, service_scv, REPLICATIONS)
            free[lanes, server] = np.where(takes_part, end, free[lanes, server])
            waits += np.where(takes_part, start - now, 0.0)
            ends = np.where(takes_part, np.maximum(ends, end), ends)
        if number >= batches // 3:
            totals += np.stack([waits, sizes[number], first - now, ends - first])
    counted = batches - batches // 3
    item = totals[0].sum() / totals[1].sum()  # a ratio estimator: its error is that of waits - item * sizes
    spread = (totals[0] - item * totals[1]).std(ddof=1) / np.sqrt(REPLICATIONS) / totals[1].mean()
    others = totals[2:] / counted
    return Estimate(item, spread), *(Estimate(x.mean(), x.std(ddof=1) / np.sqrt(REPLICATIONS)) for x in others)


def calculated(batches_per_hour, mean, scv, service_scv, servers):
    arguments = (batches_per_hour, mean, scv, 1.0, service_scv, servers)
    return [
        float(function(*arguments))
        for function in (
            queueing.mxgc_wait_mean_hours,
            queueing.mxgc_first_item_wait_mean_hours,
            queueing.mxgc_batch_span_mean_hours,
        )
    ]


# batches per hour, batch mean and scv, servers; service takes one hour
QUEUES = [
    (0.5, 3.3, 0.5, 3),
    (0.2, 10.0, 0.0, 4),
    (0.12, 7.0, 0.02, 2),
    (0.3, 1.5, 1.2, 2),
    (0.9, 2.5, 0.04, 5),
    (0.1, 5, 1, 1),
]


@pytest.mark.slow
@pytest.mark.parametrize("service_scv", [0.0, 1.0])
@pytest.mark.parametrize(("batches_per_hour", "mean", "scv", "servers"), QUEUES)
def test_exact_rungs(batches_per_hour, mean, scv, servers, service_scv):
    estimates = simulate(batches_per_hour, BatchLaw.fitted(mean, scv), service_scv, servers, batches=240, seed=20)
    for value, estimate in zip(calculated(batches_per_hour, mean, scv, service_scv, servers), estimates, strict=True):
        assert abs(value - estimate.mean) < STANDARD_ERRORS * estimate.standard_error + 1e-12


METHODS = ("item_wait", "first_item_wait", "batch_span")


@pytest.mark.slow
@pytest.mark.parametrize("service_scv", [0.25, 2.0])
@pytest.mark.parametrize(
    ("mean", "scv", "servers", "utilization"), [(10.0, 0.0, 4, 0.6), (4.0, 0.75, 3, 0.8), (1.6, 0.3, 6, 0.5)]
)
def test_interpolation_keeps_its_stated_error(mean, scv, servers, utilization, service_scv):
    rate = utilization * servers / mean
    estimates = simulate(rate, BatchLaw.fitted(mean, scv), service_scv, servers, batches=240, seed=21)
    values = calculated(rate, mean, scv, service_scv, servers)
    for method, value, estimate in zip(METHODS, values, estimates, strict=True):
        expected = queueing.expected_batch_error(method, service_scv, servers, utilization)
        assert not expected.out_of_range
        allowed = float(expected.largest) * estimate.mean + STANDARD_ERRORS * estimate.standard_error
        assert abs(value - estimate.mean) < allowed


def test_expected_errors_where_exact_and_out_of_range():
    expected = queueing.expected_batch_error(
        "item_wait", [0.0, 1.0, 9.0, 9.0, 0.5], [9, 9, 1, 2, 3], [0.1, 2, 0.5, 0.5, 0.7]
    )
    assert expected.largest[:4].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert 0.0 < expected.typical[4] < expected.largest[4] < 0.05
    assert expected.out_of_range.tolist() == [False, False, False, True, False]
    with pytest.raises(ArgumentError, match="method"):
        queueing.expected_batch_error("dwell", 0.5, 2, 0.7)
