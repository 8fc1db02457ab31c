"""Scenarios side by side: inputs that differ, results with their differences, and what each changed input does."""

from collections.abc import Mapping, Sequence
from typing import Any

from hubcalc.analysis.analyses import method_name
from hubcalc.answers.found import distinct
from hubcalc.answers.outcomes import Computation, Outcome, Values, computation_of
from hubcalc.answers.sides import Named, sides_of, single_values
from hubcalc.documents import Documents, Fixtures
from hubcalc.errors import HubcalcError
from hubcalc.scenarios.stated import Given, subject_document
from hubcalc.version import MODEL_VERSION
from hubmodels import Scenario
from hubmodels.results import Advice, InputEvidence, Metric
from hubmodels.scenario_diffs import (
    DiffEffects,
    DiffInput,
    DiffResult,
    InputEffect,
    InputOnSide,
    ResultOnSide,
    ScenarioDiff,
)

MOST_EFFECTS = 100
"""Changed inputs that are tried one by one."""
_PAIR = 2
GivenByPath = Mapping[str, Given]


def scenario_diff(
    scenarios: Sequence[Named] | Named,
    *,
    fields: Sequence[str] | None = None,
    method: str = "fast",
    documents: Documents | None = None,
) -> ScenarioDiff:
    """Set scenarios of the same hub, line or corridor side by side.

    Parameters
    ----------
    scenarios : sequence of (Scenario, mapping or str)
        Scenario documents or ids of them. The id of their subject stands for it as documented. One scenario alone is
        set beside its base, or beside its subject where it has none. Differences are to the first.
    fields : sequence of str, optional
        Results wanted. Of hubs and lines metrics, by default all. Of corridors numbers such as ``transit.mean_hours``
        or ``flow.served_share``; by default those of the questions that the scenarios ask, else of time and flows.
    method : {"fast", "auto", "exact", "simulate"}
        What may be taken for the results. By default closed forms and approximations, so that no difference has a
        random error; auto gives what `analyze` does, simulations included.
    documents : Documents, optional
        Where documents are found; by default those that come with hubcalc.

    Returns
    -------
    ScenarioDiff
        Inputs that are not all alike, with who states them; results with verdicts and differences; and for two
        scenarios what each changed input does alone, and what remains for their interaction.

    Raises
    ------
    NotFoundError
        If there is no such scenario.
    ParameterError
        If scenarios are of different subjects, or a result or a method is unknown.
    OverrideError, UnknownPathError
        If an override has several values, or cannot be used.
    DocumentError
        If a scenario is not valid, or builds on itself.

    Examples
    --------
    >>> more = {"kind": "scenario", "id": "four-cranes", "name": "Four cranes",
    ...         "subject": {"kind": "hub", "id": "khorgos-gateway"}, "overrides": {"stages.front.cranes": 4}}
    >>> diff = scenario_diff([more], fields=["bottleneck"])
    >>> [side.value for side in diff.inputs[0].sides], [side.value for side in diff.results[0].sides]
    ([3, 4], ['front', 'platforms'])
    """
    library = documents or Fixtures()
    items: Sequence[Named] = [scenarios] if isinstance(scenarios, Scenario | Mapping | str) else scenarios
    subject, sides = sides_of(items, library)
    document = subject_document(subject, library)
    chosen = method_name(method)
    stated = [side.scenario for side in sides if side.scenario is not None]
    computation = computation_of(document, stated, fields, chosen, library)
    given = [single_values(side) for side in sides]
    paths = list(dict.fromkeys(path for each in given for path in each))
    outcomes = [computation.outcome(_plain(each), paths) for each in given]
    differing = [path for path in paths if any(o.inputs[path] != outcomes[0].inputs[path] for o in outcomes)]
    results = [_result(name, [outcome.values[name] for outcome in outcomes]) for name in outcomes[0].values]
    warnings = [advice for outcome in outcomes for advice in outcome.warnings]
    effects: list[DiffEffects] = []
    if len(sides) == _PAIR:
        if len(differing) > MOST_EFFECTS:
            message = f"{len(differing)} inputs differ; up to {MOST_EFFECTS} are tried one by one"
            warnings.append(Advice(code="effects_left_out", message=message))
        else:
            effects = _effects(computation, given, differing, results)
    return ScenarioDiff(
        subject=subject,
        model_version=MODEL_VERSION,
        method=chosen,
        documents=dict(getattr(library, "versions", {})),
        sides=[side.description for side in sides],
        inputs=[_input(path, given, outcomes, computation) for path in differing],
        results=results,
        effects=effects,
        warnings=distinct([*warnings, *_random(results)]),
    )


def _plain(given: GivenByPath) -> dict[str, object]:
    return {path: item.value for path, item in given.items()}


def _input(path: str, given: Sequence[GivenByPath], outcomes: Sequence[Outcome], computation: Computation) -> DiffInput:
    own = computation.documented.get(path)
    sides = [
        _stated(each[path], outcome.inputs[path]) if path in each else _documented(own, outcome.inputs[path])
        for each, outcome in zip(given, outcomes, strict=True)
    ]
    value, unit = (own.value, own.unit) if own else (None, "")
    return DiffInput(path=path, unit=unit, document_value=value, sides=sides)


def _stated(given: Given, value: Any) -> InputOnSide:
    evidence, source = given.evidence, given.source
    return InputOnSide(
        value=value,
        stated_by=given.stated_by,
        basis=evidence.basis if evidence else "override",
        source=source.title if source else None,
        url=source.url if source else None,
        year=evidence.year if evidence else None,
        note=evidence.note if evidence else "",
    )


def _documented(own: InputEvidence | None, value: Any) -> InputOnSide:
    """Tell of the document's own value; one that a change of choice brings along is the model's default."""
    if own is None:
        return InputOnSide(value=value, stated_by=None, basis="default")
    return InputOnSide(
        value=value,
        stated_by=None,
        basis=own.basis,
        source=own.source,
        url=own.url,
        year=own.year,
        note=own.note,
    )


def _result(name: str, metrics: Sequence[Metric]) -> DiffResult:
    first = metrics[0]
    sides = []
    for metric in metrics:
        # a flow that is counted in another unit gives numbers that cannot be subtracted
        difference = _difference(metric.value, first.value) if metric.unit == first.unit else None
        sides.append(
            ResultOnSide(
                value=metric.value,
                verdict=metric.verdict,
                low=metric.low,
                high=metric.high,
                difference=difference,
                relative_difference=_relative(difference, first.value),
            )
        )
    units = dict.fromkeys(metric.unit for metric in metrics)
    return DiffResult(name=name, unit=" or ".join(units), sides=sides)


def _difference(value: object, first: object) -> float | None:
    both = isinstance(value, int | float) and isinstance(first, int | float)
    return float(value) - float(first) if both else None  # type: ignore[arg-type]  # both are numbers


def _relative(difference: float | None, first: object) -> float | None:
    if difference is None or not isinstance(first, int | float) or first == 0:
        return None
    return difference / abs(first)


def _effects(
    computation: Computation, given: Sequence[GivenByPath], paths: Sequence[str], results: Sequence[DiffResult]
) -> list[DiffEffects]:
    """Change one input at a time from the first side to the second, and give what is left as their interaction."""
    numeric = [result for result in results if result.sides[1].difference is not None]
    if not numeric:
        return []
    first, second = _plain(given[0]), _plain(given[1])
    rows = [_with_one(first, second, path) for path in paths]
    computed = computation.values(rows, [result.name for result in numeric])
    alone = [
        {result.name: _effect(path, values, result) for result in numeric}
        for path, values in zip(paths, computed, strict=True)
    ]
    found = []
    for result in numeric:
        inputs = [effects[result.name] for effects in alone]
        total = float(result.sides[1].difference or 0.0)
        if total == 0 and all(effect.difference == 0 for effect in inputs):
            continue
        known = [effect.difference for effect in inputs if effect.difference is not None]
        found.append(
            DiffEffects(
                name=result.name,
                unit=result.unit,
                first=float(result.sides[0].value or 0.0),
                second=float(result.sides[1].value or 0.0),
                difference=total,
                inputs=sorted(inputs, key=lambda effect: -abs(effect.difference or 0.0)),
                interaction=total - sum(known) if len(known) == len(inputs) else None,
            )
        )
    return found


def _with_one(first: Mapping[str, object], second: Mapping[str, object], path: str) -> dict[str, object]:
    """Take one input of the second side, all others of the first."""
    others = {other: value for other, value in first.items() if other != path}
    return {**others, path: second[path]} if path in second else others


def _effect(path: str, values: Values | HubcalcError, result: DiffResult) -> InputEffect:
    """Give the effect of one input on one result; some inputs go only together with others."""
    if isinstance(values, HubcalcError):
        return InputEffect(path=path, difference=None, relative_difference=None, reason=values.message)
    metric, before = values[result.name], result.sides[0].value
    difference = _difference(metric.value, before) if metric.unit == result.unit else None
    reason = "" if difference is not None else metric.verdict.reason or metric.verdict.status
    relative = _relative(difference, before)
    return InputEffect(path=path, difference=difference, relative_difference=relative, reason=reason)


def _random(results: Sequence[DiffResult]) -> list[Advice]:
    """Warn where differences are between simulated numbers."""
    simulated = [r.name for r in results if any(side.verdict.status == "simulated" for side in r.sides)]
    if not simulated:
        return []
    message = f"simulated, so that differences have a random error (see half_width): {', '.join(simulated)}"
    return [Advice(code="random_error", message=f"{message}; method=fast has none")]
