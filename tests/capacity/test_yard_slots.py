"""Yards by guidelines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.capacity import ground_slots, occupancy_moments, slots_on_area, yard_area_m2, yard_teu_per_year


def test_t15_turnover():
    # 800 TEU a hectare, four days: the source prints about 72 500
    assert yard_teu_per_year(800, 4) == 73_000


def test_stowage():
    assert yard_area_m2(227_500, 5, 29, 9.6, 0.4) == pytest.approx(15_690, abs=1)
    assert slots_on_area(10_000, 0.8, 25) == pytest.approx(320)


@given(st.integers(1, 10**6), st.floats(0.5, 30), st.integers(1, 6), st.floats(0.3, 1), st.floats(0.3, 1))
def test_slots_hold_the_mean_occupancy(flow, dwell, tiers, stacking, occupancy):
    slots = int(ground_slots(flow, dwell, tiers, stacking, occupancy))
    mean, _ = occupancy_moments(flow / 8760, 1, 0, dwell * 24, 1)
    places = tiers * stacking * occupancy
    assert slots * places >= mean * (1 - 1e-9)
    assert (slots - 1) * places < mean
    assert yard_teu_per_year(max(slots, 1) * places, dwell) >= flow * (1 - 1e-9)
