"""Drafts of scenarios as documents, each checked with what it changes and with what it builds on."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from hubcalc.documents import DOCUMENT_KINDS, problems_of
from hubcalc.errors import HubcalcError, InputError, NotFoundError, Problem
from hubcalc.scenarios import parse_values, read_choices, read_numbers
from hubcalc.scenarios.stated import given_of
from hubcalc.scenarios.texts import NumberText, one_value, read_text
from hubcalc.sheets.cells import Fault
from hubcalc.sheets.findings import Findings, shown
from hubcalc.sheets.layout import Draft, Stated, slug
from hubcalc.sheets.subjects import MOST_COMBINATIONS, SheetSubject
from hubcalc.store.records import DocumentState
from hubcalc.words import DecimalMark
from hubmodels import SCENARIO, Corridor, HubBase, LineBase, Scenario
from hubmodels.scenario import Plain

_SEVERAL = "several values are separated by semicolons: 2;3;4, or given as a range: 2..4"


@dataclass(frozen=True, slots=True)
class Made:
    """A scenario and the draft that it was made of."""

    scenario: Scenario
    draft: Draft


def scenarios_of(
    drafts: Sequence[Draft],
    subject: SheetSubject,
    states: Mapping[str, DocumentState],
    findings: Findings,
    *,
    replace: bool,
    mark: DecimalMark | None,
) -> list[Made]:
    """Make scenarios of drafts.

    Parameters
    ----------
    drafts : sequence of Draft
        The drafts, each of another id unless a finding says so.
    subject : SheetSubject
        What they change.
    states : mapping
        What there is of their ids.
    findings : Findings
        Takes what is wrong.
    replace : bool
        Whether scenarios that exist may be replaced.
    mark : {"dot", "comma"}, optional
        What separates decimals in texts, if that is known.

    Returns
    -------
    list of Made
        Those without findings, in the order of the drafts.
    """
    made: dict[str, Made] = {}
    for draft in drafts:
        overrides = _overrides(draft, subject, findings, mark)
        before = _before(draft, states.get(draft.id), subject, findings, replace=replace)
        if not findings.any_in(draft.rows):
            scenario = _scenario(draft, overrides, subject, before, findings)
            if scenario is not None:
                made[draft.id] = Made(scenario, draft)
    _check_together(made, {draft.id: draft for draft in drafts}, subject, findings)
    return [item for item in made.values() if not findings.any_in(item.draft.rows)]


def _overrides(
    draft: Draft, subject: SheetSubject, findings: Findings, mark: DecimalMark | None
) -> dict[str, Plain | tuple[Plain, ...]]:
    found: dict[str, Plain | tuple[Plain, ...]] = {}
    may_bring = draft.text("base") is not None or any(
        path in subject.leaves and subject.leaves[path].choices for path in draft.inputs
    )
    for path, stated in draft.inputs.items():
        if isinstance(stated.value, Fault):
            findings.add_fault(stated.row, stated.column, stated.value, header=stated.header, scenario=draft.id)
            continue
        try:
            if path not in subject.leaves and not may_bring:
                raise subject.unknown(stated.header)
            values = _values(path, stated, subject, mark)
        except InputError as error:
            for problem in error.problems:
                _add(problem, stated, draft, findings)
        else:
            found[path] = values[0] if len(values) == 1 else tuple(values)
    return found


def _values(path: str, stated: Stated, subject: SheetSubject, mark: DecimalMark | None) -> list[Plain]:
    """Read a cell as the document reads overrides: one value, or several."""
    given = stated.value
    texts: list[Any] = [given]
    if isinstance(given, str):
        is_list = ";" in given or ".." in given
        texts = parse_values(path, given, MOST_COMBINATIONS, "comma") if is_list else [one_value(path, given, mark)]
    leaf = subject.leaves.get(path)
    if leaf is None:
        # an input that a choice brings in: what it may be is checked with the choice
        return [_plain(text) for text in texts]
    if leaf.type == "choice":
        return [str(text) for text in read_choices(leaf, [shown(text) for text in texts])]
    return [number.item() for number in read_numbers(leaf, texts)]


def _plain(value: Any) -> Plain:
    found = read_text(value) if isinstance(value, str) else value
    number = found.value if isinstance(found, NumberText) else found
    if not isinstance(number, float):
        return str(value)
    return int(number) if number.is_integer() else number


def _add(problem: Problem, stated: Stated, draft: Draft, findings: Findings) -> None:
    hint = problem.hint
    if hint is None and isinstance(stated.value, str) and "," in stated.value:
        hint = _SEVERAL
    findings.add(
        stated.row,
        stated.column,
        problem.message,
        header=stated.header,
        scenario=draft.id,
        given=stated.value,
        allowed=problem.allowed,
        hint=hint,
    )


def _before(
    draft: Draft, state: DocumentState | None, subject: SheetSubject, findings: Findings, *, replace: bool
) -> Scenario | None:
    """Give the scenario that a draft replaces; refuse ids that it cannot have."""
    if state is None:
        return None
    place = draft.place
    there = state.document
    message, hint = "", "take another id"
    if state.collection != "scenarios":
        verb = "has" if there is not None else "had"
        message = f"a {DOCUMENT_KINDS[state.collection].noun} {verb} this id"
    elif isinstance(there, Scenario) and there.subject != subject.subject:
        message = f"this is a scenario of the {there.subject.kind} {there.subject.id}"
    elif there is not None and not replace:
        message, hint = "a scenario of this id exists already", "replace those that exist, or take another id"
    if message:
        findings.add(
            place.row, place.column, message, header=place.header, scenario=draft.id, given=draft.id, hint=hint
        )
    return there if isinstance(there, Scenario) else None


def _scenario(
    draft: Draft,
    overrides: dict[str, Plain | tuple[Plain, ...]],
    subject: SheetSubject,
    before: Scenario | None,
    findings: Findings,
) -> Scenario | None:
    """Make the document. What the sheet has no columns for (what is asked, for one) stays as it was."""
    data: dict[str, Any] = {
        **({} if before is None else before.model_dump(mode="json", exclude_unset=True)),
        "schema_version": 1,
        "kind": "scenario",
        "id": draft.id,
        "subject": subject.subject.model_dump(),
    }
    data["name"] = draft.text("name") or data.get("name") or draft.id
    for word in ("base", "summary"):
        if draft.text(word) is not None:
            data[word] = draft.text(word)
        elif word in draft.texts:
            data.pop(word, None)
    kept = {} if before is None else _kept_evidence(before, overrides)
    sources = dict(data.get("sources", {}))
    evidence = {**kept, **_evidence(draft, sources)}
    for name, part in (("overrides", overrides), ("sources", sources), ("evidence", evidence)):
        if part or name in data:
            data[name] = part
    try:
        return SCENARIO.validate_python(data)
    except ValidationError as error:
        for problem in problems_of(error):
            stated = _place_of(problem, draft)
            findings.add_problem(stated.row, stated.column, problem, header=stated.header, scenario=draft.id)
        return None


def _kept_evidence(before: Scenario, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the evidence of values that stay as they are, and of those that only asks change."""
    asked = {path for ask in before.asks for path in ask.overrides}
    return {
        path: item.model_dump(mode="json", exclude_unset=True)
        for path, item in before.evidence.items()
        if (path in overrides and overrides[path] == before.overrides.get(path)) or (path in asked - overrides.keys())
    }


def _evidence(draft: Draft, sources: dict[str, Any]) -> dict[str, Any]:
    """Say where values come from: a source makes them published, a note alone an assumption."""
    evidence: dict[str, Any] = {}
    for path in draft.inputs:
        note, source = draft.notes.get(path), draft.sources.get(path)
        if source is not None:
            title = str(source.value)
            address = {"url": title} if title.startswith(("http://", "https://")) else {}
            key = next((key for key, item in sources.items() if title in (key, item["title"])), None)
            if key is None:
                key = _new_key(slug(title) or "source", sources)
                sources[key] = {"title": title, **address}
            evidence[path] = {"basis": "published", "source": key, **({"note": note.value} if note else {})}
        elif note is not None:
            evidence[path] = {"basis": "assumption", "note": note.value}
    return evidence


def _new_key(wanted: str, taken: Mapping[str, Any]) -> str:
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted[:58].rstrip('-')}-{number}"
    return key


def _place_of(problem: Problem, draft: Draft) -> Stated:
    """Find the cell that a problem of the document is about."""
    word = (problem.pointer or "").strip("/").partition("/")[0]
    notes = {"evidence": draft.notes, "sources": draft.sources}.get(word, {})
    return draft.texts.get(word) or next(iter(notes.values()), draft.place)


class _Together:
    """The documents of a sheet, and the one that they change, before those that are stored."""

    def __init__(self, made: Mapping[str, Made], drafts: Mapping[str, Draft], subject: SheetSubject) -> None:
        self._made, self._drafts, self._stored = made, drafts, subject.documents
        self._subject = subject.document

    def scenario(self, scenario_id: str) -> Scenario:
        """Give a scenario of the sheet, else of the store."""
        if scenario_id in self._made:
            return self._made[scenario_id].scenario
        if scenario_id in self._drafts:
            row = self._drafts[scenario_id].rows[0]
            raise NotFoundError.of(Problem(f"row {row}, which it builds on, cannot be used", given=scenario_id))
        return self._stored.scenario(scenario_id)

    def hub(self, hub_id: str) -> HubBase:
        """Give a hub."""
        own = self._subject
        return own if isinstance(own, HubBase) and own.id == hub_id else self._stored.hub(hub_id)

    def line(self, line_id: str) -> LineBase:
        """Give a line."""
        own = self._subject
        return own if isinstance(own, LineBase) and own.id == line_id else self._stored.line(line_id)

    def corridor(self, corridor_id: str) -> Corridor:
        """Give a corridor."""
        own = self._subject
        return own if isinstance(own, Corridor) and own.id == corridor_id else self._stored.corridor(corridor_id)


def _check_together(
    made: dict[str, Made], drafts: Mapping[str, Draft], subject: SheetSubject, findings: Findings
) -> None:
    """Check each scenario with all that it builds on; one that builds on a bad one is bad, too."""
    together = _Together(made, drafts, subject)
    whole: dict[str, dict[str, Plain | tuple[Plain, ...]]] = {}
    for key in [*made]:
        try:
            whole[key] = {path: given.value for path, given in given_of(made[key].scenario, together).items()}
        except (InputError, NotFoundError) as error:
            _refuse_base(made[key].draft, error, findings)
    keys = [*whole]
    for place in subject.doubtful([whole[key] for key in keys]):
        try:
            subject.check(whole[keys[place]])
        except InputError as error:
            for problem in error.problems:
                _refuse_whole(problem, made[keys[place]].draft, subject, findings)
    _spread(made, findings)


def _refuse_base(draft: Draft, error: HubcalcError, findings: Findings) -> None:
    stated = draft.texts.get("base", draft.place)
    problem = error.problems[0] if error.problems else Problem(error.message)
    findings.add_problem(stated.row, stated.column, problem, header="base", scenario=draft.id, given=draft.text("base"))


def _refuse_whole(problem: Problem, draft: Draft, subject: SheetSubject, findings: Findings) -> None:
    """Report what is wrong with the changed document, at the cell of the path if the row states it."""
    path = problem.parameter or ""
    try:
        stated = draft.inputs.get(subject.full(path))
    except InputError:
        stated = None
    if stated is not None:
        _add(problem, stated, draft, findings)
        return
    place = draft.place
    findings.add_problem(place.row, place.column, problem, header=path or place.header, scenario=draft.id)


def _spread(made: Mapping[str, Made], findings: Findings) -> None:
    """Refuse what builds on a scenario that cannot be used."""
    upon: dict[str, list[Made]] = {}
    for item in made.values():
        base = item.scenario.base
        if base is not None and base in made:
            upon.setdefault(base, []).append(item)
    bad = deque(item for item in made.values() if findings.any_in(item.draft.rows))
    while bad:
        below = bad.popleft()
        for item in upon.pop(below.scenario.id, []):
            if not findings.any_in(item.draft.rows):
                message = f"row {below.draft.rows[0]}, which it builds on, cannot be used"
                _refuse_base(item.draft, NotFoundError.of(Problem(message)), findings)
                bad.append(item)


def ids_of(drafts: Iterable[Draft]) -> list[str]:
    """Give the ids of drafts, each once."""
    return list(dict.fromkeys(draft.id for draft in drafts))
