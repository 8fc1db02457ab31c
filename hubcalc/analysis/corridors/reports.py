"""What the reports on corridors share."""

from collections.abc import Iterable, Sequence

from hubcalc.analysis.corridors.assembly import Assembly
from hubcalc.analysis.corridors.case import Case
from hubcalc.analysis.corridors.parts import PassedPart
from hubmodels import Corridor
from hubmodels.corridor_results import CorridorReference
from hubmodels.results import Advice


def reference_of(corridor: Corridor, cases: Sequence[Case]) -> CorridorReference:
    """Name the corridor and the documents that it uses; versions are known to who stores them."""
    used = {**cases[0].hubs, **cases[0].lines}
    return CorridorReference(id=corridor.id, name=corridor.name, documents=dict.fromkeys(used, None))


def time_warnings(parts: Iterable[PassedPart]) -> list[Advice]:
    """Say which parts of a way have no steady state, and which should be simulated."""
    found, doubted = [], []
    for part in parts:
        if part.dwell.value is None and part.dwell.verdict.status == "unstable":
            message = f"{part.element} ({part.document.id}) has no steady state: {part.growing_stages()}"
            found.append(Advice(code="unstable", message=message))
        elif part.doubts:
            doubted.append(f"{part.element} ({part.doubts[0]})")
    if doubted:
        message = f"formulas are in doubt at {'; '.join(doubted)}; method=simulate simulates all parts"
        found.append(Advice(code="simulation_advised", message=message))
    return found


def steady_warnings(assembly: Assembly) -> list[Advice]:
    """Say at which parts the time is not that of the documents' flows, since these have no steady state."""
    found = []
    for part in assembly.parts:
        if not isinstance(part.dwell.value, float):
            message = (
                f"{part.element} ({part.document.id}) has no steady state at the flows of its document; "
                f"its time is that at its practical capacity, {part.steady_hours:.3g} h"
            )
            found.append(Advice(code="unstable", message=message))
    return found
