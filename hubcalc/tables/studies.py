"""Results of studies as tables: each list of models in a result is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_origin

from pydantic import BaseModel

from hubcalc.tables.models import Field, is_model, item_model, scalar_fields, value_at, without_none
from hubcalc.tables.rectangles import Column, Table, identifying
from hubmodels.studies.base import StudyResult

_NOT_VIEWS = frozenset({"subject", "columns", "warnings"})
_NAMES = frozenset({"name", "metric", "unit", "path"})
"""Fields that say what an item is."""
_USUAL = {
    "sweep": "summaries",
    "montecarlo": "metrics.percentiles",
    "sensitivity": "tornado.bars",
    "sizing": "items",
    "staging": "levels",
}
"""The table that says most, by kind of study."""


def study_views(result: type[StudyResult]) -> tuple[str, ...]:
    """Name the tables of a kind of result.

    >>> from hubmodels.studies.sweep import SweepResult
    >>> study_views(SweepResult)
    ('summaries',)
    """
    found: list[str] = []
    for name, field in result.model_fields.items():
        kind = without_none(field.annotation)
        model = item_model(kind)
        if name in _NOT_VIEWS or (model is None and not is_model(kind)):
            continue
        found += [] if model is None else [name]
        found += [f"{name}.{inner}" for inner in _inner(model or kind)]
    return tuple(found)


def usual_view(result: StudyResult) -> str:
    """Name the table of a result that is shown where none is chosen.

    Parameters
    ----------
    result : StudyResult
        The result.

    Returns
    -------
    str
        One of `study_views`.
    """
    return _USUAL[result.kind]


def study_table(result: StudyResult, view: str) -> Table:
    """Make one table of a result.

    Parameters
    ----------
    result : StudyResult
        The result.
    view : str
        One of `study_views`: a field, or ``<field>.<inner field>`` for lists inside it. Rows of lists inside the items
        of a list begin with what names the item.

    Returns
    -------
    Table
    """
    name, _, inner = view.partition(".")
    kind, found = without_none(type(result).model_fields[name].annotation), getattr(result, name)
    if not inner:
        return _table(_List.of(name, kind, found), None)
    if is_model(kind):
        field = kind.model_fields[inner]
        return _table(_List.of(inner, without_none(field.annotation), getattr(found, inner) if found else None), None)
    return _table(_List.of(name, kind, found), inner)


@dataclass(frozen=True, slots=True)
class _List:
    """Models in a list, or by key."""

    name: str
    keyed: bool
    model: type[BaseModel]
    items: list[tuple[Any, Any]]

    @classmethod
    def of(cls, name: str, kind: Any, found: Any) -> "_List":
        model = item_model(kind)
        if model is None:
            raise TypeError(name)
        items = list(found.items()) if isinstance(found, Mapping) else list(enumerate(found or ()))
        return cls(name, get_origin(kind) is dict, model, items)

    @property
    def fields(self) -> list[Field]:
        return list(scalar_fields(self.model))

    def columns(self, fields: Sequence[Field]) -> list[Column]:
        return [*([Column(self.name)] if self.keyed else []), *(Column(title, unit) for title, unit, _ in fields)]

    def keys(self, fields: Sequence[Field]) -> tuple[str, ...]:
        """Name what says which item a row is about."""
        return (self.name,) if self.keyed else identifying([title for title, *_ in fields])

    def rows(self, fields: Sequence[Field]) -> list[list[Any]]:
        return [
            [*([key] if self.keyed else []), *(value_at(item, places) for _, _, places in fields)]
            for key, item in self.items
        ]


def _table(outer: _List, inner: str | None) -> Table:
    if inner is None:
        return Table("row", outer.columns(outer.fields), outer.rows(outer.fields), outer.keys(outer.fields))
    # of what is around a list, only what names it stands before its rows
    head = [] if outer.keyed else [field for field in outer.fields if field[0] in _NAMES][:2]
    columns, rows = outer.columns(head), []
    below = without_none(outer.model.model_fields[inner].annotation)
    for (_, item), before in zip(outer.items, outer.rows(head), strict=True):
        lists = _List.of(inner, below, getattr(item, inner))
        rows += [[*before, *row] for row in lists.rows(lists.fields)]
    empty = _List.of(inner, below, None)
    keys = (*(column.name for column in columns if column.name != "unit"), *empty.keys(empty.fields))
    return Table("row", [*columns, *empty.columns(empty.fields)], rows, keys)


def _inner(model: Any) -> list[str]:
    return [name for name, field in model.model_fields.items() if item_model(without_none(field.annotation))]
