"""Answers about corridors: times, flows, congestion, losses, series, greenhouse gases, storms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from hubcalc.analysis import corridors
from hubcalc.answers import shown
from hubcalc.answers.calls import command_of, request_of
from hubcalc.answers.found import Asked, Found, distinct, each, number, percent, units, weakest_verdict
from hubcalc.charts.base import place
from hubcalc.errors import ParameterError, Problem
from hubcalc.tables.corridors import corridor_table
from hubcalc.units import HOURS_PER_DAY
from hubcalc.words import some
from hubmodels import Corridor
from hubmodels.corridor import MONTHS
from hubmodels.corridor_results import (
    CorridorReport,
    CorridorResult,
    DemandFlow,
    EmissionResult,
    EquilibriumResult,
    FlowResult,
    Indicator,
    ResilienceResult,
    StormResult,
    TimeCostDistanceResult,
    TransitResult,
)
from hubmodels.results import Verdict
from hubmodels.scenario import (
    AskEmissions,
    AskEquilibrium,
    AskFlow,
    AskResilience,
    AskStorms,
    AskTimeCostDistance,
    AskTransit,
)

R = TypeVar("R", bound=CorridorResult)
_NAMED = 3
"""Parts that a sentence names."""
_SHOCKED_HOURS = 0.1
"""Hours of shocks that are told of [h]."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ALMOST = 1e-6
"""Share of a demand that may be left by rounding."""


def answer_transit(ask: AskTransit, asked: Asked) -> Found:
    """Give the time from door to door."""
    options = {"demand": ask.demand, "via": ask.via}
    report = corridors.transit(
        _corridor(asked), asked.overrides, demand=ask.demand, via=ask.via, documents=asked.documents
    )
    view = "legs" if len(report.results) == 1 else "summary"
    verdicts = [result.time.verdict for result in report.results]
    return _found(
        asked, report, view, "transit", options, (_each(report.results, _transit, _transit_briefly), verdicts)
    )


def _transit(result: TransitResult) -> str:
    mean = result.time.mean_hours
    if mean is None:
        return f"{result.demand}: no mean time, {result.time.verdict.reason}"
    text = (
        f"{result.demand}: {number(mean / HOURS_PER_DAY, 'days')} in the mean, "
        f"{number((result.time.p90_hours or 0) / HOURS_PER_DAY, 'days')} at P90"
    )
    standing = {leg.element: (leg.mean_hours or 0) - _moving(leg.kind, leg.service_hours) for leg in result.legs}
    moving = sum(_moving(leg.kind, leg.service_hours) for leg in result.legs)
    shocks = mean - moving - sum(standing.values())
    text += f"; {number(moving, 'h')} moving, {number(sum(standing.values()), 'h')} at a stand"
    if shocks > _SHOCKED_HOURS:
        text += f", {number(shocks, 'h')} of shocks"
    largest = sorted(standing, key=lambda element: -standing[element])[:_NAMED]
    text += "; longest at " + ", ".join(f"{place(e)} {number(standing[e], 'h')}" for e in largest)
    deadline = result.reliability.deadline_hours
    if deadline is not None:
        text += f"; {percent(result.reliability.late_share or 0.0)} take longer than {number(deadline, 'h')}"
        if mean > deadline:
            text += f", the mean by {number(mean - deadline, 'h')}"
    return text


def _transit_briefly(result: TransitResult) -> str:
    mean, late = result.time.mean_hours, result.reliability.late_share
    if mean is None:
        return "no mean time"
    text = f"{number(mean / HOURS_PER_DAY, 'days')} in the mean"
    return f"{text}, {percent(late)} late" if late is not None else text


def _moving(kind: str, service_hours: float | None) -> float:
    """Count the service of a line as movement; at a hub cargo stands."""
    return service_hours or 0.0 if kind == "line" else 0.0


def answer_flow(ask: AskFlow, asked: Asked) -> Found:
    """Give least-cost flows and bottlenecks."""
    report = corridors.corridor_flow(
        _corridor(asked), asked.overrides, capacity=ask.capacity, documents=asked.documents
    )
    view = "elements" if len(report.results) == 1 or ask.show else "summary"
    sentences = _each(report.results, _flow, _flow_briefly)
    if ask.show:
        sentences += shown.filled(ask.show, report.results)
    verdicts = [result.verdict for result in report.results]
    found = _found(asked, report, view, "flow", {"capacity": ask.capacity}, (sentences, verdicts))
    return shown.only(ask.show, found)


def _flow(result: FlowResult) -> str:
    text = f"{percent(result.served_share)} of the demand is served"
    limits = list(dict.fromkeys(place(step.element) for step in result.bottlenecks))
    if not limits:
        loaded = [element for element in result.elements if element.utilization]
        first = max(loaded, key=lambda element: element.utilization or 0.0, default=None)
        if first is None:
            return f"{text}; nothing limits it"
        grown = f"; all of it could grow to {number(result.largest_multiple)} times" if result.largest_multiple else ""
        return f"{text}; fullest is {place(first.element)} at {percent(first.utilization or 0.0)}{grown}"
    if result.served_share > 1 - 1e-9:
        return f"{text}, but not all on its cheapest way, since {limits[0]} is full"
    text += f"; the first bottleneck is {limits[0]}"
    if len(limits) > 1:
        text += f", then {some(limits[1:], _NAMED)}"
    short = [demand for demand in result.demands if demand.unserved_per_day > _ALMOST * demand.asked_per_day]
    for demand in sorted(short, key=lambda demand: -demand.unserved_per_day)[:_NAMED]:
        text += f"; {_carried(demand)}{_alone(demand)}"
    after = percent(result.bottlenecks[-1].served_share_after)
    widened = "this place" if len(limits) == 1 else f"these {len(limits)} places"
    return f"{text}; with {widened} widened {after} would be served"


def _flow_briefly(result: FlowResult) -> str:
    changed = [
        d for d in result.demands if len(result.demands) == 1 or f"demands.{d.demand}.per_day" in result.overrides
    ]
    short = [_carried(demand) for demand in changed if demand.unserved_per_day > _ALMOST * demand.asked_per_day]
    return ", ".join([f"{percent(result.served_share)} is served", *short[:_NAMED]])


def _carried(demand: DemandFlow) -> str:
    """Say how much of a demand is carried."""
    asked = units(demand.asked_per_day, demand.unit)
    return f"{demand.demand} has {number(demand.served_per_day)} of {asked} a day"


def _alone(demand: DemandFlow) -> str:
    """Say what limits a demand even where it is alone."""
    if demand.largest_per_day is None or demand.largest_per_day >= demand.asked_per_day or not demand.cut:
        return ""
    cut = some([place(element) for element in demand.cut], _NAMED)
    return f", and without the other demands at most {number(demand.largest_per_day)}, cut off at {cut}"


def answer_equilibrium(ask: AskEquilibrium, asked: Asked) -> Found:
    """Give flows under congestion."""
    report = corridors.corridor_equilibrium(_corridor(asked), asked.overrides, documents=asked.documents)
    view = "elements" if len(report.results) == 1 or ask.show else "summary"
    sentences = _each(report.results, _equilibrium, _equilibrium_briefly)
    if ask.show:
        sentences += shown.filled(ask.show, report.results)
    verdicts = [result.verdict for result in report.results]
    found = _found(asked, report, view, "equilibrium", {}, (sentences, verdicts))
    return shown.only(ask.show, found)


def _equilibrium(result: EquilibriumResult) -> str:
    slowest = sorted(result.demands, key=lambda demand: -(demand.mean_hours or 0.0))[:_NAMED]
    said = ", ".join(f"{d.demand} {number((d.mean_hours or 0.0) / HOURS_PER_DAY, 'days')}" for d in slowest)
    over = [place(element.element) for element in result.elements if element.overloaded]
    above = number(100 * (result.price_of_anarchy - 1))
    text = f"the longest mean times are {said}; together they pay {above} % above the optimum"
    return f"{text}; more comes than is carried at {some(over)}" if over else f"{text}; nothing is overloaded"


def _equilibrium_briefly(result: EquilibriumResult) -> str:
    """Tell the times of the demands that were changed, else the longest one."""
    changed = [d for d in result.demands if f"demands.{d.demand}.per_day" in result.overrides]
    told = changed[:_NAMED] or [max(result.demands, key=lambda demand: demand.mean_hours or 0.0)]
    text = " and ".join(f"{d.demand} takes {number((d.mean_hours or 0.0) / HOURS_PER_DAY, 'days')}" for d in told)
    over = [place(element.element) for element in result.elements if element.overloaded]
    return f"{text}, more comes than is carried at {some(over)}" if over else text


def answer_resilience(ask: AskResilience, asked: Asked) -> Found:
    """Give what is lost with each part."""
    lost_share = ask.lost_share if ask.lost_share < 1 else None
    options = {"out": ask.out, "lost_share": lost_share, "pairs": ask.pairs, "capacity": ask.capacity}
    report = corridors.corridor_resilience(
        _corridor(asked),
        asked.overrides,
        out=ask.out,
        lost_share=ask.lost_share,
        pairs=ask.pairs,
        capacity=ask.capacity,
        documents=asked.documents,
    )
    sentences = _each(report.results, _resilience, _losses)
    verdicts = [result.verdict for result in report.results]
    return _found(asked, report, "outages", "resilience", options, (sentences, verdicts))


def _resilience(result: ResilienceResult) -> str:
    return f"{percent(result.base_served_share)} of the demand is served; {_losses(result)}"


def _losses(result: ResilienceResult) -> str:
    return "; ".join(
        f"without {' and '.join(map(place, outage.lost))} {percent(outage.served_share)} is served"
        + (f", {number(outage.added_hours, 'h')} longer" if outage.added_hours and outage.added_hours > 0 else "")
        for outage in result.outages[:_NAMED]
    )


def answer_time_cost_distance(ask: AskTimeCostDistance, asked: Asked) -> Found:
    """Give the time-cost-distance series."""
    report = corridors.time_cost_distance_series(
        _corridor(asked), asked.overrides, demand=ask.demand, documents=asked.documents
    )
    verdicts = [item.verdict for result in report.results for item in result.indicators]
    sentences = _each(report.results, _series)
    return _found(asked, report, "points", "tcd", {"demand": ask.demand}, (sentences, verdicts))


def _series(result: TimeCostDistanceResult) -> str:
    return ", ".join(f"{_measure(item)} {number(item.value, item.unit)}" for item in result.indicators)


def _measure(indicator: Indicator) -> str:
    """Write what an indicator measures, within a sentence."""
    meaning = indicator.meaning.rpartition("TFI4, ")[2]
    return f"{meaning[0].lower()}{meaning[1:]} ({indicator.indicator})"


def answer_emissions(ask: AskEmissions, asked: Asked) -> Found:
    """Give the greenhouse gases of a way."""
    report = corridors.corridor_emissions(
        _corridor(asked), asked.overrides, demand=ask.demand, documents=asked.documents
    )
    verdicts = [result.verdict for result in report.results]
    sentences = _each(report.results, _emissions)
    return _found(asked, report, "legs", "emissions", {"demand": ask.demand}, (sentences, verdicts))


def _emissions(result: EmissionResult) -> str:
    return (
        f"{result.demand}: {number(result.well_to_wheel_kg, 'kg')} CO2e per {result.unit} from well to wheel, "
        f"{number(result.well_to_wheel_grams_per_tonne_km)} g per tonne-kilometer"
    )


def answer_storms(ask: AskStorms, asked: Asked) -> Found:
    """Give waits through years of storms."""
    options = {"storms": ask.storms, "wait_target_hours": ask.wait_target_hours}
    report = corridors.corridor_storms(
        _corridor(asked),
        asked.overrides,
        storms=ask.storms,
        wait_target_hours=ask.wait_target_hours,
        documents=asked.documents,
    )
    sentences = _each(report.results, _storms, _storms_briefly)
    verdicts = [result.verdict for result in report.results]
    return _found(asked, report, "months", "storms", options, (sentences, verdicts))


def _storms(result: StormResult) -> str:
    worst = max(result.months, key=lambda month: month.wait_p90_hours or 0.0)
    days = number((worst.wait_p90_hours or 0.0) / HOURS_PER_DAY, "days")
    target = number(result.wait_target_hours / HOURS_PER_DAY, "days")
    text = f"{place(result.element)}: in the worst month, {_month(worst.month)}, nine of ten wait up to {days}"
    if result.least_capacity_per_day is None:
        return f"{text}; no capacity keeps them under {target}, since the storms alone last longer"
    text += (
        f"; {target} take {units(result.least_capacity_per_day, result.unit)} an open day, "
        f"{number(result.capacity_per_day)} are there"
    )
    if result.fewest_vessels is not None:
        text += f": {result.fewest_vessels} vessels, {result.vessels} are there"
    return text


def _storms_briefly(result: StormResult) -> str:
    worst = max(result.months, key=lambda month: month.wait_p90_hours or 0.0)
    days = number((worst.wait_p90_hours or 0.0) / HOURS_PER_DAY, "days")
    target = number(result.wait_target_hours / HOURS_PER_DAY, "days")
    met = "within" if result.meets_target else "above"
    return f"nine of ten wait up to {days} in {_month(worst.month)}, {met} {target}"


def _month(month: str) -> str:
    return _MONTHS[MONTHS.index(month)]


def _corridor(asked: Asked) -> Corridor:
    if isinstance(asked.document, Corridor):
        return asked.document
    message = f"{asked.subject.id!r} is a {asked.subject.kind}; this is asked of a corridor"
    raise ParameterError.of(Problem(message, parameter="of.kind", given=asked.subject.kind, allowed="corridor"))


def _each(results: Sequence[R], say: Callable[[R], str], brief: Callable[[R], str] | None = None) -> list[str]:
    """Say a sentence of each row, a brief one where there are several."""
    chosen = brief if brief is not None and len(results) > 1 else say
    return each([result.overrides for result in results], [chosen(result) for result in results])


def _found(
    asked: Asked,
    report: CorridorReport,
    view: str,
    part: str,
    options: Mapping[str, Any],
    said: tuple[Iterable[str], Sequence[Verdict]],
) -> Found:
    sentences, verdicts = said
    results: list[CorridorResult] = report.results  # type: ignore[attr-defined]  # every report has them
    return Found(
        table=corridor_table(report, view),
        finding="; ".join(sentences),
        verdict=weakest_verdict(verdicts),
        command=command_of([part, asked.subject.id], options, asked.overrides),
        request=request_of(asked.subject, part, options, asked.overrides),
        warnings=distinct(advice for result in results for advice in result.warnings),
    )
