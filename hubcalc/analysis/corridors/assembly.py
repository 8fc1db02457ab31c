"""From a corridor to the arrays of a network: passages through hubs and lines are links, demands have classes.

A node with a hub becomes one point for each flow of the hub that takes what passes, and one behind them; each flow is
a link between the two. A demand begins before the hub of its origin and ends behind that of its destination.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hubcalc.analysis.corridors.case import Case
from hubcalc.analysis.corridors.columns import Floats, Shared, remembered
from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.cached import cached
from hubcalc.errors import DocumentError, Problem
from hubcalc.network.graph import Demands, Indices, Network
from hubcalc.words import did_you_mean
from hubmodels import Corridor, HubBase
from hubmodels.corridor import CountedCapacity, Demand
from hubmodels.money import DemandUnit

LEAST_DEMAND = 1e-9
"""Demands of less are none [units/day]."""


@dataclass(frozen=True, slots=True)
class DemandClass:
    """Demands that are alike but for where they go and how many they are."""

    unit: DemandUnit
    value_of_time_usd_per_hour: float


@dataclass(frozen=True, slots=True)
class Place:
    """One link of the network: where it is in the corridor, and the document and the flow that are passed there."""

    element: str
    """nodes.<id> or links.<id>."""
    group: Literal["hubs", "lines"]
    document_id: str
    flow_id: str

    def other_per_day(self, corridor: Corridor) -> float:
        """Give the handling units of the flow that belong to no demand."""
        kind, _, key = self.element.partition(".")
        return corridor.nodes[key].other_per_day if kind == "nodes" else corridor.links[key].other_per_day


@dataclass(frozen=True, slots=True)
class Layout:
    """The network of a corridor, which is the same in all its scenarios."""

    method: AnalysisMethod
    places: tuple[Place, ...]
    tails: Indices
    heads: Indices
    origins: dict[str, int]
    destinations: dict[str, int]
    points: int


@dataclass(frozen=True)
class Assembly:
    """A corridor as arrays. Links are in the order of `parts`."""

    case: Case
    layout: Layout
    parts: tuple[PassedPart, ...]

    @property
    def tails(self) -> Indices:
        """Points at which links begin."""
        return self.layout.tails

    @property
    def heads(self) -> Indices:
        """Points at which links end."""
        return self.layout.heads

    @property
    def origins(self) -> dict[str, int]:
        """Point at which what comes from a node begins."""
        return self.layout.origins

    @property
    def destinations(self) -> dict[str, int]:
        """Point at which what goes to a node ends."""
        return self.layout.destinations

    @property
    def points(self) -> int:
        """How many there are."""
        return self.layout.points

    @property
    def method(self) -> AnalysisMethod:
        """How the parts are analyzed."""
        return self.layout.method

    @cached
    def classes(self) -> list[DemandClass]:
        """The classes of the demands, in the order of the document."""
        return list(dict.fromkeys(class_of(demand) for demand in self.case.corridor.demands.values()))

    @cached
    def loads(self) -> Floats:
        """Handling units that one unit of each class takes on each link, shape (classes, links); NaN if it cannot."""
        carried = [[part.per_handling_unit(k.unit) for part in self.parts] for k in self.classes]
        return np.array([[np.nan if x is None else 1 / x for x in row] for row in carried]).reshape(
            len(self.classes), len(self.parts)
        )

    @cached
    def prices(self) -> Floats:
        """What one unit of each class pays on each link [USD], shape (classes, links)."""
        return np.array([[part.price_usd(k.unit) for part in self.parts] for k in self.classes])

    @cached
    def hours(self) -> Floats:
        """Mean time on each link at the flows that the documents state [h]."""
        return np.array([part.steady_hours for part in self.parts])

    @cached
    def quick_hours(self) -> Floats:
        """The same by closed forms and approximations only: what ways are compared at [h]."""
        return np.array([part.quick_steady_hours for part in self.parts])

    def generalized_costs(self, hours: Floats) -> Floats:
        """Give price and value of time for one unit of each class on each link [USD], shape (classes, links).

        Where a link cannot carry a class it is inf.
        """
        values = np.array([k.value_of_time_usd_per_hour for k in self.classes])
        return np.where(self.forbidden, np.inf, self.prices + values[:, None] * hours)

    @cached
    def forbidden(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether a link cannot carry a class."""
        return np.isnan(self.loads)

    def network(self, counted: CountedCapacity) -> Network:
        """Give the arrays, with what is left of the capacities beside what belongs to no demand."""
        left = [part.capacity_per_day(counted) - part.other_per_day for part in self.parts]
        return Network(self.points, self.tails, self.heads, np.maximum(left, 0.0))

    @cached
    def demands(self) -> Demands:
        """The demands as arrays."""
        all_ = list(self.case.corridor.demands.values())
        return Demands(
            np.array([self.origins[demand.origin] for demand in all_], np.intp),
            np.array([self.destinations[demand.destination] for demand in all_], np.intp),
            # a linear program cannot tell less from nothing
            np.array([demand.per_day if demand.per_day > LEAST_DEMAND else 0.0 for demand in all_], float),
            np.array([self.classes.index(class_of(demand)) for demand in all_], np.intp),
        )

    def class_index(self, demand: Demand) -> int:
        """Give the class of a demand."""
        return self.classes.index(class_of(demand))

    def elements(self, links: Indices | list[int]) -> list[str]:
        """Name the parts of a way."""
        return [self.parts[link].element for link in links]

    def links_of(self, element: str) -> list[int]:
        """Give all links of a place in the corridor: the flows through a hub, or a line."""
        return [i for i, part in enumerate(self.parts) if part.element == element]


def class_of(demand: Demand) -> DemandClass:
    """Give the class of a demand."""
    return DemandClass(demand.unit, demand.value_of_time_usd_per_hour)


def assemble(case: Case, method: AnalysisMethod) -> Assembly:
    """Make the arrays of a corridor; see `layout_of` for what is refused."""
    layout = layout_of(case, method)
    shared = {(group, key): Shared(document) for group, found in case.inside.items() for key, document in found.items()}
    parts = []
    for place in layout.places:
        document, other = shared[place.group, place.document_id], place.other_per_day(case.corridor)
        parts.append(PassedPart(place.element, remembered(document, place.flow_id, other, method)))
    return Assembly(case, layout, tuple(parts))


def layout_of(case: Case, method: AnalysisMethod) -> Layout:
    """Make the network of a corridor.

    Raises
    ------
    DocumentError
        If a flow is named that a hub or a line does not have, track gauges meet where nothing changes them, or a
        demand has no way; the error names the place.
    """
    problems = [*_flow_problems(case), *_gauge_problems(case)]
    if problems:
        raise DocumentError.of(*problems)
    places: list[Place] = []
    tails: list[int] = []
    heads: list[int] = []
    before: dict[tuple[str, str], int] = {}
    behind: dict[str, int] = {}
    points = 0
    corridor = case.corridor
    for key, node in corridor.nodes.items():
        behind[key] = points
        points += 1
        for flow in _flows_through(case, key):
            if node.hub is None:
                before[key, flow] = behind[key]
                continue
            before[key, flow] = points
            points += 1
            places.append(Place(f"nodes.{key}", "hubs", node.hub, flow))
            tails.append(before[key, flow])
            heads.append(behind[key])
    for key, link in corridor.links.items():
        places.append(Place(f"links.{key}", "lines", link.line, link.flow or case.lines[link.line].main_flow))
        tails.append(behind[link.start])
        heads.append(before[link.end, link.enters or _usual_flow(case, link.end)])
    origins = {key: before[key, _usual_flow(case, key)] for key in corridor.nodes}
    return Layout(method, tuple(places), np.array(tails, np.intp), np.array(heads, np.intp), origins, behind, points)


def _usual_flow(case: Case, key: str) -> str:
    """Give the flow that takes what passes a node; empty where no hub stands."""
    node = case.corridor.nodes[key]
    return "" if node.hub is None else node.flow or case.hubs[node.hub].main_flow


def _flows_through(case: Case, key: str) -> list[str]:
    """List the flows of a node's hub that take what passes: its usual one, and those that links name."""
    named = [link.enters for link in case.corridor.links.values() if link.end == key and link.enters]
    return list(dict.fromkeys([_usual_flow(case, key), *named]))


def _flow_problems(case: Case) -> Iterator[Problem]:
    corridor = case.corridor
    for key, node in corridor.nodes.items():
        if node.hub and node.flow:
            yield from _unknown_flow(f"/nodes/{key}/flow", node.flow, case.hubs[node.hub])
    for key, link in corridor.links.items():
        if link.flow:
            yield from _unknown_flow(f"/links/{key}/flow", link.flow, case.lines[link.line])
        hub = corridor.nodes[link.end].hub
        if link.enters and hub is None:
            hint = "leave it out, or name a hub for the node"
            yield Problem(
                f"no hub stands at node {link.end!r}", pointer=f"/links/{key}/enters", given=link.enters, hint=hint
            )
        elif link.enters and hub:
            yield from _unknown_flow(f"/links/{key}/enters", link.enters, case.hubs[hub])


def _unknown_flow(pointer: str, flow: str, document: HubBase) -> Iterator[Problem]:
    if flow not in document.flows:
        yield Problem(
            f"{document.id} has no such flow",
            pointer=pointer,
            given=flow,
            allowed=", ".join(document.flows),
            hint=did_you_mean(flow, document.flows),
        )


def _gauge_problems(case: Case) -> Iterator[Problem]:
    """Refuse nodes at which railways of different gauges meet without a hub that has both."""
    corridor = case.corridor
    gauges: dict[str, dict[int, str]] = {key: {} for key in corridor.nodes}
    for key, link in corridor.links.items():
        line = case.lines[link.line]
        for gauge in line.gauges_mm:
            gauges[link.start].setdefault(gauge, key)
            gauges[link.end].setdefault(gauge, key)
    for key, found in gauges.items():
        node = corridor.nodes[key]
        known = set(case.hubs[node.hub].gauges_mm) if node.hub else set()
        missing = set(found) - known
        if len(found) > 1 and missing:
            met = " and ".join(f"{gauge} mm (links.{link})" for gauge, link in sorted(found.items()))
            where = f"hub {node.hub!r} has {sorted(known) or 'none of them'}" if node.hub else "no hub stands here"
            hint = "name a hub that changes the gauge, with both in its gauges_mm"
            yield Problem(f"railways of {met} meet, but {where}", pointer=f"/nodes/{key}", given=node.hub, hint=hint)
