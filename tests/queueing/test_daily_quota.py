"""The wait for one of so many permits a day: against the rule itself, limits, and the queue behind the formula."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import special

from hubcalc.errors import ArgumentError
from hubcalc.queueing._daily_backlog import solve_backlog
from hubcalc.queueing.daily_quota import (
    daily_quota_wait_mean_hours,
    daily_quota_wait_moments,
    daily_quota_wait_quantile_hours,
    daily_quota_wait_second_moment_hours2,
    daily_quota_wait_tail,
    quota_wait_moments,
)
from hubcalc.queueing.deterministic import mdc_wait_mean_hours
from hubcalc.queueing.deterministic_waits import mdc_wait_tail


def waits_by_the_rule(arrivals, permits):
    """Let units pass day by day, first come, first served."""
    waits, waiting, day = np.zeros(arrivals.size), [], 0
    for day in range(int(arrivals[-1] // 24) + 1):
        left = permits - min(len(waiting), permits)
        for unit in waiting[:permits]:
            waits[unit] = 24.0 * day - arrivals[unit]
        waiting = waiting[permits:]
        today = np.arange(*np.searchsorted(arrivals, [24.0 * day, 24.0 * (day + 1)]))
        waiting += list(today[left:])
    return waits[: waits.size - len(waiting)]


@pytest.mark.slow
@pytest.mark.parametrize(("per_day", "permits"), [(9.0, 10), (4.0, 5), (60.0, 63)])
def test_moments_and_tail_of_the_rule(per_day, permits):
    rng = np.random.default_rng(1)
    runs = []
    for _ in range(12):
        waits = waits_by_the_rule(np.cumsum(rng.exponential(24 / per_day, 40_000)), permits)
        runs.append([waits.mean(), (waits**2).mean(), (waits > 5).mean(), (waits > 30).mean()])
    mean, deviation = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1) / len(runs) ** 0.5
    rate = per_day / 24
    expected = [
        daily_quota_wait_mean_hours(rate, permits),
        daily_quota_wait_second_moment_hours2(rate, permits),
        *daily_quota_wait_tail(rate, permits, [5.0, 30.0]),
    ]
    assert np.all(np.abs(mean - expected) <= 4 * deviation + 1e-9)


def test_near_saturation_half_a_day_less_than_the_queue():
    rate = 0.999 * 5 / 24
    assert daily_quota_wait_mean_hours(rate, 5) == pytest.approx(mdc_wait_mean_hours(rate, 24, 5) - 12, rel=2e-3)


def test_the_mean_is_the_area_of_the_tail():
    hours = np.linspace(0, 24 * 20, 8_001)
    tail = daily_quota_wait_tail(8 / 24, 10, hours)
    assert np.trapezoid(tail, hours) == pytest.approx(float(daily_quota_wait_mean_hours(8 / 24, 10)), rel=1e-4)
    square = np.trapezoid(2 * hours * tail, hours)
    assert square == pytest.approx(float(daily_quota_wait_second_moment_hours2(8 / 24, 10)), rel=1e-4)


def test_quantiles_invert_the_tail():
    hours = daily_quota_wait_quantile_hours(9 / 24, 10, [0.8, 0.9, 0.99])
    assert daily_quota_wait_tail(9 / 24, 10, hours) == pytest.approx([0.2, 0.1, 0.01], rel=1e-9)
    assert float(daily_quota_wait_quantile_hours(9 / 24, 10, 0.5)) == 0.0
    assert np.isinf(daily_quota_wait_quantile_hours(10 / 24, 10, 0.5))


def test_endless_at_the_cap_and_nothing_far_below():
    mean = daily_quota_wait_mean_hours(np.array([0.0, 1.0, 10.0, 11.0]) / 24, 10)
    assert mean[0] == 0.0
    assert 0 < mean[1] < 1e-4
    assert np.isinf(mean[2:]).all()
    assert np.isinf(daily_quota_wait_second_moment_hours2(1.0, 24))


def test_columns_equal_scalars():
    rates, permits = np.array([5.0, 8.0, 9.5, 12.0]) / 24, np.array([6, 10, 10, 12])
    column = daily_quota_wait_mean_hours(rates, permits)
    alone = [float(daily_quota_wait_mean_hours(*row)) for row in zip(rates, permits, strict=True)]
    assert column == pytest.approx(alone, rel=1e-12)


def test_moments_of_the_exponential_form():
    """W is 0 with 1 - p, else exponential with mean b: the mean of max(W - U, 0) by direct integration."""
    share, spread = 0.3, 10.0
    first, second = quota_wait_moments(share * spread, 2 * share * spread**2)
    rest = np.linspace(0, 24, 20_001)
    tail = share * np.exp(-rest / spread)
    assert float(first) == pytest.approx(np.trapezoid(tail * spread, rest) / 24, rel=1e-6)
    assert float(second) == pytest.approx(np.trapezoid(tail * 2 * spread**2, rest) / 24, rel=1e-6)
    assert quota_wait_moments(0.0, 0.0) == (0.0, 0.0)
    assert np.isinf(quota_wait_moments(np.inf, np.inf)).all()


def integrated_over_the_queue(rate, permits):
    """The mean as the docstring of the module has it: of max(W - U, 0), W the wait of M/D/N of a day's service."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    edges = np.array([0, 1 / 64, 1 / 16, 1 / 4, 1, 2, 3, 4, 5]) * 24.0
    mean = 0.0
    for start, end in pairwise(edges):
        hours = start + (end - start) * (1 + nodes) / 2
        tail = mdc_wait_tail(rate, 24.0, permits, hours)
        mean += (np.minimum(hours / 24, 1) * tail) @ weights * (end - start) / 2
    return mean


@pytest.mark.parametrize(("per_day", "permits"), [(8.0, 10), (57.0, 60), (120.0, 150), (395.0, 400)])
def test_the_mean_follows_from_the_queue_of_a_days_service(per_day, permits):
    expected = integrated_over_the_queue(per_day / 24, permits)
    assert float(daily_quota_wait_mean_hours(per_day / 24, permits)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("arrivals", "permits"), [(0.5, 1), (9.0, 10), (60.0, 63), (790.0, 800), (9_900.0, 10_000)])
def test_the_backlog_follows_spitzers_sums(arrivals, permits):
    """P(Z = 0) = exp(-sum P(S_k > 0) / k) and E[Z] = sum E[max(S_k, 0)] / k, S_k Poisson of mean k a, less k N."""
    k = np.arange(1.0, 3_000.0)
    above, at_least = (special.pdtrc(k * permits - fewer, k * arrivals) for fewer in (0, 1))
    backlog = solve_backlog(np.array([arrivals]), np.array([float(permits)]))
    number = np.arange(backlog.explicit)
    beyond = backlog.law[0, -1] / backlog.excess[0]
    assert backlog.law.sum() + beyond == pytest.approx(1.0, abs=1e-12)
    assert backlog.law[0, 0] == pytest.approx(np.exp(-np.sum(above / k)), rel=1e-11)
    mean = backlog.law[0] @ number + beyond * (backlog.explicit + 1 / backlog.excess[0])
    assert mean == pytest.approx(np.sum(arrivals * at_least - permits * above), rel=1e-11)


def test_one_permit_a_day_in_closed_form():
    """M/D/1: no backlog with probability (1 - a) e^a, a mean one of a^2 / (2 (1 - a)); then Little's law."""
    arrivals = np.array([1e-6, 0.2, 0.5, 0.9, 0.999])
    empty = (1 - arrivals) * -np.expm1(-arrivals) * np.exp(arrivals) / arrivals  # nobody before, nobody today
    number = arrivals**2 / (2 * (1 - arrivals)) + arrivals / 2 - 1 + empty
    found = daily_quota_wait_mean_hours(arrivals / 24, 1)
    assert found[1:] == pytest.approx((number / arrivals)[1:] * 24, rel=1e-10)
    assert found[0] == pytest.approx(24 * arrivals[0] / 6, rel=1e-5)  # two on a day: the later one, for the rest of it


@pytest.mark.parametrize("permits", [1, 7, 800, 50_000])
def test_heavy_traffic(permits):
    """The mean nears that of M/D/N less half a day; that of a random walk of variance N: 1 / (2 (1 - load)) units."""
    spare = 1e-7 / permits**0.5
    mean = float(daily_quota_wait_mean_hours(permits * (1 - spare) / 24, permits))
    assert (mean / 24 + 0.5) * permits * 2 * spare == pytest.approx(1.0, abs=1e-5)
    square = float(daily_quota_wait_second_moment_hours2(permits * (1 - spare) / 24, permits))
    assert square == pytest.approx(2 * mean**2, rel=1e-4)


def test_moments_at_once_are_the_moments():
    mean, square = daily_quota_wait_moments([0.2, 30.0], [10, 800])
    assert mean == pytest.approx(daily_quota_wait_mean_hours([0.2, 30.0], [10, 800]))
    assert square == pytest.approx(daily_quota_wait_second_moment_hours2([0.2, 30.0], [10, 800]))


@pytest.mark.parametrize(("name", "given"), [("arrivals_per_hour", (-1.0, 5)), ("permits_per_day", (1.0, 0))])
def test_bad_input_is_named(name, given):
    with pytest.raises(ArgumentError, match=name):
        daily_quota_wait_mean_hours(*given)
