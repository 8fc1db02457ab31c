"""Ask what a scenario asks: each part gives a table, a sentence with its verdict, and a chart."""

from collections.abc import Callable, Mapping
from typing import Any

from hubcalc.answers.calculations import answer_calculation
from hubcalc.answers.corridors import (
    answer_emissions,
    answer_equilibrium,
    answer_flow,
    answer_resilience,
    answer_storms,
    answer_time_cost_distance,
    answer_transit,
)
from hubcalc.answers.found import Asked, Found
from hubcalc.answers.hubs import answer_analysis, answer_clearing, answer_recovery, answer_stations
from hubcalc.charts import chart_of
from hubcalc.documents import DOCUMENT_KINDS, Documents, Fixtures
from hubcalc.errors import HubcalcError, ParameterError, Problem, RefusedError
from hubcalc.scenarios.stated import Given, given_by, given_of, subject_document
from hubcalc.version import MODEL_VERSION
from hubmodels import Corridor, HubBase, Scenario
from hubmodels.answers import Answer, AnswerColumn, AnswerPart, Cell, ScenarioReference
from hubmodels.paths import leaves
from hubmodels.results import InputEvidence
from hubmodels.scenario import (
    AskAnalysis,
    AskBase,
    AskCalculation,
    AskClearing,
    AskEmissions,
    AskEquilibrium,
    AskFlow,
    AskRecovery,
    AskResilience,
    AskStations,
    AskStorms,
    AskTimeCostDistance,
    AskTransit,
    Subject,
)

_ANSWERS: dict[type[AskBase], Callable[[Any, Asked], Found]] = {
    AskAnalysis: answer_analysis,
    AskStations: answer_stations,
    AskClearing: answer_clearing,
    AskRecovery: answer_recovery,
    AskCalculation: answer_calculation,
    AskTransit: answer_transit,
    AskFlow: answer_flow,
    AskEquilibrium: answer_equilibrium,
    AskResilience: answer_resilience,
    AskTimeCostDistance: answer_time_cost_distance,
    AskEmissions: answer_emissions,
    AskStorms: answer_storms,
}


def ask(
    scenario: Scenario | Mapping[str, Any] | str, *, part: int | None = None, documents: Documents | None = None
) -> Answer:
    """Answer what a scenario asks.

    Parameters
    ----------
    scenario : Scenario, mapping or str
        A scenario document, or the id of one.
    part : int, optional
        The one part that is computed, counted from 1; by default all. Evidence is given for all asks.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    Answer
        One part for each ask: table, finding, verdict, chart, and the same as command and request.

    Raises
    ------
    DocumentError
        If the scenario is not valid, or builds on itself.
    RefusedError
        If it asks nothing.
    ParameterError
        If there is no such part.
    HubcalcError
        If an ask cannot be answered; each problem names the ask.
    """
    library = documents or Fixtures()
    document = _document(scenario, library)
    if not document.asks:
        message = f"scenario {document.id!r} asks nothing"
        raise RefusedError(message, [Problem(message, pointer="/asks", hint="add what it asks to its document")])
    count = len(document.asks)
    if part is not None and not 1 <= part <= count:
        raise ParameterError.of(Problem("no such part", parameter="part", given=part, allowed=f"1 to {count}"))
    base = given_of(document, library)
    wanted = range(count) if part is None else [part - 1]
    return Answer(
        scenario=ScenarioReference(id=document.id, name=document.name, question=document.question),
        model_version=MODEL_VERSION,
        parts=[_part(document, i, base, library) for i in wanted],
        evidence=_evidence(document, base, library),
    )


def _document(scenario: Scenario | Mapping[str, Any] | str, library: Documents) -> Scenario:
    if isinstance(scenario, str):
        return library.scenario(scenario)
    found: Scenario = DOCUMENT_KINDS["scenarios"].parse(dict(scenario) if isinstance(scenario, Mapping) else scenario)
    return found


def _part(scenario: Scenario, place: int, base: dict[str, Given], library: Documents) -> AnswerPart:
    asks = scenario.asks[place]
    subject = asks.of or scenario.subject
    given = {path: item.value for path, item in given_by(scenario, asks, base, library).items()}
    try:
        asked = Asked(subject, subject_document(subject, library), _listed(given), library, (scenario.id, place + 1))
        found = _ANSWERS[type(asks)](asks, asked)
    except HubcalcError as error:
        raise type(error)(f"asks.{place} ({asks.what}): {error}", error.problems) from error
    rows = [[_cell(value) for value in row] for row in found.table.rows]
    columns = [AnswerColumn(name=column.name, unit=column.unit) for column in found.table.columns]
    return AnswerPart(
        title=asks.title or asks.what,
        what=asks.what,
        subject=subject,
        overrides=given,
        finding=found.finding,
        verdict=found.verdict,
        columns=columns,
        rows=rows,
        warnings=found.warnings,
        chart=chart_of(asks.what, asks.title, columns, rows),
        command=found.command,
        request=found.request,
    )


def _listed(given: Mapping[str, Any]) -> dict[str, Any]:
    return {path: list(value) if isinstance(value, tuple) else value for path, value in given.items()}


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _evidence(document: Scenario, base: dict[str, Given], library: Documents) -> list[InputEvidence]:
    """List the scenario's own inputs with where they come from; each value of an input once."""
    found: dict[tuple[str, str], InputEvidence] = {}
    for subject, given in [
        (document.subject, base),
        *((asks.of or document.subject, given_by(document, asks, {}, library)) for asks in document.asks),
    ]:
        units = _units(subject, library)
        for path, item in given.items():
            found.setdefault((path, str(item.value)), _origin(path, item, units(path)))
    return list(found.values())


def _origin(path: str, item: Given, unit: str) -> InputEvidence:
    evidence, source = item.evidence, item.source
    return InputEvidence(
        path=path,
        value=list(item.value) if isinstance(item.value, tuple) else item.value,
        unit=unit,
        basis=evidence.basis if evidence else "override",
        source=source.title if source else None,
        url=source.url if source else None,
        year=evidence.year if evidence else None,
        note=evidence.note if evidence else "",
    )


def _units(subject: Subject, library: Documents) -> Callable[[str], str]:
    """Give what tells the unit of a path, also inside the documents of a corridor; empty where it is not known."""

    def unit(path: str) -> str:
        kind, _, rest = path.partition(".")
        document_id, _, inner = rest.partition(".")
        inside: HubBase | Corridor = subject_document(subject, library)
        if isinstance(inside, Corridor) and kind in ("hubs", "lines"):
            inside, path = (library.hub if kind == "hubs" else library.line)(document_id), inner
        leaf = leaves(inside).get(path)
        return leaf.unit if leaf else ""

    return unit
