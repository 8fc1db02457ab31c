"""The routes of all flows as arcs between stages, with the shares that go along them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np

from hubcalc.analysis.memo import by_identity
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


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of all flows, and the order in which they visit the stages."""

    ways: dict[str, Way]
    order: tuple[str, ...]
    """Each stage after those before it on every route, if that can be done."""
    circular: bool
    """It cannot: two flows use the same stages in opposite order."""
    flows_of: dict[str, list[str]]
    """By stage the flows that visit it, the main flow first: the times reported are those of its contents."""


@by_identity
def routes_of(hub: HubBase) -> Routes:
    """Read the routes of all flows."""
    ways = {key: Way.of(flow) for key, flow in hub.flows.items()}
    arcs = tuple(
        (earlier, stage) for way in ways.values() for stage, before in way.before.items() for earlier in before
    )
    order, circular = _order(tuple(hub.stages), arcs)
    if circular:  # by first visit
        order = tuple(dict.fromkeys(stage for way in ways.values() for stage in way.stages))
    flows = sorted(ways, key=lambda key: key != hub.main_flow)
    flows_of = {stage: [key for key in flows if stage in ways[key].before] for stage in hub.stages}
    return Routes(ways, order, circular, flows_of)


@lru_cache(maxsize=256)
def _order(stages: tuple[str, ...], arcs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], bool]:
    """Order the stages so that each comes after those before it on every route, if that can be done."""
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(stages, ()))
    for earlier, stage in arcs:
        sorter.add(stage, earlier)
    try:
        return tuple(sorter.static_order()), False
    except CycleError:
        return (), True


def branches(way: Way, stage: str, stream: Stream) -> Iterator[tuple[str, Stream]]:
    """Split what leaves a stage over those that follow, each unit independently (c^2 becomes p c^2 + 1 - p)."""
    for following, share in way.onward[stage].items():
        yield following, stream if is_one(share) else branch(stream, column(share))


def branch(stream: Stream, share: Column) -> Stream:
    """Take a random part of a stream; a part of nothing keeps its variability."""
    some = share > 0
    return replace(
        stream, per_hour=stream.per_hour * share, scv=np.where(some, share * stream.scv + (1 - share), stream.scv)
    )


def is_one(share: Any) -> bool:
    """Say whether all goes this way."""
    return share == 1 if isinstance(share, float) else bool(np.all(np.asarray(share) == 1))
