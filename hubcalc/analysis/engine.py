"""One pass of a hub: flows go through their routes, stage by stage, all scenarios at once."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from hubcalc.analysis.batches import BatchQueue
from hubcalc.analysis.delays import Delay, Delays
from hubcalc.analysis.methods import Column, Estimate, Flags, Moments
from hubcalc.analysis.plan import Arcs, Plan, after
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.rooms import Room
from hubcalc.analysis.routing import branches
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import (
    Performance,
    Stream,
    added,
    alike,
    all_of,
    among,
    column,
    largest,
    smallest,
)
from hubcalc.cached import cached
from hubmodels import HubBase, StageBase

_MOST_PASSES = 60
_SETTLED = 1e-9
_TINY = np.finfo(np.float64).tiny
NEVER_FULL = 1e-9
"""A room that is full for less than this share of those who come is as good as endless."""

Held = Mapping[tuple[str, str], Moments]
"""How long a unit stays on its server for want of room further on, by stage and flow."""


@dataclass(frozen=True)
class StageState:
    """A stage under its arrivals. Utilizations are of the open time."""

    streams: dict[str, Stream]
    loads: dict[str, Column]
    performance: Performance

    holds_back: bool
    """Units wait for the stage; a yard, which only stores, has no queue and chokes nothing."""
    open_share: Column
    """Share of the time in which it works: its calendar, or the hub's, less interruptions."""
    stage_id: str
    outside: Column
    """Servers upstream that may hold a unit which finds the waiting room full; inf at the door of the hub."""
    places: Column | None
    """Of the waiting room; None where it is endless."""
    servers: Column
    """That serve one unit each."""
    other_loads: Mapping[str, Column]
    """By resource, what of the loads is no flow of the hub."""
    delays: Delays | None = None

    def delayed(self, delays: Delays) -> "StageState":
        """Give the same with its delays, and with all that has been computed of it."""
        found = copy(self)
        found.__dict__["delays"] = delays
        return found

    @cached
    def load(self) -> Column:
        """Load of the resource that is loaded most, relative to its capacity."""
        return largest(self.loads.values())

    @cached
    def utilization(self) -> Column:
        """The same, where units wait for the stage; 0 where nothing waits."""
        return self.load if self.holds_back else column(0.0)

    @cached
    def carried_share(self) -> Column:
        """Share of the visiting units that it lets through where it is overloaded; what is no flow of the hub stays."""
        if not self.holds_back:
            return column(1.0)
        if not self.other_loads:
            return column(1 / np.maximum(self.load, 1.0))
        shares = []
        for resource, load in self.loads.items():
            others, over = self.other_loads.get(resource, column(0.0)), load > 1
            shares.append(np.where(over, np.maximum(1 - others, 0.0) / np.where(over, load - others, 1.0), 1.0))
        return smallest(shares)

    @cached
    def arrivals_per_hour(self) -> Column:
        """Handling units of all flows that reach the stage, per hour of open time."""
        return added(stream.per_hour for stream in self.streams.values())

    @cached
    def _delay(self) -> Delay:
        if self.delays is None:
            raise AssertionError(self.stage_id)
        return self.delays.by_stage[self.stage_id]

    @property
    def closure(self) -> Estimate:
        """Delay of a visiting unit by closing times, interruptions, and peaks of the day beyond the capacity."""
        return self._delay.closure

    @property
    def closure_variance(self) -> Column:
        """Variance of that delay."""
        return self._delay.variance

    @property
    def peak_utilization(self) -> Column:
        """Load of the busiest time of the week, where arrivals vary over it; else the utilization."""
        return self._delay.peak_utilization

    @cached
    def room(self) -> Room | None:
        """The waiting room, if it is finite."""
        if self.places is None:
            return None
        per_hour = self.performance.visit_share * self.arrivals_per_hour
        line = self.performance
        wait = line.in_order if isinstance(line, UnitQueue | BatchQueue) else line.wait
        return Room(self.places, self.outside, per_hour, wait.hours, self.utilization, self.servers)

    @property
    def blocked_share(self) -> Column:
        """Share of the visiting units that find the waiting room full; 0 where it is endless."""
        return column(0.0) if self.room is None else self.room.blocked_share


@dataclass(frozen=True)
class HubState:
    """All stages under their arrivals; `exact_arrivals` says where a stage's arrivals are known exactly."""

    stages: dict[str, StageState]
    leaving_per_hour: dict[str, Column]
    """Units of each flow that leave, per hour of the hub's open time."""
    exact_arrivals: dict[str, Flags]
    open_share: Column
    """Of the hub; stages may keep other hours."""
    reach: dict[str, dict[str, Column]]
    """By flow and stage, the probability that a unit of the flow comes to the stage, before the stage's own share."""
    turned_away: dict[str, Column]
    """Units of each flow that are turned away on their route, per hour of the hub's open time."""
    calendars_clash: Flags
    """Some flow comes from a stage that closes to one that keeps other hours."""
    blocking: Column
    """Largest share of units that find a full room and block where they come from; auto simulates above 1 %."""

    @property
    def peak_utilization(self) -> dict[str, Column]:
        """Load of each stage in the busiest time of the week."""
        return {stage_id: state.peak_utilization for stage_id, state in self.stages.items()}

    @cached
    def peak_overload(self) -> Flags:
        """Some stage is overloaded for a part of the day by arrivals that vary, and not in the mean."""
        over = ((s.peak_utilization >= 1) & (s.utilization < 1) for s in self.stages.values())
        return np.asarray(reduce(np.logical_or, over), dtype=bool)


def run(hub: HubBase, factors: dict[str, Column] | None = None, *, numerical: bool = True) -> HubState:
    """Send all flows through the hub, each multiplied by its factor; `numerical` allows numerically exact methods.

    Where two flows use the same stages in opposite order, what arrives at each depends on the other, and where rooms
    are finite, what a stage can do depends on what follows; then passes are repeated until rates, variability and
    blocking have settled: until they change by less than `_SETTLED`.
    """
    plan = Plan.of(hub, factors or {})
    circular = plan.routes.circular
    arcs = plan.offered()[1] if circular else {}
    held: Held = {}
    found = once = not circular and not plan.rooms
    for _ in range(1 if once else _MOST_PASSES):
        before, held_before = dict(arcs), held
        stages, flows = _pass(plan, arcs, held, numerical=numerical)
        if once:
            break
        held = _held(plan, stages)
        if found := _arcs_alike(arcs, before) and _held_alike(held, held_before):
            break
    delays = Delays(hub, plan.ways, plan.order, plan.clocks, stages, bool(plan.clashing.any()))
    stages = {stage_id: stages[stage_id].delayed(delays) for stage_id in hub.stages}
    return HubState(
        stages=stages,
        leaving_per_hour=flows.leaving,
        exact_arrivals=_exact_arrivals(plan, stages, settled=found),
        open_share=plan.opening.share,
        reach={key: way.reach(_passed_share(key, stages)) for key, way in plan.ways.items()},
        turned_away=flows.turned_away,
        calendars_clash=plan.clashing,
        blocking=largest([column(0.0), *(stages[stage].blocked_share for stage in plan.rooms)]),
    )


@dataclass(frozen=True, slots=True)
class _Flows:
    """By flow, units that leave and that are turned away, per hour of the hub's open time."""

    leaving: dict[str, Column]
    turned_away: dict[str, Column]


def _pass(plan: Plan, arcs: Arcs, held: Held, *, numerical: bool) -> tuple[dict[str, StageState], _Flows]:
    """Visit the stages in order; what goes from one to another is written to `arcs`."""
    stages: dict[str, StageState] = {}
    none = dict.fromkeys(plan.doors, column(0.0))
    flows = _Flows(dict(none), dict(none))
    for stage_id in plan.order:
        streams = {key: plan.arriving(stage_id, key, arcs) for key in plan.flows_of[stage_id]}
        streams = {key: _kept(stream, held.get((stage_id, key))) for key, stream in streams.items()}
        stages[stage_id] = state = _visit(plan, stage_id, streams, numerical=numerical)
        goes_on = any(plan.ways[key].onward[stage_id] for key in streams)
        for key, departing in _departures(plan.hub.stages[stage_id], state, goes_on=goes_on).items():
            way = plan.ways[key]
            for following, part in branches(way, stage_id, departing):
                arcs[stage_id, following, key] = part
            gone = way.leaving(stage_id)
            if gone.any():
                flows.leaving[key] = flows.leaving[key] + departing.at_door(plan.opening.share).per_hour * gone
        for key, accepted in state.performance.accepted_share.items():
            refused = state.carried_share * state.performance.visit_share * (1 - accepted)
            per_hour = state.streams[key].at_door(plan.opening.share).per_hour
            flows.turned_away[key] = flows.turned_away[key] + per_hour * refused
    return stages, flows


def _kept(stream: Stream, held: Moments | None) -> Stream:
    return stream if held is None else replace(stream, held=held)


def _visit(plan: Plan, stage_id: str, streams: dict[str, Stream], *, numerical: bool) -> StageState:
    stage = plan.hub.stages[stage_id]
    method = method_of(stage)
    parts = [method.loads(stage, stream) for stream in streams.values()]
    others = {} if method.others is None else method.others(stage)
    loads = {name: added(part[name] for part in parts) for name in parts[0]}
    if others:
        loads = {name: load + others.get(name, 0.0) for name, load in loads.items()}
    performance = method.perform(stage, list(streams.values()), numerical)
    share, places = plan.clocks[stage_id].open_share, plan.places(stage_id)
    servers = column(1.0)
    if isinstance(performance, UnitQueue):
        servers = performance.servers
        if len(loads) == 1 and performance.held_load is not None:
            loads = {resource: load + performance.held_load for resource, load in loads.items()}
    elif places is not None and not isinstance(performance, BatchQueue):
        servers = smallest(method.servers(stage).values())
    outside = column(np.inf) if places is None else plan.outside(stage_id)
    return StageState(streams, loads, performance, method.holds_back, share, stage_id, outside, places, servers, others)


def _departures(stage: StageBase, state: StageState, *, goes_on: bool) -> dict[str, Stream]:
    """Give what each flow is after a stage: throttled to the capacity, its variability changed by the queue.

    A flow's part of the joint departures is split off by its share (c^2 = p c_d^2 + 1 - p, Whitt 1983); units that pass
    the stage by are not held back and keep their variability. Where no flow `goes_on` to another stage, rates suffice.
    """
    performance, carried = state.performance, state.carried_share
    alone = len(state.streams) == 1
    arriving = np.maximum(state.arrivals_per_hour, _TINY) if goes_on and not alone else column(1.0)
    accepted, visits = performance.accepted_share, performance.visit_share
    never_full = True if state.places is None or np.all(np.isinf(state.outside)) else state.blocked_share <= NEVER_FULL
    departing = {}
    for key, stream in state.streams.items():
        through = carried * accepted[key] if key in accepted else carried
        changed = after(stage, stream)
        per_hour = changed.per_hour * among(visits, through, column(1.0))
        if not goes_on:
            departing[key] = replace(changed, per_hour=per_hour, held=None)
            continue
        split = performance.departure_scv
        if not alone:
            split = 1 + stream.per_hour / arriving * (split - 1)
        poisson = stream.poisson
        if poisson.any():
            poisson = poisson & ((performance.departure_poisson & never_full) | (visits == 0))
        scv = among(visits, split, stream.scv)
        departing[key] = replace(changed, per_hour=per_hour, scv=scv, poisson=poisson, held=None)
    return departing


def _held(plan: Plan, stages: Mapping[str, StageState]) -> dict[tuple[str, str], Moments]:
    """Give how long a unit of a flow stays on its server at a stage for want of room at the next ones."""
    found = {}
    full = {stage: stages[stage] for stage in plan.rooms if np.all(np.isfinite(stages[stage].outside))}
    for key, way in plan.ways.items():
        for stage_id in way.stages:
            first, second = column(0.0), column(0.0)
            for following, share in way.onward[stage_id].items():
                room = full[following].room if following in full else None
                if room is not None:
                    visits = column(share) * full[following].performance.visit_share
                    first, second = first + visits * room.held.first, second + visits * room.held.second
            if np.any(first > 0):
                found[stage_id, key] = Moments(first, second)
    return found


def _passed_share(key: str, stages: Mapping[str, StageState]) -> dict[str, Column]:
    """Give the share of a flow's units that each stage does not turn away, where it turns any away."""
    shares = {}
    for stage_id, state in stages.items():
        accepted = state.performance.accepted_share
        if key in accepted:
            shares[stage_id] = 1 - state.performance.visit_share * (1 - accepted[key])
    return shares


def _exact_arrivals(plan: Plan, stages: Mapping[str, StageState], *, settled: bool) -> dict[str, Flags]:
    """Say where all arrivals at a stage are Poisson, day and night, and nothing but its own queue delays them."""
    known = all_of(state.open_share == 1 for state in stages.values())
    even = all(flow.hourly_weights is None for flow in plan.hub.flows.values())
    exact = {}
    for stage_id, state in stages.items():
        free = state.blocked_share <= NEVER_FULL if stage_id in plan.rooms else True
        exact[stage_id] = all_of(s.poisson for s in state.streams.values()) & (known & free & (settled and even))
    return exact


def _arcs_alike(arcs: Arcs, before: Arcs) -> bool:
    """Say whether two guesses of all streams are the same for all that follows."""
    return arcs.keys() == before.keys() and all(alike(arcs[arc], stream, _SETTLED) for arc, stream in before.items())


def _held_alike(one: Held, other: Held) -> bool:
    """Say whether two guesses of how long units are held are the same."""
    if one.keys() != other.keys():
        return False
    pairs = [(moments.first, other[place].first) for place, moments in one.items()]
    return all(bool(np.all(np.abs(a - b) <= _SETTLED * (1 + np.abs(b)))) for a, b in pairs)
