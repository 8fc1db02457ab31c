"""What a corridor still serves when hubs or lines are out or degraded, one at a time or two."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hubcalc.analysis.analyses import method_name
from hubcalc.analysis.corridors.assembly import Assembly, assemble
from hubcalc.analysis.corridors.case import cases_of, corridor_of
from hubcalc.analysis.corridors.flows import CorridorFlow, capacity_verdict, counted_by, in_capacity
from hubcalc.analysis.corridors.reports import reference_of, shared_warnings, steady_warnings
from hubcalc.analysis.corridors.ways import check_all_served
from hubcalc.documents import Documents, Fixtures
from hubcalc.errors import ParameterError, Problem
from hubcalc.network.resilience import Outages, group_outages
from hubcalc.version import MODEL_VERSION
from hubcalc.words import did_you_mean
from hubmodels import Corridor
from hubmodels.corridor_results import Outage, ResilienceReport, ResilienceResult

METHOD = "least-cost flow solved again without each part; times are those at the flows of the documents"
MOST_PAIRS = 2_000


def corridor_resilience(
    corridor: Corridor | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    out: Sequence[str] = (),
    lost_share: float = 1.0,
    pairs: bool = False,
    capacity: str | None = None,
    documents: Documents | None = None,
) -> ResilienceReport:
    """Take parts of a corridor out, or degrade them, in every combination of the overrides.

    Parameters
    ----------
    corridor : Corridor, mapping or str
        A corridor document, or the id of one.
    overrides : mapping, optional
        A value, or a list of values, by path; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    out : sequence of str, optional
        Nodes and links, or hubs and lines with all places that they stand at (``hubs.<id>``, ``lines.<id>``), each in
        turn; by default all hubs and lines.
    lost_share : float
        Share of the capacity that is lost, above 0; 1 closes a part, also one that nothing else limits [1].
    pairs : bool
        Whether each two of them are taken out together, too.
    capacity : {"theoretical", "practical", "sustainable"}, optional
        Which capacity limits flows; by default the one that the corridor names.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    ResilienceReport
        What is served and added by each outage, the costliest first.

    Raises
    ------
    DocumentError
        If the corridor is not valid, names what is not there, or a demand has no way.
    UnknownPathError, OverrideError, ParameterError
        If an override or a parameter cannot be used.
    """
    if not 0 < lost_share <= 1:
        problem = Problem("out of bounds", parameter="lost_share", given=lost_share, allowed="above 0, up to 1 [1]")
        raise ParameterError.of(problem)
    library = documents or Fixtures()
    document = counted_by(corridor_of(corridor, library), capacity)
    cases = cases_of(document, overrides, library)
    results = [
        resilience_result(assemble(case, method_name("fast")), out=out, lost_share=lost_share, pairs=pairs)
        for case in cases
    ]
    return ResilienceReport(corridor=reference_of(document, cases), model_version=MODEL_VERSION, results=results)


def resilience_result(
    assembly: Assembly,
    *,
    out: Sequence[str] = (),
    lost_share: float = 1.0,
    pairs: bool = False,
    capacity: str | None = None,
) -> ResilienceResult:
    """Take parts of a corridor out in one scenario."""
    assembly = in_capacity(assembly, capacity)
    check_all_served(assembly)
    places = _places(assembly, out, pairs)
    elements, groups = list(places), list(places.values())
    flow = CorridorFlow(assembly)
    hours = np.broadcast_to(assembly.hours, flow.problem.costs.shape)
    found = group_outages(flow.solved, groups, share_left=1 - lost_share, hours=hours, pairs=pairs)
    outages = [_outage(flow, elements, found, i, lost_share) for i in range(len(found.parts))]
    return ResilienceResult(
        overrides=assembly.case.overrides,
        warnings=[*steady_warnings(assembly), *shared_warnings(assembly.parts, flow.solved.link_loads)],
        base_served_share=flow.served_share(flow.solved.served_per_day),
        base_usd_per_day=flow.solved.path_cost,
        verdict=capacity_verdict(assembly, METHOD),
        outages=sorted(outages, key=lambda outage: (-outage.total_usd_per_day, outage.lost)),
    )


def _places(assembly: Assembly, out: Sequence[str], pairs: bool) -> dict[str, list[int]]:
    """Give the links that fail together by place: the places that are asked for, else all hubs and lines."""
    documents: dict[str, list[int]] = {}
    known: dict[str, list[int]] = {}
    for link, part in enumerate(assembly.parts):
        documents.setdefault(f"{part.kind}s.{part.document_id}", []).append(link)
        known.setdefault(part.element, []).append(link)
    known |= documents
    # a node or a link goes before a hub or a line of the same name
    short = {place.partition(".")[2]: place for place in reversed(known)}
    found = {}
    for name in out:
        place = name if name in known else short.get(name)
        if place is None:
            hint = did_you_mean(name, [*short, *known])
            allowed = "a link, a node at which a hub stands, a hub or a line"
            problem = Problem("nothing can fail there", parameter="out", given=name, allowed=allowed, hint=hint)
            raise ParameterError.of(problem)
        found[place] = known[place]
    found = found or documents
    count = len(found) * (len(found) - 1) // 2
    if pairs and count > MOST_PAIRS:
        allowed, hint = f"up to {MOST_PAIRS} pairs", "name fewer places with out="
        raise ParameterError.of(
            Problem("too many pairs", parameter="pairs", given=f"{count} pairs", allowed=allowed, hint=hint)
        )
    return found


def _outage(flow: CorridorFlow, elements: list[str], found: Outages, i: int, lost_share: float) -> Outage:
    base = flow.solved
    asked = flow.assembly.demands.per_day
    served, before = found.served_per_day[i], base.served_per_day
    hours_before = float(base.link_flows.sum(axis=0) @ flow.assembly.hours)
    added = None
    if served.sum() > 0 and before.sum() > 0:
        added = (hours_before + float(found.hours_added[i])) / served.sum() - hours_before / before.sum()
    kept = np.divide(served, before, out=np.ones_like(served), where=before > 1e-9 * np.maximum(asked, 1e-300))
    worst = int(np.argmin(kept)) if kept.size and kept.min() < 1 - 1e-9 else None
    return Outage(
        lost=[elements[group] for group in found.parts[i]],
        lost_share=lost_share,
        served_share=flow.served_share(served),
        unserved_per_day=float(np.maximum(before - served, 0.0).sum()),
        added_hours=None if added is None else float(added) + 0.0,  # never -0.0
        carrying_usd_per_day=float(found.path_cost[i]) - base.path_cost + 0.0,
        total_usd_per_day=float(found.cost_added[i]) + 0.0,
        worst_demand=None if worst is None else list(flow.assembly.case.corridor.demands)[worst],
        worst_served_share=None if worst is None else float(served[worst] / asked[worst]),
    )
