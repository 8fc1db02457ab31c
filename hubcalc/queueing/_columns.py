"""Run a kernel for columns of any shape, and mix the results of two service laws."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative
from hubcalc.compiled import flat


def run(kernel: Callable[..., None], results: int, *columns: FloatArray) -> tuple[FloatArray, ...]:
    """Run a kernel over columns of one shape; return that many columns of results."""
    found = [np.empty(columns[0].size) for _ in range(results)]
    kernel(*flat(*columns), *found)
    return tuple(column.reshape(columns[0].shape) for column in found)


def interpolated(constant: FloatArray, exponential: FloatArray, service_scv: ArrayLike) -> FloatArray:
    """Return (1 - scv) times the value for constant service plus scv times that for exponential service, at least 0.

    More variable service can shorten the wait (the items of one batch are then spread over the servers differently),
    so the line may fall; far beyond its validity it is stopped at zero.
    """
    scv = non_negative("service_scv", service_scv)
    constant, exponential, scv = broadcast(constant=constant, exponential=exponential, service_scv=scv)
    stable = np.isfinite(exponential)
    low = np.where(stable, constant, 0.0)
    line = low + scv * (np.where(stable, exponential, 0.0) - low)
    return np.where(stable, np.maximum(line, 0.0), np.inf)
