"""Time from door to door: the cheapest way of a demand, its parts, its percentiles, and the next ways."""

from collections.abc import Mapping, Sequence
from typing import Any

from hubcalc.analysis.analyses import method_name
from hubcalc.analysis.corridors.assembly import Assembly, assemble
from hubcalc.analysis.corridors.case import cases_of, corridor_of
from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.analysis.corridors.reports import reference_of, time_warnings
from hubcalc.analysis.corridors.times import CONVOLVED, SHOCKED, chain_of, time_of, verdict_of
from hubcalc.analysis.corridors.ways import Way, demand_of, ways_of
from hubcalc.documents import Documents, Fixtures
from hubcalc.network.door_to_door import DoorToDoor
from hubcalc.network.reliability import buffer_index, planning_time_index
from hubcalc.version import MODEL_VERSION
from hubmodels import Corridor
from hubmodels.corridor import Demand
from hubmodels.corridor_results import AlternativeWay, Reliability, TransitLeg, TransitReport, TransitResult


def transit(
    corridor: Corridor | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    demand: str | None = None,
    via: Sequence[str] = (),
    method: str = "auto",
    documents: Documents | None = None,
) -> TransitReport:
    """Give the time of a demand from door to door, in every combination of the overrides.

    Each hub and line is analyzed at the flows that its own document states. Ways are compared at times by the fast
    formulas; `method` is for the parts of the ways that are shown.

    Parameters
    ----------
    corridor : Corridor, mapping or str
        A corridor document, or the id of one.
    overrides : mapping, optional
        A value, or a list of values, by path; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    demand : str, optional
        Id of the demand; the main demand by default.
    via : sequence of str, optional
        Nodes or links that the way must pass, in order; otherwise it is the one of least price and value of time.
    method : {"auto", "fast", "exact", "simulate"}
        What may be taken at the parts: formulas with numerical solutions, closed forms and approximations, exact
        formulas only, or simulations.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    TransitReport
        Mean and percentiles, parts, reliability and the next ways.

    Raises
    ------
    DocumentError
        If the corridor is not valid, names what is not there, or the demand has no way.
    UnknownPathError, OverrideError, ParameterError
        If an override or a parameter cannot be used.

    Examples
    --------
    >>> report = transit("middle-corridor")
    >>> report.results[0].legs[0].kind
    'hub'
    """
    library = documents or Fixtures()
    document, chosen = corridor_of(corridor, library), method_name(method)
    cases = cases_of(document, overrides, library, chosen)
    results = [transit_result(assemble(case, chosen), demand=demand, via=via) for case in cases]
    return TransitReport(corridor=reference_of(document, cases), model_version=MODEL_VERSION, results=results)


def transit_result(
    assembly: Assembly, *, demand: str | None = None, via: Sequence[str] = (), advised: bool = True
) -> TransitResult:
    """Give the time of a demand in one scenario; warnings, which take long, only where somebody is advised."""
    key, asked = demand_of(assembly, demand)
    ways = ways_of(assembly, key, asked, via)
    way = ways[0]
    steady = way.mean_hours is not None
    chain = chain_of(assembly.case.corridor, way.parts) if steady else None
    shocked = chain is not None and bool(chain.shocks)
    verdict = verdict_of(way.parts, assembly.method, SHOCKED if shocked else CONVOLVED)
    calm = chain.undisturbed if chain is not None else None
    return TransitResult(
        overrides=assembly.case.overrides,
        warnings=time_warnings(way.parts) if advised else [],
        demand=key,
        origin=asked.origin,
        destination=asked.destination,
        unit=asked.unit,
        distance_km=way.distance_km,
        cost_usd=way.cost_usd(asked),
        time=time_of(chain, verdict),
        time_without_shocks=time_of(calm, verdict) if shocked else None,
        reliability=_reliability(chain, way, asked),
        legs=_legs(way, asked, calm),
        alternatives=[_alternative(rank, other, asked) for rank, other in enumerate(ways, 1)],
    )


def _reliability(chain: DoorToDoor | None, way: Way, demand: Demand) -> Reliability:
    deadline = demand.deadline_hours
    if chain is None:
        nothing = {"buffer_index": None, "planning_time_index": None, "late_share": None}
        return Reliability(**nothing, deadline_hours=deadline)
    p95 = float(chain.quantile(0.95))
    free = sum(part.split.service_hours or 0.0 for part in way.parts)
    return Reliability(
        buffer_index=float(buffer_index(chain.mean_hours, p95)),
        planning_time_index=float(planning_time_index(p95, free)) if free > 0 else None,
        late_share=None if deadline is None else 1 - float(chain.below(deadline)),
        deadline_hours=deadline,
    )


def _legs(way: Way, demand: Demand, calm: DoorToDoor | None) -> list[TransitLeg]:
    variances = calm.variance_contributions_hours2 if calm is not None else None
    whole = calm.variance_hours2 if calm is not None else 0.0
    legs = []
    for i, part in enumerate(way.parts):
        share = float(variances[i]) / whole if variances is not None and whole > 0 else None
        legs.append(_leg(part, demand, share))
    return legs


def _leg(part: PassedPart, demand: Demand, variance_share: float | None) -> TransitLeg:
    split = part.split
    return TransitLeg(
        element=part.element,
        kind=part.kind,
        document=part.document_id,
        flow=part.flow_id,
        distance_km=part.distance_km,
        mean_hours=split.dwell_hours,
        p90_hours=part.p90_hours,
        queue_hours=split.queue_hours,
        service_hours=split.service_hours,
        synchronization_hours=split.synchronization_hours,
        closure_hours=split.closure_hours,
        quota_hours=split.quota_hours,
        variance_share=variance_share,
        cost_usd=part.price_usd(demand.unit),
        utilization=part.utilization,
        verdict=part.dwell.verdict,
    )


def _alternative(rank: int, way: Way, demand: Demand) -> AlternativeWay:
    return AlternativeWay(
        rank=rank,
        elements=way.elements,
        distance_km=way.distance_km,
        mean_hours=way.mean_hours,
        cost_usd=way.cost_usd(demand),
        generalized_cost_usd=way.generalized_cost_usd(demand),
    )
