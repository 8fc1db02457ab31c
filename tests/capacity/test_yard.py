"""Occupancy of a yard against exact laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hubcalc.capacity.yard import (
    FITTED_ERROR,
    LEAST_FITTED_SHAPE,
    largest_batches_for_places,
    occupancy_law_quantile,
    occupancy_moments,
    occupancy_quantile,
)


def exact_variance(rate, sizes, survival, step, horizon):
    """Sum mean and variance over the ages of batches: each item of a batch of age t is still there with chance s(t)."""
    ages = np.arange(0, horizon, step) + step / 2
    stays = survival(ages)
    mean = variance = 0.0
    for size, chance in sizes.items():
        # for a Poisson number of batches both add up: E[N] and E[N^2] of a binomial number
        mean += chance * rate * step * (size * stays).sum()
        variance += chance * rate * step * (size * stays * (1 - stays) + (size * stays) ** 2).sum()
    return mean, variance


@pytest.mark.parametrize("sizes", [{1: 1.0}, {50: 1.0}, {40: 0.5, 60: 0.5}])
@pytest.mark.parametrize("law", ["exponential", "constant"])
def test_moments_by_the_ages_of_batches(sizes, law):
    rate, dwell = 0.5, 48.0
    survival = (lambda t: np.exp(-t / dwell)) if law == "exponential" else (lambda t: (t < dwell) * 1.0)
    mean, variance = exact_variance(rate, sizes, survival, 0.01, 1500.0)
    size = sum(n * chance for n, chance in sizes.items())
    pairs = sum(n * (n - 1) * chance for n, chance in sizes.items())
    found = occupancy_moments(rate, size, pairs, dwell, 1.0 if law == "exponential" else 0.0)
    assert found[0] == pytest.approx(mean, rel=1e-5)
    assert found[1] == pytest.approx(variance, rel=1e-4)


def test_single_boxes_make_a_poisson_yard():
    mean, variance = occupancy_moments(25.0, 1.0, 0.0, 48.0, 1.0)
    assert mean == variance == 1200
    assert math.sqrt(variance) == pytest.approx(34.6, abs=0.05)
    # a quantile between whole numbers
    law = stats.poisson(1200)
    assert law.ppf(0.95) - 1 <= occupancy_quantile(mean, variance, 0.95) <= law.ppf(0.95) + 1


def test_trains_make_it_five_times_as_uneven():
    mean, variance = occupancy_moments(0.5, 50, 50 * 49, 48, 1)
    assert mean == 1200
    assert math.sqrt(variance) == pytest.approx(174.9, abs=0.05)
    # simulated elsewhere
    assert occupancy_quantile(mean, variance, 0.95) == pytest.approx(1496, rel=0.01)


def test_an_empty_yard():
    assert occupancy_quantile(*occupancy_moments(0.0, 50, 2450, 48, 1), 0.95) == 0


def test_a_quantile_without_variance_is_the_mean():
    assert occupancy_quantile(7.0, 0.0, 0.99) == 7.0


@given(st.floats(1e-3, 1e6), st.floats(1e-3, 1e8))
def test_quantiles_rise(mean, variance):
    quantiles = occupancy_quantile(mean, variance, [0.05, 0.5, 0.9, 0.95, 0.99])
    assert np.all(np.diff(quantiles) >= 0)
    assert np.all(quantiles >= 0)
    assert np.all(np.isfinite(quantiles))


LEVELS = np.array([0.05, 0.5, 0.9, 0.95, 0.99])


def moments(load, size, size_scv, dwell_scv, share=1.0):
    pairs = max(size**2 * (1 + size_scv) - size, 0) * share**2
    return occupancy_moments(load, size * share, pairs, 1.0, dwell_scv)


@pytest.mark.parametrize("load", [0.1, 2.0, 6.0, 24.0])
@pytest.mark.parametrize("size", [1, 50, 1000])
def test_constant_dwells_keep_a_poisson_number_of_batches(load, size):
    found, error = occupancy_law_quantile(load / 48, size, 0, 48, 0, LEVELS)
    assert found.tolist() == (size * stats.poisson.ppf(LEVELS, load)).tolist()
    assert np.all(error == 0)


@pytest.mark.parametrize("dwell_scv", [0.0, 0.3, 1.0, 4.0])
def test_single_boxes_are_poisson_for_every_dwell(dwell_scv):
    found, _ = occupancy_law_quantile(100.0, 1, 0, 1.0, dwell_scv, LEVELS)
    assert found.tolist() == stats.poisson.ppf(LEVELS, 100).tolist()


@pytest.mark.parametrize("load", [0.1, 2.0, 10.0])
def test_exponential_dwells_by_panjers_recursion(load):
    """A batch of n leaves k boxes for a time of mean 1/k, k = n to 1: the occupancy is a sum of k times Poisson."""
    size, most = 12, 400
    chances = np.zeros(most)
    chances[0] = np.exp(-load * (1.0 / np.arange(1, size + 1)).sum())
    for n in range(1, most):
        # sum of k g_k p_(n - k) / n with g_k = load / k
        chances[n] = load / n * chances[max(n - size, 0) : n].sum()
    expected = np.searchsorted(np.cumsum(chances), LEVELS)
    assert occupancy_law_quantile(load, size, 0, 1.0, 1.0, LEVELS)[0].tolist() == expected.tolist()


@pytest.mark.parametrize(("size", "scv", "share"), [(7, 0.0, 1.0), (20, 0.3, 0.4), (5.5, 0.0, 1.0), (1, 0.0, 0.5)])
def test_quadrature_meets_the_closed_form(size, scv, share):
    closed, _ = largest_batches_for_places(60, size, scv, 1.0, 1.0, 0.95, share)
    beside, _ = largest_batches_for_places(60, size, scv, 1.0, 1.0 + 1e-9, 0.95, share)
    assert beside == pytest.approx(closed, rel=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "size_scv", "dwell_scv", "share"), [(8, 0.0, 0.4, 1.0), (6, 0.5, 3.0, 0.7)])
def test_quantiles_against_simulated_ages(size, size_scv, dwell_scv, share):
    """Draw the ages of the batches that are young enough, and which of their boxes are still there."""
    draw, runs, load, horizon = np.random.default_rng(7), 40_000, 3.0, 60.0
    batches = draw.poisson(load * horizon, runs)
    owner = np.repeat(np.arange(runs), batches)
    ages = draw.random(owner.size) * horizon
    excess = size_scv - 1.0 / size
    sizes = draw.negative_binomial(1 / excess, 1 / (1 + excess * size), owner.size) if excess > 0 else size
    stays = stats.gamma.sf(ages, 1 / dwell_scv, scale=dwell_scv)
    present = np.bincount(owner, draw.binomial(sizes, share * stays), runs)
    for level in (0.5, 0.95):
        found, _ = occupancy_law_quantile(load, size, size_scv, 1.0, dwell_scv, level, share)
        noise = 4 * np.sqrt(level * (1 - level) / runs)
        assert np.mean(present <= found) > level - noise
        assert np.mean(present < found) < level + noise


@pytest.mark.parametrize("dwell_scv", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("places", [0, 49, 50, 400])
def test_the_largest_flow_is_where_the_quantile_passes_the_places(places, dwell_scv):
    flow, error = largest_batches_for_places(places, 50, 0, 48, dwell_scv, 0.95)
    assert error == 0
    below, above = occupancy_law_quantile(flow * np.array([1 - 1e-6, 1 + 1e-6]), 50, 0, 48, dwell_scv, 0.95)[0]
    assert below <= places < above


@pytest.mark.parametrize("size", [2, 20, 200])
@pytest.mark.parametrize("size_scv", [0.0, 1.0])
@pytest.mark.parametrize("dwell_scv", [0.0, 1.0, 3.0])
def test_the_gamma_law_is_as_near_as_is_said(size, size_scv, dwell_scv):
    for load in (40.0, 100.0):
        mean, variance = moments(load, size, size_scv, dwell_scv)
        shape = mean**2 / variance
        exact, error = occupancy_law_quantile(load, size, size_scv, 1.0, dwell_scv, [0.5, 0.95])
        if shape < LEAST_FITTED_SHAPE or np.any(error > 0):
            continue
        fitted = occupancy_quantile(mean, variance, [0.5, 0.95])
        assert np.all(np.abs(fitted - exact) <= FITTED_ERROR / shape * exact + 1)


def test_what_is_too_large_to_be_inverted_says_so():
    found, error = occupancy_law_quantile([100.0, 0.5, 100.0], [5000, 100_000, 5000], [0, 0, 2], 1.0, 1.0, 0.95)
    assert np.all(found > 0)
    assert 0 < error[0] < 0.03
    assert np.isnan(error[1:]).all()
    flow, error = largest_batches_for_places(1e6, 5000, 0, 1.0, 1.0, 0.95)
    assert occupancy_law_quantile(flow, 5000, 0, 1.0, 1.0, 0.95)[0] == pytest.approx(1e6, rel=1e-6)
    assert 0 < error < 0.03


def test_moments_of_gamma_dwells_by_the_ages_of_batches():
    found = occupancy_moments(0.5, 50, 2450, 48.0, 0.5)
    law = stats.gamma(2, scale=24)
    assert found == pytest.approx(exact_variance(0.5, {50: 1.0}, law.sf, 0.01, 1500.0), rel=1e-4)
