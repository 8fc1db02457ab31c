"""When formulas are not enough: what makes a scenario one for simulation."""

from collections.abc import Iterator

import numpy as np

from hubcalc.analysis.engine import StageState
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.methods import Column
from hubcalc.analysis.metrics import relative_error, withheld
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.streams import column, weighted
from hubcalc.readings import at
from hubcalc.units import HOURS_PER_DAY

BUSY = 0.9
"""From this utilization on, a mean wait says little: small changes of the flow change it much."""
MOST_BLOCKING = 0.01
"""Blocking beyond this is not a detail."""
RELAXATIONS = 4
"""Relaxation times that a steady state takes to come."""


def doubts(analysis: HubAnalysis, i: int) -> Iterator[str]:
    """Give the reasons why the times of a scenario should be simulated; none where formulas do."""
    state, hub = analysis.state, analysis.hub
    peak, blocking = at(analysis.peak_utilization, i), at(state.blocking, i)
    if peak >= BUSY and not at(analysis.unstable, i):
        yield f"utilization is {peak:.0%} at the peak"
    if blocking > MOST_BLOCKING:
        yield f"{blocking:.1%} of the units find a full waiting room"
    if at(state.calendars_clash, i):
        yield "stages that follow each other keep different hours"
    horizon = at(column(hub.targets.horizon_days), i) * HOURS_PER_DAY
    slow = [s for s in hub.main.stages if at(relaxation_hours(state.stages[s]), i) * RELAXATIONS > horizon]
    if slow and not at(analysis.unstable, i):
        yield f"the horizon is under four relaxation times of {', '.join(slow)}"
    split = analysis.unit_split
    lacking = np.isfinite(at(split.dwell, i)) and np.isnan(at(relative_error(analysis, split.error, split.dwell), i))
    if lacking and not at(withheld(analysis), i):
        yield "no method whose error is known is valid"


def relaxation_hours(stage: StageState) -> Column:
    r"""Give the time after which a queue has forgotten its start, but for a factor e [h]; 0 without a queue.

    :math:`(c_a^2 + c_s^2) / (2.8 \mu (1 - \sqrt{\rho})^2)` with the capacity of all servers as mu [1]_; stages of other
    than equal servers count as one server of the variability that their mean wait shows.

    .. [1] A. R. Odoni, E. Roth (1983), "An empirical investigation of the transient behavior of stationary queueing
       systems", Operations Research 31(3), 432-455, doi:10.1287/opre.31.3.432.
    """
    performance, load = stage.performance, stage.utilization
    rate = stage.arrivals_per_hour * performance.visit_share
    some = (rate > 0) & (load > 0) & (load < 1)
    safe = np.where(some, load, 0.5)
    hours = np.where(some, safe / np.where(some, rate, 1.0), 0.0)
    if isinstance(performance, UnitQueue):
        spread = weighted(performance.streams, [s.scv for s in performance.streams]) + performance.work.scv
    else:
        wait = np.where(np.isfinite(performance.wait.hours), performance.wait.hours, 0.0)
        spread = 2 * wait * (1 - safe) / (safe * np.where(hours > 0, hours, 1.0))
    return column(spread * hours / (2.8 * (1 - np.sqrt(safe)) ** 2) / stage.open_share)
