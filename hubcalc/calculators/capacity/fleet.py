"""A fleet that goes round: the trips that it makes, and the vehicles that a demand needs."""

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import Answers, FloatArray, growth, if_given, load_remarks, number, raised
from hubcalc.units import per_hour_to_per_day
from hubmodels.calculators.fleet import FleetQuestion

OUTPUTS = (
    Output("theoretical_capacity_per_day", "trips/day", "Round trips if all of the fleet always moved", met_from=True),
    Output(
        "practical_capacity_per_day",
        "trips/day",
        "Round trips of what is in service and no reserve, in the time that is open",
        met_from=True,
    ),
    Output("practical_capacity_per_year", "trips/year", "Round trips of a year", met_from=True),
    Output("practical_load_per_year", "units/year", "Load of these trips", met_from=True),
    Output("utilization", "1", "Trips that are to be made over the practical capacity"),
    Output("needed_vehicles", "vehicles", "Fewest vehicles for the trips, with the reserve", whole=True),
    Output("spare_vehicles", "vehicles", "Vehicles beyond these", whole=True, met_from=True),
    Output("growth_per_day", "trips/day", "Trips that are not made each day"),
    Output("backlog_at_horizon", "trips", "Trips that are not made up to the horizon"),
)

METHOD = "vehicles over cycle time (Little's law)"


def _answer(q: FleetQuestion) -> Readings:
    vehicles, cycle = number(q.vehicles), number(q.cycle_hours)
    moving = number(q.availability) * (1.0 - number(q.closed_share))
    full = per_hour_to_per_day(capacity.fleet_trips_per_hour(vehicles, cycle))
    practical = full * moving / (1.0 + number(q.reserve_share))
    flow = q.trips_per_day

    def needed() -> FloatArray:
        return raised(number(flow) / practical * vehicles)

    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_per_day": lambda: full,
            "practical_capacity_per_day": lambda: practical,
            "practical_capacity_per_year": lambda: practical * number(q.days_per_year),
            "practical_load_per_year": if_given(
                lambda: practical * number(q.days_per_year) * number(q.trip_load), trip_load=q.trip_load
            ),
            "utilization": if_given(lambda: number(flow) / practical, trips_per_day=flow),
            "needed_vehicles": if_given(needed, trips_per_day=flow),
            "spare_vehicles": if_given(lambda: np.maximum(vehicles - needed(), 0.0), trips_per_day=flow),
            "growth_per_day": if_given(lambda: growth(flow, practical), trips_per_day=flow),
            "backlog_at_horizon": if_given(lambda: growth(flow, practical) * q.horizon_days, trips_per_day=flow),
        },
    )


FLEET = Calculator(
    name="fleet",
    title="Fleet that goes round: trips and vehicles",
    question=FleetQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Little, J. D. C. (1961). A proof for the queuing formula: L = lambda W. Operations Research 9(3), 383-387. "
        "doi:10.1287/opre.9.3.383",
        "US Army Transportation School. TR0603 Rail Operations Planning, Army Correspondence Course, subcourse 603, "
        "edition 3, para 3.5: a reserve of a tenth.",
    ),
    remarks=load_remarks,
)
