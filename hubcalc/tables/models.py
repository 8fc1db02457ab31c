"""Models as rows of tables: their scalar fields are columns, with the units that their descriptions name."""

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from hubmodels.paths import split_unit
from hubmodels.results import Verdict

Field = tuple[str, str, tuple[str, ...]]
"""Name of a column, its unit, and the fields that lead to it."""


def scalar_fields(
    model: type[BaseModel],
    left_out: frozenset[str] = frozenset(),
    unnamed: tuple[str, ...] = (),
    *,
    prefix: str = "",
    places: tuple[str, ...] = (),
) -> Iterator[Field]:
    """Give the scalar fields of a model, those of models inside it too; lists of models are tables of their own.

    Parameters
    ----------
    model : type of BaseModel
        The model of one row.
    left_out : frozenset of str
        Fields that are no columns.
    unnamed : tuple of str
        Models inside whose fields stand under their own names.
    prefix, places : str, tuple of str
        Where the model stands within another.

    Yields
    ------
    Field
    """
    for name, field in model.model_fields.items():
        kind = without_none(field.annotation)
        if name in left_out or item_model(kind) is not None or get_origin(kind) is dict or _is_series(kind):
            continue
        here = (*places, name)
        if kind is not Verdict and is_model(kind):
            inner = "" if name in unnamed else f"{name}_"
            yield from scalar_fields(kind, left_out, unnamed, prefix=prefix + inner, places=here)
        else:
            yield prefix + name, split_unit(field.description or "")[1], here


def _is_series(kind: Any) -> bool:
    """Say whether a field holds a row of numbers, which is for charts."""
    return get_origin(kind) in (list, tuple) and set(get_args(kind)) - {...} <= {int, float}


def without_none(annotation: Any) -> Any:
    """Give the type that a value has, if there is one.

    >>> without_none(float | None)
    <class 'float'>
    """
    kept = [kind for kind in get_args(annotation) if kind is not NoneType]
    return kept[0] if NoneType in get_args(annotation) and len(kept) == 1 else annotation


def is_model(kind: Any) -> bool:
    """Say whether a type is a model."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def item_model(kind: Any) -> type[BaseModel] | None:
    """Give the model of the items of a list, a tuple or a mapping; None if it holds none."""
    inner = [part for part in get_args(kind) if is_model(part)]
    return inner[0] if get_origin(kind) in (list, tuple, dict) and inner else None


def value_at(item: Any, places: tuple[str, ...]) -> Any:
    """Give the value of a column: the status of a verdict, a list as one text."""
    for place in places:
        if item is None:
            return None
        item = getattr(item, place)
    if isinstance(item, Verdict):
        return item.status
    if isinstance(item, BaseModel):
        return item.model_dump(mode="json", exclude_none=True)
    return " > ".join(map(str, item)) if isinstance(item, list | tuple) else item
