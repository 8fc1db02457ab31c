"""Gates: peak hours, lanes and appointments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.capacity import (
    appointed_peak_hour_share,
    appointed_vehicles_per_hour,
    gate_lanes,
    peak_vehicles_per_hour,
)
from hubcalc.queueing import mmc_wait_mean_hours, mmc_wait_probability, phphc_wait_mean_hours


def test_t3_a_gate_without_spare_time():
    # sixty trucks of three minutes each: a static rule says three lanes, which would be busy for ever
    assert gate_lanes(60, 3) == 4
    lanes = np.array([4, 5])
    assert mmc_wait_mean_hours(60, 3 / 60, lanes) * 60 == pytest.approx([1.528, 0.354], abs=6e-4)
    assert phphc_wait_mean_hours(60, 1.0, 3 / 60, 1 / 3, lanes) * 60 == pytest.approx([1.049, 0.252], abs=6e-4)
    assert mmc_wait_probability(60, 3 / 60, 4) == pytest.approx(0.5094, abs=5e-5)
    assert mmc_wait_mean_hours(60, 3 / 60, 3) == np.inf


@given(st.floats(0, 1e4), st.floats(0.1, 60), st.floats(0.05, 1))
def test_lanes_are_enough_and_one_less_is_not(rate, minutes, use):
    lanes = int(gate_lanes(rate, minutes, use))
    load = rate * minutes / 60
    assert load <= use * lanes * (1 + 1e-9)
    assert load < lanes
    if lanes > 1:
        assert load >= use * (lanes - 1) * (1 - 1e-9)


def test_a_year_spread_evenly_has_no_peak():
    # a share of the day and hour as of an even week
    assert peak_vehicles_per_hour(8760 * 30, 8760, 1, 1 / 7, 1 / 24) == pytest.approx(30)


def test_appointments_flatten_the_peak():
    assert appointed_peak_hour_share(0.125, [0, 0.5, 1], 20) == pytest.approx([0.125, 0.0875, 0.05])
    # an even day has no peak to flatten
    assert appointed_peak_hour_share(0.01, 0.3, 10) == pytest.approx(0.1)


@given(st.lists(st.floats(0, 500), min_size=2, max_size=24), st.floats(0, 1))
def test_appointments_keep_the_sum_and_lower_the_peak(profile, kept):
    after = appointed_vehicles_per_hour(profile, kept)
    assert after.sum() == pytest.approx(sum(profile), abs=1e-9)
    assert after.max() <= max(profile) + 1e-9
    total = sum(profile)
    if total > 1e-6:
        share = appointed_peak_hour_share(min(max(profile) / total, 1), kept, len(profile))
        assert after.max() / total == pytest.approx(share, abs=1e-9)


def test_profiles_of_several_gates():
    profiles = np.array([[10.0, 60.0, 20.0], [30.0, 30.0, 30.0]])
    found = appointed_vehicles_per_hour(profiles, [0.5, 0.5])
    assert found.tolist() == [[20, 45, 25], [30, 30, 30]]
    assert appointed_vehicles_per_hour(profiles[0], [0.0, 1.0]).tolist() == [[10, 60, 20], [30, 30, 30]]
