"""Questions that need no document of a hub, one kind a file, and what is answered."""

from hubmodels.calculators.answers import CalculatorNote, CalculatorReport
from hubmodels.calculators.base import Question
from hubmodels.calculators.berth import BerthQuestion
from hubmodels.calculators.fleet import FleetQuestion
from hubmodels.calculators.gate import GateQuestion
from hubmodels.calculators.line_occupancy import LineOccupancyQuestion
from hubmodels.calculators.passenger_hall import PassengerHallQuestion
from hubmodels.calculators.pipeline import PipelineQuestion
from hubmodels.calculators.pipeline_storage import PipelineStorageQuestion
from hubmodels.calculators.quay import QuayQuestion
from hubmodels.calculators.quay_cranes import QuayCranesQuestion
from hubmodels.calculators.queue import QueueQuestion
from hubmodels.calculators.railway_division import RailwayDivisionQuestion
from hubmodels.calculators.railway_line import RailwayLineQuestion
from hubmodels.calculators.transshipment_front import TransshipmentFrontQuestion
from hubmodels.calculators.yard import YardQuestion
from hubmodels.calculators.yard_slots import YardSlotsQuestion

__all__ = [
    "BerthQuestion",
    "CalculatorNote",
    "CalculatorReport",
    "FleetQuestion",
    "GateQuestion",
    "LineOccupancyQuestion",
    "PassengerHallQuestion",
    "PipelineQuestion",
    "PipelineStorageQuestion",
    "QuayCranesQuestion",
    "QuayQuestion",
    "Question",
    "QueueQuestion",
    "RailwayDivisionQuestion",
    "RailwayLineQuestion",
    "TransshipmentFrontQuestion",
    "YardQuestion",
    "YardSlotsQuestion",
]
