"""How calculators of capacity give their answers: computed when asked for, exact unless they say otherwise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.calculators.base import Output, Readings, Remark
from hubcalc.readings import Reading

FloatArray = NDArray[np.float64]

RULE_OF_THUMB = "a planning guideline"
GROWING = "demand is not below capacity, so the queue grows"


@dataclass(frozen=True, slots=True)
class Answer:
    """Values of one output, with what is to be said about them; see `Reading`."""

    values: Any
    method: Any = ""
    error: Any = 0.0
    caveat: Any = ""
    unstable: Any = False
    growing: str = GROWING
    refused: Any = False
    reason: Any = ""


Maker = Callable[[], Any]


class Answers(Mapping[str, Reading]):
    """Readings by name, each computed when it is first asked for.

    What is made is a number, a column or a text, which counts as exact, or an `Answer`.
    """

    def __init__(self, outputs: Sequence[Output], method: str, makers: Mapping[str, Maker]) -> None:
        self._units = {output.name: output.unit for output in outputs}
        self._method = method
        self._makers = makers
        self._made: dict[str, Reading] = {}

    def __getitem__(self, name: str) -> Reading:
        """Give one reading."""
        if name not in self._made:
            self._made[name] = self._reading(name, self._units[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names in the order of the outputs."""
        return iter(self._units)

    def __len__(self) -> int:
        """Count the readings."""
        return len(self._units)

    def _reading(self, name: str, unit: str) -> Reading:
        made = self._makers[name]()
        answer = made if isinstance(made, Answer) else Answer(made)
        values = np.asarray(answer.values)
        if values.dtype.kind != "U":
            values = np.where(
                np.asarray(answer.unstable) | np.asarray(answer.refused), np.nan, values.astype(np.float64)
            )
        return Reading(
            values=values,
            unit=unit,
            method=self._method if isinstance(answer.method, str) and not answer.method else answer.method,
            error=answer.error,
            unstable=answer.unstable,
            refused=answer.refused,
            reason=answer.reason,
            caveat=answer.caveat,
            growing=answer.growing,
        )


def rule_of_thumb(values: Any, method: str = "", caveat: str = RULE_OF_THUMB) -> Answer:
    """Mark values as those of a rule of thumb, whose error nobody has measured."""
    return Answer(values, method, error=np.nan, caveat=caveat)


def approximate(values: Any, method: str, exact: Any, caveat: str) -> Answer:
    """Mark values as exact in some rows, and approximate with an error that nobody has measured in the others."""
    return Answer(values, method, error=np.where(exact, 0.0, np.nan), caveat=caveat)


def without(reason: str, values: float | str = np.nan) -> Maker:
    """Make a refusal with its reason; `values` is an empty text where the others are texts."""
    return lambda: Answer(values, refused=True, reason=reason)


def if_given(maker: Maker, **inputs: Any) -> Maker:
    """Give the maker if all inputs that it needs were given, else one of a refusal that names those that were not.

    Examples
    --------
    >>> if_given(lambda: 1.0, calls_per_year=None, call_teu=2.0)().reason
    'needs calls_per_year'
    """
    missing = [name for name, value in inputs.items() if value is None]
    return without(f"needs {' and '.join(missing)}") if missing else maker


def number(value: Any) -> FloatArray:
    """Give an input as a float64 column; NaN for one that was not given, of which nothing must be made."""
    return np.asarray(value, dtype=np.float64)


def raised(amount: FloatArray) -> FloatArray:
    """Raise amounts to whole numbers, rounding errors apart.

    Examples
    --------
    >>> raised(np.array([4.32, 1.1 * 100, 0.0])).tolist()
    [5.0, 110.0, 0.0]
    """
    return np.asarray(np.ceil(amount * (1.0 - 1e-12)))


def growth(flow: Any, capacity: Any) -> FloatArray:
    """Give what comes beyond the capacity; 0 where nothing does."""
    return np.maximum(number(flow) - number(capacity), 0.0)


def smallest_first(named: Mapping[str, Any]) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Name the limit that binds, and all limits from the tightest to the widest, in each row.

    Parameters
    ----------
    named : mapping
        Capacity of each limit by its name.

    Returns
    -------
    tuple of ndarray
        The tightest one, and all of them in order, separated by commas.

    Examples
    --------
    >>> first, order = smallest_first({"tracks": [4.0, 9.0], "cranes": 5.0})
    >>> first.tolist(), order.tolist()
    (['tracks', 'cranes'], ['tracks, cranes', 'cranes, tracks'])
    """
    columns = np.stack(np.broadcast_arrays(*(number(capacity) for capacity in named.values())))
    names = np.array(list(named))
    order = names[np.argsort(columns, axis=0, kind="stable")]
    joined = order[0]
    for each in order[1:]:
        joined = np.char.add(np.char.add(joined, ", "), each)
    return order[0], np.asarray(joined)


def largest_flow(wait: Callable[..., FloatArray], capacity: Any, limit: Any, columns: Sequence[Any]) -> FloatArray:
    """Find the largest flow below the capacity at which a wait keeps to its limit, in each row.

    Parameters
    ----------
    wait : callable
        From a flow and the columns to the wait, which rises with the flow; inf at the capacity.
    capacity : array_like
        Flow at which the wait is endless.
    limit : array_like
        Largest wait allowed, above 0.
    columns : sequence of array_like
        What else the wait depends on.

    Returns
    -------
    ndarray
        The flow; 0 where even the smallest waits longer.

    Examples
    --------
    M/M/1 with a service of an hour, and a wait of no more than an hour:

    >>> round(float(largest_flow(lambda flow: flow / (1 - flow), 1.0, 1.0, [])), 9)
    0.5
    """
    from scipy.optimize import elementwise

    top, goal, *rest = np.broadcast_arrays(*(number(column) for column in (capacity, limit, *columns)))

    def excess(use: FloatArray, top: FloatArray, goal: FloatArray, *given: FloatArray) -> FloatArray:
        # -1/2 without a wait, 1/2 where it is endless: bounded, so that the search sees no infinity
        waits = wait(use * top, *given)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(np.isfinite(waits), 0.5 - 1.0 / (1.0 + waits / goal), 0.5))

    low, high = np.full(goal.shape, 1e-9), np.full(goal.shape, 1.0 - 1e-12)
    columns = (top, goal, *rest)
    at_low, at_high = excess(low, *columns), excess(high, *columns)
    found = elementwise.find_root(excess, (low, high), args=columns)
    inside = np.where(at_high <= 0.0, high, np.asarray(found.x, dtype=np.float64))
    return np.asarray(np.where(at_low > 0.0, 0.0, inside) * top)


def load_remarks(question: Any, readings: Readings) -> list[Remark]:
    """Say where more comes than can be handled, and where more than is handled in practice."""
    if "utilization" not in readings:
        return []
    use = number(readings["utilization"].values)
    limit = getattr(question, "practical_utilization", None)
    allowed = number(1.0) if limit is None else number(limit)
    if "largest_utilization" in readings:
        allowed = number(readings["largest_utilization"].values)
    over, above = use >= 1.0, (use > allowed * (1.0 + 1e-12)) & (use < 1.0)
    return [
        Remark("over_capacity", "more comes than can be handled: the rest is growth", over),
        Remark("above_practical", "it is loaded beyond its practical utilization", above),
    ]


def once_each(function: Callable[..., FloatArray], *columns: Any) -> FloatArray:
    """Evaluate a slow function only once for each distinct row of its columns.

    Examples
    --------
    >>> once_each(lambda x, y: x + y, [1.0, 2.0, 1.0], 5.0).tolist()
    [6.0, 7.0, 6.0]
    """
    stacked = np.stack(np.broadcast_arrays(*(number(column) for column in columns)))
    rows, inverse = np.unique(stacked.reshape(len(columns), -1), axis=1, return_inverse=True)
    return np.asarray(function(*rows))[inverse.ravel()].reshape(stacked.shape[1:])
