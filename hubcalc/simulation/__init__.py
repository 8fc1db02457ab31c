"""Discrete-event simulation, compiled: numbers in, numbers out; no document is known here.

A `Program` says what units do; `simulate` runs it until its means are as precise as asked, `simulate_profile` over some
hours from an empty start, `simulate_station` one G/G/c queue by its recursion. Nothing is compiled before a first run.
"""

from hubcalc.simulation.encoding import Encoded, encode
from hubcalc.simulation.engine import simulate_once
from hubcalc.simulation.estimates import (
    Estimates,
    FlowEstimates,
    ResourceEstimates,
    StageEstimates,
    StorageEstimates,
    VisitEstimates,
)
from hubcalc.simulation.ggc import StationEstimates, simulate_station
from hubcalc.simulation.intervals import Estimate
from hubcalc.simulation.laws import Law, LawKind
from hubcalc.simulation.profiles import Profile, ProfileResult, simulate_profile
from hubcalc.simulation.program import (
    ALWAYS,
    AwaitOpen,
    BatchSizes,
    Board,
    Branch,
    Breakdowns,
    Category,
    Clock,
    Delay,
    Enter,
    Exit,
    Flow,
    Form,
    Interruptions,
    Jump,
    Leave,
    Match,
    Program,
    Quota,
    Release,
    ReleaseLater,
    Resource,
    Seize,
    Step,
    Storage,
    Store,
    Work,
    WorkItems,
)
from hubcalc.simulation.recording import Ending, Outcome, Recording
from hubcalc.simulation.results import SimulationResult, Status
from hubcalc.simulation.runs import simulate, simulate_fixed
from hubcalc.simulation.trace import Trace, TraceEvent

__all__ = [
    "ALWAYS",
    "AwaitOpen",
    "BatchSizes",
    "Board",
    "Branch",
    "Breakdowns",
    "Category",
    "Clock",
    "Delay",
    "Encoded",
    "Ending",
    "Enter",
    "Estimate",
    "Estimates",
    "Exit",
    "Flow",
    "FlowEstimates",
    "Form",
    "Interruptions",
    "Jump",
    "Law",
    "LawKind",
    "Leave",
    "Match",
    "Outcome",
    "Profile",
    "ProfileResult",
    "Program",
    "Quota",
    "Recording",
    "Release",
    "ReleaseLater",
    "Resource",
    "ResourceEstimates",
    "Seize",
    "SimulationResult",
    "StageEstimates",
    "StationEstimates",
    "Status",
    "Step",
    "Storage",
    "StorageEstimates",
    "Store",
    "Trace",
    "TraceEvent",
    "VisitEstimates",
    "Work",
    "WorkItems",
    "encode",
    "simulate",
    "simulate_fixed",
    "simulate_once",
    "simulate_profile",
    "simulate_station",
]
