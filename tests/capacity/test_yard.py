"""Occupancy of a yard against exact laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hubcalc.capacity.yard import occupancy_moments, occupancy_quantile


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
