"""Greenhouse gases along the cheapest way of a demand, part by part, in the words of ISO 14083."""

from collections.abc import Iterator, Mapping
from typing import Any

from hubcalc.analysis.analyses import method_name
from hubcalc.analysis.corridors.assembly import Assembly, assemble
from hubcalc.analysis.corridors.case import cases_of, corridor_of
from hubcalc.analysis.corridors.parts import PassedPart
from hubcalc.analysis.corridors.reports import reference_of
from hubcalc.analysis.corridors.ways import demand_of, ways_of
from hubcalc.documents import Documents, Fixtures, emission_factors
from hubcalc.errors import DocumentError, Problem, RefusedError
from hubcalc.network.emissions import (
    HubElement,
    Intensity,
    TransportElement,
    chain_emissions,
    empty_trips_factor,
)
from hubcalc.units import DAYS_PER_YEAR
from hubcalc.version import MODEL_VERSION
from hubcalc.words import did_you_mean
from hubmodels import Corridor, LineBase
from hubmodels.corridor import Demand
from hubmodels.corridor_results import EmissionLeg, EmissionReport, EmissionResult
from hubmodels.money import EmissionFactor
from hubmodels.results import Advice, Verdict

METHOD = "activity times factor, part by part (ISO 14083); empty running counted with the energy of loaded running"


def corridor_emissions(
    corridor: Corridor | Mapping[str, Any] | str,
    overrides: Mapping[str, Any] | None = None,
    *,
    demand: str | None = None,
    documents: Documents | None = None,
) -> EmissionReport:
    """Add up the greenhouse gases of one unit along the cheapest way of a demand.

    Parameters
    ----------
    corridor : Corridor, mapping or str
        A corridor document, or the id of one.
    overrides : mapping, optional
        A value, or a list of values, by path; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    demand : str, optional
        Id of the demand, which must say its tonnes; the main demand by default.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    EmissionReport
        CO2 equivalents by part, from well to wheel and from tank to wheel, with the source of each factor.

    Raises
    ------
    DocumentError
        If the corridor is not valid, the demand has no way, or a document names a factor that there is not.
    RefusedError
        If the demand does not say its tonnes.
    """
    library = documents or Fixtures()
    document = corridor_of(corridor, library)
    cases = cases_of(document, overrides, library)
    results = [emission_result(assemble(case, method_name("fast")), demand=demand) for case in cases]
    return EmissionReport(corridor=reference_of(document, cases), model_version=MODEL_VERSION, results=results)


def emission_result(assembly: Assembly, *, demand: str | None = None) -> EmissionResult:
    """Add up the greenhouse gases of a demand in one scenario."""
    key, asked = demand_of(assembly, demand)
    if asked.tonnes_per_unit is None:
        where = f"demands.{key}.tonnes_per_unit"
        message = "greenhouse gases are counted by the tonne, and the demand does not say what a unit weighs"
        raise RefusedError(message, [Problem(message, parameter=where, allowed="tonnes of cargo in one unit")])
    way = ways_of(assembly, key, asked)[0]
    corridor = assembly.case.corridor
    legs = [leg for part in way.parts for leg in _legs(corridor, part, asked)]
    whole = sum(leg.well_to_wheel_kg for leg in legs)
    work = asked.tonnes_per_unit * way.distance_km
    assumed = sorted({leg.factor for leg in legs if leg.basis == "assumption"})
    reason = f"factors are not measured here; assumed: {', '.join(assumed)}" if assumed else "factors of other places"
    return EmissionResult(
        overrides=assembly.case.overrides,
        warnings=_warnings(way.parts),
        demand=key,
        unit=asked.unit,
        tonnes_per_unit=asked.tonnes_per_unit,
        distance_km=way.distance_km,
        well_to_wheel_kg=whole,
        tank_to_wheel_kg=sum(leg.tank_to_wheel_kg for leg in legs),
        well_to_wheel_grams_per_tonne_km=1000 * whole / work if work > 0 else 0.0,
        tonnes_per_year=whole * asked.per_day * DAYS_PER_YEAR / 1000,
        verdict=Verdict(status="approximate", method=METHOD, reason=reason),
        legs=legs,
    )


def _warnings(parts: tuple[PassedPart, ...]) -> list[Advice]:
    silent = [
        part.element
        for part in parts
        if not (part.document.traction if isinstance(part.document, LineBase) else part.document.handling)
    ]
    if not silent:
        return []
    message = f"no emission factor is named by the documents of {', '.join(silent)}: nothing is counted there"
    return [Advice(code="no_emission_factor", message=message)]


def _legs(corridor: Corridor, part: PassedPart, demand: Demand) -> Iterator[EmissionLeg]:
    document, tonnes = part.document, demand.tonnes_per_unit or 0.0
    if isinstance(document, LineBase):
        for key, traction in document.traction.items():
            factor, basis, source = _factor(corridor, part, key)
            # distance run empty over distance run loaded; the formula asks for its share of all distance
            running = float(empty_trips_factor(traction.empty_share / (1 + traction.empty_share)))
            distance = part.distance_km * traction.share
            amounts = [_moved(key, distance, intensity, factor, tonnes) for intensity in _intensities(factor)]
            yield _leg(part, key, distance, (amounts[0] * running, amounts[1] * running, running), (basis, source))
    for key, handling in document.handling.items():
        factor, basis, source = _factor(corridor, part, key)
        amounts = [
            chain_emissions([HubElement(key, [(handling.moves, intensity)])], tonnes).kilograms_per_teu
            for intensity in _intensities(factor)
        ]
        yield _leg(part, key, 0.0, (amounts[0], amounts[1], 1.0), (basis, source))


def _moved(key: str, distance: float, intensity: Intensity, factor: EmissionFactor, tonnes: float) -> float:
    element = TransportElement(key, distance, intensity, per="teu" if factor.per == "teu_km" else "tonne")
    return chain_emissions([element], tonnes).kilograms_per_teu


def _intensities(factor: EmissionFactor) -> tuple[Intensity, Intensity]:
    return Intensity(factor.well_to_wheel_grams), Intensity(factor.tank_to_wheel_grams)


def _leg(
    part: PassedPart, key: str, distance: float, found: tuple[float, float, float], origin: tuple[str, str]
) -> EmissionLeg:
    whole, operation, running = found
    return EmissionLeg(
        element=part.element,
        kind=part.kind,
        document=part.document_id,
        flow=part.flow_id,
        mode=part.mode,
        factor=key,
        distance_km=distance,
        well_to_wheel_kg=whole,
        tank_to_wheel_kg=operation,
        empty_kg=whole * (1 - 1 / running),
        basis=origin[0],
        source=origin[1],
    )


def _factor(corridor: Corridor, part: PassedPart, key: str) -> tuple[EmissionFactor, str, str]:
    """Find a factor: that of the corridor, else the one that comes with hubcalc."""
    if key in corridor.emission_factors:
        evidence = corridor.evidence.get(f"emission_factors.{key}.well_to_wheel_grams")
        source = evidence.source if evidence else None
        title = corridor.sources[source].title if source else evidence.note if evidence else "the corridor's document"
        return corridor.emission_factors[key], evidence.basis if evidence else "assumption", title
    known = emission_factors()
    if key not in known:
        names = [*corridor.emission_factors, *known]
        message = f"{part.document_id} names an emission factor that there is not"
        hint = did_you_mean(key, names) or "add it to the corridor's emission_factors"
        place = f"/{part.element.replace('.', '/')}"
        raise DocumentError.of(Problem(message, pointer=place, given=key, allowed=", ".join(names), hint=hint))
    found = known[key]
    return found.factor, found.basis, found.source
