"""What the reader of a result should know."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hubcalc.analysis.doubts import BUSY, doubts, uncertain_queues
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.metrics import relative_error, withheld
from hubcalc.analysis.simulated_rows import EVENTS
from hubcalc.analysis.streams import column
from hubcalc.readings import at
from hubcalc.units import HOURS_PER_DAY
from hubmodels import HubBase, Pairing, Quota, RoadSection, TrainForming, TransshipmentFront
from hubmodels.results import Advice, StationResult

_LEAST_TOLD = 1e-6
_UNBALANCED = 0.01


def warnings_of(analysis: HubAnalysis, stations: list[StationResult], i: int) -> list[Advice]:
    """List the warnings of one scenario."""
    stages = [*_of_stations(stations), *_of_practice(analysis, stations, i)]
    return [
        *stages,
        *_of_times(analysis, i),
        *_of_documents(analysis, i),
        *_of_kinds(analysis, i),
        *_advice(analysis, i),
    ]


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
    simulated = i in analysis.simulated and analysis.simulated[i].run.status == "steady"
    unknown = np.isnan(at(relative_error(analysis, split.error, split.dwell), i)) and uncertain_queues(analysis, i)
    if not simulated and np.isfinite(wait) and unknown:
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
    if any(at(stage.open_share, i) < 1 for stage in analysis.state.stages.values()):
        message = "Closing times are treated as a fluid on top of a steady queue; the sum is approximate."
        yield Advice(code="closing_times", message=message)
    if hub.opening.holidays:
        yield Advice(code="holidays", message="Holidays lower yearly figures only; no delay is computed for them.")
    for stage_id in hub.main.stages:
        if isinstance(hub.stages[stage_id], TransshipmentFront) and not _paired(hub):
            message = f"{stage_id}: a broad-gauge train is assumed at hand for each standard-gauge train."
            yield Advice(code="pairing_assumed", message=message)


def _paired(hub: HubBase) -> bool:
    return any(isinstance(hub.stages[stage_id], Pairing) for stage_id in hub.main.stages)


def _of_kinds(analysis: HubAnalysis, i: int) -> Iterator[Advice]:
    hub = analysis.hub
    away = at(analysis.turned_away_share, i)
    if away > _LEAST_TOLD:
        yield Advice(code="turned_away", message=f"{away:.2%} of the main flow finds no room and is turned away.")
    first = at(analysis.bottlenecks[0], i)
    if first >= 0 and isinstance(hub.stages[analysis.stage_ids[first]], Quota):
        message = (
            f"{analysis.stage_ids[first]} limits the hub: a quota of the neighbor, which no investment here changes."
        )
        yield Advice(code="quota_binding", message=message)
    for stage_id, stage in hub.stages.items():
        if isinstance(stage, Pairing):
            streams = analysis.state.stages[stage_id].streams
            one, other = (
                at(streams[key].per_hour * streams[key].open_share * HOURS_PER_DAY, i)
                for key in (stage.standard_gauge_flow, stage.broad_gauge_flow)
            )
            if abs(one - other) > _UNBALANCED * max(one, other):
                message = f"{stage_id} pairs {one:.3g} a day with {other:.3g}: the surplus mostly finds its room full."
                yield Advice(code="pairing_unbalanced", message=message)
    for stage_id in hub.main.stages:
        if isinstance(hub.stages[stage_id], TrainForming):
            message = f"{stage_id} regroups trains: those that leave are not those that came."
            yield Advice(code="regrouping", message=message)
        elif isinstance(hub.stages[stage_id], RoadSection):
            message = (
                f"{stage_id} slows by a volume-delay law at the mean traffic of a day. Its error on this road is not "
                "known, and a simulation takes its delay as given."
            )
            yield Advice(code="traffic_law", message=message)


def _advice(analysis: HubAnalysis, i: int) -> Iterator[Advice]:
    """Say why times were simulated, or why they should be."""
    found, reasons = analysis.simulated.get(i), list(doubts(analysis, i))
    if found is not None and found.run.status == "steady":
        why = "; ".join(reasons) if reasons and analysis.method == "auto" else "this was asked for"
        yield Advice(code="simulated", message=f"Waits and dwells were simulated: {why}.")
        if not found.run.precision_met:
            message = f"The budget of {EVENTS:,} events was used up; POST /v1/simulations takes more."
            yield Advice(code="precision_not_reached", message=message)
        return
    if found is not None:
        yield Advice(code="simulation_inconclusive", message=f"A simulation was tried: {found.run.reason}.")
    if reasons:
        message = f"These numbers should be checked by simulation: {'; '.join(reasons)}."
        yield Advice(code="simulation_advised", message=message)


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
