"""Ways through a corridor: the cheapest by price and value of time, and the next ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.corridors.assembly import Assembly
from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.errors import DocumentError, ParameterError, Problem
from hubcalc.network.graph import Floats, Network
from hubcalc.network.paths import Path, k_shortest_paths
from hubcalc.words import did_you_mean
from hubmodels.corridor import Demand

SHOWN = 3
"""Ways that are shown, the chosen one included."""
_SEARCHED = 300
"""Cheapest ways among which one that leads via given places is looked for."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way: links of the network, and the parts that they are."""

    links: tuple[int, ...]
    parts: tuple[PassedPart, ...]
    quick_cost_usd: float
    """Prices and value of time by the fast formulas, at which ways are compared."""

    @property
    def elements(self) -> list[str]:
        """The places that are passed, in order."""
        return [part.element for part in self.parts]

    @property
    def distance_km(self) -> float:
        """Length."""
        return sum(part.distance_km for part in self.parts)

    @property
    def mean_hours(self) -> float | None:
        """Mean time; None if a part has no steady state."""
        times = [part.dwell.value for part in self.parts]
        known = [time for time in times if isinstance(time, float)]
        return sum(known) if len(known) == len(times) else None

    def cost_usd(self, demand: Demand) -> float:
        """Price for one unit of a demand."""
        return sum(part.price_usd(demand.unit) for part in self.parts)

    def generalized_cost_usd(self, demand: Demand) -> float:
        """Prices and value of the mean time; of that at which ways are compared, where there is no other."""
        hours = self.mean_hours
        if hours is None:
            return self.quick_cost_usd
        return self.cost_usd(demand) + demand.value_of_time_usd_per_hour * hours


def demand_of(assembly: Assembly, name: str | None) -> tuple[str, Demand]:
    """Find a demand by its id; the main demand by default."""
    demands = assembly.case.corridor.demands
    key = name or assembly.case.corridor.main_demand
    if key not in demands:
        hint = did_you_mean(key, demands)
        problem = Problem("no such demand", parameter="demand", given=key, allowed=", ".join(demands), hint=hint)
        raise ParameterError.of(problem)
    return key, demands[key]


def ways_of(assembly: Assembly, key: str, demand: Demand, via: Sequence[str] = ()) -> list[Way]:
    """Give the cheapest ways of a demand that lead via some places in order, the cheapest first.

    They are compared at times by the fast formulas, so that no part that nobody takes is analyzed any deeper.

    Raises
    ------
    ParameterError
        If a place does not exist, or no way leads via all of them.
    DocumentError
        If no way leads from origin to destination; the error says where it ends, or which units do not fit.
    """
    _check_places(assembly, via)
    costs = assembly.generalized_costs(assembly.quick_hours)[assembly.class_index(demand)]
    network = Network(assembly.points, assembly.tails, assembly.heads, np.full(len(assembly.parts), np.inf))
    origin, destination = assembly.origins[demand.origin], assembly.destinations[demand.destination]
    found = k_shortest_paths(network, costs, origin, destination, _SEARCHED if via else SHOWN)
    if not found:
        raise no_way(assembly, key, demand)
    ways = [way_of(assembly, path) for path in found if _leads_via(assembly, path, demand, via)]
    if not ways:
        allowed = f"places on one way from {demand.origin} to {demand.destination}"
        raise ParameterError.of(
            Problem("no way leads there in this order", parameter="via", given=", ".join(via), allowed=allowed)
        )
    return sorted(ways[:SHOWN], key=lambda way: way.generalized_cost_usd(demand))


def way_of(assembly: Assembly, path: Path) -> Way:
    """Give the parts of a path."""
    return Way(tuple(path.links), tuple(assembly.parts[link] for link in path.links), path.cost)


def check_all_served(assembly: Assembly) -> None:
    """Refuse a corridor in which a demand has no way at all."""
    corridor = assembly.case.corridor
    network = Network(assembly.points, assembly.tails, assembly.heads, np.full(len(assembly.parts), np.inf))
    for key, demand in corridor.demands.items():
        costs = np.where(assembly.forbidden[assembly.class_index(demand)], np.inf, 1.0)
        if not _reached(network, costs, assembly, demand):
            raise no_way(assembly, key, demand)


def _reached(network: Network, costs: Floats, assembly: Assembly, demand: Demand) -> bool:
    ends = assembly.origins[demand.origin], assembly.destinations[demand.destination]
    return bool(k_shortest_paths(network, costs, *ends, 1))


def no_way(assembly: Assembly, key: str, demand: Demand) -> DocumentError:
    """Say why a demand has no way: units that do not fit, or no connection."""
    network = Network(assembly.points, assembly.tails, assembly.heads, np.full(len(assembly.parts), np.inf))
    if _reached(network, np.ones(len(assembly.parts)), assembly, demand):
        forbidden = assembly.forbidden[assembly.class_index(demand)]
        wrong = [part for part, no in zip(assembly.parts, forbidden, strict=True) if no]
        named = ", ".join(
            f"{part.element} ({part.document_id}, {part.flow_id}: {part.handling_unit})" for part in wrong
        )
        hint = "name flows that carry it (nodes.*.flow, links.*.flow, links.*.enters), or give their contents"
        message = f"is counted in {demand.unit}, which these cannot carry: {named}"
        return DocumentError.of(Problem(message, pointer=f"/demands/{key}/unit", given=demand.unit, hint=hint))
    reach = [
        node
        for node in assembly.case.corridor.nodes
        if node != demand.origin
        and k_shortest_paths(
            network, np.ones(len(assembly.parts)), assembly.origins[demand.origin], assembly.destinations[node], 1
        )
    ]
    message = f"no way leads from {demand.origin!r} to {demand.destination!r}"
    allowed = f"a node that can be reached: {', '.join(reach) or 'there is none'}"
    pointer = f"/demands/{key}/destination"
    return DocumentError.of(Problem(message, pointer=pointer, given=demand.destination, allowed=allowed))


def _check_places(assembly: Assembly, via: Sequence[str]) -> None:
    corridor = assembly.case.corridor
    known = [*corridor.nodes, *corridor.links]
    for place in via:
        if place not in known:
            hint = did_you_mean(place, known)
            problem = Problem("no such node or link", parameter="via", given=place, allowed="an id of one", hint=hint)
            raise ParameterError.of(problem)


def _leads_via(assembly: Assembly, path: Path, demand: Demand, via: Sequence[str]) -> bool:
    """Say whether a path passes places in this order."""
    if not via:
        return True
    ends = {point: node for node, point in assembly.destinations.items()}
    passed = [demand.origin]
    for link in path.links:
        part = assembly.parts[link]
        if part.kind == "line":
            passed.append(part.element.removeprefix("links."))
            node = ends.get(int(assembly.heads[link]))
        else:
            node = part.element.removeprefix("nodes.")
        if node is not None and node != passed[-1]:
            passed.append(node)
    rest = iter(passed)
    return all(place in rest for place in via)
