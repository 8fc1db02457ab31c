"""Values of overrides: read as what the leaf holds, or refused with what is allowed."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import OverrideError, Problem, UnknownPathError
from hubcalc.words import did_you_mean
from hubmodels import HubBase
from hubmodels.paths import Leaf, leaves


def full_path(hub: HubBase, path: str) -> str:
    """Write out the short form ``flow.`` for the main flow.

    >>> from types import SimpleNamespace
    >>> full_path(SimpleNamespace(main_flow="westbound"), "flow.per_day")
    'flows.westbound.per_day'
    """
    return f"flows.{hub.main_flow}.{path.removeprefix('flow.')}" if path.startswith("flow.") else path


def unknown_path(path: str, known: Mapping[str, Leaf]) -> UnknownPathError:
    """Make the error for a path that the document does not have."""
    short = [f"flow.{p.split('.', 2)[2]}" for p in known if p.startswith("flows.")] if path.startswith("flow.") else []
    return UnknownPathError.of(
        Problem(
            "the document has no such path",
            parameter=path,
            allowed="a path of the document: see /v1/hubs/<id>/paths or `hubcalc paths <id>`",
            hint=did_you_mean(path, [*known, *short]),
        )
    )


def check_paths(hub: HubBase, paths: Iterable[str]) -> None:
    """Refuse paths that a document does not have; for those that come without a value."""
    known = leaves(hub)
    for path in paths:
        if full_path(hub, path) not in known:
            raise unknown_path(path, known)


def read_choices(leaf: Leaf, values: Sequence[Any] | NDArray[Any]) -> NDArray[np.str_]:
    """Read values of a choice."""
    texts = [str(value).strip() for value in values]
    for text in texts:
        if text not in leaf.choices:
            raise OverrideError.of(
                Problem(
                    "not one of the choices",
                    parameter=leaf.path,
                    given=text,
                    allowed=leaf.allowed,
                    hint=did_you_mean(text, leaf.choices),
                )
            )
    return np.array(texts)


def read_numbers(leaf: Leaf, values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    """Read numbers within the leaf's bounds: whole ones as int64 where the leaf counts, else float64."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        numbers = values.astype(np.float64)
    else:
        numbers = np.array([_number(leaf, value) for value in values], dtype=np.float64)
    inside = np.isfinite(numbers)
    if leaf.lower is not None:
        inside &= numbers >= leaf.lower if leaf.lower_allowed else numbers > leaf.lower
    if leaf.upper is not None:
        inside &= numbers <= leaf.upper if leaf.upper_allowed else numbers < leaf.upper
    if not inside.all():
        given = values[int(np.flatnonzero(~inside)[0])]
        raise refused(leaf, given, "out of bounds")
    if leaf.type == "number":
        return numbers
    whole = numbers == np.floor(numbers)
    if not whole.all():
        raise refused(leaf, values[int(np.flatnonzero(~whole)[0])], "not a whole number")
    return numbers.astype(np.int64)


def _number(leaf: Leaf, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str | np.number):
        raise refused(leaf, value, "not a number")
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise refused(leaf, value, "not a number") from error
    if isinstance(value, str) and ("_" in value or not value.isascii() or not math.isfinite(number)):
        raise refused(leaf, value, "not a number")
    return number


def refused(leaf: Leaf, given: Any, why: str) -> OverrideError:
    """Make the error for a value that a leaf cannot take."""
    plain = given.item() if isinstance(given, np.generic) else given
    shown = str(plain) if isinstance(plain, float) and not math.isfinite(plain) else plain
    return OverrideError.of(Problem(why, parameter=leaf.path, given=shown, allowed=leaf.allowed))
