"""Volume-delay functions against published values and their limits."""

import numpy as np
import pytest

from hubcalc.capacity.road_section import bpr_time_ratio, conical_time_ratio
from hubcalc.errors import ArgumentError

VOLUMES = np.linspace(0.0, 2.0, 41)


def test_published_values():
    """1 + 0.15 x^4 with the factors of the Bureau of Public Roads; Spiess's function of steepness 4."""
    assert float(bpr_time_ratio(1.5)) == pytest.approx(1 + 0.15 * 81 / 16, rel=1e-14)
    assert float(bpr_time_ratio(1.5)) == pytest.approx(1.7594, abs=5e-5)
    assert conical_time_ratio([0.5, 1.0, 1.5], 4.0) == pytest.approx([1.1487, 2.0, 5.1487], abs=5e-5)


@pytest.mark.parametrize("steepness", [1.1, 2.0, 4.0, 10.0])
def test_what_spiess_asks_of_a_function(steepness):
    """1 on the empty road, 2 at capacity, rising and convex, with a slope of at most twice the steepness."""
    ratio = conical_time_ratio(VOLUMES, steepness)
    assert ratio[0] == pytest.approx(1.0, abs=1e-9)
    assert float(conical_time_ratio(1.0, steepness)) == pytest.approx(2.0, rel=1e-12)
    slopes = np.diff(ratio) / np.diff(VOLUMES)
    assert (slopes > 0).all()
    assert (np.diff(slopes) > -1e-9).all()
    assert slopes[-1] < 2 * steepness
    # the value at capacity is the center of a point symmetry of the slope: f(1 + d) - f(1 - d) = 2 steepness d
    apart = np.array([0.1, 0.4, 0.9])
    rise = conical_time_ratio(1 + apart, steepness) - conical_time_ratio(1 - apart, steepness)
    assert rise == pytest.approx(2 * steepness * apart, rel=1e-9)


def test_limits_of_the_other():
    assert bpr_time_ratio(VOLUMES, 0.0).tolist() == [1.0] * VOLUMES.size
    assert bpr_time_ratio(VOLUMES, 0.5, 1.0) == pytest.approx(1 + 0.5 * VOLUMES)
    assert float(bpr_time_ratio(1.0, 0.83, 7.0)) == pytest.approx(1.83)


def test_columns_equal_scalars():
    factors, powers = np.array([0.1, 0.2]), np.array([3.0, 5.0])
    column = bpr_time_ratio(VOLUMES[:, None], factors, powers)
    assert column.shape == (41, 2)
    assert column[7, 1] == float(bpr_time_ratio(VOLUMES[7], 0.2, 5.0))


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: bpr_time_ratio(-0.1), "volume_over_capacity"),
        (lambda: bpr_time_ratio(np.nan), "volume_over_capacity"),
        (lambda: bpr_time_ratio(0.5, -1.0), "factor"),
        (lambda: bpr_time_ratio(0.5, 0.15, 0.5), "exponent"),
        (lambda: conical_time_ratio(-1.0), "volume_over_capacity"),
        (lambda: conical_time_ratio(0.5, 1.0), "steepness"),
        (lambda: conical_time_ratio(0.5, 0.3), "steepness"),
    ],
)
def test_out_of_range(call, named):
    with pytest.raises(ArgumentError, match=named):
        call()
