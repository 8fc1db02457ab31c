"""The variance of a wait, scaled from queues that are known."""

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.errors import ArgumentError
from hubcalc.queueing.scaled_variances import scaled_wait_variance_hours2


def test_the_wait_of_mg1_itself():
    rate, scv = np.array([0.1, 0.5, 0.9]), 0.7
    third = 1.0 * (1 + scv) * (1 + 2 * scv)
    mean = queueing.mg1_wait_mean_hours(rate, 1.0, scv)
    expected = queueing.mg1_wait_second_moment_hours2(rate, 1.0, scv, third) - mean**2
    assert scaled_wait_variance_hours2(mean, rate, 1.0, scv, third, 1) == pytest.approx(expected, rel=1e-12)


def test_the_wait_of_mmc_itself_and_twice_as_long():
    rate = np.array([0.5, 2.0, 2.9])
    mean = queueing.mmc_wait_mean_hours(rate, 1.0, 3)
    expected = queueing.mmc_wait_second_moment_hours2(rate, 1.0, 3) - mean**2
    assert scaled_wait_variance_hours2(mean, rate, 1.0, 1.0, 6.0, 3) == pytest.approx(expected, rel=1e-12)
    assert scaled_wait_variance_hours2(2 * mean, rate, 1.0, 1.0, 6.0, 3) == pytest.approx(4 * expected, rel=1e-12)


def test_a_second_moment_that_is_known_counts():
    found = scaled_wait_variance_hours2([2.0, 2.0], 0.5, 1.0, 1.0, 6.0, 1, [5.0, np.nan])
    assert found[0] == pytest.approx(1.0, rel=1e-12)
    assert found[1] == pytest.approx(2.0**2 * 3.0, rel=1e-12)  # E[W^2] / E[W]^2 = 2 / rho


def test_no_wait_and_no_end():
    assert scaled_wait_variance_hours2([0.0, np.inf], [0.0, 5.0], 1.0, 1.0, 6.0, 2).tolist() == [0.0, np.inf]


@pytest.mark.parametrize("bad", [{"wait_hours": -1.0}, {"wait_hours": np.nan}, {"servers": 1.5}, {"service_hours": 0}])
def test_bad_arguments(bad):
    good = dict(
        zip(("wait_hours", "arrivals_per_hour", "service_hours", "service_scv"), (1.0, 0.5, 1.0, 1.0), strict=True)
    )
    with pytest.raises(ArgumentError):
        scaled_wait_variance_hours2(**{**good, "service_third_moment_hours3": 6.0, "servers": 1, **bad})
