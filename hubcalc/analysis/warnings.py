"""What the reader of a result should know."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.metrics import relative_error, withheld
from hubcalc.analysis.streams import column
from hubcalc.readings import at
from hubmodels import TransshipmentFront
from hubmodels.results import Advice, StationResult

BUSY = 0.9
"""From this utilization on, a mean wait says little: small changes of the flow change it much."""


def warnings_of(analysis: HubAnalysis, stations: list[StationResult], i: int) -> list[Advice]:
    """List the warnings of one scenario."""
    stages = [*_of_stations(stations), *_of_practice(analysis, stations, i)]
    return [*stages, *_of_times(analysis, i), *_of_documents(analysis, i)]


def _of_stations(stations: list[StationResult]) -> Iterator[Advice]:
    for station in stations:
        if station.fewest_stable_servers is not None:
            message = (
                f"{station.stage} has no steady state: its queue grows by {station.growth_per_day:.3g} a day, "
                f"to {station.backlog_at_horizon:,.0f} at the horizon; {station.fewest_stable_servers} {station.limit} "
                "would be stable there. What follows receives its capacity."
            )
            yield Advice(code="unstable", message=message)
        elif station.utilization >= 1:
            message = f"{station.stage} would have to hold more than it can; what that does to the rest is not modeled."
            yield Advice(code="over_capacity", message=message)
        elif station.utilization >= BUSY:
            message = f"{station.stage} is loaded to {station.utilization:.0%}: small changes move its wait much."
            yield Advice(code="high_utilization", message=message)


def _of_practice(analysis: HubAnalysis, stations: list[StationResult], i: int) -> Iterator[Advice]:
    for station in stations:
        limit = at(column(analysis.hub.stages[station.stage].practical_utilization), i)
        if limit < station.utilization < 1:
            message = f"{station.stage} is loaded to {station.utilization:.0%}, beyond its practical {limit:.0%}."
            yield Advice(code="above_practical", message=message)


def _of_times(analysis: HubAnalysis, i: int) -> Iterator[Advice]:
    split, targets = analysis.unit_split, analysis.hub.targets
    if at(withheld(analysis), i):
        return
    wait = at(split.queue + split.closure, i)
    if np.isfinite(wait) and np.isnan(at(relative_error(analysis, split, split.dwell), i)):
        message = "No error has been measured for waits at such a utilization or with closing times."
        yield Advice(code="error_unknown", message=message)
    if wait > at(column(targets.wait_hours), i):
        yield Advice(
            code="wait_target_missed",
            message="The mean wait, for servers and for opening, is longer than targets.wait_hours.",
        )
    if targets.dwell_p90_hours is not None and at(analysis.dwell_p90, i) > at(column(targets.dwell_p90_hours), i):
        yield Advice(code="dwell_target_missed", message="The dwell P90 is longer than targets.dwell_p90_hours.")


def _of_documents(analysis: HubAnalysis, i: int) -> Iterator[Advice]:
    hub = analysis.hub
    if at(analysis.state.open_share, i) < 1:
        message = "Closing times are treated as a fluid on top of a steady queue; the sum is approximate."
        yield Advice(code="closing_times", message=message)
    if hub.opening.holidays:
        yield Advice(code="holidays", message="Holidays lower yearly figures only; no delay is computed for them.")
    for stage_id in hub.main.route:
        if isinstance(hub.stages[stage_id], TransshipmentFront):
            message = f"{stage_id}: a broad-gauge train is assumed at hand for each standard-gauge train."
            yield Advice(code="pairing_assumed", message=message)


def mix_warnings(analysis: HubAnalysis, overrides: Mapping[str, Any]) -> list[Advice]:
    """Warn where an override of some flows changes the mix that all flows are scaled in."""
    changed = [path for path in overrides if path.startswith("flows.") and path.endswith(".per_day")]
    if analysis.scale is not None or not changed or len(changed) == len(analysis.hub.flows):
        return []
    main = analysis.hub.main_flow
    message = (
        f"Capacities scale all flows by one factor, and {', '.join(changed)} changes their mix; "
        f"scale={main} scales the main flow alone."
    )
    return [Advice(code="mix_changed", message=message)]
