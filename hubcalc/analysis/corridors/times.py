"""The law of the time along a way: that of each part from its own analysis, convolved, with common shocks."""

from collections.abc import Sequence

import numpy as np

from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.network.door_to_door import DoorToDoor, TimeLaw
from hubcalc.network.door_to_door import Shock as NetworkShock
from hubcalc.readings import at
from hubmodels.corridor import Corridor
from hubmodels.corridor_results import Time
from hubmodels.results import Verdict

CONVOLVED = "laws of the parts, from their own analyses, convolved"
SHOCKED = f"{CONVOLVED}; mixed over the combinations of shocks"
_INDEPENDENT = "parts are taken as independent, but for the shocks"
_QUANTILES = (0.5, 0.9, 0.95)


def law_of(part: PassedPart) -> TimeLaw:
    """Give the law of the time at one part, which has a steady state."""
    simulated = part.simulated_law
    if simulated is not None:
        return simulated
    law = part.analysis.route_law
    mean, variance, _ = (float(at(moment, 0)) for moment in law.moments)
    if variance <= (1e-9 * mean) ** 2:
        return TimeLaw.constant(part.dwell_hours)
    (least, step), shares = law.lattice
    rounded = TimeLaw.from_lattice(float(at(least, 0)), float(at(step, 0)), shares[0])
    # rounding to the lattice moves the mean by some 1e-4 of itself
    return rounded.scaled(part.dwell_hours / rounded.mean_hours)


def chain_of(corridor: Corridor, parts: Sequence[PassedPart]) -> DoorToDoor:
    """Give the law of the whole way, with the shocks that hit it."""
    return DoorToDoor(tuple(law_of(part) for part in parts), tuple(_shocks(corridor, parts)))


def _shocks(corridor: Corridor, parts: Sequence[PassedPart]) -> list[NetworkShock]:
    found = []
    for shock in corridor.shocks.values():
        places = {f"nodes.{node}" for node in shock.nodes} | {f"links.{link}" for link in shock.links}
        hit = [i for i, part in enumerate(parts) if part.element in places]
        if hit and shock.probability > 0:
            extra = {i: TimeLaw.constant(shock.extra_hours) for i in hit} if shock.extra_hours else {}
            found.append(NetworkShock(shock.probability, dict.fromkeys(hit, shock.factor), extra))
    return found


def verdict_of(parts: Sequence[PassedPart], method: AnalysisMethod, law: str) -> Verdict:
    """Judge a sum of mean times: exact if all are; errors add up in hours where all are known."""
    verdicts = [part.dwell.verdict for part in parts]
    growing = [f"{part.element}: {part.growing_stages()}" for part in parts if part.dwell.value is None]
    if growing:
        return Verdict(status="unstable", method=law, reason="no steady state at " + "; ".join(growing))
    if all(verdict.status == "exact" for verdict in verdicts):
        return Verdict(status="exact", method=law, expected_error=0.0)
    hours = [float(part.dwell.value or 0.0) for part in parts]
    widths = [verdict.half_width for verdict in verdicts]
    if all(width is not None or verdict.status == "exact" for width, verdict in zip(widths, verdicts, strict=True)):
        width = float(np.sqrt(sum((width or 0.0) ** 2 for width in widths)))
        return Verdict(status="simulated", method=law, half_width=width, reason=_INDEPENDENT)
    errors = [_error(verdict, hour) for verdict, hour in zip(verdicts, hours, strict=True)]
    known = [error for error in errors if error is not None]
    lacking = [part.element for part, error in zip(parts, errors, strict=True) if error is None]
    total = sum(hours)
    expected = sum(known) / total if len(known) == len(errors) and total > 0 else None
    advice = "" if not lacking else f"; no error is known for {', '.join(lacking)}"
    if lacking and method != "simulate":
        advice += ": method=simulate simulates them"
    return Verdict(status="approximate", method=law, expected_error=expected, reason=_INDEPENDENT + advice)


def _error(verdict: Verdict, hours: float) -> float | None:
    if verdict.half_width is not None:
        return verdict.half_width
    return None if verdict.expected_error is None else verdict.expected_error * hours


def time_of(chain: DoorToDoor | None, verdict: Verdict) -> Time:
    """Give mean and percentiles of a chain; nothing without steady state."""
    if chain is None:
        return Time(mean_hours=None, p50_hours=None, p90_hours=None, p95_hours=None, verdict=verdict)
    p50, p90, p95 = (float(value) for value in chain.quantile(np.array(_QUANTILES)))
    return Time(mean_hours=chain.mean_hours, p50_hours=p50, p90_hours=p90, p95_hours=p95, verdict=verdict)
