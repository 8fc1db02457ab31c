"""Paths: the dotted address of one input inside a document, the one key for overrides, evidence and sweeps.

A path leads from the document through fields and mapping keys to a scalar leaf: ``stages.front.cranes``. Lists, texts
for people and the document's own bookkeeping have no path.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hubmodels.routes import LEAST_SHARE, MOST_SHARE

M = TypeVar("M", bound=BaseModel)

LeafType = Literal["number", "integer", "choice"]

_BOOKKEEPING = frozenset({"sources", "evidence", "uncertainty"})
"""Parts of a document that speak of inputs and are none."""
_FIXED = frozenset({"kind"})
"""Choices that cannot be changed alone, since they decide which other fields there are."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is known of one input: its type, unit and bounds, and its value in this document."""

    path: str
    type: LeafType
    value: Any
    unit: str
    description: str
    lower: float | None = None
    upper: float | None = None
    lower_allowed: bool = True
    upper_allowed: bool = True
    choices: tuple[str, ...] = ()
    optional: bool = False

    @property
    def allowed(self) -> str:
        """Say in words what values are allowed.

        >>> Leaf("stages.front.cranes", "integer", 3, "cranes", "", lower=1, upper=10).allowed
        'a whole number from 1 to 10 [cranes]'
        """
        if self.type == "choice":
            return "one of " + ", ".join(self.choices)
        noun = "a whole number" if self.type == "integer" else "a number"
        low = "" if self.lower is None else f" {'from' if self.lower_allowed else 'above'} {self.lower:g}"
        high = "" if self.upper is None else f" {'to' if self.upper_allowed else 'below'} {self.upper:g}"
        return f"{noun}{low}{high} [{self.unit}]"


def leaves(document: BaseModel) -> dict[str, Leaf]:
    """Map each path of a document to its leaf, in the order of the document."""
    return {leaf.path: leaf for leaf in _walk(document, "") if "." in leaf.path}


def inputs(model: type[BaseModel]) -> dict[str, Leaf]:
    """Map each field of a flat document to its leaf, whose value is the default; None where there is none."""
    found = {}
    for name, field in model.model_fields.items():
        described = _describe(model, name)
        if described is not None:
            type_, unit, description, bounds, choices, optional = described
            default = None if field.is_required() else field.default
            found[name] = Leaf(name, type_, default, unit, description, *bounds, choices, optional)
    return found


def replace_leaves(document: M, values: Mapping[str, Any]) -> M:
    """Copy a document with other values at some paths, without validation.

    The values may be columns (arrays): the copy then stands for many documents at once, and arithmetic on its fields
    works on all of them. Paths must exist; see `leaves`.
    """
    grouped: dict[str, dict[str, Any]] = {}
    updates: dict[str, Any] = {}
    for path, value in values.items():
        head, _, rest = path.partition(".")
        if rest:
            grouped.setdefault(head, {})[rest] = value
        else:
            updates[head] = value
    for head, inner in grouped.items():
        updates[head] = _replace_inside(getattr(document, head), inner)
    return document.model_copy(update=updates)


def _replace_inside(value: Any, inner: Mapping[str, Any]) -> Any:
    if isinstance(value, BaseModel):
        return replace_leaves(value, inner)
    if not isinstance(value, Mapping):
        return inner[""]
    by_key: dict[str, dict[str, Any]] = {}
    for path, leaf in inner.items():
        key, _, rest = path.partition(".")
        by_key.setdefault(key, {})[rest] = leaf
    return {**value, **{key: _replace_inside(value[key], leaf) for key, leaf in by_key.items()}}


def nested_models(document: BaseModel, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """Give every model inside a document with its path, the document itself first."""
    yield path, document
    for name in type(document).model_fields:
        value = getattr(document, name)
        here = f"{path}.{name}" if path else name
        if isinstance(value, BaseModel):
            yield from nested_models(value, here)
        elif isinstance(value, Mapping) and name not in _BOOKKEEPING:
            for key, item in value.items():
                if isinstance(item, BaseModel):
                    yield from nested_models(item, f"{here}.{key}")


def _walk(model: BaseModel, prefix: str) -> Iterator[Leaf]:
    for name in type(model).model_fields:
        if name in _BOOKKEEPING:
            continue
        value, path = getattr(model, name), prefix + name
        if isinstance(value, BaseModel):
            yield from _walk(value, path + ".")
        elif isinstance(value, Mapping):
            for key, item in value.items():
                inner = f"{path}.{key}."
                yield from _walk(item, inner) if isinstance(item, BaseModel) else _shares(item, inner)
        elif name not in _FIXED:
            described = _describe(type(model), name)
            if described is not None:
                type_, unit, description, bounds, choices, optional = described
                yield Leaf(path, type_, value, unit, description, *bounds, choices, optional)


def _shares(following: Mapping[str, float], path: str) -> Iterator[Leaf]:
    """Give the leaves of a stage in the graph of a route: the shares that go on to others."""
    for stage, share in following.items():
        text, unit = "Share that goes on to this stage", "1"
        yield Leaf(f"{path}{stage}", "number", share, unit, text, LEAST_SHARE, MOST_SHARE)


_Bounds = tuple[float | None, float | None, bool, bool]


@cache
def _describe(model: type[BaseModel], name: str) -> tuple[LeafType, str, str, _Bounds, tuple[str, ...], bool] | None:
    """Read type, unit, bounds and choices of a field; None if it holds no scalar input."""
    field = model.model_fields[name]
    members = get_args(field.annotation) if get_origin(field.annotation) in (Union, UnionType) else (field.annotation,)
    optional = NoneType in members
    kept = [member for member in members if member is not NoneType]
    text, unit = split_unit(field.description or "")
    if kept == [int] or kept == [float]:
        return "integer" if kept == [int] else "number", unit, text, _bounds(field), (), optional
    if len(kept) == 1 and get_origin(kept[0]) is Literal:
        choices = getattr(model, "alternatives", {}).get(name) or tuple(map(str, get_args(kept[0])))
        return "choice", unit, text, (None, None, True, True), choices, optional
    return None


def _bounds(field: FieldInfo) -> _Bounds:
    lower: float | None = None
    upper: float | None = None
    lower_allowed = upper_allowed = True
    for constraint in field.metadata:
        if isinstance(constraint, annotated_types.Ge | annotated_types.Gt):
            lower_allowed = isinstance(constraint, annotated_types.Ge)
            lower = constraint.ge if isinstance(constraint, annotated_types.Ge) else constraint.gt  # type: ignore[assignment]  # a number here
        elif isinstance(constraint, annotated_types.Le | annotated_types.Lt):
            upper_allowed = isinstance(constraint, annotated_types.Le)
            upper = constraint.le if isinstance(constraint, annotated_types.Le) else constraint.lt  # type: ignore[assignment]  # a number here
    return lower, upper, lower_allowed, upper_allowed


def split_unit(description: str) -> tuple[str, str]:
    """Split the unit in brackets off the end of a description.

    >>> split_unit("Time to place a train [min]")
    ('Time to place a train', 'min')
    """
    match = re.fullmatch(r"(.*\S)\s*\[([^\[\]]+)\]", description)
    return (match[1], match[2]) if match else (description, "")
