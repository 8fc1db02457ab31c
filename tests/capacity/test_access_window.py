"""The wait for a window at a berth that is never empty, against a simulation and its limits."""

import numpy as np
import pytest

from hubcalc.capacity.access_window import wait_after_service
from hubcalc.errors import ArgumentError


@pytest.mark.parametrize(
    "given", [(12.4, 3.0, 2.0, 8.0, 0.2), (12.4, 6.0, 1.0, 3.0, 0.05), (24.0, 4.0, 2.0, 30.0, 0.5)]
)
def test_one_vessel_after_the_other(given):
    period, opened, fixed, mean, scv = given
    rng, calls = np.random.default_rng(5), 4000
    waits = np.zeros((30, calls))
    start = np.zeros(30)
    for call in range(calls):
        ready = (start + fixed + rng.gamma(1 / scv, mean * scv, 30)) % period
        waits[:, call] = np.where(ready > opened, period - ready, 0.0)
        start = np.where(ready > opened, 0.0, ready)
    means = waits.mean(axis=1)
    found, square = (float(value) for value in wait_after_service(*given))
    # 128 cells of a period are a hundredth of it apart
    assert abs(means.mean() - found) < 4 * means.std(ddof=1) / 30**0.5 + 0.005 * period
    assert square == pytest.approx((waits**2).mean(), rel=0.05)


def test_random_times_after_much_variation():
    mean, square = wait_after_service(12.0, 4.0, 0.0, 500.0, 1.0)
    assert float(mean) == pytest.approx(8**2 / 24, rel=0.02)
    assert float(square) == pytest.approx(8**3 / 36, rel=0.02)


def test_no_wait_where_it_is_always_open():
    mean, square = wait_after_service(12.0, 12.0, 1.0, 5.0, 0.3)
    assert (float(mean), float(square)) == (0.0, 0.0)


def test_columns_equal_scalars():
    hours = np.array([3.0, 8.0, 20.0])
    column, _ = wait_after_service(12.0, 4.0, 1.0, hours, 0.3)
    assert column == pytest.approx([float(wait_after_service(12.0, 4.0, 1.0, each, 0.3)[0]) for each in hours])


def test_too_long_a_window_is_refused():
    with pytest.raises(ArgumentError, match="open_hours"):
        wait_after_service(12.0, 13.0, 1.0, 5.0, 0.3)
