"""The sides of a comparison: scenarios of one subject, and the subject as it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hubcalc.documents import DOCUMENT_KINDS, Documents
from hubcalc.errors import NotFoundError, OverrideError, ParameterError, Problem
from hubcalc.scenarios.stated import Given, bases_of, given_of, subject_document
from hubmodels import Scenario
from hubmodels.scenario import Subject
from hubmodels.scenario_diffs import DiffSide

Named = Scenario | Mapping[str, Any] | str
MOST_SIDES = 10


@dataclass(frozen=True, slots=True)
class Side:
    """A scenario with all that its bases give it, or the document as it stands."""

    description: DiffSide
    given: Mapping[str, Given]
    scenario: Scenario | None


def sides_of(items: Sequence[Named], library: Documents) -> tuple[Subject, list[Side]]:
    """Find what is to stand side by side; one scenario stands beside its base, or its document where it has none.

    Raises
    ------
    NotFoundError
        If an id is neither that of a scenario nor that of their subject.
    ParameterError
        If something is named twice, changes another document, or there are none or too many.
    """
    if not 1 <= len(items) <= MOST_SIDES:
        allowed = f"1 to {MOST_SIDES} scenarios"
        raise ParameterError.of(
            Problem("not so many", parameter="scenarios", given=f"{len(items)} scenarios", allowed=allowed)
        )
    found = [_found(item, library) for item in items]
    scenarios = [item for item in found if isinstance(item, Scenario)]
    if not scenarios:
        raise next(item for item in found if isinstance(item, NotFoundError))
    subject = scenarios[0].subject
    sides = [_side(item, name, subject, library) for item, name in zip(found, items, strict=True)]
    if len(sides) == 1:
        base = scenarios[0].base
        first = _documented(subject, library) if base is None else _of_scenario(library.scenario(base), base, library)
        sides.insert(0, first)
    names = [side.description.id for side in sides]
    for name in names:
        if names.count(name) > 1:
            raise ParameterError.of(Problem("named twice", parameter="scenarios", given=name))
    return subject, sides


def single_values(side: Side) -> Mapping[str, Given]:
    """Give the overrides of a side by full path.

    Raises
    ------
    OverrideError
        If one has several values.
    """
    for path, given in side.given.items():
        if isinstance(given.value, tuple):
            hint = f"compare scenarios with one value each; hubcalc ask {given.stated_by} gives a row for each value"
            message = f"scenario {given.stated_by} has several values"
            problem = Problem(message, parameter=path, given=list(given.value), allowed="one value", hint=hint)
            raise OverrideError.of(problem)
    return side.given


def _found(item: Named, library: Documents) -> Scenario | NotFoundError:
    """Read a scenario; an id of none may still be that of the subject."""
    if not isinstance(item, str):
        scenario: Scenario = DOCUMENT_KINDS["scenarios"].parse(item if isinstance(item, Scenario) else dict(item))
        return scenario
    try:
        return library.scenario(item)
    except NotFoundError as error:
        return error


def _side(item: Scenario | NotFoundError, name: Named, subject: Subject, library: Documents) -> Side:
    if isinstance(item, NotFoundError):
        if name != subject.id:
            raise item
        return _documented(subject, library)
    if item.subject != subject:
        message = f"{item.id} changes {item.subject.kind} {item.subject.id}"
        allowed = f"scenarios of {subject.kind} {subject.id}"
        raise ParameterError.of(Problem(message, parameter="scenarios", given=item.id, allowed=allowed))
    return _of_scenario(item, name if isinstance(name, str) else None, library)


def _documented(subject: Subject, library: Documents) -> Side:
    document = subject_document(subject, library)
    version = _version(document.id, library)
    return Side(DiffSide(id=document.id, name=document.name, kind="document", version=version), {}, None)


def _of_scenario(scenario: Scenario, stored_as: str | None, library: Documents) -> Side:
    version = None if stored_as is None else _version(stored_as, library)
    bases = [base.id for base in bases_of(scenario, library)]
    description = DiffSide(id=scenario.id, name=scenario.name, kind="scenario", version=version, bases=bases)
    return Side(description, given_of(scenario, library), scenario)


def _version(document_id: str, library: Documents) -> int | None:
    """Give the version of a document, where the library knows it."""
    version: int | None = getattr(library, "versions", {}).get(document_id)
    return version
