import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    mdc_wait_mean_hours,
    mdc_wait_second_moment_hours2,
    mg1_wait_mean_hours,
    mg1_wait_second_moment_hours2,
    mmc_wait_mean_hours,
    mxdc_wait_mean_hours,
)


def test_golden(golden, agrees):
    for case in golden("constant_and_general", "M/D/c", "mean_wait"):
        parameters = case["parameters"]
        value = float(mdc_wait_mean_hours(parameters["arrival_rate"], parameters["service_time"], parameters["c"]))
        agrees(case, value, 1e-10)


def spitzer(load, servers, power):
    """Return the first (power 1) or second (2) factorial cumulant of the queue as a sum over n, in 30 digits."""
    with mpmath.workdps(30):
        total = mpmath.mpf(0)
        for n in range(1, 4000):
            mean, least = mpmath.mpf(load) * n, n * servers
            term = mpmath.exp(least * mpmath.log(mean) - mean - mpmath.loggamma(least + 1))
            part, j = mpmath.mpf(0), 0
            while j < 3 or term * j * j > part * mpmath.mpf(10) ** -22:
                j += 1
                term *= mean / (least + j)
                part += (j if power == 1 else j * (j - 1)) * term
            total += part / n
            if part < total * mpmath.mpf(10) ** -18:
                return total
        raise AssertionError("no convergence")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("load", "servers"), [(1e-6, 3), (0.05, 2), (0.5, 1), (1.8, 3), (5.5, 8), (40.0, 60), (48.0, 60)]
)
def test_both_moments_by_spitzers_identity(load, servers):
    first, second = spitzer(load, servers, 1), spitzer(load, servers, 2)
    assert float(mdc_wait_mean_hours(load, 1.0, servers)) == pytest.approx(float(first / load), rel=1e-10)
    expected = float((second + first**2) / mpmath.mpf(load) ** 2)
    assert float(mdc_wait_second_moment_hours2(load, 1.0, servers)) == pytest.approx(expected, rel=1e-10)


@given(st.floats(0.001, 0.999), st.floats(1e-2, 1e2))
def test_one_server(utilization, service):
    rate = utilization / service
    assert float(mdc_wait_mean_hours(rate, service, 1)) == pytest.approx(
        float(mg1_wait_mean_hours(rate, service, 0.0)), rel=1e-10
    )
    assert float(mdc_wait_second_moment_hours2(rate, service, 1)) == pytest.approx(
        float(mg1_wait_second_moment_hours2(rate, service, 0.0, service**3)), rel=1e-10
    )


@given(st.floats(0.01, 0.99), st.integers(1, 40))
def test_between_half_and_all_of_exponential(utilization, servers):
    """Constant service at most halves the wait; the second moment is at least the squared mean."""
    rate = utilization * servers
    wait = float(mdc_wait_mean_hours(rate, 1.0, servers))
    exponential = float(mmc_wait_mean_hours(rate, 1.0, servers))
    assert 0.5 * exponential * (1 - 1e-10) <= wait <= exponential
    assert float(mdc_wait_second_moment_hours2(rate, 1.0, servers)) >= wait**2


@given(st.floats(0.3, 0.9999), st.integers(1, 20))
def test_is_a_batch_of_one(utilization, servers):
    batch = float(mxdc_wait_mean_hours(utilization * servers, 1, 0, 1.0, servers))
    assert float(mdc_wait_mean_hours(utilization * servers, 1.0, servers)) == pytest.approx(batch, rel=1e-8, abs=1e-13)


def test_heavy_traffic():
    """(1 - rho) E[W] tends to 1 / (2 c)."""
    assert float(mdc_wait_mean_hours(4 * (1 - 1e-7), 1.0, 4)) * 1e-7 == pytest.approx(1 / 8, rel=1e-5)


def test_limits():
    assert np.isposinf(mdc_wait_mean_hours([2.0, 5.0], 1.0, 2)).all()
    assert np.isposinf(mdc_wait_second_moment_hours2(2.0, 1.0, 2))
    assert float(mdc_wait_mean_hours(0.0, 1.0, 2)) == float(mdc_wait_second_moment_hours2(1e-300, 1.0, 2)) == 0.0
    with pytest.raises(ArgumentError, match="service_hours"):
        mdc_wait_mean_hours(1.0, -1.0, 2)
