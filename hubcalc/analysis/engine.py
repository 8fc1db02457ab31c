"""One pass of a hub: flows go through their routes, stage by stage, all scenarios at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hubcalc.analysis.batches import BatchQueue
from hubcalc.analysis.delays import Delay, Delays
from hubcalc.analysis.methods import Column, Estimate, Flags, Moments
from hubcalc.analysis.openings import Clock, Hours, clash, clocks_of, opening_of
from hubcalc.analysis.queues import UnitQueue
from hubcalc.analysis.rooms import Room
from hubcalc.analysis.routing import Way, branches, order_of, visited, ways_of
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import Performance, Stream, alike, all_of, column, largest, merged, smallest
from hubcalc.cached import cached
from hubcalc.units import per_day_to_per_hour
from hubmodels import HubBase, ServedStage, StageBase

_MOST_PASSES = 60
_SETTLED = 1e-9
NEVER_FULL = 1e-9
"""A room that is full for less than this share of those who come is as good as endless."""

Arcs = dict[tuple[str, str, str], Stream]
"""What goes from one stage to another, by both and the flow."""
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

    @cached
    def load(self) -> Column:
        """Load of the resource that is loaded most, relative to its capacity."""
        return largest(self.loads.values())

    @cached
    def utilization(self) -> Column:
        """The same, where units wait for the stage; 0 where nothing waits."""
        return self.load if self.holds_back else np.zeros_like(self.load)

    @cached
    def carried_share(self) -> Column:
        """Share of the visiting units that it lets through where it is overloaded; what is no flow of the hub stays."""
        shares = [np.ones_like(self.utilization)]
        for resource, load in self.loads.items() if self.holds_back else ():
            others, over = self.other_loads.get(resource, column(0.0)), load > 1
            shares.append(np.where(over, np.maximum(1 - others, 0.0) / np.where(over, load - others, 1.0), 1.0))
        return smallest(shares)

    @cached
    def arrivals_per_hour(self) -> Column:
        """Handling units of all flows that reach the stage, per hour of open time."""
        return column(sum(stream.per_hour for stream in self.streams.values()))

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
        over = [(s.peak_utilization >= 1) & (s.utilization < 1) for s in self.stages.values()]
        return np.asarray(np.logical_or.reduce(np.broadcast_arrays(*over)), dtype=bool)


@dataclass(frozen=True)
class Plan:
    """What stays the same in all passes: routes, calendars, and what comes to the door of the hub."""

    hub: HubBase
    ways: dict[str, Way]
    order: list[str]
    circular: bool
    clocks: dict[str, Clock]
    opening: Hours
    doors: dict[str, Stream]

    @classmethod
    def of(cls, hub: HubBase, factors: Mapping[str, Column]) -> "Plan":
        """Read routes and calendars, with each flow multiplied by its factor."""
        ways, opening = ways_of(hub), opening_of(hub)
        order, circular = order_of(hub, ways)
        clocks = clocks_of(hub, opening)
        doors = {key: _door(hub, key, clocks[way.entry].open_share, factors.get(key)) for key, way in ways.items()}
        return cls(hub, ways, order, circular, clocks, opening, doors)

    @cached
    def flows_of(self) -> dict[str, list[str]]:
        """Flows by stage, the main flow first."""
        return visited(self.hub, self.ways)

    @cached
    def rooms(self) -> list[str]:
        """Stages whose room may be full when units come from other stages."""
        return [stage for stage in self.order if self.places(stage) is not None and self.upstream(stage)]

    def places(self, stage_id: str) -> Column | None:
        """Count the places in line before a stage; None where they are endless."""
        stage = self.hub.stages[stage_id]
        places = stage.waiting_room if isinstance(stage, ServedStage) else None
        return None if places is None else column(places)

    def upstream(self, stage_id: str) -> set[str]:
        """List the stages from which units come to a stage."""
        return {earlier for key in self.flows_of[stage_id] for earlier in self.ways[key].before[stage_id]}

    def outside(self, stage_id: str) -> Column:
        """Count the servers that may hold a unit for which the room of a stage is full; inf at the door of the hub."""
        stages = [self.hub.stages[earlier] for earlier in sorted(self.upstream(stage_id))]
        from_outside = any(self.ways[key].entry == stage_id for key in self.flows_of[stage_id])
        if from_outside or not all(isinstance(stage, ServedStage) for stage in stages):
            return column(np.inf)
        return column(sum(smallest(method_of(stage).servers(stage).values()) for stage in stages))

    def arriving(self, stage_id: str, key: str, arcs: Arcs) -> Stream:
        """Join what comes of a flow to a stage, per hour of the stage's open time."""
        way, share = self.ways[key], self.clocks[stage_id].open_share
        parts = [arcs[earlier, stage_id, key].at_door(share) for earlier in way.before[stage_id]]
        return merged(parts) if parts else self.doors[key]

    def offered(self) -> tuple[dict[tuple[str, str], Stream], Arcs]:
        """Give each flow as it would arrive at each stage if nothing upstream held it back, and the arcs between."""
        arcs: Arcs = {}
        found = {}
        for key, way in self.ways.items():
            for stage_id in way.stages:
                found[stage_id, key] = stream = self.arriving(stage_id, key, arcs)
                for following, part in branches(way, stage_id, _after(self.hub.stages[stage_id], stream)):
                    arcs[stage_id, following, key] = part
        return found, arcs


def run(
    hub: HubBase, factors: dict[str, Column] | None = None, *, numerical: bool = True, settled: float = _SETTLED
) -> HubState:
    """Send all flows through the hub, each multiplied by its factor; `numerical` allows numerically exact methods.

    Where two flows use the same stages in opposite order, what arrives at each depends on the other, and where rooms
    are finite, what a stage can do depends on what follows; then passes are repeated until rates, variability and
    blocking have settled: until they change by less than `settled`.
    """
    plan = Plan.of(hub, factors or {})
    arcs = plan.offered()[1] if plan.circular else {}
    held: Held = {}
    found = once = not plan.circular and not plan.rooms
    for _ in range(1 if once else _MOST_PASSES):
        before, held_before = dict(arcs), held
        stages, flows = _pass(plan, arcs, held, numerical=numerical)
        if once:
            break
        held = _held(plan, stages)
        if found := _arcs_alike(arcs, before, settled) and _held_alike(held, held_before, settled):
            break
    delays = Delays(hub, plan.ways, plan.order, plan.clocks, stages)
    stages = {stage_id: replace(stages[stage_id], delays=delays) for stage_id in hub.stages}
    return HubState(
        stages=stages,
        leaving_per_hour=flows.leaving,
        exact_arrivals=_exact_arrivals(plan, stages, settled=found),
        open_share=plan.opening.share,
        reach={key: way.reach(_passed_share(key, stages)) for key, way in plan.ways.items()},
        turned_away=flows.turned_away,
        calendars_clash=clash(hub, plan.clocks),
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
    none = {key: np.zeros_like(door.per_hour) for key, door in plan.doors.items()}
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
            if np.any(gone > 0):
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
    loads = {name: column(sum(part[name] for part in parts) + others.get(name, 0.0)) for name in parts[0]}
    performance = method.perform(stage, list(streams.values()), numerical)
    share, places = plan.clocks[stage_id].open_share, plan.places(stage_id)
    servers = column(1.0)
    if isinstance(performance, UnitQueue):
        servers = performance.servers
        if len(loads) == 1:
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
    arriving = np.maximum(state.arrivals_per_hour, np.finfo(np.float64).tiny)
    accepted = performance.accepted_share
    never_full = True if state.places is None or np.all(np.isinf(state.outside)) else state.blocked_share <= NEVER_FULL
    departing = {}
    for key, stream in state.streams.items():
        visits = performance.visit_share
        through = carried * accepted[key] if key in accepted else carried
        changed = _after(stage, stream)
        per_hour = changed.per_hour * (visits * through + 1 - visits)
        if not goes_on:
            departing[key] = replace(changed, per_hour=per_hour, held=None)
            continue
        part = stream.per_hour / arriving
        split = part * performance.departure_scv + 1 - part
        departing[key] = replace(
            changed,
            per_hour=per_hour,
            scv=visits * split + (1 - visits) * stream.scv,
            poisson=stream.poisson & ((performance.departure_poisson & never_full) | (visits == 0)),
            held=None,
        )
    return departing


def _after(stage: StageBase, stream: Stream) -> Stream:
    """Give a stream after a stage as far as its contents go, and how many units they are in."""
    change = method_of(stage).after
    return stream if change is None else change(stage, stream)


def _door(hub: HubBase, key: str, share: Column, factor: Column | None) -> Stream:
    """Give a flow as it arrives at the hub, multiplied by a factor."""
    flow = hub.flows[key]
    per_day = column(flow.per_day) * (1.0 if factor is None else factor)
    scv = column(flow.scv)
    rate = per_day_to_per_hour(per_day) / share
    return Stream(key, flow, rate, scv, scv == 1, share, column(1.0), flow.contents)


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
        exact[stage_id] = all_of(s.poisson for s in state.streams.values()) & known & free & (settled and even)
    return exact


def _arcs_alike(arcs: Arcs, before: Arcs, settled: float) -> bool:
    """Say whether two guesses of all streams are the same for all that follows."""
    return arcs.keys() == before.keys() and all(alike(arcs[arc], stream, settled) for arc, stream in before.items())


def _held_alike(one: Held, other: Held, settled: float) -> bool:
    """Say whether two guesses of how long units are held are the same."""
    if one.keys() != other.keys():
        return False
    pairs = [(moments.first, other[place].first) for place, moments in one.items()]
    return all(bool(np.all(np.abs(a - b) <= settled * (1 + np.abs(b)))) for a, b in pairs)
