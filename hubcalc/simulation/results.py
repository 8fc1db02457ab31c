"""What a simulation gives back: how it ended, what it took, and its estimates."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from hubcalc.simulation.estimates import Estimates
from hubcalc.simulation.intervals import Estimate
from hubcalc.simulation.recording import Ending

Status = Literal["steady", "growing", "unsettled", "stuck", "out_of_events"]
"""steady: means exist and are given. growing: the number of units goes on rising, or came to exceed all room: no steady
state was found. unsettled: the run is too short beside the hub's memory. stuck: units block each other for ever.
out_of_events: the budget was used up before there was enough to judge."""


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """Result of replications of one program; `estimates` are there only if the status is steady."""

    status: Status
    estimates: Estimates | None
    growth_per_hour: Estimate | None
    """Units that came, less those that left, in the second half of each replication; near zero if steady [1/h]."""
    warm_up_hours: float
    """Cut off at the beginning of each replication; 0 without estimates [h]."""
    hours: float
    """Simulated in each replication after the warm-up [h]."""
    replications: int
    """Those that the estimates rest on; pilot runs are not among them."""
    sections: int
    """Independent observations that the intervals rest on: replications, or batches of few replications."""
    events: int
    """All events simulated, those of pilot runs included."""
    memory_hours: float | None
    """Integrated autocorrelation time of the number of units in the hub, or less [h]; None without estimates."""
    seed: int
    level: float
    """Confidence level of all intervals [-]."""
    precision_reached: float | None
    """Half width of the mean dwell of the watched flow, or of its wait if that is wider, by the mean dwell [-]."""
    precision_met: bool
    """Whether that is at most what was asked for; true if nothing was."""


def status_of(endings: Collection[Ending], slots_done: int, least_slots: int) -> Status:
    """Tell how runs ended, the shortest of which did so many slots: steady where nothing speaks against it so far."""
    if Ending.TOO_MANY_UNITS in endings:
        return "growing"
    if Ending.STUCK in endings:
        return "stuck"
    return "steady" if slots_done >= least_slots else "out_of_events"
