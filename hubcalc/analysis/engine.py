"""One pass of a hub: flows go through their routes, stage by stage, all scenarios at once."""

from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.methods import Column, Flags
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import Performance, Stream, all_of, column, largest
from hubcalc.units import per_day_to_per_hour
from hubmodels import HubBase, StageBase

_MOST_PASSES = 60
_SETTLED = 1e-9


@dataclass(frozen=True, slots=True)
class StageState:
    """A stage under its arrivals. Utilizations are of the open time."""

    streams: dict[str, Stream]
    loads: dict[str, Column]
    performance: Performance

    holds_back: bool
    """Units wait for the stage; a yard, which only stores, has no queue and chokes nothing."""

    @property
    def load(self) -> Column:
        """Load of the resource that is loaded most, relative to its capacity."""
        return largest(self.loads.values())

    @property
    def utilization(self) -> Column:
        """The same, where units wait for the stage; 0 where nothing waits."""
        return self.load if self.holds_back else np.zeros_like(self.load)

    @property
    def arrivals_per_hour(self) -> Column:
        """Handling units of all flows that reach the stage, per hour of open time."""
        return column(sum(stream.per_hour for stream in self.streams.values()))


@dataclass(frozen=True, slots=True)
class HubState:
    """All stages under their arrivals; `exact_arrivals` says where a stage's arrivals are known exactly."""

    stages: dict[str, StageState]
    leaving_per_hour: dict[str, Column]
    exact_arrivals: dict[str, Flags]
    open_share: Column


def open_share(hub: HubBase) -> Column:
    """Give the share of the week in which a hub is open."""
    return column(queueing.open_share(hub.opening.hours_per_day, hub.opening.days_per_week))


def visited(hub: HubBase) -> dict[str, list[str]]:
    """Map each stage to the flows that visit it, the main flow first: the times reported are those of its contents."""
    flows = sorted(hub.flows, key=lambda key: key != hub.main_flow)
    return {stage: [key for key in flows if stage in hub.flows[key].route] for stage in hub.stages}


def run(hub: HubBase, factors: dict[str, Column] | None = None, *, numerical: bool = True) -> HubState:
    """Send all flows through the hub, each multiplied by its factor; `numerical` allows numerically exact methods.

    Where two flows use the same stages in opposite order, what arrives at each depends on the other; then passes are
    repeated until rates and variability have settled.
    """
    order, circular = _order(hub)
    share = open_share(hub)
    doors = {key: at_the_door(hub, key, share, (factors or {}).get(key)) for key in hub.flows}
    incoming = {(stage, key): doors[key] for key, flow in hub.flows.items() for stage in flow.route}
    settled = False
    for _ in range(_MOST_PASSES if circular else 1):
        before = dict(incoming)
        stages, leaving = _pass(hub, order, incoming, numerical=numerical)
        settled = all(_alike(incoming[place], stream) for place, stream in before.items())
        if settled:
            break
    known = (share == 1) & (settled or not circular)
    exact = {stage: all_of(s.poisson for s in state.streams.values()) & known for stage, state in stages.items()}
    return HubState(stages, leaving, exact, share)


def _alike(one: Stream, other: Stream) -> bool:
    """Say whether two guesses of a stream are the same for all that follows."""
    rates = np.abs(one.per_hour - other.per_hour) <= _SETTLED * np.maximum(one.per_hour, other.per_hour)
    scvs = np.abs(one.scv - other.scv) <= _SETTLED
    return bool(np.all(rates) and np.all(scvs) and np.all(one.poisson == other.poisson))


def _pass(
    hub: HubBase, order: list[str], incoming: dict[tuple[str, str], Stream], *, numerical: bool
) -> tuple[dict[str, StageState], dict[str, Column]]:
    stages: dict[str, StageState] = {}
    leaving: dict[str, Column] = {}
    next_stage = {key: dict(pairwise(flow.route)) for key, flow in hub.flows.items()}
    flows_of = visited(hub)
    for stage_id in order:
        streams = {key: incoming[stage_id, key] for key in flows_of[stage_id]}
        stages[stage_id] = state = _visit(hub, stage_id, streams, numerical=numerical)
        for key, departing in _departures(hub, stage_id, state).items():
            following = next_stage[key].get(stage_id)
            if following is None:
                leaving[key] = departing.per_hour
            else:
                incoming[following, key] = departing
    return {stage: stages[stage] for stage in hub.stages}, leaving


def _visit(hub: HubBase, stage_id: str, streams: dict[str, Stream], *, numerical: bool) -> StageState:
    stage = hub.stages[stage_id]
    method = method_of(stage)
    parts = [method.loads(stage, stream) for stream in streams.values()]
    loads = {resource: column(sum(part[resource] for part in parts)) for resource in parts[0]}
    performance = method.perform(stage, list(streams.values()), numerical)
    return StageState(streams, loads, performance, method.holds_back)


def _departures(hub: HubBase, stage_id: str, state: StageState) -> dict[str, Stream]:
    """Give what each flow is after a stage: throttled to the capacity, its variability changed by the queue.

    A flow's part of the joint departures is split off by its share (c^2 = p c_d^2 + 1 - p, Whitt 1983); units that pass
    the stage by are not held back and keep their variability.
    """
    stage, performance = hub.stages[stage_id], state.performance
    carried = 1 / np.maximum(state.utilization, 1)
    arriving = np.maximum(state.arrivals_per_hour, np.finfo(np.float64).tiny)
    departing = {}
    for key, stream in state.streams.items():
        part = stream.per_hour / arriving
        split = part * performance.departure_scv + 1 - part
        visits = performance.visit_share
        departing[key] = replace(
            after(stage, stream),
            per_hour=stream.per_hour * (visits * carried + 1 - visits),
            scv=visits * split + (1 - visits) * stream.scv,
            poisson=stream.poisson & (performance.departure_poisson | (visits == 0)),
        )
    return departing


def after(stage: StageBase, stream: Stream) -> Stream:
    """Give a stream after a stage as far as its contents go: a front decides which of them the yard receives."""
    stored = method_of(stage).stored_share
    return stream if stored is None else replace(stream, stored_share=stored(stage))


def at_the_door(hub: HubBase, key: str, share: Column, factor: Column | None) -> Stream:
    """Give a flow as it arrives at the hub, multiplied by a factor."""
    flow = hub.flows[key]
    per_day = column(flow.per_day) * (1.0 if factor is None else factor)
    scv = column(flow.scv)
    return Stream(flow, per_day_to_per_hour(per_day) / share, scv, scv == 1, share, column(1.0))


def _order(hub: HubBase) -> tuple[list[str], bool]:
    """Order the stages so that each comes after those before it on every route, if that can be done."""
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(hub.stages, ()))
    for flow in hub.flows.values():
        for earlier, later in pairwise(flow.route):
            sorter.add(later, earlier)
    try:
        return list(sorter.static_order()), False
    except CycleError:
        by_first_visit = dict.fromkeys(stage for flow in hub.flows.values() for stage in flow.route)
        return list(by_first_visit), True
