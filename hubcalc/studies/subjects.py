"""What a study is about: the document, the overrides that hold in all rows, and the evaluator of its rows."""

from dataclasses import dataclass, replace
from typing import Any

from hubcalc.documents import DOCUMENT_KINDS, Documents, parse_hub_or_line
from hubcalc.errors import DocumentError, OverrideError, ParameterError, Problem
from hubcalc.scenarios import full_path
from hubcalc.studies.base import Evaluator
from hubcalc.studies.evaluators.hubs import HubEvaluator
from hubmodels import Corridor, HubBase, LineBase
from hubmodels.scenario import Plain, Subject
from hubmodels.studies.base import StudyRequest, StudySubject


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose documents have been found."""

    document: HubBase | Corridor
    """With the overrides that hold in all rows put into it, where it is a hub or a line."""
    evaluator: Evaluator
    subject: StudySubject


def asked_of(request: StudyRequest, documents: Documents) -> Asked:
    """Find what a request is about.

    Parameters
    ----------
    request : StudyRequest
        The request.
    documents : Documents
        Where documents are found.

    Returns
    -------
    Asked
        The document, what evaluates rows of it, and how the result names it.

    Raises
    ------
    NotFoundError
        If a document is not there.
    DocumentError
        If the document in the request is not valid, or the scenario builds on itself.
    OverrideError, UnknownPathError
        If an override that holds in all rows cannot be used.
    ParameterError
        If the subject is not that of the scenario, or a metric, a method or an option is unknown.
    """
    overrides: dict[str, Plain] = {}
    subject = request.subject
    if request.scenario is not None:
        from hubcalc.scenarios.stated import given_of  # takes a while, and most studies name none

        scenario = documents.scenario(request.scenario)
        if subject is None and request.document is None:
            subject = scenario.subject
        elif subject is None:
            message, hint = "a scenario is of a stored document", "leave out document, or give its overrides instead"
            raise ParameterError.of(Problem(message, pointer="/scenario", given=request.scenario, hint=hint))
        elif subject != scenario.subject:
            given, allowed = f"{subject.kind} {subject.id}", f"{scenario.subject.kind} {scenario.subject.id}"
            message = f"scenario {scenario.id} changes something else"
            raise ParameterError.of(Problem(message, pointer="/scenario", given=given, allowed=allowed))
        for path, item in given_of(scenario, documents).items():
            overrides[path] = _single(path, item.value, scenario.id)
    document = _document(request, subject, documents)
    # all documents that are used have been asked for once the evaluator stands
    if isinstance(document, Corridor):
        from hubcalc.studies.evaluators.corridors import CorridorEvaluator, changed_in_corridor  # of no use for hubs

        overrides = changed_in_corridor(document, overrides, request.overrides, documents)
        corridors = CorridorEvaluator(document, overrides, request, documents)
        return Asked(document, corridors, _subject_of(document, request, overrides, documents))
    changed = {full_path(document, path) for path in request.overrides}
    kept = {path: value for path, value in overrides.items() if full_path(document, path) not in changed}
    overrides = {**kept, **request.overrides}
    evaluator = HubEvaluator(document, overrides, request)
    return Asked(evaluator.hub, evaluator, _subject_of(document, request, overrides, documents))


def _single(path: str, value: Any, scenario: str) -> Plain:
    if isinstance(value, tuple):
        hint = "make a sweep of the values instead, or take a scenario with one value"
        message = f"scenario {scenario} has several values"
        raise OverrideError.of(Problem(message, parameter=path, given=list(value), allowed="one value", hint=hint))
    plain: Plain = value
    return plain


def _document(request: StudyRequest, subject: Subject | None, documents: Documents) -> HubBase | Corridor:
    if subject is not None:
        if subject.kind == "corridor":
            return documents.corridor(subject.id)
        return documents.hub(subject.id) if subject.kind == "hub" else documents.line(subject.id)
    given = dict(request.document or {})
    try:
        if given.get("kind") == "corridor" or "nodes" in given:
            corridor: Corridor = DOCUMENT_KINDS["corridors"].parse(given)
            return corridor
        return parse_hub_or_line(given)
    except DocumentError as error:
        inside = (replace(problem, pointer=f"/document{problem.pointer or ''}") for problem in error.problems)
        raise DocumentError.of(*inside) from error


def _subject_of(
    document: HubBase | Corridor, request: StudyRequest, overrides: dict[str, Plain], documents: Documents
) -> StudySubject:
    kind = "corridor" if isinstance(document, Corridor) else "line" if isinstance(document, LineBase) else "hub"
    versions: dict[str, int | None] = {} if request.document is not None else {document.id: None}
    versions |= getattr(documents, "versions", {})
    return StudySubject(
        kind=kind,
        id=document.id,
        name=document.name,
        scenario=request.scenario,
        overrides=overrides,
        documents=versions,
    )
