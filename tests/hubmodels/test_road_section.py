"""The document of a road section."""

import pytest
from pydantic import TypeAdapter, ValidationError

from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)
ROAD = {
    "kind": "road_section",
    "length_km": 60.0,
    "free_speed_km_per_hour": 60.0,
    "lanes": 1,
    "capacity_vehicles_per_lane_hour": 1_500.0,
}


def test_it_is_read():
    road = ADAPTER.validate_python(ROAD)
    assert (road.delay_law, road.delay_factor, road.delay_exponent) == ("bpr", 0.15, 4.0)
    assert (road.other_vehicles_per_day, road.passenger_car_equivalent) == (0.0, 2.0)
    assert (road.excess_mean_hours, road.practical_utilization) == (0.0, 0.85)


def test_other_vehicles_leave_room():
    ADAPTER.validate_python({**ROAD, "other_vehicles_per_day": 35_999})
    with pytest.raises(ValidationError, match="other vehicles alone fill the road"):
        ADAPTER.validate_python({**ROAD, "other_vehicles_per_day": 36_000})
    ADAPTER.validate_python({**ROAD, "other_vehicles_per_day": 36_000, "lanes": 2})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("lanes", 0), ("lanes", 1.5), ("length_km", 0), ("free_speed_km_per_hour", 0), ("delay_exponent", 0.5)),
        *(("capacity_vehicles_per_lane_hour", 0), ("passenger_car_equivalent", 0), ("delay_factor", -1)),
        *(("conical_steepness", 1.0), ("delay_law", "linear"), ("excess_scv", -1), ("practical_utilization", 0)),
    ],
)
def test_bounds(field, value):
    with pytest.raises(ValidationError, match=field):
        ADAPTER.validate_python({**ROAD, field: value})
