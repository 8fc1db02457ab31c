"""What the reports on corridors share."""

from collections.abc import Sequence

from hubcalc.analysis.corridors.assembly import Assembly
from hubcalc.analysis.corridors.case import Case
from hubcalc.analysis.corridors.columns import LEAST_PER_DAY
from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.network.graph import Floats
from hubcalc.words import some
from hubmodels import Corridor
from hubmodels.corridor_results import CorridorReference
from hubmodels.results import Advice


def reference_of(corridor: Corridor, cases: Sequence[Case]) -> CorridorReference:
    """Name the corridor and the documents that it uses; versions are known to who stores them."""
    used = {**cases[0].hubs, **cases[0].lines}
    return CorridorReference(id=corridor.id, name=corridor.name, documents=dict.fromkeys(used, None))


def time_warnings(parts: Sequence[PassedPart]) -> list[Advice]:
    """Say which parts of a way have no steady state, and which should be simulated."""
    found, doubted = [], []
    for part in parts:
        if part.dwell.value is None and part.dwell.verdict.status == "unstable":
            message = f"{part.element} ({part.document_id}) has no steady state: {part.growing_stages()}"
            found.append(Advice(code="unstable", message=message))
        elif part.doubts:
            doubted.append(f"{part.element} ({part.doubts[0]})")
    unasked = [part.element for part in parts if part.per_day == 0]
    if unasked:
        message = (
            f"the documents have no flow at {some(unasked)}: times there are those of {LEAST_PER_DAY} units a "
            "day, which wait long for others where loads are gathered"
        )
        found.append(Advice(code="no_flow", message=message))
    if doubted:
        message = f"formulas are in doubt at {some(doubted)}; method=simulate simulates all parts"
        found.append(Advice(code="simulation_advised", message=message))
    return found


def shared_warnings(parts: Sequence[PassedPart], flows_per_day: Floats) -> list[Advice]:
    """Say which documents are passed at several places: each of these then has all their capacity."""
    places: dict[str, list[str]] = {}
    for part, flow in zip(parts, flows_per_day, strict=True):
        if flow > 0:
            places.setdefault(f"{part.document_id}, {part.flow_id}", []).append(part.element)
    found = []
    for name, elements in places.items():
        if len(elements) > 1:
            message = f"{', '.join(elements)} are one passage ({name}); each is taken to have all of its capacity"
            found.append(Advice(code="shared_capacity", message=message))
    return found


def steady_warnings(assembly: Assembly) -> list[Advice]:
    """Say at which parts the time is not that of the documents' flows, since these have no steady state."""
    found = []
    for part in assembly.parts:
        if not part.is_steady:
            message = (
                f"{part.element} ({part.document_id}) has no steady state at the flows of its document; "
                f"its time is taken as {part.steady_hours:.3g} h, that at practical capacity, or half of its horizon"
            )
            found.append(Advice(code="unstable", message=message))
    return found
