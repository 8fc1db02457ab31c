"""Columns of numbers that know how far they may be trusted, and the single values out of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubmodels.results import Metric, Verdict, VerdictStatus

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric in all scenarios. Where `refused` or `unstable` holds there is no value.

    Each field but the unit holds one value for all scenarios, or a column.
    """

    values: NDArray[np.float64] | NDArray[np.str_] | float
    unit: str
    method: str | NDArray[np.str_]
    error: NDArray[np.float64] | float = 0.0
    """Relative error to expect: 0 exact, NaN not measured."""
    unstable: Flags | bool = False
    refused: Flags | bool = False
    reason: str | NDArray[np.str_] = ""
    """Why there is no value, where it is refused."""
    caveat: str | NDArray[np.str_] = ""
    """Why it is not exact, where it is approximate."""
    growing: str = "no steady state: a stage of the main route is loaded at utilization 1 or more"
    """Why there is no value, where it is unstable."""
    half_width: NDArray[np.float64] | float = np.nan
    """Half the width of the interval of 95 % where the value is simulated, else NaN."""


def metric_of(reading: Reading, i: int) -> Metric:
    """Take one scenario's value of a metric, with its verdict."""
    value, error = at(reading.values, i), float(at(reading.error, i))
    if at(reading.refused, i):
        return Metric(value=None, unit=reading.unit, verdict=_no(reading, i, "refused", at(reading.reason, i)))
    if at(reading.unstable, i):
        return Metric(value=None, unit=reading.unit, verdict=_no(reading, i, "unstable", reading.growing))
    known = None if np.isnan(error) else error
    exact, width = known == 0, number(at(reading.half_width, i))
    status: VerdictStatus = "exact" if exact else "approximate"
    verdict = Verdict(
        status=status if width is None else "simulated",
        method=at(reading.method, i),
        expected_error=known,
        half_width=width,
        reason="" if exact else at(reading.caveat, i),
    )
    return Metric(value=str(value) if isinstance(value, str) else number(value), unit=reading.unit, verdict=verdict)


def _no(reading: Reading, i: int, status: VerdictStatus, reason: str) -> Verdict:
    return Verdict(status=status, method=at(reading.method, i), reason=reason)


def at(values: Any, i: int) -> Any:
    """Take element i of a column, or the scalar that stands for the whole column.

    >>> at([1.0, 2.0], 1), at(3.0, 1)
    (2.0, 3.0)
    """
    array = np.asarray(values)
    return array.item(0 if array.size == 1 else i)


def number(value: float) -> float | None:
    """Give a float, or None where it is not finite.

    >>> number(1.5), number(float("inf"))
    (1.5, None)
    """
    return float(value) if np.isfinite(value) else None
