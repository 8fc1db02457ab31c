"""Values of overrides: read as what the leaf holds, or refused with what is allowed."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import OverrideError, Problem, UnknownPathError
from hubcalc.scenarios.texts import SHEET_ERROR, is_sheet_error, read_text
from hubcalc.words import did_you_mean
from hubmodels import Corridor, HubBase
from hubmodels.paths import Leaf, leaves

_MAIN_FLOW = "flow"
_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_INSIDE = ("hubs", "lines")
"""Paths of a corridor that begin so lead into its documents."""
_NAMED_PARTS = ("stages", "flows")
_IN_NAMED_PARTS = tuple(f"{part}." for part in _NAMED_PARTS)


def full_path(hub: HubBase, path: str) -> str:
    """Write out the short forms: ``flow.`` for the main flow, the bare id of a stage or a flow for its place.

    A path that begins with a part of the document is a full one, whatever its stages and flows are called.

    Raises
    ------
    UnknownPathError
        If the id is that of a stage and of a flow.

    Examples
    --------
    >>> import hubfixtures
    >>> khorgos = hubfixtures.load("khorgos-gateway")
    >>> full_path(khorgos, "flow.per_day"), full_path(khorgos, "front.cranes")
    ('flows.westbound.per_day', 'stages.front.cranes')
    """
    head, _, rest = path.partition(".")
    if head in type(hub).model_fields or not rest:
        return path
    if head == _MAIN_FLOW:
        return f"flows.{hub.main_flow}.{rest}"
    places = [f"{part}.{path}" for part in _NAMED_PARTS if head in getattr(hub, part)]
    if len(places) > 1:
        said = " or ".join(places)
        raise UnknownPathError.of(
            Problem(f"a stage and a flow are called {head}", parameter=path, hint=f"write {said}")
        )
    return places[0] if places else path


def full_path_in_corridor(corridor: Corridor, path: str, inside: Callable[[str, str], HubBase | None]) -> str:
    """Write out the short forms of a corridor: ``demand.`` for the main demand, and those of the documents inside.

    Parameters
    ----------
    corridor : Corridor
        The corridor.
    path : str
        One of its paths, such as ``hubs.khorgos-gateway.front.cranes``.
    inside : callable
        Gives a document by its group, hubs or lines, and its id; None where the corridor has none.

    Raises
    ------
    UnknownPathError
        If an id is that of a stage and of a flow.
    """
    group, _, rest = path.partition(".")
    if group == "demand" and rest:
        return f"demands.{corridor.main_demand}.{rest}"
    document_id, _, inner = rest.partition(".")
    document = inside(group, document_id) if group in _INSIDE and inner else None
    return path if document is None else f"{group}.{document_id}.{full_path(document, inner)}"


def unknown_path(path: str, known: Mapping[str, Leaf]) -> UnknownPathError:
    """Make the error for a path that the document does not have; the hint is as long or as short as what was given."""
    head = path.partition(".")[0]
    short = []
    if head == _MAIN_FLOW:
        short = [f"flow.{leaf.split('.', 2)[2]}" for leaf in known if leaf.startswith("flows.")]
    elif head not in {leaf.partition(".")[0] for leaf in known}:
        short = [leaf.partition(".")[2] for leaf in known if leaf.startswith(_IN_NAMED_PARTS)]
    return UnknownPathError.of(
        Problem(
            "the document has no such path",
            parameter=path,
            allowed="a path of the document: see /v1/hubs/<id>/paths or `hubcalc paths <id>`",
            hint=did_you_mean(path, [*known, *short]),
        )
    )


def check_paths(hub: HubBase, paths: Collection[str]) -> None:
    """Refuse paths that a document does not have; for those that come without a value."""
    known = leaves(hub) if paths else {}  # to walk through a document takes longer than to answer from what is kept
    for path in paths:
        if full_path(hub, path) not in known:
            raise unknown_path(path, known)


def read_choices(leaf: Leaf, values: Sequence[Any] | NDArray[Any]) -> NDArray[np.str_]:
    """Read values of a choice."""
    texts = [str(value).strip() for value in values]
    for text in texts:
        if text not in leaf.choices:
            if is_sheet_error(text):
                raise refused(leaf, text, SHEET_ERROR.message, SHEET_ERROR.hint)
            raise refused(leaf, text, "not one of the choices", did_you_mean(text, leaf.choices))
    return np.array(texts)


def read_numbers(leaf: Leaf, values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    """Read numbers within the leaf's bounds: whole ones as int64 where the leaf counts, else float64."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        numbers = values.astype(np.float64)
    else:
        numbers = np.array([_number(leaf, value) for value in values], dtype=np.float64)
    for outside, why in _bounds(leaf, numbers):
        if outside.any():
            raise refused(leaf, values[int(np.flatnonzero(outside)[0])], why)
    if leaf.type == "number":
        return numbers
    whole = numbers == np.floor(numbers)
    if not whole.all():
        raise refused(leaf, values[int(np.flatnonzero(~whole)[0])], "is not a whole number")
    return numbers.astype(np.int64)


def _bounds(leaf: Leaf, numbers: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.bool_], str]]:
    """Give the bounds of a leaf: which numbers are beyond each, and what they must be."""
    yield np.isnan(numbers), "is not a number"
    if leaf.lower is not None:
        beyond, sign = (numbers < leaf.lower, ">=") if leaf.lower_allowed else (numbers <= leaf.lower, ">")
        yield beyond, f"must be {sign} {leaf.lower:.15g}"
    if leaf.upper is not None:
        beyond, sign = (numbers > leaf.upper, "<=") if leaf.upper_allowed else (numbers >= leaf.upper, "<")
        yield beyond, f"must be {sign} {leaf.upper:.15g}"
    yield np.isinf(numbers), "must be finite"


def _number(leaf: Leaf, value: Any) -> float:
    if isinstance(value, str):
        return _number_in(leaf, value)
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise refused(leaf, value, "is not a number")
    try:
        return float(value)
    except OverflowError as error:
        raise refused(leaf, value, "is too large") from error


def _number_in(leaf: Leaf, text: str) -> float:
    """Read a number in a text; hundredths are for what has no unit."""
    if _PLAIN.fullmatch(text):
        return float(text)  # long columns of plain numbers need not be looked at twice
    found = read_text(text)
    if isinstance(found, Problem):
        raise refused(leaf, text, found.message, found.hint)
    if found is None:
        raise refused(leaf, text, "is not a number")
    if found.is_percent and leaf.unit != "1":
        raise refused(leaf, text, "is not a share", f"leave the percent sign out: it is in {leaf.unit}")
    if math.isinf(found.value):
        raise refused(leaf, text, "is too large")
    return found.value


def refused(leaf: Leaf, given: Any, why: str, hint: str | None = None) -> OverrideError:
    """Make the error for a value that a leaf cannot take."""
    plain = given.item() if isinstance(given, np.generic) else given
    shown = str(plain) if isinstance(plain, float) and not math.isfinite(plain) else plain
    return OverrideError.of(Problem(why, parameter=leaf.path, given=shown, allowed=leaf.allowed, hint=hint))
