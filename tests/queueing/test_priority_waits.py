import heapq
import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    erlang_c,
    mg1_priority_wait_mean_hours,
    mmc_priority_wait_mean_hours,
    mmc_wait_quantile_hours,
    mmc_wait_tail,
)
from hubcalc.queueing.priority_waits import (
    mg1_priority_wait_probability,
    mg1_priority_wait_quantile_hours,
    mg1_priority_wait_tail,
    mmc_priority_wait_probability,
    mmc_priority_wait_quantile_hours,
    mmc_priority_wait_tail,
)

RATES, MEANS = np.array([0.3, 0.2, 0.2]), np.array([1.0, 0.5, 2.0])
SCVS = [0.0, 0.25, 1.0, 3.0]


def integral(tail, edges, nodes=40):
    """Integrate a function of a column of times, piece by piece."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    pieces = itertools.pairwise(edges)
    return sum((tail((a + (b - a) * (1 + x) / 2)[:, None]) * w[:, None]).sum(0) * (b - a) / 2 for a, b in pieces)


@given(st.floats(0.05, 0.6), st.floats(0.0, 0.35), st.integers(1, 20), st.floats(0.0, 5.0))
def test_the_first_class_waits_exponentially(first, second, servers, time):
    """It is served at rate c while it has somebody in line, and finds a geometric line: C e^(-(c - a_1) t)."""
    rates = np.array([first, second]) * servers
    tail = float(mmc_priority_wait_tail(rates, 1.0, servers, time)[0])
    expected = float(erlang_c(servers, rates.sum())) * math.exp(-servers * (1 - first) * time)
    assert tail == pytest.approx(expected, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "rates"), [(1, [0.4, 0.4]), (1, [0.1, 0.8]), (3, [1.5, 1.0]), (2.5, [1.0, 0.5])])
def test_the_last_class_against_a_first_passage(servers, rates):
    """Those before it and the first class that overtakes: a birth-death process down to 0 from a geometric start."""
    size, total = 400, sum(rates) / servers
    up, down = np.full(size - 1, rates[0]), np.full(size, float(servers))
    generator = np.diag(up, 1) + np.diag(down[1:], -1)
    np.fill_diagonal(generator, -np.append(up, 0.0) - down)
    start = (1 - total) * total ** np.arange(size)
    for time in (0.1, 1.0, 4.0, 12.0):
        expected = float(erlang_c(servers, sum(rates))) * (start @ linalg.expm(generator * time)).sum()
        assert float(mmc_priority_wait_tail(rates, 1.0, servers, time)[1]) == pytest.approx(expected, abs=1e-8)


def test_one_class_is_no_priority():
    times = np.linspace(0.0, 40.0, 9)
    found = mmc_priority_wait_tail([2.4], 1.0, 3, times[:, None])[:, 0]
    assert found == pytest.approx(mmc_wait_tail(2.4, 1.0, 3, times), abs=1e-8)
    found = float(mmc_priority_wait_quantile_hours([2.4], 1.0, 3, 0.95)[0])
    assert found == pytest.approx(float(mmc_wait_quantile_hours(2.4, 1.0, 3, 0.95)), rel=1e-7)


@pytest.mark.parametrize("time", [0.1, 0.5, 0.999, 1.0, 1.001, 1.5, 2.0, 3.0, 7.3, 20.0])
def test_constant_service_by_erlangs_sum(time):
    """P(W <= t) = (1 - rho) sum over k <= t of (rho (k - t))^k / k! e^(-rho (k - t)), which bends at t = 1."""
    with mpmath.workdps(40):
        rho, t = mpmath.mpf("0.8"), mpmath.mpf(time)
        terms = ((rho * (k - t)) ** k / mpmath.factorial(k) * mpmath.exp(-rho * (k - t)) for k in range(int(time) + 1))
        expected = float(1 - (1 - rho) * sum(terms))
    assert float(mg1_priority_wait_tail([0.8], 1.0, 0.0, time)[0]) == pytest.approx(expected, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("scv", SCVS)
def test_the_tail_adds_up_to_the_mean(scv):
    edges = np.concatenate([np.arange(0.0, 10.0, 0.5), np.geomspace(10.0, 600.0, 12)])
    mean = integral(lambda t: mg1_priority_wait_tail(RATES, MEANS, scv, t), edges, 10)
    assert mean == pytest.approx(mg1_priority_wait_mean_hours(RATES, MEANS, scv), rel=1e-5)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=4), st.floats(0.1, 0.9), st.integers(1, 30))
def test_the_tail_adds_up_to_the_mean_with_many_servers(shares, utilization, servers):
    rates = np.array(shares) / sum(shares) * utilization * servers
    means = mmc_priority_wait_mean_hours(rates, 1.0, servers)
    scale = float(means[-1]) / float(mmc_priority_wait_probability(rates, 1.0, servers)[0])
    edges = np.concatenate([[0.0], np.geomspace(1e-3, 120.0, 24)]) * scale
    found = integral(lambda t: mmc_priority_wait_tail(rates, 1.0, servers, t), edges, 12)
    assert found == pytest.approx(means, rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("scv", [0.25, 1.0, 3.0])
@pytest.mark.parametrize("k", [0, 1, 2])
def test_another_way_to_invert(scv, k):
    """Gaver and Stehfest's formula, from real arguments in 80 digits, and the transform as the textbook has it."""
    rates, means = [mpmath.mpf(x) for x in RATES], [mpmath.mpf(x) for x in MEANS]
    rho = sum(rate * mean for rate, mean in zip(rates, means, strict=True))

    def lost(j, z):
        return rates[j] * (1 - (1 + scv * means[j] * z) ** (-1 / mpmath.mpf(scv)))

    def tail(s):
        z = s
        for _ in range(400):
            z, before = s + sum(lost(j, z) for j in range(k)), z
            if abs(z - before) < mpmath.mpf(10) ** -75 * z:
                break
        wait = ((1 - rho) * z + sum(lost(j, z) for j in range(k + 1, 3))) / (s - lost(k, z))
        return (1 - wait) / s

    with mpmath.workdps(80):
        for time in (1.0, 10.0):
            expected = float(mpmath.invertlaplace(tail, time, method="stehfest", degree=44))
            found = float(mg1_priority_wait_tail(RATES, MEANS, scv, time)[k])
            assert found == pytest.approx(expected, abs=1e-6)


def exact_tail(rates, scvs, k, time, terms=40):
    """Abate and Whitt's Euler sum in 60 digits, about 1e-24 absolutely, of the transform as the textbook has it."""
    rates, means = [mpmath.mpf(float(x)) for x in rates], [mpmath.mpf(1)] * len(rates)
    scvs = [mpmath.mpf(scv) for scv in scvs]

    def served(j, z):
        return (1 + scvs[j] * means[j] * z) ** (-1 / scvs[j])

    def transform(s):
        z = s + sum(rates[:k])
        for _ in range(300):
            value = z - s - sum(rates[j] * (1 - served(j, z)) for j in range(k))
            slope = 1 - sum(rates[j] * means[j] * served(j, z) / (1 + scvs[j] * means[j] * z) for j in range(k))
            z -= value / slope
            if abs(value / slope) < mpmath.mpf(10) ** -50 * abs(z):
                break
        waits = (1 - sum(rates)) * z + sum(rates[j] * (1 - served(j, z)) for j in range(k + 1, len(rates)))
        return (1 - waits / (s - rates[k] * (1 - served(k, z)))) / s

    weights = [mpmath.mpf(1)] * (terms + 1)
    weights += [sum(mpmath.binomial(terms, i) for i in range(j, terms + 1)) / 2**terms for j in range(1, terms + 1)]
    weights[0] = mpmath.mpf(1) / 2
    points = [(terms * mpmath.log(10) / 3 + mpmath.mpc(0, 1) * mpmath.pi * n) / time for n in range(2 * terms + 1)]
    total = sum((-1) ** n * weights[n] * transform(points[n]).real for n in range(2 * terms + 1))
    return float(total * mpmath.mpf(10) ** (mpmath.mpf(terms) / 3) / time)


@pytest.mark.slow
@pytest.mark.parametrize("k", [0, 1])
@pytest.mark.parametrize("rates", [[0.5, 0.5 - 2.0**-30], [0.9375, 0.0625 - 2.0**-27], [0.0625, 0.9375 - 2.0**-20]])
def test_two_classes_near_saturation(rates, k):
    scale = (1.0 if k == 0 else 1.0 / (1.0 - rates[0] - rates[1])) / (1.0 - rates[0])
    with mpmath.workdps(60):
        for share in (0.1, 1.0, 5.0, 15.0):
            time = share * scale
            expected = exact_tail(rates, [1.0, 1.0], k, time)
            tail = float(mg1_priority_wait_tail(rates, 1.0, 1.0, time)[k])
            assert tail == pytest.approx(expected, abs=1e-8)
            assert tail == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("scvs", [[0.05, 1.0, 3.0], [2.0, 0.3, 0.05]])
@pytest.mark.parametrize("k", [0, 1, 2])
def test_quantiles_far_out(scvs, k):
    rates = np.array([0.125, 0.25, 0.375])
    for missing in (1e-6, 1e-9, 1e-12, 1e-14):
        time = float(mg1_priority_wait_quantile_hours(rates, 1.0, scvs, 1.0 - missing)[k])
        with mpmath.workdps(60):
            assert exact_tail(rates, scvs, k, time) == pytest.approx(1.0 - (1.0 - missing), rel=1e-6)


@pytest.mark.parametrize("rates", [[1.0, 2.0, 0.9], [1.0, 2.0, 0.5]])
def test_each_digit_of_the_quantile_adds_as_much(rates):
    times = [mmc_priority_wait_quantile_hours(rates, 1.0, 4, 1.0 - 2.0**-n) for n in range(30, 50)]
    steps = np.diff(times, axis=0)
    assert (steps > 0.0).all()
    assert np.diff(steps, axis=0) == pytest.approx(0.0 * steps[1:], abs=2e-3 * float(steps.max()))


def test_quantiles_that_cannot_be_told_are_refused():
    """One in 1e9 of the work is in services a million times as long, which nobody behind the tail's first 1e-8 sees."""
    arguments = ([0.5, 1e-16], [1.0, 1e6], 1.0)
    assert np.isfinite(mg1_priority_wait_quantile_hours(*arguments, 0.999)).all()
    with pytest.raises(ArgumentError, match="probability"):
        mg1_priority_wait_quantile_hours(*arguments, 1.0 - 1e-8)


def simulated_waits(rng, rates, draw_service, customers):
    """Serve by class, then by arrival, one at a time; return classes and waits."""
    gaps = rng.exponential(1 / rates.sum(), customers)
    arrivals = np.cumsum(gaps).tolist()
    classes = rng.choice(rates.size, customers, p=rates / rates.sum())
    service, order = draw_service(classes).tolist(), classes.tolist()
    waits, line, clock, following = np.empty(customers), [], 0.0, 0
    while following < customers or line:
        if not line:
            clock = max(clock, arrivals[following])
        while following < customers and arrivals[following] <= clock:
            heapq.heappush(line, (order[following], following))
            following += 1
        _, customer = heapq.heappop(line)
        waits[customer] = clock - arrivals[customer]
        clock += service[customer]
    return classes, waits


@pytest.mark.slow
@pytest.mark.parametrize("scv", [0.0, 0.5])
def test_against_simulation(scv):
    rng = np.random.default_rng(20)

    def draw(classes):
        mean = MEANS[classes]
        return mean if scv == 0.0 else rng.gamma(1 / scv, scv * mean)

    classes, waits = simulated_waits(rng, RATES, draw, 400_000)
    for time in (0.0, 1.0, 5.0):
        expected = mg1_priority_wait_tail(RATES, MEANS, scv, time)
        for k in range(3):
            batches = [
                np.mean(wait[kind == k] > time)
                for wait, kind in zip(np.split(waits, 40), np.split(classes, 40), strict=True)
            ]
            error = np.std(batches, ddof=1) / math.sqrt(40)
            assert abs(np.mean(batches) - float(expected[k])) < 4 * error


@settings(max_examples=20)
@given(st.floats(0.05, 0.9), st.floats(0.0, 0.99), st.sampled_from([0.1, 0.5, 1.0, 2.0]))
def test_quantile_inverts_tail(utilization, probability, scv):
    rates = utilization * np.array([0.5, 0.3, 0.2])
    times = mg1_priority_wait_quantile_hours(rates, 1.0, scv, probability)
    tails = mg1_priority_wait_tail(rates, 1.0, scv, times)
    for time, tail in zip(times, tails, strict=True):
        if time == 0.0:
            assert utilization <= 1.0 - probability + 1e-12
        else:
            assert tail == pytest.approx(1.0 - probability, abs=1e-8)
    assert (np.diff(times) >= -1e-6).all()


def test_who_waits():
    assert mg1_priority_wait_probability(RATES, MEANS, 2.0) == pytest.approx(float(RATES @ MEANS))
    assert mg1_priority_wait_tail(RATES, MEANS, 2.0, 0.0) == pytest.approx(float(RATES @ MEANS))
    assert mmc_priority_wait_probability([1.0, 1.0], 1.0, 3) == pytest.approx(float(erlang_c(3, 2.0)))
    assert mmc_priority_wait_tail([0.0, 0.0], 1.0, 3, 1.0).tolist() == [0.0, 0.0]
    assert mmc_priority_wait_quantile_hours([0.0, 0.0], 1.0, 3, 0.9).tolist() == [0.0, 0.0]


def test_who_has_no_room_waits_for_ever():
    tail = mg1_priority_wait_tail([0.4, 0.9, 0.1], 1.0, 0.5, 1.0)
    just = mg1_priority_wait_tail([0.4, 0.6 - 1e-10, 0.0], 1.0, 0.5, 1.0)
    assert tail[1:].tolist() == [1.0, 1.0]
    assert float(tail[0]) == pytest.approx(float(just[0]), abs=1e-8)
    assert np.isposinf(mg1_priority_wait_quantile_hours([0.4, 0.9, 0.1], 1.0, 0.5, 0.5)).tolist() == [False, True, True]
    assert mg1_priority_wait_quantile_hours([0.4, 0.9], 1.0, 0.5, 0.0).tolist() == [0.0, 0.0]
    assert mmc_priority_wait_tail([1.0, 5.0], 1.0, 3, 99.0)[1] == 1.0


def test_columns():
    assert mmc_priority_wait_tail(np.full((4, 1, 2), 0.1), [1.0, 2.0], 3, 0.5).shape == (4, 2, 2)
    assert mg1_priority_wait_quantile_hours([0.1, 0.2], 1.0, 1.0, [[0.5], [0.9], [0.95]]).shape == (3, 2)
    assert mmc_priority_wait_probability(np.full((5, 2), 0.1), 1.0, 3).shape == (5, 2)


@pytest.mark.parametrize(
    ("formula", "name", "given_to"),
    [
        (mmc_priority_wait_tail, "arrivals_per_hour", (0.5, 1.0, 2, 1.0)),
        (mmc_priority_wait_tail, "hours", ([0.5], 1.0, 2, -1.0)),
        (mmc_priority_wait_tail, "servers", ([0.5], 1.0, 0, 1.0)),
        (mg1_priority_wait_quantile_hours, "probability", ([0.5], 1.0, 2, 1.0)),
        (mg1_priority_wait_tail, "service_scv", ([0.5], 1.0, -0.1, 1.0)),
        (mg1_priority_wait_tail, "shapes", ([0.5, 0.1], 1.0, 1.0, [1.0, 2.0, 3.0])),
    ],
)
def test_arguments_are_named(formula, name, given_to):
    with pytest.raises(ArgumentError, match=name):
        formula(*given_to)
