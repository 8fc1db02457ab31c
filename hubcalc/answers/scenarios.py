"""Scenarios in full: the overrides of their bases come first, and each ask adds its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hubcalc.documents import Documents
from hubcalc.errors import DocumentError, ParameterError, Problem
from hubcalc.scenarios import full_path
from hubmodels import Corridor, HubBase, Scenario
from hubmodels.evidence import Evidence, Source
from hubmodels.scenario import AskBase, Subject

MOST_BASES = 20


@dataclass(frozen=True, slots=True)
class Given:
    """One override of a scenario, with the evidence of the scenario that states it."""

    value: Any
    evidence: Evidence | None
    source: Source | None
    stated_by: str
    """Id of that scenario."""


def bases_of(scenario: Scenario, documents: Documents) -> list[Scenario]:
    """Give the scenarios that a scenario builds on, the nearest first.

    Raises
    ------
    DocumentError
        If bases lead back to themselves, or change something else than the scenario.
    """
    chain, names = [scenario], {scenario.id}
    while chain[-1].base is not None:
        base = documents.scenario(chain[-1].base)
        if base.id in names or len(chain) > MOST_BASES:
            raise DocumentError.of(Problem("bases lead back to themselves", pointer="/base", given=chain[-1].base))
        if base.subject != scenario.subject:
            changes = f"{base.id} changes {base.subject.kind} {base.subject.id}"
            allowed = f"a scenario of {scenario.subject.kind} {scenario.subject.id}"
            raise DocumentError.of(Problem(changes, pointer="/base", given=base.id, allowed=allowed))
        chain.append(base)
        names.add(base.id)
    return chain[1:]


def given_of(scenario: Scenario, documents: Documents) -> dict[str, Given]:
    """Give the overrides of a scenario behind those of its bases; the scenario's own win.

    Raises
    ------
    DocumentError
        If bases lead back to themselves, or change something else than the scenario.
    """
    found: dict[str, Given] = {}
    for each in reversed([scenario, *bases_of(scenario, documents)]):
        for path, value in each.overrides.items():
            evidence = each.evidence.get(path)
            found[path] = Given(value, evidence, _source(each, evidence), each.id)
    return found


def given_by(scenario: Scenario, ask: AskBase, base: dict[str, Given]) -> dict[str, Given]:
    """Add what an ask changes; of another document than the scenario's, only that counts."""
    found = dict(base) if ask.of is None or ask.of == scenario.subject else {}
    for path, value in ask.overrides.items():
        evidence = scenario.evidence.get(path)
        found[path] = Given(value, evidence, _source(scenario, evidence), scenario.id)
    return found


def overrides_of(name: str, about: Subject, documents: Documents) -> dict[str, Any]:
    """Give the overrides of a scenario of a document, those of its bases included; several values as lists.

    Raises
    ------
    NotFoundError
        If there is no such scenario.
    ParameterError
        If it changes another document.
    DocumentError
        If it builds on itself.
    """
    scenario = documents.scenario(name)
    if scenario.subject != about:
        message = f"it changes {scenario.subject.kind} {scenario.subject.id}"
        allowed = f"a scenario of {about.kind} {about.id}"
        raise ParameterError.of(Problem(message, parameter="scenario", given=name, allowed=allowed))
    given = given_of(scenario, documents)
    return {path: list(item.value) if isinstance(item.value, tuple) else item.value for path, item in given.items()}


def changed_by(hub: HubBase, overrides: Mapping[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    """Put further overrides behind those of a scenario; they win, whatever form their paths have."""
    first = {full_path(hub, path): value for path, value in overrides.items()}
    for path in further:
        first.pop(full_path(hub, path), None)
    return {**first, **further}


def _source(scenario: Scenario, evidence: Evidence | None) -> Source | None:
    return scenario.sources[evidence.source] if evidence is not None and evidence.source is not None else None


def subject_document(subject: Subject, documents: Documents) -> HubBase | Corridor:
    """Find the document that is asked about."""
    if subject.kind == "corridor":
        return documents.corridor(subject.id)
    return documents.hub(subject.id) if subject.kind == "hub" else documents.line(subject.id)
