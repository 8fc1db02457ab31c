"""Road sections: volume over capacity by hand, the laws of delay, and overload."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from hubcalc.analysis.stages.road_section import ROAD_SECTION
from hubcalc.capacity.road_section import bpr_time_ratio, conical_time_ratio
from hubmodels.paths import replace_leaves
from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)


def road(**fields):
    plain = {
        "kind": "road_section",
        "length_km": 120.0,
        "free_speed_km_per_hour": 60.0,
        "lanes": 2,
        "capacity_vehicles_per_lane_hour": 1_000.0,
        "other_vehicles_per_day": 12_000.0,
        "passenger_car_equivalent": 2.5,
    }
    return ADAPTER.validate_python({**plain, **fields})


@pytest.fixture
def trucks(stream):
    return lambda per_hour, scv=1.0, **fields: stream(per_hour, scv, unit="truck", **fields)


def test_volume_over_capacity_by_hand(trucks, loaded):
    """200 trucks are 500 of 2,000 cars an hour; 12,000 others a day are 500 more."""
    loads = {name: float(load) for name, load in loaded(ROAD_SECTION, road(), [trucks(200.0)]).items()}
    others = {name: float(load) for name, load in ROAD_SECTION.others(road()).items()}
    assert loads == pytest.approx({"forward_lanes": 0.25, "return_lanes": 0.0})
    assert others == pytest.approx({"forward_lanes": 0.25, "return_lanes": 0.25})
    found = ROAD_SECTION.perform(road(), [trucks(200.0)], True)
    assert float(found.wait.hours) == pytest.approx(2.0 * 0.15 * 0.5**4)
    assert float(found.service) == pytest.approx(2.0)
    assert float(found.details["other_traffic_share"][0]) == pytest.approx(0.5)
    assert float(found.details["speed_km_per_hour"][0]) == pytest.approx(120 / (2 + 0.01875))


@pytest.mark.parametrize("per_hour", [0.0, 100.0, 500.0, 599.0])
def test_laws_of_delay(trucks, per_hour):
    load = (2.5 * per_hour + 500) / 2_000
    bpr = ROAD_SECTION.perform(road(delay_factor=0.5, delay_exponent=3.0), [trucks(per_hour)], True)
    cone = ROAD_SECTION.perform(road(delay_law="conical", conical_steepness=6.0), [trucks(per_hour)], True)
    assert float(bpr.wait.hours) == pytest.approx(2 * (float(bpr_time_ratio(load, 0.5, 3.0)) - 1))
    assert float(cone.wait.hours) == pytest.approx(2 * (float(conical_time_ratio(load, 6.0)) - 1))
    assert np.isnan(bpr.wait.error)
    assert np.isnan(cone.wait.error)


def test_an_empty_road_is_exact(trucks):
    found = ROAD_SECTION.perform(road(other_vehicles_per_day=0.0), [trucks(0.0)], True)
    assert (float(found.wait.hours), float(found.wait.error)) == (0.0, 0.0)


def test_beyond_its_capacity_there_is_no_steady_state(trucks):
    assert np.isinf(ROAD_SECTION.perform(road(), [trucks(600.0)], True).wait.hours)
    assert np.isfinite(ROAD_SECTION.perform(road(), [trucks(599.999)], True).wait.hours)


def test_each_direction_has_its_lanes(trucks, loaded):
    there, back = trucks(200.0), trucks(400.0, direction="return", key="back")
    assert float(loaded(ROAD_SECTION, road(), [there, back])["return_lanes"]) == pytest.approx(0.5)
    alone = ROAD_SECTION.perform(road(), [there], True)
    both = ROAD_SECTION.perform(road(), [there, back], True)
    other_way = ROAD_SECTION.perform(road(), [back, there], True)
    assert float(both.wait.hours) == float(alone.wait.hours)
    assert float(other_way.wait.hours) == pytest.approx(2 * 0.15 * 0.75**4)


def test_an_excess_comes_on_top(trucks):
    found = ROAD_SECTION.perform(road(excess_mean_hours=4.0, excess_scv=0.25), [trucks(10.0)], True)
    assert float(found.service) == pytest.approx(6.0)
    assert float(found.service_variance) == pytest.approx(0.25 * 16)


def test_columns_equal_scalars(trucks, same):
    rates, lanes = np.array([10.0, 300.0, 700.0]), np.array([1, 2, 3])
    others, powers = np.array([0.0, 9_000.0, 20_000.0]), np.array([1.0, 4.0, 8.0])
    changed = {"lanes": lanes, "other_vehicles_per_day": others, "delay_exponent": powers}
    columns = ROAD_SECTION.perform(replace_leaves(road(), changed), [trucks(rates)], True)
    for i in range(3):
        alone = road(**{name: values[i].item() for name, values in changed.items()})
        same(columns, i, ROAD_SECTION.perform(alone, [trucks(rates[i])], True))
