"""The routes of all flows as arcs between stages, with the shares that go along them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np

from hubcalc.analysis.methods import Column
from hubcalc.analysis.streams import Stream, column
from hubmodels import Flow, HubBase


@dataclass(frozen=True, slots=True)
class Way:
    """The route of one flow: its stages, each after those that lead to it, and the arcs between them."""

    entry: str
    stages: tuple[str, ...]
    onward: Mapping[str, Mapping[str, Any]]
    before: dict[str, list[str]]

    @classmethod
    def of(cls, flow: Flow) -> "Way":
        """Read a route, be it a list or a graph."""
        onward, stages = flow.transitions, flow.stages
        before: dict[str, list[str]] = {stage: [] for stage in stages}
        for stage in stages:
            for following in onward[stage]:
                before[following].append(stage)
        return cls(stages[0], stages, onward, before)

    def leaving(self, stage: str) -> Column:
        """Give the share that leaves the hub after a stage."""
        return np.maximum(1 - column(sum(self.onward[stage].values(), start=0.0)), 0.0)

    def reach(self, passed: Mapping[str, Column] | None = None) -> dict[str, Column]:
        """Give the probability that a unit comes to each stage; `passed` is the share that a stage does not turn away.

        >>> from hubmodels import Flow
        >>> way = Way.of(Flow(unit="truck", per_day=1, route={"gate": {"scan": 0.2}, "scan": {}}))
        >>> float(way.reach()["scan"])
        0.2
        """
        found = {self.entry: column(1.0)}
        for stage in self.stages:
            here = found[stage]
            if passed is not None and stage in passed:
                here = here * passed[stage]
            for following, share in self.onward[stage].items():
                part = here if is_one(share) else here * share
                found[following] = found[following] + part if following in found else part
        return found


def ways_of(hub: HubBase) -> dict[str, Way]:
    """Read the routes of all flows."""
    return {key: Way.of(flow) for key, flow in hub.flows.items()}


def order_of(hub: HubBase, ways: Mapping[str, Way]) -> tuple[list[str], bool]:
    """Order the stages so that each comes after those before it on every route, if that can be done."""
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(hub.stages, ()))
    for way in ways.values():
        for stage, earlier in way.before.items():
            sorter.add(stage, *earlier)
    try:
        return list(sorter.static_order()), False
    except CycleError:
        by_first_visit = dict.fromkeys(stage for way in ways.values() for stage in way.stages)
        return list(by_first_visit), True


def visited(hub: HubBase, ways: Mapping[str, Way]) -> dict[str, list[str]]:
    """Map each stage to the flows that visit it, the main flow first: the times reported are those of its contents."""
    flows = sorted(ways, key=lambda key: key != hub.main_flow)
    return {stage: [key for key in flows if stage in ways[key].before] for stage in hub.stages}


def branches(way: Way, stage: str, stream: Stream) -> Iterator[tuple[str, Stream]]:
    """Split what leaves a stage over those that follow, each unit independently (c^2 becomes p c^2 + 1 - p)."""
    for following, share in way.onward[stage].items():
        yield following, stream if is_one(share) else branch(stream, column(share))


def branch(stream: Stream, share: Column) -> Stream:
    """Take a random part of a stream; a part of nothing keeps its variability."""
    some = share > 0
    return replace(
        stream, per_hour=stream.per_hour * share, scv=np.where(some, share * stream.scv + 1 - share, stream.scv)
    )


def is_one(share: Any) -> bool:
    """Say whether all goes this way."""
    return bool(np.all(np.asarray(share) == 1))
