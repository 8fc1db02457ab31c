"""What stays the same in all passes of a hub, and the flows as they would go through it if nothing held them back."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.methods import Column, Flags
from hubcalc.analysis.openings import Clock, Hours, clash, clocks_of, opening_of
from hubcalc.analysis.routing import Routes, Way, branches, routes_of
from hubcalc.analysis.stages import method_of
from hubcalc.analysis.streams import Stream, column, merged, smallest
from hubcalc.cached import cached
from hubcalc.units import per_day_to_per_hour
from hubmodels import HubBase, ServedStage, StageBase

Arcs = dict[tuple[str, str, str], Stream]
"""What goes from one stage to another, by both and the flow."""


@dataclass(frozen=True)
class Plan:
    """What stays the same in all passes: routes, calendars, and what comes to the door of the hub."""

    hub: HubBase
    routes: Routes
    clocks: dict[str, Clock]
    opening: Hours
    doors: dict[str, Stream]

    @classmethod
    def of(cls, hub: HubBase, factors: Mapping[str, Column]) -> "Plan":
        """Read routes and calendars, with each flow multiplied by its factor."""
        routes, opening = routes_of(hub), opening_of(hub)
        clocks = clocks_of(hub, opening)
        doors = {
            key: _door(hub, key, clocks[way.entry].open_share, factors.get(key)) for key, way in routes.ways.items()
        }
        return cls(hub, routes, clocks, opening, doors)

    @property
    def ways(self) -> dict[str, Way]:
        """The routes by flow."""
        return self.routes.ways

    @property
    def order(self) -> tuple[str, ...]:
        """Stages in the order in which they are visited."""
        return self.routes.order

    @property
    def flows_of(self) -> dict[str, list[str]]:
        """Flows by stage, the main flow first."""
        return self.routes.flows_of

    @cached
    def clashing(self) -> Flags:
        """Where some flow comes from a stage that closes to one that keeps other hours."""
        return clash(self.hub, self.clocks)

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
                for following, part in branches(way, stage_id, after(self.hub.stages[stage_id], stream)):
                    arcs[stage_id, following, key] = part
        return found, arcs


def after(stage: StageBase, stream: Stream) -> Stream:
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
