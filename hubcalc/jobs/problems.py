"""Errors as they are kept with a job that failed: what a problem document says, and nothing of the inside."""

from typing import Any

from hubcalc.errors import HubcalcError, Problem

_LONGEST_TEXT = 1_000
_MOST_PROBLEMS = 100
_NAMES = ("message", "parameter", "pointer", "given", "allowed", "hint")

UNEXPECTED: dict[str, Any] = {
    "code": "internal_error",
    "title": "hubcalc made a mistake",
    "detail": "the error has been logged",
    "errors": [],
}
"""What is said of an error that is not one of ours."""


def problem_of(error: HubcalcError) -> dict[str, Any]:
    """Turn one of our errors into what is kept.

    >>> from hubcalc.errors import RefusedError
    >>> problem_of(RefusedError("no such flow"))
    {'code': 'refused', 'title': 'This number cannot be given', 'detail': 'no such flow', 'errors': []}
    """
    return {
        "code": error.code,
        "title": error.title,
        "detail": error.message[:_LONGEST_TEXT],
        "errors": [_entry(problem) for problem in error.problems[:_MOST_PROBLEMS]],
    }


def _entry(problem: Problem) -> dict[str, Any]:
    values = ((name, getattr(problem, name)) for name in _NAMES)
    return {name: _plain(value) for name, value in values if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < 2**53):
        return value
    return str(value)[:_LONGEST_TEXT]
