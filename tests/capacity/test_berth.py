"""Berths, quays and their cranes by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.capacity import (
    UNCTAD_UTILIZATION,
    berth_calls_per_year,
    berth_utilization,
    call_hours,
    effective_cranes,
    fewest_berths,
    largest_utilization_for_wait_ratio,
    needed_berths,
    pianc_quay_length_m,
    quay_length_m,
    unctad_utilization,
)
from hubcalc.errors import ArgumentError


def test_t6_wharf():
    # 1025 ships a year, 20 h each: 10 hours a day are too few for four berths
    assert berth_utilization(1025, 20, 4, hours_per_day=10) == pytest.approx(1.404, abs=5e-4)
    assert needed_berths(1025, 20, 0.70, hours_per_day=10) == pytest.approx(8.02, abs=5e-3)
    assert fewest_berths(1025, 20, 0.70, hours_per_day=10) == 9  # the source rounds to 8, too few
    assert berth_utilization(1025, 20, 8, hours_per_day=10) > 0.70
    assert needed_berths(1025, 20, 0.65, hours_per_day=20) == pytest.approx(4.32, abs=5e-3)
    assert fewest_berths(1025, 20, 0.65, hours_per_day=20) == 5
    assert berth_utilization(1025, 20, 5, hours_per_day=20) == pytest.approx(0.5616, abs=5e-5)
    assert quay_length_m([8, 5], 350) == pytest.approx([3115, 1960])


def test_t7_quay():
    naive = berth_calls_per_year(1500 / 330, 1.0, 24) * 2300
    assert naive == pytest.approx(3.816e6, abs=500)
    use = largest_utilization_for_wait_ratio(4, [0.1, 0.3], 0.5)
    assert berth_calls_per_year(4, use, 24) * 2300 == pytest.approx([2.198e6, 2.650e6], abs=500)


@given(st.floats(1, 1e5), st.floats(0.1, 200), st.floats(0.05, 1), st.floats(1, 24))
def test_the_fewest_berths_are_enough_and_one_less_is_not(calls, service, use, hours):
    berths = int(fewest_berths(calls, service, use, hours))
    assert berth_utilization(calls, service, berths, hours) <= use * (1 + 1e-9)
    if berths > 1:
        assert berth_utilization(calls, service, berths - 1, hours) > use


@given(st.floats(0.01, 1), st.floats(0.1, 200), st.integers(1, 20))
def test_calls_are_the_inverse_of_utilization(use, service, berths):
    calls = berth_calls_per_year(berths, use, service)
    assert berth_utilization(calls, service, berths) == pytest.approx(use, rel=1e-12)


def test_guideline_of_general_cargo():
    assert unctad_utilization(np.arange(1, 9)).tolist() == [*UNCTAD_UTILIZATION, 0.70, 0.70]


def test_a_quay_of_gaps_in_meters():
    assert pianc_quay_length_m(1, 300, 366) == 396
    assert pianc_quay_length_m(3, 300, 366) == pytest.approx(1.1 * 3 * 315 + 15)
    # small vessels in the mean, one very long: no shorter than for that one alone
    assert pianc_quay_length_m(2, 80, 366) == 396


@given(st.integers(1, 30), st.floats(50, 400), st.floats(0, 100))
def test_a_longer_row_is_longer(berths, mean, more):
    for length in (lambda n: quay_length_m(n, mean), lambda n: pianc_quay_length_m(n, mean, mean + more)):
        assert length(berths + 1) >= length(berths)
        assert length(berths) >= berths * mean


@given(st.floats(1, 12), st.floats(0.5, 1))
def test_cranes_hinder_each_other(cranes, exponent):
    assert 1 <= effective_cranes(cranes, exponent) <= cranes * (1 + 1e-12)
    assert effective_cranes(cranes, 1) == cranes


def test_hours_of_a_call():
    # 1600 moves by four cranes of 25 an hour, two hours without work
    assert call_hours(2400, 1.5, 4, 25, mooring_hours=2) == 18
    slowed = call_hours(2400, 1.5, effective_cranes(4, 0.9), 25, mooring_hours=2)
    assert slowed == pytest.approx(2 + 16 * 4**0.1)


def test_a_day_has_no_more_hours_than_it_has():
    with pytest.raises(ArgumentError, match="hours_per_day"):
        berth_utilization(100, 20, 2, hours_per_day=25)
