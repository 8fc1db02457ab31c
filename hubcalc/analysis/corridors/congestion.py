"""Flows under congestion: each part delays by its own queues at the flow that passes it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hubcalc.analysis.analyses import method_name
from hubcalc.analysis.corridors.assembly import Assembly, assemble
from hubcalc.analysis.corridors.case import cases_of, corridor_of
from hubcalc.analysis.corridors.reports import reference_of, shared_warnings
from hubcalc.analysis.corridors.tabulation import Tabulation
from hubcalc.analysis.corridors.ways import check_all_served
from hubcalc.documents import Documents, Fixtures
from hubcalc.errors import DocumentError, Problem
from hubcalc.network.equilibrium import Equilibrium, system_optimum, user_equilibrium
from hubcalc.network.graph import Network
from hubcalc.network.paths import k_shortest_paths
from hubcalc.readings import number
from hubcalc.version import MODEL_VERSION
from hubmodels import Corridor
from hubmodels.corridor_results import CongestedElement, DemandServed, EquilibriumReport, EquilibriumResult, WayUsed
from hubmodels.results import Advice, Verdict

METHOD = "user equilibrium (Wardrop) with the parts' own mean times, tabulated over their flow"
GAP = 1e-6


def corridor_equilibrium(
    corridor: Corridor | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    documents: Documents | None = None,
) -> EquilibriumReport:
    """Find the flows at which no unit gains by another way, in every combination of the overrides.

    Times are those of each hub and line at the flow that passes it; beyond its theoretical capacity the time is the
    mean over the horizon of its document, while a line grows. All demand is carried. Hubs that nobody would pass even
    if it took no time are left out.

    Parameters
    ----------
    corridor : Corridor, mapping or str
        A corridor document, or the id of one.
    overrides : mapping, optional
        A value, or a list of values, by path; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    EquilibriumReport
        Flows, times, ways, the gap, and the same at the least total cost.

    Raises
    ------
    DocumentError
        If the corridor is not valid, names what is not there, or a demand has no way or no value of time.
    UnknownPathError, OverrideError
        If an override cannot be used.
    """
    library = documents or Fixtures()
    document = corridor_of(corridor, library)
    cases = cases_of(document, overrides, library)
    results = [equilibrium_result(assemble(case, method_name("fast"))) for case in cases]
    return EquilibriumReport(corridor=reference_of(document, cases), model_version=MODEL_VERSION, results=results)


def equilibrium_result(assembly: Assembly) -> EquilibriumResult:
    """Give equilibrium and optimum of one scenario."""
    check_all_served(assembly)
    _check_values_of_time(assembly)
    found, optimum, tabulation = solve(assembly)
    local = optimum.total_cost_per_day > found.total_cost_per_day * (1 + 1e-9)
    best = found if local else optimum
    total = found.total_cost_per_day
    least = min(best.total_cost_per_day, total)
    return EquilibriumResult(
        overrides=assembly.case.overrides,
        warnings=_warnings(assembly, found, optimum, local=local),
        relative_gap=found.relative_gap,
        iterations=found.iterations,
        total_hours_per_day=found.total_hours_per_day,
        optimum_hours_per_day=best.total_hours_per_day,
        total_usd_per_day=total,
        optimum_usd_per_day=least,
        price_of_anarchy=total / least if least > 0 else 1.0,
        verdict=_verdict(found),
        demands=_demands(assembly, found),
        elements=_elements(assembly, found, best, tabulation),
        ways=_ways(assembly, found),
    )


def solve(assembly: Assembly) -> tuple[Equilibrium, Equilibrium, Tabulation]:
    """Find equilibrium and optimum, and analyze over its flows each part that one of them leads through."""
    tabulation = Tabulation.of(assembly.parts)
    capacities = [max(part.capacity_per_day("theoretical") - part.other_per_day, 0.0) for part in assembly.parts]
    network = Network(assembly.points, assembly.tails, assembly.heads, np.array(capacities))
    while True:
        delays = tabulation.delays()
        found, best = (
            search(
                network,
                assembly.demands,
                delays,
                loads=np.nan_to_num(assembly.loads, nan=1.0),
                money_costs=np.where(assembly.forbidden, np.inf, assembly.prices),
                values_of_time=np.array([k.value_of_time_usd_per_hour for k in assembly.classes]),
                gap=GAP,
            )
            for search in (user_equilibrium, system_optimum)
        )
        led = np.flatnonzero(found.link_flows + best.link_flows > 0).tolist() + _ways_of_none(assembly, network, found)
        new = [link for link in dict.fromkeys(led) if not tabulation.knows(link)]
        if not new:
            return found, best, tabulation
        for link in new:
            tabulation.learn(link)


def _ways_of_none(assembly: Assembly, network: Network, found: Equilibrium) -> list[int]:
    """Give the links of the cheapest ways of demands that are 0: their times are told, too."""
    asked, links = assembly.demands, []
    for i in np.flatnonzero(asked.per_day == 0):
        costs = found.link_costs[asked.classes[i]]
        ways = k_shortest_paths(network, costs, int(asked.origins[i]), int(asked.destinations[i]), 1)
        links += [int(link) for link in ways[0].links]
    return links


def _check_values_of_time(assembly: Assembly) -> None:
    wanting = [
        Problem(
            "an equilibrium weighs time against price",
            pointer=f"/demands/{key}/value_of_time_usd_per_hour",
            given=0.0,
            allowed="above 0",
            hint="give the demand a value of time",
        )
        for key, demand in assembly.case.corridor.demands.items()
        if demand.value_of_time_usd_per_hour == 0
    ]
    if wanting:
        raise DocumentError.of(*wanting)


def _verdict(found: Equilibrium) -> Verdict:
    if found.converged:
        reason = "times by the fast formulas; flows through one hub do not delay each other beyond its document's flows"
        return Verdict(status="approximate", method=METHOD, reason=reason)
    reason = f"no equilibrium was found: after {found.iterations} rounds the gap is {found.relative_gap:.2g}"
    return Verdict(status="refused", method=METHOD, reason=reason)


def _warnings(assembly: Assembly, found: Equilibrium, optimum: Equilibrium, *, local: bool) -> list[Advice]:
    over = [part.element for part, is_over in zip(assembly.parts, found.overloaded, strict=True) if is_over]
    advice = []
    if over:
        message = f"more passes than is carried at {', '.join(over)}: times there are means over the horizon"
        advice.append(Advice(code="overloaded", message=message))
    if not optimum.converged:
        message = f"no optimum was found: after {optimum.iterations} rounds the gap is {optimum.relative_gap:.2g}"
        advice.append(Advice(code="no_optimum", message=message))
    if local:
        message = "the optimum found is a local one, and costs more than the equilibrium, which stands for it"
        advice.append(Advice(code="local_optimum", message=message))
    return [*advice, *shared_warnings(assembly.parts, found.link_flows)]


def _demands(assembly: Assembly, found: Equilibrium) -> list[DemandServed]:
    served = []
    for i, (key, demand) in enumerate(assembly.case.corridor.demands.items()):
        mine = np.flatnonzero(found.paths.demands == i)
        hours = float(found.demand_hours[i])
        money = float(found.demand_costs[i]) - demand.value_of_time_usd_per_hour * hours
        served.append(
            DemandServed(
                demand=key,
                unit=demand.unit,
                asked_per_day=demand.per_day,
                served_per_day=demand.per_day,
                unserved_per_day=0.0,
                mean_hours=hours,
                cost_usd_per_unit=max(0.0, money),
                ways=int(mine.size),
            )
        )
    return served


def _elements(
    assembly: Assembly, found: Equilibrium, best: Equilibrium, tabulation: Tabulation
) -> list[CongestedElement]:
    free = tabulation.delays().hours(np.zeros(len(assembly.parts)))
    elements = []
    for i, part in enumerate(assembly.parts):
        if not tabulation.knows(i):
            continue
        capacity, passing = part.capacity_per_day("theoretical"), float(found.link_flows[i]) + part.other_per_day
        elements.append(
            CongestedElement(
                element=part.element,
                kind=part.kind,
                document=part.document_id,
                flow=part.flow_id,
                unit=part.handling_unit,
                flow_per_day=passing,
                utilization=number(passing / capacity) if np.isfinite(capacity) and capacity > 0 else None,
                mean_hours=float(found.delay_hours[i]),
                free_hours=float(free[i]),
                overloaded=bool(found.overloaded[i]),
                optimum_flow_per_day=float(best.link_flows[i]) + part.other_per_day,
            )
        )
    return elements


def _ways(assembly: Assembly, found: Equilibrium) -> list[WayUsed]:
    keys = list(assembly.case.corridor.demands)
    ways = []
    for i, links in enumerate(found.paths.links):
        demand = assembly.case.corridor.demands[keys[found.paths.demands[i]]]
        hours = float(found.paths.hours[i])
        money = float(found.paths.costs[i]) - demand.value_of_time_usd_per_hour * hours
        ways.append(
            WayUsed(
                demand=keys[found.paths.demands[i]],
                flow_per_day=float(found.paths.per_day[i]),
                elements=assembly.elements(links),
                mean_hours=hours,
                cost_usd=max(0.0, money),
            )
        )
    return ways
