"""Answers about corridors in words and text tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from hubcalc.cli.corridor_tables import TABLES, compared, place, shown_table
from hubcalc.cli.corridors import VIEWS
from hubcalc.cli.output import text_width
from hubcalc.cli.plain import entered, plain, result, standing, wrapped
from hubcalc.words import plural
from hubmodels.corridor_results import (
    CorridorReport,
    CorridorResult,
    EmissionReport,
    EmissionResult,
    EquilibriumReport,
    EquilibriumResult,
    FlowReport,
    FlowResult,
    ResilienceReport,
    ResilienceResult,
    StormReport,
    StormResult,
    TimeCostDistanceReport,
    TimeCostDistanceResult,
    TransitReport,
    TransitResult,
)
from hubmodels.results import Verdict

_NAMES: dict[type[CorridorReport], str] = {
    TransitReport: "transit",
    FlowReport: "flow",
    EquilibriumReport: "equilibrium",
    ResilienceReport: "resilience",
    TimeCostDistanceReport: "tcd",
    EmissionReport: "emissions",
    StormReport: "storms",
}
_TITLES = {
    "legs": "Parts of the way",
    "alternatives": "Ways",
    "elements": "Hubs and lines, the fullest first",
    "demands": "Demands",
    "bottlenecks": "Bottlenecks, in the order in which they limit",
    "ways": "Ways used",
    "outages": "Without parts of it, the costliest first",
    "points": "So far along the way",
    "indicators": "CAREC's indicators",
    "months": "Months",
}
_ORDER = {
    "flow": ("demands", "elements", "bottlenecks"),
    "equilibrium": ("demands", "elements"),
    "transit": ("legs", "alternatives"),
    "tcd": ("points", "indicators"),
}
"""Tables of one scenario, where there are several."""
_SHOWN = 15
"""Rows of a long list."""
_HOURS_PER_DAY = 24


def corridor_text(report: CorridorReport, view: str | None) -> str:
    """Write a report, or one table of it."""
    name = _NAMES[type(report)]
    results: Sequence[CorridorResult] = report.results  # type: ignore[attr-defined]  # every report has them
    blocks = [_heading(report)]
    if view == "summary" or (view is None and len(results) > 1 and name != "tcd"):
        blocks.append(compared(TABLES[name, "summary"], results))
        if view is None:
            blocks.append(f"In detail: --view {VIEWS[name][0]}")
    else:
        for found in results:
            blocks += [*_changed(found), *_scenario(name, found, view)]
    blocks += _warnings(results)
    return "\n\n".join(blocks)


def _heading(report: CorridorReport) -> str:
    corridor = report.corridor
    version = f", version {corridor.version}" if corridor.version else ""
    return wrapped(
        f"{corridor.name} ({corridor.id}, corridor{version}); model version {report.model_version}", text_width()
    )


def _changed(found: CorridorResult) -> Iterator[str]:
    if found.overrides:
        said = ", ".join(f"{path} = {entered(value)}" for path, value in found.overrides.items())
        yield wrapped(f"with {said}", text_width(), "", "  ")


def _scenario(name: str, found: CorridorResult, view: str | None) -> Iterator[str]:
    """Write one scenario: its words and its usual tables, or one table."""
    if view is not None:
        yield _table(name, view, found, whole=True)
        return
    lines, verdict = _WORDS[name](found)
    lines = [*lines, *([_verdict(verdict)] if verdict else [])]
    if lines:
        yield "\n".join(wrapped(line, text_width(), "", "  ") for line in lines)
    for each in _ORDER.get(name, VIEWS[name][:1]):
        if getattr(found, each):
            yield _table(name, each, found, whole=False)


def _table(name: str, view: str, found: CorridorResult, *, whole: bool) -> str:
    items = list(getattr(found, view))
    if view == "elements":
        items.sort(key=lambda item: -(item.utilization or 0.0))
    shown = items if whole else items[:_SHOWN]
    lines = [_TITLES[view], shown_table(TABLES[name, view], shown)]
    if len(shown) < len(items):
        lines.append(f"… and {len(items) - len(shown)} more: --view {view}")
    return "\n".join(lines)


def _verdict(verdict: Verdict) -> str:
    return f"{standing(verdict)}: {verdict.method}{'; ' if verdict.reason else ''}{verdict.reason}"


Words = tuple[list[str], Verdict | None]


def _transit(found: TransitResult) -> Words:
    lines = [
        f"{found.demand}: {found.origin} to {found.destination}, {result(found.distance_km)} km, "
        f"{result(found.cost_usd)} USD per {found.unit}"
    ]
    time = found.time
    if time.mean_hours is None:
        lines.append("no mean time from door to door")
    else:
        lines.append(
            f"door to door {days(time.mean_hours)} in the mean, P50 {days(time.p50_hours)}, "
            f"P90 {days(time.p90_hours)}, P95 {days(time.p95_hours)}"
        )
    calm = found.time_without_shocks
    if calm is not None and calm.mean_hours is not None:
        lines.append(f"without shocks {days(calm.mean_hours)} in the mean, P95 {days(calm.p95_hours)}")
    reliability = found.reliability
    if reliability.buffer_index is not None:
        text = f"buffer index {result(reliability.buffer_index, '%')} % (P95 over the mean)"
        if reliability.planning_time_index is not None:
            text += f", planning time index {result(reliability.planning_time_index)}"
        lines.append(text)
    if reliability.deadline_hours is not None and reliability.late_share is not None:
        lines.append(f"{result(reliability.late_share, '%')} % miss the deadline of {days(reliability.deadline_hours)}")
    return lines, time.verdict


def _flow(found: FlowResult) -> Words:
    text = f"{result(found.served_share, '%')} % of the demand is served for {result(found.cost_usd_per_day)} USD a day"
    lines = [text]
    if found.largest_multiple is not None:
        lines.append(f"all of it just fits {result(found.largest_multiple)} times")
    if not found.bottlenecks:
        lines.append("no capacity limits what is served, or makes it dearer")
    return lines, found.verdict


def _equilibrium(found: EquilibriumResult) -> Words:
    above = result(found.price_of_anarchy - 1, "%")
    lines = [
        f"{result(found.total_hours_per_day)} unit-hours a day; cost {above} % above the least that it could be; "
        f"gap {result(found.relative_gap)}, rounds {found.iterations}"
    ]
    over = [place(element.element) for element in found.elements if element.overloaded]
    if over:
        lines.append(f"overloaded: {', '.join(over)}; times there are means over the horizon")
    return lines, found.verdict


def _resilience(found: ResilienceResult) -> Words:
    served = result(found.base_served_share, "%")
    return [f"{served} % of the demand is served for {result(found.base_usd_per_day)} USD a day"], found.verdict


def _series(found: TimeCostDistanceResult) -> Words:
    return [f"{found.demand}, for one {found.unit}"], None


def _emissions(found: EmissionResult) -> Words:
    return [
        f"{found.demand}: {result(found.well_to_wheel_kg)} kg CO2e per {found.unit} of "
        f"{result(found.tonnes_per_unit)} t from well to wheel, {result(found.tank_to_wheel_kg)} kg from tank to wheel",
        f"{result(found.well_to_wheel_grams_per_tonne_km)} g per tonne-kilometer over {result(found.distance_km)} km; "
        f"{result(found.tonnes_per_year)} t a year for the whole demand",
    ], found.verdict


def _storms(found: StormResult) -> Words:
    lines = [
        f"{place(found.element)}: {result(found.arrivals_per_day)} {plural(found.unit)} come a day, "
        f"{result(found.capacity_per_day)} are carried on an open day; {found.years} years drawn, seed {found.seed}"
    ]
    target = f"nine of ten wait at most {days(found.wait_target_hours)} in the worst month"
    if found.meets_target:
        lines.append(target)
    elif found.least_capacity_per_day is None:
        lines.append(f"no capacity would do that {target}")
    else:
        text = f"that {target} takes {result(found.least_capacity_per_day)} {plural(found.unit)} an open day"
        if found.fewest_vessels is not None:
            text += f": {found.fewest_vessels} vessels instead of {found.vessels}"
        lines.append(text)
    return lines, found.verdict


_WORDS: dict[str, Any] = {
    "transit": _transit,
    "flow": _flow,
    "equilibrium": _equilibrium,
    "resilience": _resilience,
    "tcd": _series,
    "emissions": _emissions,
    "storms": _storms,
}


def _warnings(results: Sequence[CorridorResult]) -> Iterator[str]:
    said = dict.fromkeys(f"{advice.message} [{advice.code}]" for found in results for advice in found.warnings)
    if said:
        yield "Warnings\n" + "\n".join(wrapped(plain(text), text_width(), "- ", "  ") for text in said)


def days(hours: float | None) -> str:
    """Write a time in hours, or in days where it is two days or more.

    >>> days(30.0), days(60.0), days(None)
    ('30 h', '2.5 days', '-')
    """
    if hours is None:
        return "-"
    return f"{result(hours)} h" if hours < 2 * _HOURS_PER_DAY else f"{result(hours / _HOURS_PER_DAY)} days"
