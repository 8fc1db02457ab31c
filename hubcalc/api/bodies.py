"""Request bodies: JSON, with every problem named."""

from typing import Annotated, Any, TypeVar

from litestar import Request
from pydantic import BeforeValidator, TypeAdapter, ValidationError
from pydantic_core import from_json

from hubcalc.documents import problems_of
from hubcalc.errors import DocumentError, MalformedBodyError, MediaTypeError, Problem

T = TypeVar("T")


def _one_or_the_other(value: object) -> object:
    if not isinstance(value, dict | str):
        raise ValueError("neither a hub document nor the id of a stored hub; a line is one here, too")  # Pydantic's way
    return value


HubOrId = Annotated[dict[str, Any] | str, BeforeValidator(_one_or_the_other)]
"""A hub or a line in a body: its document, or its id."""

_JSON_TYPES = frozenset({"", "application/json", "application/merge-patch+json", "text/plain"})
"""What may carry JSON; text/plain because Office scripts can send nothing else."""


def read_json(request: Request[Any, Any, Any], body: bytes) -> Any:
    """Parse a JSON body."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in _JSON_TYPES:
        problem = "cannot read this media type"
        hint = "say what it is: curl -H 'Content-Type: application/json'"
        raise MediaTypeError.of(Problem(problem, given=media_type, allowed="application/json", hint=hint))
    if not body.strip():
        raise MalformedBodyError.of(Problem("the body is empty", pointer="", allowed="a JSON document"))
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedBodyError.of(
            Problem(f"the body is not JSON: {error}", pointer="", hint="NaN and Infinity are not JSON either")
        ) from error


def read_model(adapter: TypeAdapter[T], data: Any) -> T:
    """Validate parsed JSON."""
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise DocumentError.of(*problems_of(error)) from error


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396).

    >>> merge_patch({"a": {"b": 1, "c": 2}}, {"a": {"b": None, "d": 3}})
    {'a': {'c': 2, 'd': 3}}
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
