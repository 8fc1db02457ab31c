"""Regrouping of groups: the wait of a whole group, against the rule itself and its relation to that of items."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.queueing.matching import regrouping_wait_mean_hours
from hubcalc.queueing.regrouping import regrouping_group_wait


def intervals_waited(size, group, arrivals):
    """Count for each arrival how many more come until its last item has left."""
    last = size * np.arange(1, arrivals + 1)
    formed = last // group * group  # items that have left after each arrival
    return np.searchsorted(formed, last) - np.arange(arrivals)


@given(st.integers(1, 60), st.integers(1, 60))
def test_fixed_sizes_by_the_rule(size, group):
    waited = intervals_waited(size, group, 60 * 60 * 3)[: 60 * 60]
    period = group // np.gcd(size, group)
    whole = waited[: len(waited) // period * period]
    wait = regrouping_group_wait(2.0, 0.5, size, 0.0, group)
    assert float(wait.mean_hours) == pytest.approx(whole.mean() / 2)
    assert float(wait.variance_hours2) == pytest.approx((whole.var() + 0.5 * whole.mean()) / 4, abs=1e-12)


@given(st.integers(1, 60), st.integers(1, 60))
def test_a_group_waits_as_long_as_its_last_item(size, group):
    """The items of a group wait from that of its last one upward."""
    item = regrouping_wait_mean_hours(1.0, size, group)
    assert float(regrouping_group_wait(1.0, 1.0, size, 0.0, group).mean_hours) >= float(item) - 1e-12


def test_varied_sizes_by_simulation():
    rng, scv, mean, group = np.random.default_rng(3), 0.1, 20.0, 100
    means = []
    for _ in range(20):
        sizes = np.maximum(np.rint(rng.gamma(1 / scv, mean * scv, 20_000)), 1)
        last = np.cumsum(sizes)
        formed = last // group * group
        whole = np.searchsorted(last, formed[-1], side="right")
        means.append((np.searchsorted(formed, last[:whole]) - np.arange(whole)).mean())
    expected = float(regrouping_group_wait(1.0, 1.0, mean, scv, group).mean_hours)
    assert abs(np.mean(means) - expected) < 4 * np.std(means, ddof=1) / 20**0.5 + 0.01 * expected


def test_columns_equal_scalars():
    sizes = np.array([41.0, 60.0, 90.0])
    column = regrouping_group_wait(1.0, 1.0, sizes, 0.0, 62).mean_hours
    assert column.tolist() == [float(regrouping_group_wait(1.0, 1.0, size, 0.0, 62).mean_hours) for size in sizes]
