"""What expansions change in a document: checked, and put together for each set of them that may stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import HubcalcError, OverrideError, ParameterError, Problem, RefusedError, UnknownPathError
from hubcalc.scenarios import full_path, gather
from hubcalc.scenarios.values import unknown_path
from hubcalc.studies.staging.performance import Variant, Variants
from hubcalc.studies.staging.plans import BuiltSets
from hubmodels import HubBase
from hubmodels.paths import Leaf, leaves
from hubmodels.scenario import Plain
from hubmodels.studies.base import StudyMethod
from hubmodels.studies.staging import Expansion

Changes = dict[str, Plain]


def driven_flows(hub: HubBase, scale: str | None) -> dict[str, float]:
    """Give the flows that grow with the demand, and how much of each comes with one unit of it.

    Raises
    ------
    RefusedError
        If all flows are to grow with a main flow of 0.
    """
    if scale is not None:
        return {scale: 1.0}
    main = float(hub.main.per_day)
    if not main > 0:
        hint = f"give it a flow, or let one flow grow alone (scale: {', '.join(hub.flows)})"
        path = f"flows.{hub.main_flow}.per_day"
        message = "is 0, so the other flows cannot keep their shares"
        raise RefusedError.of(Problem(message, parameter=path, given=main, allowed="above 0", hint=hint))
    return {key: float(flow.per_day) / main for key, flow in hub.flows.items()}


def variants_of(
    hub: HubBase, expansions: Sequence[Expansion], sets: BuiltSets, scale: str | None, method: StudyMethod
) -> Variants:
    """Put the changes of each set of expansions into the document.

    Parameters
    ----------
    hub : HubBase
        The document.
    expansions : sequence of Expansion
        The expansions.
    sets : BuiltSets
        What may stand.
    scale : str or None
        The one flow that grows with the demand; None: all.
    method : {"fast", "auto", "exact"}
        What formulas may be taken.

    Returns
    -------
    Variants
        The hub with each set.

    Raises
    ------
    UnknownPathError, OverrideError
        If an expansion changes what is not there, or to what cannot be; the pointer leads to it.
    ParameterError
        If an expansion changes a flow that the demand sets.
    RefusedError
        If all flows are to grow with a main flow of 0.
    """
    driven = driven_flows(hub, scale)
    known = leaves(hub)
    _check(hub, expansions, known, driven)
    changes = [_changes(hub, expansions, known, members) for members in sets.members]
    # demand counts the flow that grows, and so do waits
    counted = hub if scale is None else hub.model_copy(update={"main_flow": scale})
    groups: dict[Any, list[int]] = {}
    for place, change in enumerate(changes):
        groups.setdefault(_key(change, known), []).append(place)
    try:
        variants = [_variant(counted, known, changes, places) for places in groups.values()]
    except (OverrideError, UnknownPathError) as error:
        raise type(error).of(*_pointed(hub, expansions, error)) from error
    return Variants(variants, driven, scale, method)


def _check(
    hub: HubBase, expansions: Sequence[Expansion], known: Mapping[str, Leaf], driven: Mapping[str, float]
) -> None:
    """Refuse changes of the demand, and increments of what is no number."""
    for pointer, path, increment in _mentioned(expansions):
        full = full_path(hub, path)
        if full in {f"flows.{flow}.per_day" for flow in driven}:
            hint = "leave it out, or let another flow grow alone (scale)"
            message = "this flow is set by the demand"
            raise ParameterError.of(Problem(message, pointer=pointer, given=path, hint=hint))
        if increment and full not in known:
            raise UnknownPathError.of(*(_at(problem, pointer) for problem in unknown_path(path, known).problems))
        if increment and known[full].type == "choice":
            message = "a choice has nothing to add to"
            raise OverrideError.of(Problem(message, pointer=pointer, given=path, hint="put it among overrides"))


def _mentioned(expansions: Sequence[Expansion]) -> Iterator[tuple[str, str, bool]]:
    """Give each path that an expansion mentions, with the pointer to it, and whether it is an increment."""
    for i, expansion in enumerate(expansions):
        for path in expansion.overrides:
            yield f"/expansions/{i}/overrides/{_escaped(path)}", path, False
        for path in expansion.increments:
            yield f"/expansions/{i}/increments/{_escaped(path)}", path, True


def _changes(
    hub: HubBase, expansions: Sequence[Expansion], known: Mapping[str, Leaf], members: NDArray[np.bool_]
) -> Changes:
    """Give what a set of expansions changes: the last override of each path, then all increments on top of it."""
    found: Changes = {}
    standing = [expansion for expansion, stands in zip(expansions, members, strict=True) if stands]
    for expansion in standing:
        found |= {full_path(hub, path): value for path, value in expansion.overrides.items()}
    for expansion in standing:
        for path, increment in expansion.increments.items():
            full = full_path(hub, path)
            value = found.get(full, known[full].value)
            if value is None or isinstance(value, str):
                pointer = f"/expansions/{expansions.index(expansion)}/increments/{_escaped(path)}"
                message, hint = "there is no number to add to", "override it in this or in an earlier expansion"
                raise OverrideError.of(Problem(message, pointer=pointer, given=value, hint=hint))
            found[full] = value + increment
    return found


def _key(change: Changes, known: Mapping[str, Leaf]) -> tuple[object, ...]:
    """Tell sets apart by choices, and by inputs that the document has not: their documents differ in form."""
    choices = {path: value for path, value in change.items() if path in known and known[path].type == "choice"}
    missing = [path for path in change if path not in known or known[path].value is None]
    return (*sorted(choices.items()), *sorted(missing))


def _variant(hub: HubBase, known: Mapping[str, Leaf], changes: Sequence[Changes], places: Sequence[int]) -> Variant:
    """Make one document of the sets at some places, which differ in numbers only."""
    here = [changes[place] for place in places]
    numbers = {path for change in here for path in change if path in known and known[path].type != "choice"}
    numbers = {path for path in numbers if known[path].value is not None}
    form = {path: [value] for path, value in here[0].items() if path not in numbers}
    scenarios = gather(hub, form, 1)
    document = scenarios.document(scenarios.groups[0], 0)
    # inputs without a value in the document have one in each of these sets
    varied = numbers | {path for path in form if path not in known or known[path].type != "choice"}
    values = {path: known[path].value if path in known else None for path in sorted(varied)}
    given = {path: [change.get(path, value) for change in here] for path, value in values.items()}
    columns = gather(document, given, len(here)).columns
    table = np.array([columns[path] for path in given], dtype=np.float64).reshape(len(given), len(here))
    distinct, kind = np.unique(table, axis=1, return_inverse=True) if given else (table[:, :1], 0)
    kinds = np.full(len(changes), -1, dtype=np.int64)
    kinds[np.array(places)] = kind
    return Variant(document, dict(zip(given, distinct, strict=True)), kinds)


def _pointed(hub: HubBase, expansions: Sequence[Expansion], error: HubcalcError) -> Iterator[Problem]:
    """Point at the last expansion that mentions the path of a problem."""
    for problem in error.problems:
        pointers = [p for p, path, _ in _mentioned(expansions) if full_path(hub, path) == problem.parameter]
        yield _at(problem, pointers[-1]) if pointers else problem


def _at(problem: Problem, pointer: str) -> Problem:
    """Point at a place in the request; the path stands in the message then."""
    message = f"{problem.parameter}: {problem.message}" if problem.parameter else problem.message
    return replace(problem, message=message, parameter=None, pointer=pointer)


def _escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1")
