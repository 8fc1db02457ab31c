"""When formulas are not enough: what makes a scenario one for simulation."""

from collections.abc import Iterator

import numpy as np

from hubcalc.analysis.engine import StageState
from hubcalc.analysis.hub import HubAnalysis, stage_exact
from hubcalc.analysis.methods import Column
from hubcalc.analysis.metrics import relative_error, withheld
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.streams import column, largest, weighted
from hubcalc.readings import at
from hubcalc.units import HOURS_PER_DAY

BUSY = 0.9
"""From this utilization on, a mean wait says little: small changes of the flow change it much."""
MOST_BLOCKING = 0.01
"""Blocking beyond this is not a detail."""
RELAXATIONS = 4
"""Relaxation times that a steady state takes to come."""
_SHIFT_HOURS = 0.5
"""Time under way that shifts the pattern of a day, which is known by the hour."""


def doubts(analysis: HubAnalysis, i: int) -> Iterator[str]:
    """Give the reasons why the times of a scenario should be simulated; none where formulas do."""
    state, hub = analysis.state, analysis.hub
    queues = [stage for stage in state.stages.values() if stage.performance.arrivals_matter]
    peak = max((at(largest([stage.load, stage.peak_utilization]), i) for stage in queues), default=0.0)
    blocking = at(state.blocking, i)
    if peak >= BUSY and not at(analysis.unstable, i):
        yield f"utilization is {peak:.0%} at the peak"
    if blocking > MOST_BLOCKING:
        yield f"{blocking:.1%} of the units find a full waiting room"
    if at(state.calendars_clash, i):
        yield "stages that follow each other keep different hours"
    late = out_of_step(analysis, i)
    if late:
        yield f"units are under way for hours before they come to {late}, which closes"
    horizon = at(column(hub.targets.horizon_days), i) * HOURS_PER_DAY
    slow = [s for s in hub.main.stages if at(relaxation_hours(state.stages[s]), i) * RELAXATIONS > horizon]
    if slow and not at(analysis.unstable, i):
        yield f"the horizon is under four relaxation times of {', '.join(slow)}"
    split = analysis.unit_split
    lacking = np.isfinite(at(split.dwell, i)) and np.isnan(at(relative_error(analysis, split.error, split.dwell), i))
    if lacking and uncertain_queues(analysis, i) and not at(withheld(analysis), i):
        yield "no method whose error is known is valid"


def out_of_step(analysis: HubAnalysis, i: int) -> str:
    """Name the first stage of the main route that closes, and to which units come at other hours than formulas think.

    The pattern of the day in which they come, or are let go by another stage that closes, is not shifted by a run.
    """
    patterned, shifted = analysis.hub.main.hourly_weights is not None, False
    for stage_id in analysis.hub.main.stages:
        stage = analysis.state.stages[stage_id]
        closes = stage.holds_back and at(stage.open_share, i) < 1
        if closes and shifted:
            return stage_id
        moves = not stage.performance.arrivals_matter and at(stage.performance.visit_share, i) > 0
        shifted = shifted or (patterned and moves and at(stage.performance.service, i) > _SHIFT_HOURS)
        patterned = patterned or closes
    return ""


def uncertain_queues(analysis: HubAnalysis, i: int) -> list[str]:
    """List the stages of the main route of which a simulation knows more: a law of experience is what it is."""
    stages = analysis.state.stages
    return [
        stage
        for stage in analysis.hub.main.stages
        if stages[stage].performance.arrivals_matter
        and at(stages[stage].performance.visit_share, i) > 0
        and not at(stage_exact(analysis, stage, stages[stage]), i)
    ]


def relaxation_hours(stage: StageState) -> Column:
    r"""Give the time after which a queue has forgotten its start, but for a factor e [h]; 0 without a queue.

    :math:`(c_a^2 + c_s^2) / (2.8 \mu (1 - \sqrt{\rho})^2)` with the capacity of all servers as mu [1]_; stages of other
    than equal servers count as one server of the variability that their mean wait shows.

    .. [1] A. R. Odoni, E. Roth (1983), "An empirical investigation of the transient behavior of stationary queueing
       systems", Operations Research 31(3), 432-455, doi:10.1287/opre.31.3.432.
    """
    performance, load = stage.performance, stage.utilization
    rate = stage.arrivals_per_hour * performance.visit_share
    some = (rate > 0) & (load > 0) & (load < 1) & performance.arrivals_matter
    safe = np.where(some, load, 0.5)
    hours = np.where(some, safe / np.where(some, rate, 1.0), 0.0)
    if isinstance(performance, UnitQueue):
        spread = weighted(performance.streams, [s.scv for s in performance.streams]) + performance.work.scv
    else:
        wait = np.where(np.isfinite(performance.wait.hours), performance.wait.hours, 0.0)
        spread = 2 * wait * (1 - safe) / (safe * np.where(hours > 0, hours, 1.0))
    return column(spread * hours / (2.8 * (1 - np.sqrt(safe)) ** 2) / stage.open_share)
