"""Overrides by path: checked against the document, and gathered into columns.

Numbers become columns of one document. A change of a choice (a law, a unit) makes another document, so scenarios are
grouped by their choices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import OverrideError, Problem
from hubcalc.scenarios.choices import changed_document
from hubcalc.scenarios.values import full_path, read_choices, read_numbers, unknown_path
from hubmodels import HubBase
from hubmodels.base import Model
from hubmodels.paths import Leaf, leaves, nested_models, replace_leaves

Values = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Scenarios that differ in numbers only: one document whose leaves may be columns."""

    hub: HubBase
    rows: NDArray[np.intp]
    """Which scenarios these are."""


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Scenarios of one hub, checked: their groups, and the overrides as columns by full path."""

    groups: list[Group]
    columns: dict[str, NDArray[Any]]
    size: int

    def overrides(self, row: int) -> dict[str, Any]:
        """Give the overrides of one scenario as plain values."""
        return {path: column[row].item() for path, column in self.columns.items()}

    def document(self, group: Group, place: int) -> HubBase:
        """Give the document of one scenario of a group, with plain numbers."""
        given = self.overrides(int(group.rows[place]))
        return replace_leaves(group.hub, {path: value for path, value in given.items() if not isinstance(value, str)})


def gather(hub: HubBase, overrides: Mapping[str, Values], size: int) -> Scenarios:
    """Check overrides and gather them into column documents.

    Parameters
    ----------
    hub : HubBase
        The document.
    overrides : mapping
        By path, `size` values each. ``flow.`` stands for the main flow. Texts are read as numbers where one belongs.
    size : int
        Number of scenarios.

    Returns
    -------
    Scenarios
        The groups and the typed columns.

    Raises
    ------
    UnknownPathError
        If the document has no such path.
    OverrideError
        If a value is of the wrong type, out of its bounds, or breaks a rule between fields.
    """
    known = leaves(hub)
    spoken = {full_path(hub, path): path for path in overrides}
    if len(spoken) < len(overrides):
        twice = next(path for path in overrides if path not in spoken.values())
        raise OverrideError.of(Problem("this path is given twice, in its short and in its long form", parameter=twice))
    named = {path: overrides[given] for path, given in spoken.items()}
    chosen = {
        path: read_choices(known[path], values)
        for path, values in named.items()
        if path in known and known[path].type == "choice"
    }
    # a short form that stands for nothing is answered in the caller's own words; another choice may bring new paths
    for path, given in spoken.items():
        if path not in known and not chosen:
            raise unknown_path(given, known)
    numeric = {path: values for path, values in named.items() if path not in chosen}
    if not chosen:
        columns = {path: _numbers(known, path, values) for path, values in numeric.items()}
        return Scenarios([_group(hub, columns, np.arange(size))], _in_order(named, columns), size)
    return _by_choices(hub, chosen, numeric, size, list(named))


def _by_choices(
    hub: HubBase, chosen: dict[str, NDArray[Any]], numeric: dict[str, Values], size: int, order: list[str]
) -> Scenarios:
    groups, columns = [], dict(chosen)
    kinds = list(zip(*chosen.values(), strict=True))
    for kind in dict.fromkeys(kinds):
        rows = np.array([i for i, other in enumerate(kinds) if other == kind], np.intp)
        given = {path: [values[i] for i in rows] for path, values in numeric.items()}
        document = changed_document(hub, dict(zip(chosen, kind, strict=True)), {p: v[0] for p, v in given.items()})
        known = leaves(document)
        here = {path: _numbers(known, path, values) for path, values in given.items()}
        for path, column in here.items():
            columns.setdefault(path, np.empty(size, column.dtype))[rows] = column
        groups.append(_group(document, here, rows))
    return Scenarios(groups, _in_order(order, columns), size)


def _group(hub: HubBase, columns: dict[str, NDArray[Any]], rows: NDArray[np.intp]) -> Group:
    # columns of one repeated value stay scalars: what does not vary is computed once
    slim = {
        path: column[0] if len(column) and (column == column[0]).all() else column for path, column in columns.items()
    }
    document = replace_leaves(hub, slim)
    _keep_rules(document, columns)
    return Group(document, rows)


def _numbers(known: Mapping[str, Leaf], path: str, values: Values) -> NDArray[Any]:
    if path not in known:
        raise unknown_path(path, known)
    return read_numbers(known[path], values)


def _in_order(order: Sequence[str] | Mapping[str, Any], columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {path: columns[path] for path in order}


def _keep_rules(document: HubBase, columns: Mapping[str, NDArray[Any]]) -> None:
    """Check the rules between fields on columns, wherever an override touches them."""
    for path, model in nested_models(document):
        if isinstance(model, Model) and any(column.startswith(f"{path}.") for column in columns):
            keep_rules(model, columns, f"{path}.")


def keep_rules(model: Model, columns: Mapping[str, NDArray[Any]], prefix: str = "") -> None:
    """Refuse columns that break a rule between the fields of a model.

    Raises
    ------
    OverrideError
        If a rule does not hold in some row; it names the field that was given there.
    """
    for rule in model.rules():
        broken = np.flatnonzero(~np.atleast_1d(rule.holds))
        if broken.size:
            fields = [f"{prefix}{name}" for name in rule.fields]
            touched = next((field for field in fields if field in columns), fields[0])
            column = columns.get(touched)
            value = None if column is None else column[broken[0] if column.size > 1 else 0].item()
            raise OverrideError.of(
                Problem(f"{' and '.join(rule.fields)}: {rule.message}", parameter=touched, given=value)
            )
