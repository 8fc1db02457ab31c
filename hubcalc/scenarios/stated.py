"""Scenarios in full: the overrides of their bases come first, and each ask adds its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from hubcalc.documents import DOCUMENT_KINDS, Documents, collection_of
from hubcalc.errors import DocumentError, NotFoundError, OverrideError, ParameterError, Problem
from hubcalc.scenarios.values import full_path, full_path_in_corridor
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
    """Give the overrides of a scenario behind those of its bases, by full path; the scenario's own win.

    Raises
    ------
    DocumentError
        If bases lead back to themselves, or change something else than the scenario.
    OverrideError
        If one scenario gives a path twice, in its short and in its long form.
    """
    found: dict[str, Given] = {}
    for each in reversed([scenario, *bases_of(scenario, documents)]):
        found |= _stated(each, each.overrides, scenario.subject, documents)
    return found


def given_by(scenario: Scenario, ask: AskBase, base: dict[str, Given], documents: Documents) -> dict[str, Given]:
    """Add what an ask changes, by full path; of another document than the scenario's, only that counts.

    Raises
    ------
    OverrideError
        If the ask gives a path twice, in its short and in its long form.
    """
    own = ask.of is None or ask.of == scenario.subject
    return (base if own else {}) | _stated(scenario, ask.overrides, ask.of or scenario.subject, documents)


def _stated(
    scenario: Scenario, overrides: Mapping[str, Any], subject: Subject, documents: Documents
) -> dict[str, Given]:
    """Give overrides that a scenario states, by full path."""
    found: dict[str, Given] = {}
    full = _full_paths(subject, documents) if overrides else str
    for path, value in overrides.items():
        long = full(path)
        if long in found:
            message = f"scenario {scenario.id} gives this path twice, in its short and in its long form"
            raise OverrideError.of(Problem(message, parameter=path))
        evidence = scenario.evidence.get(path)
        found[long] = Given(value, evidence, _source(scenario, evidence), scenario.id)
    return found


def _full_paths(subject: Subject, documents: Documents) -> Callable[[str], str]:
    """Give what writes out the short forms of paths of a document."""
    document = subject_document(subject, documents)
    if not isinstance(document, Corridor):
        return partial(full_path, document)

    def inside(group: str, name: str) -> HubBase | None:
        try:
            return documents.hub(name) if group == "hubs" else documents.line(name)
        except NotFoundError:  # whoever takes the path says that there is none
            return None

    return lambda path: full_path_in_corridor(document, path, inside)


def overrides_of(name: str, about: Subject, documents: Documents) -> dict[str, Any]:
    """Give the overrides of a scenario of a document by full path, those of its bases included; values may be lists.

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


def behind_scenario(hub: HubBase, scenario: str, overrides: Mapping[str, Any], documents: Documents) -> dict[str, Any]:
    """Put overrides of a hub or a line behind those of a scenario of it.

    Raises
    ------
    NotFoundError
        If there is no such scenario.
    ParameterError
        If it changes another document.
    DocumentError
        If it builds on itself.
    """
    about = Subject.model_validate({"kind": DOCUMENT_KINDS[collection_of(hub)].noun, "id": hub.id})
    return changed_by(hub, overrides_of(scenario, about, documents), overrides)


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
