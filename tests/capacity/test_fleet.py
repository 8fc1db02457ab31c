"""Fleets: flow times cycle time is the fleet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.capacity import (
    division_running_hours,
    fewest_vehicles,
    fleet_trips_per_hour,
    road_engines,
    rolling_stock,
    sea_fleet_calls_per_year,
)


@given(st.floats(0.01, 100), st.floats(0.1, 500), st.floats(0.1, 1))
def test_vehicles_are_enough_and_one_less_is_not(trips, cycle, availability):
    fleet = int(fewest_vehicles(trips, cycle, availability))
    assert fleet_trips_per_hour(fleet, cycle, availability) >= trips * (1 - 1e-9)
    assert fleet_trips_per_hour(fleet - 1, cycle, availability) < trips


def test_wagons_of_a_corridor():
    # 1200 platforms, a tenth of them in repair, ten days a round: 108 a day
    assert fleet_trips_per_hour(1200, 240, 0.9) * 24 == pytest.approx(108)
    assert fewest_vehicles(108 / 24, 240, 0.9) == 1200


def test_cars_of_each_kind():
    assert rolling_stock([55, 44, 11], 9).tolist() == [545, 436, 109]
    assert rolling_stock(10, 10, 0) == 100  # no rounding error makes it 101


def test_engines_of_a_division():
    assert division_running_hours(110, [8, 10, 11]).tolist() == [14, 11, 10]
    assert road_engines(7, 14, 3) == 12
    assert road_engines(12, 10, 2, reserve_share=0) == 12


def test_ferries():
    # a round in two days and a third of a day, a fifth of the time in storms
    assert sea_fleet_calls_per_year(2, 36, 20, closed_share=0.2) == pytest.approx(2 * 8760 * 0.8 / 56)
    assert sea_fleet_calls_per_year(0, 36, 20) == 0


@given(st.integers(1, 20), st.floats(1, 500), st.floats(0, 100), st.floats(0, 0.9))
def test_a_sea_fleet_is_a_fleet(vessels, sea, port, closed):
    like = fleet_trips_per_hour(vessels, sea + port, 1 - closed) * 8760
    assert sea_fleet_calls_per_year(vessels, sea, port, closed) == pytest.approx(float(like))
