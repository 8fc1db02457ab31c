from math import log

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    PhaseType,
    erlang_c,
    gidc_wait_mean_hours,
    gimc_wait_mean_hours,
    gimc_wait_probability,
    mg1_wait_mean_hours,
    mmc_wait_mean_hours,
    mmc_wait_probability,
    mmc_wait_quantile_hours,
    solve_ph_ph_c,
)
from hubcalc.simulation import ggc
from hubcalc.simulation._ggc_kernel import LANES, draw_uniforms, seeded_words, serve, to_exponential
from hubcalc.simulation.ggc import simulate_station
from hubcalc.simulation.intervals import student_quantile
from hubcalc.simulation.laws import Law

CUSTOMERS = 4_000_000


def errors_off(estimate, truth):
    """Give by how many standard errors an estimate is off."""
    return abs(estimate.mean - float(truth)) / (estimate.half_width / student_quantile(0.95, LANES))


@pytest.mark.parametrize("servers", [1, 2, 3, 4, 17])
def test_mmc(servers):
    found = simulate_station(
        Law.exponential(1.0), Law.exponential(0.8 * servers), servers, customers=CUSTOMERS, quantiles=(0.5, 0.9, 0.99)
    )
    assert found.settled
    assert errors_off(found.wait_hours, mmc_wait_mean_hours(1.0, 0.8 * servers, servers)) < 4.0
    assert errors_off(found.wait_probability, mmc_wait_probability(1.0, 0.8 * servers, servers)) < 4.0
    assert errors_off(found.wait_probability, erlang_c(servers, 0.8 * servers)) < 4.0
    for share, each in found.wait_quantiles_hours.items():
        truth = float(mmc_wait_quantile_hours(1.0, 0.8 * servers, servers, share))
        assert abs(each.mean - truth) < 2.5 * each.half_width + 1e-3 * servers


@pytest.mark.parametrize("servers", [1, 3, 6])
def test_constant_service(servers):
    """M/D/c, and E4/D/c."""
    found = simulate_station(Law.exponential(1.0), Law.constant(0.8 * servers), servers, customers=CUSTOMERS)
    truth = gidc_wait_mean_hours(1.0, 1.0, 0.8 * servers, servers)
    assert errors_off(found.wait_hours, truth) < 4.0
    found = simulate_station(Law.two_moments(1.0, 0.25), Law.constant(0.8 * servers), servers, customers=CUSTOMERS)
    truth = gidc_wait_mean_hours(1.0, 0.25, 0.8 * servers, servers)
    assert errors_off(found.wait_hours, truth) < 4.0


@pytest.mark.parametrize("scv", [0.2, 4.0])
def test_exponential_service(scv):
    """GI/M/2 with Erlang's and hyperexponential gaps."""
    found = simulate_station(Law.gaps(1.0, scv), Law.exponential(1.5), 2, customers=CUSTOMERS)
    assert errors_off(found.wait_hours, gimc_wait_mean_hours(1.0, scv, 1.5, 2)) < 4.0
    assert errors_off(found.wait_probability, gimc_wait_probability(1.0, scv, 1.5, 2)) < 4.0


def test_phase_type():
    """E2/H2/3."""
    found = simulate_station(Law.two_moments(1.0, 0.5), Law.hyperexponential(2.1, 3.0), 3, customers=CUSTOMERS)
    truth = solve_ph_ph_c(PhaseType.erlang(2, 1.0), PhaseType.hyperexponential(2.1, 3.0), 3)
    assert errors_off(found.wait_hours, truth.wait_mean_hours) < 4.0
    assert errors_off(found.wait_probability, truth.wait_probability) < 4.0


@pytest.mark.parametrize(
    ("law", "scv"),
    [
        (Law.lognormal(0.5, 0.8, 0.2), 0.8 * 0.25 / 0.49),
        (Law.two_moments(0.7, 0.3), 0.3),
        (Law.triangular(0.1, 0.5, 1.5), None),
        (Law.quantiles((0.0, 1.0), (0.2, 1.2)), (1.0 / 12.0) / 0.49),
    ],
)
def test_other_laws_of_service(law, scv):
    """M/G/1 by Pollaczek and Khinchine."""
    if scv is None:  # variance of the triangular law: (a^2 + b^2 + c^2 - ab - ac - bc) / 18
        low, mode, high = law.parameters
        scv = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18.0 / 0.49
    found = simulate_station(Law.exponential(1.0), law, 1, customers=2_000_000)
    assert errors_off(found.wait_hours, mg1_wait_mean_hours(1.0, 0.7, scv)) < 4.0


def test_intervals_cover():
    """M/M/2 at 0.7, two hundred short simulations."""
    truth = float(mmc_wait_mean_hours(1.0, 1.4, 2))
    hits = []
    for seed in range(200):
        each = simulate_station(Law.exponential(1.0), Law.exponential(1.4), 2, customers=160_000, seed=seed).wait_hours
        hits.append(each.low <= truth <= each.high)
    assert stats.binomtest(int(np.sum(hits)), len(hits), 0.95).pvalue > 1e-3


def test_the_seed_gives_the_numbers():
    runs = [
        simulate_station(Law.exponential(1.0), Law.lognormal(0.5, 1.0), 1, customers=50_000, seed=seed)
        for seed in (1, 1, 2)
    ]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_customers_of_one_block_or_many(monkeypatch):
    """Smaller blocks of exponential numbers make the same customers."""
    settings = {"customers": 40 * LANES * 1024, "quantiles": (0.5,)}
    one = simulate_station(Law.exponential(1.0), Law.exponential(0.5), 1, **settings)
    monkeypatch.setattr(ggc, "BLOCK", 256)
    assert simulate_station(Law.exponential(1.0), Law.exponential(0.5), 1, **settings) == one


@pytest.mark.parametrize("servers", [1, 2, 3, 5])
def test_the_recursion_against_events(servers):
    """Each customer goes to the server that is free first, in plain Python."""
    rng = np.random.default_rng(servers)
    gaps, works = rng.exponential(1.0, (200, LANES)), rng.exponential(0.9 * servers, (200, LANES))
    waits = gaps.copy()
    sums, waiting = np.zeros((2, LANES))
    serve(waits, works, np.zeros((servers, LANES)), sums, waiting)
    for lane in range(LANES):
        free, now = [0.0] * servers, 0.0
        for customer in range(200):
            first = min(range(servers), key=free.__getitem__)
            begin = max(free[first], now)
            assert waits[customer, lane] == pytest.approx(begin - now, abs=1e-9)
            free[first] = begin + works[customer, lane]
            now += gaps[customer, lane]
    assert np.allclose(sums, waits.sum(axis=0))
    assert np.array_equal(waiting, (waits > 0.0).sum(axis=0))


def test_random_numbers():
    """Uniform by Kolmogorov and Smirnov, lanes and neighbors uncorrelated; logarithms to the last digits."""
    words = seeded_words(7, 0)
    numbers = np.empty((20_000, LANES))
    draw_uniforms(words, numbers)
    assert numbers.min() > 0.0
    assert numbers.max() < 1.0
    assert stats.kstest(numbers.ravel(), "uniform").pvalue > 1e-3
    assert np.abs(np.corrcoef(numbers.T) - np.eye(LANES)).max() < 5.0 / np.sqrt(20_000)
    centered = numbers - 0.5
    assert abs((centered[1:] * centered[:-1]).mean()) * 12.0 < 5.0 / np.sqrt(numbers.size)
    line = np.concatenate((numbers.ravel(), [2.0**-53, 1.0 - 2.0**-53, 0.5, np.sqrt(0.5)]))
    truth = 0.25 - 3.0 * np.log(line)
    to_exponential(line, 3.0, 0.25)
    assert np.allclose(line, truth, rtol=2e-15, atol=2e-15)


def test_a_quantile_in_the_atom_at_zero():
    found = simulate_station(Law.exponential(1.0), Law.exponential(0.3), 1, customers=500_000, quantiles=(0.5, 0.9))
    assert found.wait_quantiles_hours[0.5].mean < 1e-4
    assert found.wait_quantiles_hours[0.9].mean == pytest.approx(-log(0.1 / 0.3) / (1.0 / 0.3 - 1.0), rel=0.05)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("servers", {"servers": 0}),
        ("servers", {"service": Law.exponential(2.0)}),
        ("customers", {"customers": 0}),
        ("quantiles", {"quantiles": (1.0,)}),
        ("gaps", {"gaps": Law.constant(0.0)}),
        ("level", {"level": 0.0}),
    ],
)
def test_arguments(name, options):
    given = {"gaps": Law.exponential(1.0), "service": Law.exponential(0.5), "servers": 1} | options
    with pytest.raises(ArgumentError, match=name):
        simulate_station(**given)
