import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.queueing import mminf_number_mean, mminf_number_quantile, mminf_number_tail


@given(st.floats(0.0, 1e5), st.floats(0.0, 0.9999999))
def test_quantile_is_the_least_that_suffices(load, probability):
    number = int(mminf_number_quantile(load, 1.0, probability))
    assert float(mminf_number_tail(load, 1.0, number)) <= 1.0 - probability
    assert number == 0 or float(mminf_number_tail(load, 1.0, number - 1)) > 1.0 - probability


@given(st.floats(0.01, 1e4), st.floats(0.0, 1e4))
def test_tail_is_that_of_poisson(load, number):
    expected = stats.poisson.sf(number, load)
    assert float(mminf_number_tail(load, 1.0, number)) == pytest.approx(expected, rel=1e-9, abs=1e-290)


def test_columns():
    assert mminf_number_quantile([[10.0], [100.0]], 2.0, [0.5, 0.9, 0.95]).dtype == np.int64
    assert float(mminf_number_mean(3.0, 2.0)) == 6.0


@pytest.mark.parametrize(
    ("name", "given_to"),
    [
        ("arrivals_per_hour", (1e13, 1.0, 0.5)),
        ("service_hours", (1.0, 0.0, 0.5)),
        ("probability", (1.0, 1.0, 1.0)),
    ],
)
def test_arguments_are_named(name, given_to):
    with pytest.raises(ArgumentError, match=name):
        mminf_number_quantile(*given_to)
