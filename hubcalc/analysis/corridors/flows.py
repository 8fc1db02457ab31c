"""Least-cost flows over a corridor within the capacities of its hubs and lines; what each capacity is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from hubcalc.analysis.analyses import method_name
from hubcalc.analysis.corridors.assembly import Assembly, assemble
from hubcalc.analysis.corridors.bottlenecks import bottleneck_steps
from hubcalc.analysis.corridors.case import cases_of, corridor_of
from hubcalc.analysis.corridors.reports import reference_of, shared_warnings, steady_warnings
from hubcalc.analysis.corridors.ways import check_all_served
from hubcalc.cached import cached
from hubcalc.documents import Documents, Fixtures
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.network.graph import Floats, Network
from hubcalc.network.least_cost import LeastCostFlow, LeastCostProblem, least_cost_flow
from hubcalc.network.maximum_flow import largest_common_share, maximum_flow
from hubcalc.readings import number
from hubcalc.version import MODEL_VERSION
from hubcalc.words import did_you_mean
from hubmodels import Corridor
from hubmodels.corridor import CountedCapacity, Demand
from hubmodels.corridor_results import DemandFlow, ElementFlow, FlowReport, FlowResult, WayUsed
from hubmodels.results import Verdict

METHOD = "least-cost flow of many demands by column generation; times are those at the flows of the documents"


@dataclass(frozen=True)
class CorridorFlow:
    """The least-cost flow problem of one scenario, and its solution."""

    assembly: Assembly

    @cached
    def problem(self) -> LeastCostProblem:
        """The arrays."""
        corridor = self.assembly.case.corridor
        # prices, values of time and times are not negative, so no cycle of links costs less than nothing
        return LeastCostProblem(
            self.assembly.network(corridor.capacity),
            self.assembly.demands,
            self.assembly.generalized_costs(self.assembly.hours),
            np.array([demand.unserved_usd_per_unit for demand in corridor.demands.values()]),
            np.nan_to_num(self.assembly.loads),
        )

    @cached
    def solved(self) -> LeastCostFlow:
        """The least-cost flow."""
        return least_cost_flow(self.problem)

    @cached
    def weights(self) -> Floats:
        """Weight of a unit of each demand in shares of all: its tonnes, if all have them; else 1."""
        demands = list(self.assembly.case.corridor.demands.values())
        tonnes = [demand.tonnes_per_unit for demand in demands]
        return np.array([1.0 if None in tonnes else float(t or 0.0) for t in tonnes])

    def served_share(self, served_per_day: Floats) -> float:
        """Share of all demand that is served; 1 where nothing is asked."""
        asked = float(self.weights @ self.assembly.demands.per_day)
        return float(self.weights @ served_per_day) / asked if asked > 0 else 1.0

    def sums(self, links: tuple[int, ...], class_index: int) -> tuple[float, float]:
        """Give hours and price of a path."""
        where = list(links)
        return float(self.assembly.hours[where].sum()), float(self.assembly.prices[class_index, where].sum())


def corridor_flow(
    corridor: Corridor | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    method: str = "fast",
    capacity: str | None = None,
    documents: Documents | None = None,
) -> FlowReport:
    """Carry the demands of a corridor at the least cost, in every combination of the overrides.

    Parameters
    ----------
    corridor : Corridor, mapping or str
        A corridor document, or the id of one.
    overrides : mapping, optional
        A value, or a list of values, by path; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    method : {"auto", "fast", "exact", "simulate"}
        What may be taken for the times of the parts, which ways are compared at, and for sustainable capacities.
    capacity : {"theoretical", "practical", "sustainable"}, optional
        Which capacity limits flows; by default the one that the corridor names.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    FlowReport
        What is served, flows, utilizations, shadow prices, bottlenecks in order, and the ways used.

    Raises
    ------
    DocumentError
        If the corridor is not valid, names what is not there, or a demand has no way.
    UnknownPathError, OverrideError, ParameterError
        If an override or a parameter cannot be used.
    RefusedError
        If a capacity or a time is not known by the method that is asked for.
    """
    library = documents or Fixtures()
    document, chosen = counted_by(corridor_of(corridor, library), capacity), method_name(method)
    cases = cases_of(document, overrides, library, chosen)
    results = [flow_result(assemble(case, chosen)) for case in cases]
    return FlowReport(corridor=reference_of(document, cases), model_version=MODEL_VERSION, results=results)


def counted_by(corridor: Corridor, capacity: str | None) -> Corridor:
    """Count in another capacity than the corridor names."""
    if capacity is None:
        return corridor
    known = get_args(CountedCapacity)
    if capacity not in known:
        hint = did_you_mean(capacity, known)
        problem = Problem("no such capacity", parameter="capacity", given=capacity, allowed=", ".join(known), hint=hint)
        raise ParameterError.of(problem)
    return corridor.model_copy(update={"capacity": capacity})


def in_capacity(assembly: Assembly, capacity: str | None) -> Assembly:
    """Count one scenario in another capacity than the corridor names."""
    if capacity is None:
        return assembly
    return replace(assembly, case=replace(assembly.case, corridor=counted_by(assembly.case.corridor, capacity)))


def flow_result(assembly: Assembly, *, capacity: str | None = None) -> FlowResult:
    """Give the least-cost flow of one scenario."""
    assembly = in_capacity(assembly, capacity)
    check_all_served(assembly)
    flow = CorridorFlow(assembly)
    solved = flow.solved
    share = largest_common_share(flow.problem.network, assembly.demands, flow.problem.loads).share
    used = solved.used_paths()
    return FlowResult(
        overrides=assembly.case.overrides,
        warnings=[*steady_warnings(assembly), *shared_warnings(assembly.parts, solved.link_loads)],
        served_share=flow.served_share(solved.served_per_day),
        cost_usd_per_day=solved.path_cost,
        largest_multiple=number(share + 0.0),  # never -0.0
        relative_gap=solved.relative_gap,
        verdict=capacity_verdict(assembly, METHOD),
        demands=_demands(flow),
        elements=_elements(flow),
        bottlenecks=bottleneck_steps(flow),
        ways=[_way(flow, path) for path in used],
    )


def capacity_verdict(assembly: Assembly, method: str) -> Verdict:
    """Judge what rests on capacities: they are those of the parts, each alone."""
    counted = assembly.case.corridor.capacity
    exact = all(part.capacity_verdict(counted).status == "exact" for part in assembly.parts)
    reason = f"{counted} capacities of the parts, each beside the other flows of its document"
    return Verdict(
        status="exact" if exact else "approximate", method=method, expected_error=0.0 if exact else None, reason=reason
    )


def _demands(flow: CorridorFlow) -> list[DemandFlow]:
    solved, assembly = flow.solved, flow.assembly
    found = []
    for i, (key, demand) in enumerate(assembly.case.corridor.demands.items()):
        paths = [path for path in solved.used_paths() if path[0] == i]
        sums = [flow.sums(links, assembly.class_index(demand)) for _, _, links in paths]
        carried = sum(amount for _, amount, _ in paths)
        hours = sum(amount * total[0] for (_, amount, _), total in zip(paths, sums, strict=True))
        cost = sum(amount * total[1] for (_, amount, _), total in zip(paths, sums, strict=True))
        largest, cut = _alone(flow, demand)
        found.append(
            DemandFlow(
                demand=key,
                unit=demand.unit,
                asked_per_day=demand.per_day,
                served_per_day=float(solved.served_per_day[i]),
                unserved_per_day=float(solved.unserved_per_day[i]),
                mean_hours=number(hours / carried) if carried > 0 else None,
                cost_usd_per_unit=cost / carried if carried > 0 else None,
                ways=len(paths),
                largest_per_day=largest,
                cut=cut,
            )
        )
    return found


def _alone(flow: CorridorFlow, demand: Demand) -> tuple[float | None, list[str]]:
    """Give the largest flow of one demand without the others, and the parts whose capacities limit it."""
    assembly, network = flow.assembly, flow.problem.network
    index = assembly.class_index(demand)
    # capacities in units of the demand
    room = np.where(assembly.forbidden[index], 0.0, network.capacities / np.nan_to_num(assembly.loads[index], nan=1.0))
    own = Network(network.nodes, network.tails, network.heads, room)
    try:
        found = maximum_flow(own, assembly.origins[demand.origin], assembly.destinations[demand.destination])
    except RefusedError:  # a way that nothing limits
        return None, []
    return found.per_day, assembly.elements(list(found.cut_links))


def _elements(flow: CorridorFlow) -> list[ElementFlow]:
    solved, assembly = flow.solved, flow.assembly
    counted = assembly.case.corridor.capacity
    found = []
    for i, part in enumerate(assembly.parts):
        capacity = number(part.capacity_per_day(counted))
        passing = float(solved.link_loads[i])
        used = None if not capacity else (passing + part.other_per_day) / capacity
        found.append(
            ElementFlow(
                element=part.element,
                kind=part.kind,
                document=part.document_id,
                flow=part.flow_id,
                unit=part.handling_unit,
                flow_per_day=passing,
                other_per_day=part.other_per_day,
                capacity_per_day=capacity,
                utilization=used,
                price_usd=float(solved.shadow_prices[i]) + 0.0,  # never -0.0
                verdict=part.capacity_verdict(counted),
            )
        )
    return found


def _way(flow: CorridorFlow, path: tuple[int, float, tuple[int, ...]]) -> WayUsed:
    demand_index, amount, links = path
    key, demand = list(flow.assembly.case.corridor.demands.items())[demand_index]
    hours, cost = flow.sums(links, flow.assembly.class_index(demand))
    return WayUsed(
        demand=key,
        flow_per_day=amount,
        elements=flow.assembly.elements(list(links)),
        mean_hours=number(hours),
        cost_usd=cost,
    )
