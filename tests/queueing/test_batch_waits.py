import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import (
    BatchLaw,
    mmc_wait_quantile_hours,
    mmc_wait_tail,
    mxdc_wait_mean_hours,
    mxgc_first_item_wait_mean_hours,
    mxmc_wait_mean_hours,
)
from hubcalc.queueing.batch_waits import (
    mxdc_wait_quantile_hours,
    mxdc_wait_tail,
    mxmc_wait_quantile_hours,
    mxmc_wait_tail,
)
from hubcalc.queueing.deterministic_waits import mdc_wait_tail

NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
NODES, WEIGHTS = (NODES + 1.0) / 2.0, WEIGHTS / 2.0

# batch mean, scv, servers, utilization
QUEUES = [(50, 0, 3, 0.472), (10, 0.3, 8, 0.8), (50, 0, 3, 0.02), (1.5, 0.2, 4, 0.6), (5, 1, 20, 0.5), (3, 0.5, 1, 0.3)]


def integral(tail):
    """Integrate a tail, cell by cell of the service time, on which it is smooth."""
    total, start = 0.0, 0
    while True:
        values = tail(np.arange(start, start + 20)[:, None] + NODES)
        total += (values @ WEIGHTS).sum()
        start += 20
        if values[-1, -1] < 1e-12 * total:
            return total


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "scv", "servers", "utilization"), QUEUES)
def test_the_tails_integrate_to_the_means(mean, scv, servers, utilization):
    rate = utilization * servers / mean
    queue = (rate, mean, scv, 1.0, servers)
    assert integral(lambda t: mxdc_wait_tail(*queue, t)) == pytest.approx(float(mxdc_wait_mean_hours(*queue)), rel=1e-9)
    assert integral(lambda t: mxmc_wait_tail(*queue, t)) == pytest.approx(float(mxmc_wait_mean_hours(*queue)), rel=1e-9)
    for tail, service_scv in ((mxdc_wait_tail, 0.0), (mxmc_wait_tail, 1.0)):
        expected = float(mxgc_first_item_wait_mean_hours(rate, mean, scv, 1.0, service_scv, servers))
        assert integral(lambda t, tail=tail: tail(*queue, t, "first")) == pytest.approx(expected, rel=1e-9)


def least_loaded(cases):
    """Return the two cases of fixed batches with the shortest waits, whose tails are soon integrated."""
    fixed = [case for case in cases if not isinstance(size := case["parameters"]["batch_size"], dict) or len(size) == 1]
    return sorted(fixed, key=lambda case: case["value"])[:2]


@pytest.mark.slow
def test_golden_means(golden, agrees):
    """Fixed batches of 40 and more: the tails integrate to the golden mean waits."""
    for case in least_loaded(golden("batches", "M^[b]/D/c", "mean_wait")):
        parameters = case["parameters"]
        service, servers, size = parameters["service_time"] / 60, parameters["c"], parameters["batch_size"]
        rate = parameters["train_arrival_rate"]
        mean = service * integral(
            lambda t, rate=rate, size=size, service=service, c=servers: mxdc_wait_tail(
                rate, size, 0, service, c, t * service
            )
        )
        agrees(case, mean, 1e-9)
    for case in least_loaded(golden("batches", "M^[X]/M/c", "mean_wait_Wq per container")):
        parameters = case["parameters"]
        ((size, share),) = parameters["batch_size"].items()
        assert share == 1.0
        service, servers, rate = 1 / parameters["service_rate"], parameters["c"], parameters["train_arrival_rate"]
        mean = service * integral(
            lambda t, rate=rate, size=float(size), service=service, c=servers: mxmc_wait_tail(
                rate, size, 0, service, c, t * service
            )
        )
        agrees(case, mean, 1e-9)


BATCHES = [(1.3, 2.12), (2, 1.0), (8.046, 3.234), (2, 4.78), (25.2, 3.23), (80, 5), (50, 0), (7.3, 0.01), (950, 0)]
BATCHES += [(300, 1), (1000, 1), (2040, 1), (3000, 0), (688, 7.75e-8)]


def one_server_waits(utilization, law, item):
    """P(W > 0) at one server: the first item finds it free with probability 1 - rho, and others always wait."""
    alone = {"first": 1.0, "any": 1.0 / law.mean, "last": float(law.pmf(1)[0])}[item]
    return 1.0 - (1.0 - utilization) * alone


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "scv"), BATCHES)
@pytest.mark.parametrize("utilization", [1e-6, 0.05, 0.3, 0.9, 1 - 1e-6])
def test_one_server_exactly(mean, scv, utilization):
    law, within = BatchLaw.fitted(mean, scv), 1e-10 if mean <= 1000 else 1e-9
    for item in ("first", "any", "last"):
        expected = one_server_waits(utilization, law, item)
        for tail in (mxdc_wait_tail, mxmc_wait_tail):
            assert float(tail(utilization / mean, mean, scv, 1.0, 1, 0.0, item)) == pytest.approx(expected, abs=within)


@settings(max_examples=40)
@given(st.floats(1.05, 100.0), st.floats(0.3, 5.0), st.floats(1e-6, 0.999))
def test_one_server_with_variable_batches(mean, scv, utilization):
    law = BatchLaw.fitted(mean, scv)
    for item in ("first", "any", "last"):
        expected = one_server_waits(utilization, law, item)
        for tail in (mxdc_wait_tail, mxmc_wait_tail):
            assert float(tail(utilization / mean, mean, scv, 1.0, 1, 0.0, item)) == pytest.approx(expected, abs=1e-10)


def compound(rate, sizes, count):
    """Return the law of the items in a Poisson number of batches, by Panjer's recursion; sizes[n] = P(X = n)."""
    law = np.zeros(count)
    law[0] = math.exp(-rate)
    weighted = np.arange(count) * sizes
    for n in range(1, count):
        law[n] = rate / n * (weighted[1 : n + 1] @ law[n - 1 :: -1][:n])
    return law


@pytest.mark.parametrize(
    ("mean", "scv", "utilization"), [(1.3, 2.12, 0.01), (2, 1.0, 1e-4), (5, 2.0, 0.2), (4, 0.3, 0.5)]
)
@pytest.mark.parametrize("servers", [2, 10])
def test_against_the_embedded_chain(mean, scv, utilization, servers):
    """The number in the system, seen one service time apart, is a Markov chain; here it has 700 states."""
    count, rate = 700, utilization * servers / mean
    sizes = np.concatenate([[0.0], BatchLaw.fitted(mean, scv).pmf(count - 1)])
    more = compound(rate, sizes, count)
    moves = np.zeros((count, count))
    for n in range(count):
        left = max(n - servers, 0)
        moves[n, left:] = more[: count - left]
    moves[:, -1] += 1.0 - moves.sum(axis=1)
    balance = moves.T - np.eye(count)
    balance[-1] = 1.0
    number = np.linalg.solve(balance, np.eye(count)[-1])
    queue = np.concatenate([[number[: servers + 1].sum()], number[servers + 1 :]])
    mates = {"first": np.ones(1), "any": (1.0 - sizes.cumsum()) / mean, "last": sizes[1:]}
    for item, ahead in mates.items():
        for time in (0.0, 0.5, 1.0, 2.75):
            cells = math.floor(time) + 1
            seen = np.convolve(np.convolve(queue, compound(rate * (cells - time), sizes, count)), ahead)
            expected = seen[cells * servers :].sum()
            tail = float(mxdc_wait_tail(rate, mean, scv, 1.0, servers, time, item))
            assert tail == pytest.approx(expected, abs=1e-10)


def test_what_takes_too_long_is_refused():
    with pytest.raises(RefusedError, match="points"):
        mxdc_wait_tail(0.5 / 300, 300, 100, 1.0, 1, 0.0)
    with pytest.raises(RefusedError, match="points"):
        mxdc_wait_quantile_hours(0.5 / 300, 300, 100, 1.0, 1, 0.9)
    with pytest.raises(RefusedError, match="points"):
        mxmc_wait_tail(0.5 / 300, 300, 100, 1.0, 1, 0.0)


@pytest.mark.parametrize(("servers", "utilization"), [(1, 0.5), (3, 0.7), (10, 0.2), (10, 0.99), (100, 0.95)])
def test_batches_of_one(servers, utilization):
    load, times = utilization * servers, np.linspace(0.0, 12.0, 25)
    single = (load, 1, 0, 1.0, servers)
    for item in ("any", "first", "last"):
        assert mxmc_wait_tail(*single, times, item) == pytest.approx(mmc_wait_tail(load, 1.0, servers, times), rel=1e-9)
        assert mxdc_wait_tail(*single, times, item) == pytest.approx(mdc_wait_tail(load, 1.0, servers, times), rel=1e-9)
    shares = np.array([0.0, 0.5, 0.9, 0.999])
    expected = mmc_wait_quantile_hours(load, 1.0, servers, shares)
    assert mxmc_wait_quantile_hours(*single, shares) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_an_empty_system():
    """Light traffic: 50 boxes at three servers wait for whole rounds, or for gamma times at rate 3."""
    times = np.array([0.0, 0.5, 1.0, 7.3, 15.9, 16.0])
    rounds = np.arange(50) // 3
    expected = [(rounds > time).mean() for time in np.floor(times)]
    assert mxdc_wait_tail(0.0, 50, 0, 1.0, 3, times) == pytest.approx(expected, abs=1e-11)
    assert mxdc_wait_tail(0.0, 50, 0, 1.0, 3, times, "last") == pytest.approx([1, 1, 1, 1, 1, 0], abs=1e-11)
    poisson = [np.exp(-3 * t) * np.cumsum([(3 * t) ** j / math.factorial(j) for j in range(60)]) for t in times]
    last = [below[46] for below in poisson]  # the 50th box waits for 47 completions
    assert mxmc_wait_tail(0.0, 50, 0, 1.0, 3, times, "last") == pytest.approx(last, abs=1e-11)
    assert mxmc_wait_tail(1e-9, 50, 0, 1.0, 3, times, "first") == pytest.approx(0.0, abs=1e-7)


def simulated(batches_per_hour, law, servers, constant, rng, batches=400, replications=1500):
    """Return the waits of the first, the last and all items of one batch in each replication, from a long warm-up."""
    sizes = law.pmf(400).cumsum()
    free = np.zeros((replications, servers))
    now, lanes = np.zeros(replications), np.arange(replications)
    for number in range(batches):
        now += rng.exponential(1.0 / batches_per_hour, replications)
        count = np.searchsorted(sizes, rng.random(replications) * sizes[-1]) + 1
        waits = np.full((count.max(), replications), np.nan)
        for item in range(count.max()):
            server = free.argmin(axis=1)
            start = np.maximum(free[lanes, server], now)
            end = start + (1.0 if constant else rng.exponential(1.0, replications))
            part = item < count
            free[lanes, server] = np.where(part, end, free[lanes, server])
            waits[item] = np.where(part, start - now, np.nan)
        if number == batches - 1:
            return waits[0], waits[count - 1, lanes], waits, count
    raise AssertionError


@pytest.mark.slow
@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize(("mean", "scv", "servers", "utilization"), [(4.0, 0.6, 3, 0.7), (10, 0, 4, 0.5)])
def test_against_simulation(mean, scv, servers, utilization, constant):
    rng = np.random.default_rng(11)
    rate = utilization * servers / mean
    first, last, waits, count = simulated(rate, BatchLaw.fitted(mean, scv), servers, constant, rng)
    tail = mxdc_wait_tail if constant else mxmc_wait_tail
    for time in (0.35, 1.6, 3.25):
        for item, sample in (("first", first), ("last", last)):
            share = float(tail(rate, mean, scv, 1.0, servers, time, item))
            error = math.sqrt(share * (1.0 - share) / sample.size)
            assert abs((sample > time).mean() - share) < 4.5 * error + 1e-12
        share = float(tail(rate, mean, scv, 1.0, servers, time))
        # a ratio estimator: its error is that of the late items less their expected number
        excess = (waits > time).sum(axis=0) - share * count
        assert abs(excess.mean()) < 4.5 * excess.std(ddof=1) / math.sqrt(excess.size) + 1e-12


@settings(max_examples=40)
@given(
    st.floats(1.05, 40.0),
    st.sampled_from([0.0, 0.05, 0.5, 1.5]),
    st.integers(1, 9),
    st.floats(0.02, 0.97),
    st.floats(0.05, 0.999),
    st.sampled_from(["any", "first", "last"]),
)
def test_quantiles_invert_the_tails(mean, scv, servers, utilization, probability, item):
    queue = (utilization * servers / mean, mean, scv, 0.25, servers)
    time = float(mxmc_wait_quantile_hours(*queue, probability, item))
    tail = float(mxmc_wait_tail(*queue, time, item))
    assert tail <= 1 - probability + 1e-9
    assert time == 0.0 or tail == pytest.approx(1 - probability, abs=1e-10)
    time = float(mxdc_wait_quantile_hours(*queue, probability, item))
    assert float(mxdc_wait_tail(*queue, time, item)) <= 1 - probability + 1e-9
    if time > 0.0:
        assert float(mxdc_wait_tail(*queue, time * (1 - 1e-9), item)) >= 1 - probability - 1e-9
    order = [float(mxmc_wait_tail(*queue, 0.4, place)) for place in ("first", "any", "last")]
    assert order[0] <= order[1] + 1e-11
    assert order[0] <= order[2] + 1e-11


def test_overload_and_arguments():
    assert mxmc_wait_tail(1.0, 5, 0, 1.0, 3, [0.0, 9.0]) == pytest.approx([1.0, 1.0])
    assert mxdc_wait_quantile_hours(1.0, 5, 0, 1.0, 3, [0.0, 0.5]) == pytest.approx([0.0, np.inf])
    for function in (mxmc_wait_tail, mxdc_wait_tail):
        with pytest.raises(ArgumentError, match="hours"):
            function(0.1, 5, 0, 1.0, 3, -1.0)
        with pytest.raises(ArgumentError, match="item"):
            function(0.1, 5, 0, 1.0, 3, 1.0, "middle")
    with pytest.raises(ArgumentError, match="probability"):
        mxmc_wait_quantile_hours(0.1, 5, 0, 1.0, 3, 1.0)
