"""All times of batches together, against each formula alone and against whole batches counted by hand."""

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.errors import ArgumentError
from hubcalc.queueing._batch_times_kernel import even_sums
from hubcalc.queueing.batch_times import free_batch_spans, solve_batch_times

POISSON = (45.5, 44.5 / 45.5**2)
BATCHES = [(1.0, 0.0), (3.0, 0.0), (45.5, 0.002), (45.5, 0.03), POISSON, (8.0, 0.4), (2.5, 1.5), (300.0, 0.001)]


@pytest.mark.parametrize(("mean", "scv"), BATCHES)
def test_waits_are_those_of_each_formula_alone(mean, scv):
    servers = np.array([1, 2, 3, 4, 6, 11, 20])
    rate = np.linspace(0.1, 0.95, 5)[:, None] * servers / (mean * 0.05)
    times = solve_batch_times(rate, mean, scv, 0.05, servers)
    constant, exponential = (times.item_wait_hours(law) for law in (0.0, 1.0))
    assert constant == pytest.approx(queueing.mxdc_wait_mean_hours(rate, mean, scv, 0.05, servers), rel=1e-11)
    assert exponential == pytest.approx(queueing.mxmc_wait_mean_hours(rate, mean, scv, 0.05, servers), rel=1e-11)
    # the work that is found at one server, of any law
    one = queueing.mxg1_wait_mean_hours(rate[:, 0], mean, scv, 0.05, 0.3)
    assert times.item_wait_hours(0.3)[:, 0] == pytest.approx(one, rel=1e-11)


def test_single_items_are_the_first_and_take_their_service():
    times = solve_batch_times(np.array([2.0, 5.0]), 1.0, 0.0, 0.5, 3)
    assert times.first_item_wait_hours(0.4) == pytest.approx(times.item_wait_hours(0.4), rel=1e-12)
    assert times.span_hours(1.0) == pytest.approx([0.5, 0.5], rel=1e-12)


def test_the_wait_inside_a_batch_and_no_steady_state():
    times = solve_batch_times([0.001, 10.0], 4.0, 0.0, 1.0, 2)
    # of four constant items at two servers two wait for one round
    inside = times.item_wait_hours(0.0)[0] - times.first_item_wait_hours(0.0)[0]
    assert inside == pytest.approx(0.5, abs=1e-6)
    assert np.isinf(times.item_wait_hours(0.5)[1])
    assert np.isinf(times.span_hours(0.5)[1])


def test_without_spans():
    times = solve_batch_times(0.5, 10.0, 0.1, 0.1, 3, spans=False)
    whole = solve_batch_times(0.5, 10.0, 0.1, 0.1, 3)
    assert len(times.constant) == len(times.exponential) == 2
    assert times.first_item_wait_hours(0.5) == whole.first_item_wait_hours(0.5)


@pytest.mark.parametrize(("mean", "scv"), BATCHES)
def test_free_spans_by_counting(mean, scv):
    sizes = np.arange(1, 3_000)
    chances = queueing.BatchLaw.fitted(mean, scv).pmf(sizes.size)
    harmonic = np.cumsum(1.0 / sizes)
    for servers in (1, 2, 5, 16):
        rounds = (chances * np.ceil(sizes / servers)).sum()
        ends = np.maximum(sizes - servers, 0) / servers + harmonic[np.minimum(sizes, servers) - 1]
        constant, exponential = free_batch_spans(mean, scv, servers)
        assert float(constant) == pytest.approx(rounds, rel=1e-10)
        assert float(exponential) == pytest.approx((chances * ends).sum(), rel=1e-10)


def test_free_spans_are_the_limit_of_few_batches():
    times = solve_batch_times(1e-9, 45.5, 0.01, 1.0, [2, 3, 7])
    constant, exponential = free_batch_spans(45.5, 0.01, [2, 3, 7])
    assert times.span_hours(0.0) == pytest.approx(constant, rel=1e-6)
    assert times.span_hours(1.0) == pytest.approx(exponential, rel=1e-6)


@pytest.mark.parametrize("servers", [1, 2, 3, 5, 12])
@pytest.mark.parametrize("rate", [0.25, 0.1, 0.003])
def test_sums_of_batches_that_spread_evenly(servers, rate):
    """The sums over the roots w exp(-r/c) themselves."""
    unity = np.exp(2j * np.pi * np.arange(1, servers) / servers)
    roots, load = unity * np.exp(-rate / servers), 0.7 * servers
    shift = (1 / (1 - roots) - 1 / (1 - unity)).sum()
    scale = (servers - load) / rate / np.prod(1 - roots)
    products = np.array([w * np.prod(w - roots) for w in unity])
    found = even_sums(float(servers), rate, load)
    assert found == pytest.approx((shift.real, (scale * products.sum()).real), rel=1e-11, abs=1e-15)


def test_rows_are_what_they_are_alone():
    """Whatever law and number of servers came before."""
    rng = np.random.default_rng(8)
    servers = rng.choice([1.0, 2.0, 3.0, 6.0, 70.0], 60)
    laws = np.array(BATCHES)[rng.integers(0, len(BATCHES), 60)]
    rate = rng.uniform(0.1, 0.9, 60) * servers / laws[:, 0]
    times = solve_batch_times(rate, laws[:, 0], laws[:, 1], 1.0, servers)
    for row in range(60):
        alone = solve_batch_times(rate[row], laws[row, 0], laws[row, 1], 1.0, servers[row])
        assert alone.constant.tolist() == times.constant[:, row].tolist()
        assert alone.exponential.tolist() == times.exponential[:, row].tolist()


def test_bad_arguments():
    with pytest.raises(ArgumentError):
        solve_batch_times(1.0, 0.5, 0.0, 1.0, 1)
    with pytest.raises(ArgumentError):
        free_batch_spans(2.0, 0.0, 1.5)
