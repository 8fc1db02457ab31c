"""The law of the time along a way: that of each part from its own analysis, convolved, with common shocks."""

from collections.abc import Sequence

import numpy as np

from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.network.door_to_door import DoorToDoor, TimeLaw
from hubcalc.network.door_to_door import Shock as NetworkShock
from hubcalc.readings import at
from hubcalc.words import some
from hubmodels.corridor import Corridor
from hubmodels.corridor_results import Time
from hubmodels.results import Verdict

CONVOLVED = "laws of the parts, from their own analyses, convolved"
SHOCKED = f"{CONVOLVED}; mixed over the combinations of shocks"
_INDEPENDENT = "parts are taken as independent, but for the shocks"
_QUANTILES = (0.5, 0.9, 0.95)
_NAMED = 3
"""Parts that a reason names."""
_ROUNDING = 1e-15
"""Probabilities below this are errors of rounding, which must not decide what the least time of a part is."""
_TABLE = np.linspace(0.0, 0.95, 96)
"""Probabilities at which the shape of a law is kept."""


def law_of(part: PassedPart) -> TimeLaw:
    """Give the law of the time at one part, which has a steady state; its mean is that of the part."""
    law = part.analysis.route_law
    mean, variance, _ = (float(at(moment, part.row)) for moment in law.moments)
    if variance <= (1e-9 * mean) ** 2:
        return TimeLaw.constant(part.dwell_hours)
    (least, step), shares = law.lattice
    kept = np.where(shares[part.row] < _ROUNDING, 0.0, shares[part.row])
    found = TimeLaw.from_lattice(float(at(least, part.row)), float(at(step, part.row)), kept)
    simulated = part.simulated_quantiles
    if simulated is not None:
        found = _led_through(found, simulated, part.dwell_hours)
    # rounding to the lattice moves the mean by some 1e-4 of itself
    return found.scaled(part.dwell_hours / found.mean_hours)


def _led_through(law: TimeLaw, quantiles: Sequence[float], mean_hours: float) -> TimeLaw:
    """Lead a law through simulated quantiles: between them its shape is kept, beyond them it is exponential."""
    single = DoorToDoor((law,))
    knots = np.maximum.accumulate([single.least_hours, *single.quantile(np.array(_QUANTILES))])
    seen = np.maximum.accumulate([min(single.least_hours, quantiles[0]), *quantiles])
    hours = np.interp(single.quantile(_TABLE), knots, seen)
    # what is left for the tail may not be negative: then the table itself is too slow, and is scaled by the caller
    last = float(_TABLE[-1])
    inside = float(np.diff(_TABLE) @ (hours[1:] + hours[:-1])) / 2
    return TimeLaw.from_quantiles(_TABLE, hours, max(mean_hours, (inside + (1 - last) * float(hours[-1])) * (1 + 1e-9)))


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
    silent = [part for part in parts if part.dwell.value is None]
    growing = [f"{part.element}: {part.growing_stages()}" for part in silent if part.dwell.verdict.status == "unstable"]
    if growing:
        return Verdict(status="unstable", method=law, reason=f"no steady state at {some(growing)}")
    if silent:
        reasons = dict.fromkeys(part.dwell.verdict.reason for part in silent)
        places = some([part.element for part in silent])
        return Verdict(status="refused", method=law, reason=f"no time at {places}: {'; '.join(reasons)}")
    twice = _passed_twice(parts)
    if all(verdict.status == "exact" for verdict in verdicts) and not twice:
        return Verdict(status="exact", method=law, expected_error=0.0)
    hours = [float(part.dwell.value or 0.0) for part in parts]
    widths = [verdict.half_width for verdict in verdicts]
    if any(width is not None for width in widths) and all(
        width is not None or verdict.status == "exact" for width, verdict in zip(widths, verdicts, strict=True)
    ):
        width = float(np.sqrt(sum((width or 0.0) ** 2 for width in widths)))
        return Verdict(status="simulated", method=law, half_width=width, reason=_INDEPENDENT + twice)
    errors = [_error(verdict, hour) for verdict, hour in zip(verdicts, hours, strict=True)]
    known = [error for error in errors if error is not None]
    lacking = [part.element for part, error in zip(parts, errors, strict=True) if error is None]
    total = sum(hours)
    expected = sum(known) / total if len(known) == len(errors) and total > 0 else None
    advice = "" if not lacking else f"; no error is known for {_counted(lacking, len(parts))}"
    if lacking and method != "simulate":
        advice += ": method=simulate simulates them"
    return Verdict(status="approximate", method=law, expected_error=expected, reason=_INDEPENDENT + twice + advice)


def _counted(elements: Sequence[str], parts: int) -> str:
    """Name a few parts of a way; of many only say how many."""
    return some(elements) if len(elements) <= _NAMED else f"{len(elements)} of {parts} parts"


def _passed_twice(parts: Sequence[PassedPart]) -> str:
    """Say which documents a way passes more than once, as if these were different places."""
    names = [part.document_id for part in parts]
    twice = sorted({name for name in names if names.count(name) > 1})
    return f", also the passages of {', '.join(twice)}" if twice else ""


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
