"""Quantiles of the gamma law from polynomials, against the inverse of the incomplete gamma function."""

import numpy as np
import pytest
from scipy import special

from hubcalc.errors import ArgumentError
from hubcalc.queueing.gamma_quantiles import gamma_quantile


@pytest.mark.parametrize("probability", [0.05, 0.5, 0.9, 0.95])
def test_over_all_shapes_of_the_table(probability):
    shapes = np.concatenate([np.geomspace(1 / 63.9, 1e10, 20_000), 1 / np.linspace(1e-4, 7.99, 20_000) ** 2])
    exact = special.gammaincinv(shapes, probability) / shapes
    assert np.max(np.abs(gamma_quantile(shapes, probability) / exact - 1)) < 1e-12


@pytest.mark.parametrize("probability", [0.001, 0.02, 0.999])
def test_outside_the_table(probability):
    shapes = np.array([[0.01, 0.5], [2.0, 300.0]])
    exact = special.gammaincinv(shapes, probability) / shapes
    assert gamma_quantile(shapes, probability) == pytest.approx(exact, rel=1e-12, abs=1e-300)


def test_laws_that_vary_more_than_the_table_knows():
    shapes = np.array([0.001, 0.0156, 0.01563, 1.0])
    exact = special.gammaincinv(shapes, 0.9) / shapes
    assert gamma_quantile(shapes, 0.9) == pytest.approx(exact, rel=1e-12)


def test_the_exponential_law_and_a_number():
    found = gamma_quantile(1.0, 0.95)
    assert found.shape == ()
    assert float(found) == pytest.approx(-np.log(0.05), rel=1e-13)


@pytest.mark.parametrize(("shape", "probability"), [(0.0, 0.5), (1.0, 0.0), (1.0, 1.0), (np.nan, 0.5)])
def test_bad_arguments(shape, probability):
    with pytest.raises(ArgumentError):
        gamma_quantile(shape, probability)
