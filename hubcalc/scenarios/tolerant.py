"""Scenarios of which some cannot be: those that can are gathered, and of each other it is said why not.

A request of one scenario fails as a whole; a table of ten thousand goes on with the next row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import InputError, Problem
from hubcalc.scenarios.choices import changed_document
from hubcalc.scenarios.overrides import Group
from hubcalc.scenarios.values import full_path, read_choices, read_numbers, unknown_path
from hubmodels import HubBase
from hubmodels.base import Model
from hubmodels.paths import Leaf, leaves, nested_models, replace_leaves

Columns = Mapping[str, NDArray[Any]]
_MOST_TRIED = 100
"""Rows with which a changed document is tried before all of its rows fall."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Groups of the scenarios that can be, and of each row why it cannot (empty where it can)."""

    groups: list[Group]
    reasons: NDArray[np.object_]


def gather_usable(hub: HubBase, columns: Columns, size: int) -> Gathered:
    """Gather the scenarios that can be.

    Parameters
    ----------
    hub : HubBase
        The document.
    columns : mapping
        `size` values by path: numbers, or texts where a leaf holds a choice or a number was written as text. An input
        without a value in the document stays without one where it is None.
    size : int
        Number of scenarios.

    Returns
    -------
    Gathered
        One group for each set of choices and of inputs that stay without a value, with the rows that it holds, and a
        reason for every row that is in none.

    Raises
    ------
    UnknownPathError
        If the document has no such path with any choice: that is no matter of a row.
    """
    known = leaves(hub)
    named = {full_path(hub, path): column for path, column in columns.items()}
    chosen = [path for path in named if path in known and known[path].type == "choice"]
    missing = [path for path in named if path not in known]
    if missing and not chosen:
        raise unknown_path(next(p for p in columns if full_path(hub, p) == missing[0]), known)
    reasons = np.full(size, "", dtype=object)
    valueless = {path for path, leaf in known.items() if leaf.value is None}
    gaps = [path for path, column in named.items() if path in valueless.difference(chosen) and _has_gaps(column)]
    if not chosen and not gaps:
        group = _group(hub, named, np.arange(size), reasons)
        return Gathered([] if group is None else [group], reasons)
    groups = []
    texts = [[_text(value, path in valueless) for value in named[path]] for path in chosen]
    for kind, rows in _kinds(texts, [named[path] for path in gaps]):
        choices = {path: str(text) for path, text in zip(chosen, kind, strict=False) if text is not None}
        absent = {path for path, gap in zip(gaps, kind[len(chosen) :], strict=True) if gap}
        numeric = {path: column for path, column in named.items() if path not in chosen and path not in absent}
        if choices or missing:
            group = _changed(hub, known, numeric, choices, rows, reasons)
        else:
            group = _group(hub, numeric, rows, reasons)
        if group is not None:
            groups.append(group)
    return Gathered(groups, reasons)


def _has_gaps(column: NDArray[Any]) -> bool:
    return column.dtype.kind == "O" and any(value is None for value in column)


def _text(value: Any, may_miss: bool) -> str | None:
    return None if value is None and may_miss else str(value).strip()


def _kinds(
    texts: Sequence[Sequence[str | None]], gaps: Sequence[NDArray[Any]]
) -> Iterator[tuple[tuple[Any, ...], NDArray[np.intp]]]:
    """Give rows that are alike in their choices and in what they leave out, in the order of the first of each."""
    places: dict[tuple[Any, ...], list[int]] = {}
    for row, kind in enumerate(zip(*texts, *([value is None for value in column] for column in gaps), strict=True)):
        places.setdefault(kind, []).append(row)
    for kind, rows in places.items():
        yield kind, np.array(rows, np.intp)


def _changed(
    hub: HubBase,
    known: Mapping[str, Leaf],
    numeric: Columns,
    choices: dict[str, str],
    rows: NDArray[np.intp],
    reasons: NDArray[np.object_],
) -> Group | None:
    """Gather the rows of one set of choices; all of them fall with a choice that cannot be."""
    try:
        for path, choice in choices.items():
            read_choices(known[path], [choice])
    except InputError as error:
        reasons[rows] = _said(error)
        return None
    # a new law may need numbers of its row to be a document at all: one row with which it is one serves for all
    ordered = _promising_first(known, numeric, rows)
    for tried, row in enumerate(ordered[:_MOST_TRIED]):
        try:
            document = changed_document(hub, choices, {path: _plain(column[row]) for path, column in numeric.items()})
            _check_known(numeric, document)
        except InputError as error:
            reasons[row] = _said(error)
        else:
            return _group(document, numeric, np.sort(ordered[tried:]), reasons)
    reasons[ordered[_MOST_TRIED:]] = reasons[ordered[0]]
    return None


def _promising_first(known: Mapping[str, Leaf], numeric: Columns, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Put rows first whose numbers are within the bounds of the document as it is."""
    doubts = np.full(len(rows), "", dtype=object)
    for path, column in numeric.items():
        if path in known:
            _numbers(known[path], column[rows], doubts)
    good = doubts == ""
    return np.concatenate([rows[good], rows[~good]])


def _check_known(paths: Columns, document: HubBase) -> None:
    known = leaves(document)
    for path in paths:
        if path not in known:
            raise unknown_path(path, known)


def _group(hub: HubBase, named: Columns, rows: NDArray[np.intp], reasons: NDArray[np.object_]) -> Group | None:
    known = leaves(hub)
    here = np.full(len(rows), "", dtype=object)
    numbers = {path: _numbers(known[path], column[rows], here) for path, column in named.items()}
    _broken_rules(hub, numbers, here)
    good = here == ""
    reasons[rows] = here
    if not good.any():
        return None
    kept = {path: column[good] for path, column in numbers.items()}
    slim = {path: column[0] if (column == column[0]).all() else column for path, column in kept.items()}
    return Group(replace_leaves(hub, slim), rows[good])


def _numbers(leaf: Leaf, column: NDArray[Any], reasons: NDArray[np.object_]) -> NDArray[Any]:
    """Read a column all at once, and value by value only if something is wrong with it."""
    try:
        return read_numbers(leaf, column)
    except InputError:
        pass
    numbers = np.full(len(column), float(leaf.lower or 0.0) if leaf.value is None else float(leaf.value))
    for i, value in enumerate(column):
        try:
            numbers[i] = read_numbers(leaf, [_plain(value)])[0]
        except InputError as error:
            reasons[i] = reasons[i] or _said(error)
    return numbers if leaf.type == "number" else numbers.astype(np.int64)


def _broken_rules(hub: HubBase, numbers: Columns, reasons: NDArray[np.object_]) -> None:
    """Say of each row which rule between fields it breaks."""
    document = replace_leaves(hub, dict(numbers))
    for path, model in nested_models(document):
        prefix = f"{path}." if path else ""
        if not isinstance(model, Model) or not any(column.startswith(prefix) for column in numbers):
            continue
        for rule in model.rules():
            broken = ~np.broadcast_to(np.asarray(rule.holds, dtype=bool), reasons.shape)
            for i in np.flatnonzero(broken & (reasons == "")):
                fields = [f"{prefix}{name}" for name in rule.fields]
                touched = next((field for field in fields if field in numbers), fields[0])
                given = numbers[touched][i].item() if touched in numbers else None
                message = f"{' and '.join(rule.fields)}: {rule.message}"
                reasons[i] = _row_reason(Problem(message, parameter=touched, given=given))


def _said(error: InputError) -> str:
    return "; ".join(_row_reason(problem) for problem in error.problems) or error.message


def _row_reason(problem: Problem) -> str:
    return str(problem) if problem.given is None else f"{problem}, given {problem.given!r}"


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
