"""A road section: lanes that all traffic shares, and a delay that grows with it."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import Rule, count, quantity
from hubmodels.calendars import HOURS_OF_A_DAY
from hubmodels.stages.base import StageBase, loaded_up_to


class RoadSection(StageBase):
    """A road with lanes of its own in each direction, open around the clock. Units run over it, slowed by traffic.

    All traffic is counted in passenger cars. Other vehicles are as many in each direction.
    """

    kind: Literal["road_section"]
    length_km: float = quantity("Length of the section", "km", above=0, at_most=1e5)
    free_speed_km_per_hour: float = quantity("Mean speed on the empty road", "km/h", above=0, at_most=1_000)
    lanes: int = count("Lanes of one direction", "lanes", at_most=20)
    capacity_vehicles_per_lane_hour: float = quantity(
        "Passenger cars that pass on one lane in an hour, at most", "vehicles/h", above=0, at_most=1e4
    )
    other_vehicles_per_day: float = quantity(
        "Passenger cars, or as many as other vehicles count for, that use one direction in a mean day",
        "vehicles/day",
        default=0.0,
        at_least=0,
        at_most=1e7,
    )
    passenger_car_equivalent: float = quantity(
        "Passenger cars that one handling unit counts for: steeper and narrower roads have more",
        "vehicles",
        default=2.0,
        above=0,
        at_most=100,
    )
    delay_law: Literal["bpr", "conical"] = Field(
        "bpr", description="How traffic slows: as the Bureau of Public Roads has it, or Spiess"
    )
    delay_factor: float = quantity(
        "Of the law bpr: share of the free time that is added at capacity", "1", default=0.15, at_least=0, at_most=100
    )
    delay_exponent: float = quantity(
        "Of the law bpr: power of volume over capacity with which the delay grows",
        "1",
        default=4.0,
        at_least=1,
        at_most=20,
    )
    conical_steepness: float = quantity(
        "Of the law conical: how steeply the delay grows beyond capacity", "1", default=4.0, above=1, at_most=20
    )
    excess_mean_hours: float = quantity(
        "Mean of the time that comes on top: stops, controls, weather; lognormal",
        "h",
        default=0.0,
        at_least=0,
        at_most=1e4,
    )
    excess_scv: float = quantity(
        "Squared coefficient of variation of that time", "1", default=1.0, at_least=0, at_most=100
    )
    practical_utilization: float = loaded_up_to(0.85)

    def rules(self) -> Iterator[Rule]:
        """Leave other vehicles room on the road."""
        room = HOURS_OF_A_DAY * self.lanes * self.capacity_vehicles_per_lane_hour
        fields = ("other_vehicles_per_day", "lanes", "capacity_vehicles_per_lane_hour")
        yield Rule(self.other_vehicles_per_day < room, fields, "other vehicles alone fill the road")
