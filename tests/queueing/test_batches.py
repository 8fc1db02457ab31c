import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import BatchLaw, least_batch_scv

SIZES = np.arange(1, 4001)


@given(st.floats(1.1, 60.0), st.floats(0.0, 2.0))
def test_fit_has_the_moments_asked_for(mean, scv):
    law = BatchLaw.fitted(mean, scv)
    pmf = law.pmf(SIZES.size)
    assert pmf.min() >= 0.0
    assert pmf.sum() == pytest.approx(1.0, abs=1e-9)
    assert pmf @ SIZES == pytest.approx(mean, rel=1e-6)
    variance = max(scv, float(least_batch_scv(mean))) * mean**2
    assert pmf @ SIZES**2 - mean**2 == pytest.approx(variance, rel=1e-4, abs=1e-6 * mean**2)
    assert float(law.second_factorial_moment) == pytest.approx(variance + mean**2 - mean, rel=1e-12)


@given(st.floats(1.0, 60.0), st.floats(0.01, 2.0), st.floats(0.0, 1.0), st.floats(0.0, 2 * np.pi))
def test_generating_function(mean, scv, radius, angle):
    law = BatchLaw.fitted(mean, scv if mean > 1.0 else 0.0)
    z = np.asarray(0.99 * radius * np.exp(1j * angle))
    value, slope = law.pgf_and_slope(z)
    pmf = law.pmf(SIZES.size)
    assert abs(value - np.sum(pmf * z**SIZES)) < 1e-10
    assert abs(slope - np.sum(pmf * SIZES * z ** (SIZES - 1))) < 1e-8
    assert law.pgf(np.asarray(1.0)) == pytest.approx(1.0)


def test_least_variation():
    """A whole mean gives fixed batches; 2.25 gives 2 and 3 in the ratio of 3 to 1; less than possible is raised."""
    assert BatchLaw.fitted(50, 0).pmf(51)[[48, 49, 50]] == pytest.approx([0.0, 1.0, 0.0])
    assert BatchLaw.fitted(2.25, 0).pmf(4) == pytest.approx([0.0, 0.75, 0.25, 0.0])
    assert float(BatchLaw.fitted(2.25, 0).scv) == float(least_batch_scv(2.25))


def test_named_laws():
    """Shifted Poisson and geometric laws have the scv that leads to them."""
    poisson = BatchLaw.fitted(4.0, 3.0 / 16.0).pmf(3)
    assert poisson == pytest.approx(np.exp(-3.0) * np.array([1.0, 3.0, 4.5]), rel=1e-9)
    geometric = BatchLaw.fitted(4.0, 12.0 / 16.0).pmf(3)
    assert geometric == pytest.approx(0.25 * np.array([1.0, 0.75, 0.5625]), rel=1e-9)


@pytest.mark.parametrize(
    ("mean", "scv", "name"), [(0.9, 0, "batch_mean"), (np.nan, 0, "batch_mean"), (2, -1, "batch_scv")]
)
def test_out_of_range(mean, scv, name):
    with pytest.raises(ArgumentError, match=name):
        BatchLaw.fitted(mean, scv)


def test_batches_of_one_cannot_vary():
    with pytest.raises(ArgumentError, match="batch_scv"):
        BatchLaw.fitted([2.0, 1.0], 0.5)
