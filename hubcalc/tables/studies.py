"""Results of studies as tables: each list of models in a result is one."""

from collections.abc import Mapping
from typing import Any, get_origin

from pydantic import BaseModel

from hubcalc.tables.formats import Column, Table
from hubcalc.tables.models import item_model, scalar_fields, value_at, without_none
from hubmodels.studies.base import StudyResult

_NOT_VIEWS = frozenset({"columns", "warnings"})


def study_views(result: type[StudyResult]) -> tuple[str, ...]:
    """Name the tables of a kind of result; the first is the usual one.

    >>> from hubmodels.studies.sweep import SweepResult
    >>> study_views(SweepResult)
    ('summaries',)
    """
    found = []
    for name, field in result.model_fields.items():
        model = item_model(without_none(field.annotation))
        if model is None or name in _NOT_VIEWS:
            continue
        found.append(name)
        found += [f"{name}.{inner}" for inner in _inner(model)]
    return tuple(found)


def study_table(result: StudyResult, view: str) -> Table:
    """Make one table of a result.

    Parameters
    ----------
    result : StudyResult
        The result.
    view : str
        One of `study_views`: a field, or ``<field>.<inner field>`` for lists inside its items, whose rows then begin
        with what names the item.

    Returns
    -------
    Table
    """
    name, _, inner = view.partition(".")
    annotation = without_none(type(result).model_fields[name].annotation)
    model = item_model(annotation)
    if model is None:
        raise TypeError(view)
    keyed = get_origin(annotation) is dict
    items = _items(getattr(result, name))
    fields = list(scalar_fields(model))
    head = fields[: 0 if keyed else 1] if inner else fields
    columns = [*([Column(name)] if keyed else []), *(Column(title, unit) for title, unit, _ in head)]
    rows: list[list[Any]] = []
    if inner:
        below = item_model(without_none(model.model_fields[inner].annotation))
        if below is None:
            raise TypeError(view)
        inner_keyed = get_origin(without_none(model.model_fields[inner].annotation)) is dict
        inner_fields = list(scalar_fields(below))
        columns += [
            *([Column(inner)] if inner_keyed else []),
            *(Column(title, unit) for title, unit, _ in inner_fields),
        ]
        for key, item in items:
            before = [*([key] if keyed else []), *(value_at(item, places) for _, _, places in head)]
            for inner_key, part in _items(getattr(item, inner)):
                own = [value_at(part, places) for _, _, places in inner_fields]
                rows.append([*before, *([inner_key] if inner_keyed else []), *own])
    else:
        rows = [
            [*([key] if keyed else []), *(value_at(item, places) for _, _, places in fields)] for key, item in items
        ]
    return Table("row", columns, rows)


def _inner(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if item_model(without_none(field.annotation))]


def _items(found: Any) -> list[tuple[Any, Any]]:
    if found is None:
        return []
    return list(found.items()) if isinstance(found, Mapping) else list(enumerate(found))
