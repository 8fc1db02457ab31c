"""Calculators of capacity, one kind a file."""

from collections.abc import Mapping

from hubcalc.calculators.base import Calculator
from hubcalc.calculators.capacity.berth import BERTH
from hubcalc.calculators.capacity.fleet import FLEET
from hubcalc.calculators.capacity.gate import GATE
from hubcalc.calculators.capacity.line_occupancy import LINE_OCCUPANCY
from hubcalc.calculators.capacity.passenger_hall import PASSENGER_HALL
from hubcalc.calculators.capacity.pipeline import PIPELINE
from hubcalc.calculators.capacity.pipeline_storage import PIPELINE_STORAGE
from hubcalc.calculators.capacity.quay import QUAY
from hubcalc.calculators.capacity.quay_cranes import QUAY_CRANES
from hubcalc.calculators.capacity.railway_division import RAILWAY_DIVISION
from hubcalc.calculators.capacity.railway_line import RAILWAY_LINE
from hubcalc.calculators.capacity.transshipment_front import TRANSSHIPMENT_FRONT
from hubcalc.calculators.capacity.yard import YARD
from hubcalc.calculators.capacity.yard_slots import YARD_SLOTS

CAPACITY: Mapping[str, Calculator] = {
    calculator.name: calculator
    for calculator in (
        *(TRANSSHIPMENT_FRONT, YARD, YARD_SLOTS, BERTH, QUAY, QUAY_CRANES, GATE, PASSENGER_HALL),
        *(RAILWAY_LINE, LINE_OCCUPANCY, RAILWAY_DIVISION, PIPELINE, PIPELINE_STORAGE, FLEET),
    )
}
"""Calculators of capacity by the name of their kind."""

__all__ = ["CAPACITY"]
